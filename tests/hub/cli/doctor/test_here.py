"""What is found without a broker, and what is said to be done about it."""

import base64
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hub import settings
from hub.cli.doctor import here
from hub.demo.house import furnish
from hub.kafka.local import jars
from hub.ledger import database, store
from hub.model.directory import Agreement, Directory, Organisation
from hub.model.key_check import check_value
from hub.settings import Settings
from tests.world import CHECK, MARCH_2, directory


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A home with the demo's directory and keys."""
    return furnish("127.0.0.1:9", tmp_path / "home")


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    """A home that nobody has made yet."""
    return settings.read({"HUB_HOME": str(tmp_path / "nothing")})


def test_a_setting_that_is_wrong_is_named_and_not_repeated() -> None:
    read, finding = here.chosen({"HUB_BOOTSTRAP": "canary"})
    assert (read, finding.grade) == (None, "WRONG")
    assert "HUB_BOOTSTRAP" in finding.says
    assert "canary" not in finding.says


def test_a_home_with_everything_is_fine(home: Settings) -> None:
    database.create(home.ledger).dispose()
    known, found = here.directory(home)
    assert known
    assert "39 desks of 22 organisations, a demo's, version " in found.says
    grades = {found.grade, *(look(home).grade for look in (here.policy, here.keys, here.ledger, here.disk))}
    assert grades == {"FINE"}


def test_a_home_that_nobody_has_made_is_told_how_to_make_it(empty: Settings) -> None:
    known, found = here.directory(empty)
    assert known is None
    assert (found.grade, found.do) == ("WRONG", "hub init makes one to begin with")
    assert (here.keys(empty).grade, "hub init" in here.keys(empty).do) == ("WRONG", True)
    assert here.ledger(empty).grade == "NOTE"


def test_a_directory_with_faults_is_told_by_line(home: Settings) -> None:
    written = home.directory.read_text("utf-8")
    home.directory.write_text(written.replace('role = "CVO"', 'role = "CVA"'), "utf-8")
    _, found = here.directory(home)
    assert (found.grade, found.do.partition(";")[0]) == ("WRONG", "mend the lines that are named")
    assert [": line " in line for line in found.says.splitlines()] == [True, True]


def test_keys_that_others_may_read_are_wrong(home: Settings) -> None:
    home.key_file.chmod(0o644)
    found = here.keys(home)
    assert found.grade == "WRONG"
    assert "chmod 600" in found.says


def test_the_check_value_of_the_keys_is_shown_and_no_key(home: Settings) -> None:
    keys = settings.read_keys(home.key_file)
    says = here.keys(home).says
    assert check_value(keys) in says
    assert base64.b64encode(keys.audit).decode() not in says


def test_a_ledger_that_was_made_with_other_keys_is_wrong(home: Settings) -> None:
    engine = database.create(home.ledger)
    store.begin(engine, CHECK)
    engine.dispose()
    found = here.ledger(home)
    assert (found.grade, "set HUB_KEY_FILE" in found.says) == ("WRONG", True)


def test_a_policy_that_is_not_there_is_wrong(home: Settings, tmp_path: Path) -> None:
    assert here.policy(home.model_copy(update={"policy": tmp_path})).grade == "WRONG"


def test_a_ledger_that_does_not_answer_is_wrong(home: Settings) -> None:
    (home.home / "ledger.db").write_bytes(b"no database" * 100)
    assert here.ledger(home).grade == "WRONG"


def sharing(ends: date | None) -> Directory:
    agreement = Agreement("ISA-7", "SHARING", "avon-ld", frozenset({"CUSTODY"}), date(2020, 1, 1), ends)
    return replace(directory(), organisations={"x": Organisation("x", "X", "POLICE", (), (agreement, agreement))})


@pytest.mark.parametrize(
    ("ends", "grade", "says"),
    [
        (None, "FINE", "1 agreement, none ended or ending soon"),
        (date(2027, 1, 1), "FINE", "1 agreement, none ended or ending soon"),
        (date(2026, 4, 1), "NOTE", "ISA-7 ends on 2026-04-01"),
        (date(2026, 3, 2), "NOTE", "ISA-7 ends on 2026-03-02"),
        (date(2026, 3, 1), "NOTE", "ISA-7 ended on 2026-03-01"),
    ],
)
def test_an_agreement_that_ends_soon_or_has_ended_is_told(ends: date | None, grade: str, says: str) -> None:
    found = here.agreements(sharing(ends), MARCH_2)
    assert (found.grade, found.says) == (grade, says)


def test_jars_that_are_not_fetched_are_no_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HUB_CACHE", str(tmp_path))
    found = here.kafka_jars()
    assert (found.grade, found.do) == ("NOTE", "hub kafka up does it")
    assert found.says == f"{len(jars.listed())} jars of Kafka not fetched"
