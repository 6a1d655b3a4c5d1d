from datetime import date
from pathlib import Path

import pytest

from hub.directories import DirectoryError, Fault, read
from hub.model.directory import Agreement, Desk, Panel, Standing
from hub.model.duty import DAYS, Hours, Rota, Turn, Window
from hub.model.holidays import BankHolidays
from tests.hub.directories.small import SMALL, TYPES, refused


def test_a_directory_is_read_as_it_is_written(file: Path) -> None:
    file.write_text(SMALL, encoding="utf-8")
    directory = read(file, TYPES)
    assert directory.desk("avon-police.custody") == Desk(
        "avon-police.custody",
        "avon-police",
        "POLICE_CUSTODY",
        frozenset({"avon"}),
        frozenset({"screening"}),
        wants_receipts=False,
        partitions=3,
        in_partitions=2,
    )
    police = directory.organisations["avon-police"]
    assert police.standing == (Standing("RA", date(2001, 4, 1), date(2030, 3, 31)),)
    assert directory.panels == {"avon-police.panel": Panel("avon-police.panel", 2, "avon-police.coordinator")}
    assert directory.bank_holidays == BankHolidays(frozenset({date(2026, 6, 15)}))
    assert (directory.partitions, directory.demo, directory.identifiers) == (12, False, "live")


def test_an_agreement_is_each_partys_with_each_other(file: Path) -> None:
    file.write_text(SMALL, encoding="utf-8")
    police, health = (read(file, TYPES).organisations[name] for name in ("avon-police", "avon-ld"))
    sharing = Agreement("ISA-7", "SHARING", "avon-ld", frozenset({"CUSTODY"}), date(2026, 1, 1), date(2028, 12, 31))
    contract = Agreement("CON-1", "CONTRACT", "bridge", frozenset({"REFERRAL"}), date(2025, 4, 1))
    assert police.agreements == (sharing,)
    assert [agreement.party for agreement in health.agreements] == ["avon-police", "bridge"]
    assert health.agreements[1] == contract


def test_a_place_and_an_area_have_rotas_with_the_hours_that_they_name(file: Path) -> None:
    file.write_text(SMALL, encoding="utf-8")
    directory = read(file, TYPES)
    daytime = Hours({day: (Window(7 * 60, 22 * 60),) for day in DAYS})
    assert directory.areas["avon"].duty == Rota((Turn("avon-ld.team", daytime), Turn("avon-police.custody", None)))
    place = directory.places["avon/suite"]
    assert (place.served_by, place.held_by) == (("avon-ld.team",), "avon-police.custody")
    (turn,) = place.duty.turns
    assert turn.hours
    is_open = [day for day in DAYS if turn.hours.windows[day] == (Window(9 * 60, 17 * 60),)]
    assert is_open == ["MON", "TUE", "WED", "THU", "FRI", "SAT"]


def test_the_version_changes_with_every_letter(file: Path) -> None:
    file.write_text(SMALL, encoding="utf-8")
    before = read(file, TYPES).version
    file.write_text(SMALL + "#", encoding="utf-8")
    assert len(before) == 16
    assert read(file, TYPES).version != before


WRONG = {
    'role = "LD_TEAM"': 'role = "LDTEAM"',
    'kind = "HEALTH"': 'kind = "HEALTHY"',
    "partitions = 12": "partitions = 0",
    "partitions = 3": 'partitions = "3"',
    "receipts = false": "receipts = 0",
    'title = "Suite"': 'title = ""',
    'purposes = ["CUSTODY"]': 'purposes = ["COSTUDY"]',
    'open = [{ days = ["DAILY"]': 'open = [{ days = ["DALY"]',
    "in_force = 2026-01-01": 'in_force = "2026"',
    "panel = { level = 2": "panel = { level = 4",
    'held_by = "avon-police.custody"\n': 'held_by = "avon-police.custody"\nheldby = "x"\n',
}


@pytest.mark.parametrize(("right", "wrong"), WRONG.items())
def test_a_wrong_word_refuses_the_file_and_names_its_line(file: Path, right: str, wrong: str) -> None:
    (fault,) = refused(file, SMALL.replace(right, wrong))
    line = SMALL.replace(right, wrong).splitlines()[fault.line - 1]
    assert line.startswith(wrong.strip("\n").splitlines()[-1])
    assert line.split(" =")[0] in fault.field.split(".")


def test_a_desk_that_is_there_twice_is_refused(file: Path) -> None:
    (fault,) = refused(file, SMALL + '[organisations.avon-ld.desks.team]\nrole = "GP"\n')
    assert fault == Fault(SMALL.count("\n") + 1, "", "is not TOML, or says something twice")


@pytest.mark.parametrize("name", ["Avon", "avon_ld", "avon.ld", "avon ld", "-avon", "a" * 61])
def test_a_name_that_could_not_stand_in_a_topic_is_refused(file: Path, name: str) -> None:
    faults = refused(file, SMALL.replace("desks.custody", f'desks."{name}"'))
    assert [SMALL.splitlines()[fault.line - 1].split("  ")[0] for fault in faults] == [
        "[organisations.avon-police.desks.custody]"
    ]


def test_whose_identifiers_are_accepted_must_be_said(file: Path) -> None:
    (fault,) = refused(file, SMALL.replace('identifiers = "live"\n', ""))
    assert fault.field == "identifiers"


def test_a_place_without_an_area_is_refused(file: Path) -> None:
    (fault,) = refused(file, SMALL.replace('area = "avon"\n', ""))
    assert (fault.field, fault.rule) == ("places.avon/suite.area", "Field required")


def test_a_panel_without_a_coordinator_is_refused(file: Path) -> None:
    (fault,) = refused(file, SMALL.replace(', coordinator = "avon-police.coordinator"', ""))
    assert fault.field == "organisations.avon-police.desks.panel.panel.coordinator"


def test_all_faults_are_told_at_once_in_the_order_of_their_lines(file: Path) -> None:
    wrong = SMALL.replace('subscriptions = ["screening"]', 'subscriptions = ["screenning"]')
    faults = refused(
        file,
        wrong.replace('area = "avon"', 'area = "avno"').replace(
            "from = 2025-04-01", "from = 2025-04-01\nto = 2024-04-01"
        ),
    )
    assert [fault.field.split(".")[-1] for fault in faults if "duty" not in fault.field] == [
        "subscriptions",
        "to",
        "area",
    ]


def test_no_value_is_repeated_in_an_error(file: Path) -> None:
    wrong = SMALL.replace('"LD_TEAM"', '"canary"').replace("partitions = 12", 'partitions = "canary"')
    assert "canary" not in "".join(fault.told() for fault in refused(file, wrong))


def test_an_array_that_looks_like_a_table_does_not_lead_astray(file: Path) -> None:
    text = SMALL.replace("standing = [\n", "standing = [\n# next line\n[1, 2]\n,\n")
    (fault,) = refused(file, text)
    assert text.splitlines()[fault.line - 1] == "standing = ["


@pytest.mark.parametrize(
    "text", ["", "partitions = 1", "identifiers = 'test'\npartitions = 1\n[areas]\n[organisations]"]
)
def test_a_directory_with_nobody_in_it_is_refused(file: Path, text: str) -> None:
    assert refused(file, text)


def test_a_file_that_is_not_there_is_an_error_and_not_an_empty_directory(file: Path) -> None:
    with pytest.raises(DirectoryError, match="No such file"):
        read(file, TYPES)


def test_a_file_that_is_not_text_is_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(DirectoryError, match="is not UTF-8"):
        read(file, TYPES)
