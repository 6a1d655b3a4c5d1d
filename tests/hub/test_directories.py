import importlib.resources
from datetime import date
from pathlib import Path

import pytest

from hub.directories import DirectoryError, Fault, read
from hub.model.directory import Agreement, Desk, Directory, Place, Standing

TYPES = frozenset({"arrest", "screening", "referral", "consent_grant", "consent_refuse", "consent_withdraw"})
SMALL = """\
identifiers = "live"
partitions = 12

[areas.avon]
title = "Avon"

[organisations.avon-police]
title = "Avon Police"
kind = "POLICE"
standing = [
  { code = "RA", from = 2001-04-01, to = 2030-03-31 },
]
agreements = [{ ref = "ISA-7", kind = "SHARING", party = "avon-ld", purposes = ["CUSTODY"], from = 2026-01-01 }]

[organisations.avon-police.desks.custody]  # the cells
role = "POLICE_CUSTODY"
areas = ["avon"]
subscriptions = ["screening"]
partitions = 3
in_partitions = 2
receipts = false

[organisations.avon-ld]
title = "Avon L&D"
kind = "HEALTH"

[organisations.avon-ld.desks.team]
role = "LD_TEAM"

[places."avon/suite"]
title = "Suite"
kind = "SUITE"
area = "avon"
served_by = ["avon-ld.team"]
held_by = "avon-police.custody"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "directory.toml"


def refused(file: Path, text: str) -> tuple[Fault, ...]:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DirectoryError) as raised:
        read(file, TYPES)
    assert raised.value.__cause__ is None
    assert str(raised.value).startswith(f"{file}: ")
    return raised.value.faults


def only(file: Path, old: str, new: str) -> Fault:
    """The one fault of the small directory when `old` is replaced by `new`; its line must be the changed one."""
    assert SMALL.count(old) == 1
    (fault,) = refused(file, SMALL.replace(old, new))
    assert fault.line == SMALL[: SMALL.index(old)].count("\n") + 1 + new.count("\n")
    return fault


def demo() -> Directory:
    with importlib.resources.as_file(importlib.resources.files("hub.demo") / "directory.toml") as path:
        return read(path, TYPES)


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
    assert directory.places["avon/suite"] == Place(
        "avon/suite", "Suite", "SUITE", "avon", ("avon-ld.team",), "avon-police.custody"
    )
    police = directory.organisations["avon-police"]
    assert police.standing == (Standing("RA", date(2001, 4, 1), date(2030, 3, 31)),)
    assert police.agreements == (Agreement("ISA-7", "SHARING", "avon-ld", frozenset({"CUSTODY"}), date(2026, 1, 1)),)
    assert (directory.partitions, directory.demo, directory.identifiers) == (12, False, "live")


def test_the_version_changes_with_every_letter(file: Path) -> None:
    file.write_text(SMALL, encoding="utf-8")
    before = read(file, TYPES).version
    file.write_text(SMALL + "#", encoding="utf-8")
    assert len(before) == 16
    assert read(file, TYPES).version != before


WRONG = {
    'role = "LD_TEAM"': 'role = "LDTEAM"',
    'areas = ["avon"]': 'areas = ["avon", "avno"]',
    'subscriptions = ["screening"]': 'subscriptions = ["screenning"]',
    'area = "avon"\n': 'area = "avno"\n',
    'served_by = ["avon-ld.team"]': 'served_by = ["avon-ld"]',
    'held_by = "avon-police.custody"': 'held_by = "avon-police.cells"',
    'kind = "HEALTH"': 'kind = "HEALTHY"',
    "partitions = 12": "partitions = 0",
    "partitions = 3": 'partitions = "3"',
    "receipts = false": "receipts = 0",
    'title = "Suite"': 'title = ""',
    'held_by = "avon-police.custody"\n': 'held_by = "avon-police.custody"\nheldby = "x"\n',
}


@pytest.mark.parametrize(("right", "wrong"), WRONG.items())
def test_a_wrong_word_refuses_the_file_and_names_its_line(file: Path, right: str, wrong: str) -> None:
    (fault,) = refused(file, SMALL.replace(right, wrong))
    line = SMALL.replace(right, wrong).splitlines()[fault.line - 1]
    assert line == wrong.strip("\n").splitlines()[-1]
    assert line.split(" =")[0] == fault.field.split(".")[-1]


@pytest.mark.parametrize("party", ["avon-dl", "avon-police"])
def test_an_agreement_is_with_another_organisation_of_the_directory(file: Path, party: str) -> None:
    fault = only(file, 'party = "avon-ld"', f'party = "{party}"')
    assert fault.rule == "the party is no other organisation of this directory"


def test_what_ends_before_it_starts_is_refused(file: Path) -> None:
    (fault,) = refused(file, SMALL.replace("to = 2030-03-31", "to = 2001-03-31"))
    assert (fault.line, fault.rule) == (10, "ends before it starts")


def test_a_desk_that_is_there_twice_is_refused(file: Path) -> None:
    (fault,) = refused(file, SMALL + '[organisations.avon-ld.desks.team]\nrole = "GP"\n')
    assert fault == Fault(SMALL.count("\n") + 1, "", "is not TOML, or says something twice")


def test_a_desk_without_an_area_subscribes_to_nothing(file: Path) -> None:
    (fault,) = refused(file, SMALL.replace('areas = ["avon"]\n', ""))
    assert fault.rule == "a desk without an area is asked about nothing"


@pytest.mark.parametrize("name", ["Avon", "avon_ld", "avon.ld", "avon ld", "-avon", "a" * 61])
def test_a_name_that_could_not_stand_in_a_topic_is_refused(file: Path, name: str) -> None:
    faults = refused(file, SMALL.replace("desks.custody", f'desks."{name}"').replace("held_by", "# held_by"))
    assert [fault.line for fault in faults] == [15]


def test_people_of_the_real_world_have_no_place_in_a_demo(file: Path) -> None:
    (fault,) = refused(file, "demo = true\n" + SMALL)
    assert fault == Fault(2, "identifiers", "a demo takes test identifiers only")


def test_whose_identifiers_are_accepted_must_be_said(file: Path) -> None:
    (fault,) = refused(file, SMALL.replace('identifiers = "live"\n', ""))
    assert fault.field == "identifiers"


def test_all_faults_are_told_at_once_in_the_order_of_their_lines(file: Path) -> None:
    faults = refused(file, SMALL.replace('["avon"]', '["avno"]').replace('"avon-police.custody"', '"avon-police.cell"'))
    assert [fault.field.split(".")[-1] for fault in faults] == ["areas", "held_by"]


def test_no_value_is_repeated_in_an_error(file: Path) -> None:
    wrong = SMALL.replace('"LD_TEAM"', '"canary"').replace("partitions = 12", 'partitions = "canary"')
    assert "canary" not in "".join(fault.told() for fault in refused(file, wrong))


def test_an_array_that_looks_like_a_table_does_not_lead_astray(file: Path) -> None:
    text = SMALL.replace("standing = [\n", "standing = [\n# next line\n[1, 2]\n,\n")
    assert [fault.line for fault in refused(file, text)] == [10]


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


def asked(directory: Directory, event_type: str) -> list[str]:
    return [desk.name for desk in directory.subscribers(event_type, "avon")]


def test_the_demo_asks_about_an_arrest_the_desks_of_the_scenario() -> None:
    assert asked(demo(), "arrest") == ["avon-ld.team", "bridge-charity.support", "hillside-gp.practice"]


def test_the_demo_asks_probation_about_a_referral_and_custody_about_a_screening() -> None:
    assert asked(demo(), "referral") == ["probation-sw.officers"]
    assert asked(demo(), "screening") == ["avon-ld.team", "avon-police.custody"]


@pytest.mark.parametrize("event_type", ["consent_grant", "consent_refuse", "consent_withdraw"])
def test_nobody_subscribes_to_what_people_say_about_sharing(event_type: str) -> None:
    assert asked(demo(), event_type) == []


def test_the_demos_suite_is_served_by_liaison_and_diversion_and_held_by_custody() -> None:
    directory = demo()
    assert [desk.role for desk in directory.cover("avon/patchway-suite")] == ["LD_TEAM"]
    assert [desk.role for desk in directory.cover("avon/harbour-court")] == ["LD_TEAM"]
    assert directory.holder("avon/patchway-suite") == directory.desk("avon-police.custody")


def test_the_demo_says_that_it_is_one() -> None:
    assert (demo().demo, demo().identifiers) == (True, "test")
