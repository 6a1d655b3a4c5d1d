from dataclasses import replace
from datetime import date

import pytest

from hub.model import directory as under_test
from hub.model.dealing import NONE, dealing
from hub.model.directory import Agreement, Directory, Organisation, Standing

MAY, JUNE = date(2026, 5, 4), date(2026, 6, 1)
SHARING = Agreement("ISA", "SHARING", "trust", frozenset({"REFERRAL"}), date(2026, 1, 1), date(2026, 5, 31))
POLICE = Organisation("police", "Police", "POLICE", (Standing("RA", date(2020, 1, 1)),), (SHARING,))
TRUST = Organisation("trust", "Trust", "HEALTH", (Standing("DTC", date(2026, 6, 1)),))
COUNTY = Directory(desks={}, organisations={"police": POLICE, "trust": TRUST}, places={}, areas={}, partitions=1)


def test_an_agreement_holds_both_ways_for_its_purpose_on_its_days() -> None:
    assert dealing(POLICE, TRUST, "REFERRAL", MAY).agreement == "HELD"
    assert dealing(TRUST, POLICE, "REFERRAL", MAY).agreement == "HELD"
    assert dealing(POLICE, TRUST, "REFERRAL", JUNE).agreement == "EXPIRED"
    assert dealing(TRUST, POLICE, "REFERRAL", date(2025, 1, 1)).agreement == "EXPIRED"
    assert dealing(POLICE, TRUST, "CUSTODY", MAY).agreement == "MISSING"


def test_within_one_organisation_there_is_nothing_to_agree() -> None:
    assert dealing(TRUST, TRUST, "UNKNOWN", MAY).agreement == "HELD"


def test_standing_is_what_each_had_that_day() -> None:
    before, after = dealing(POLICE, TRUST, "REFERRAL", MAY), dealing(POLICE, TRUST, "REFERRAL", JUNE)
    assert (before.from_standing, before.to_standing) == (("RA",), ())
    assert after.to_standing == ("DTC",)
    assert before.care_body
    assert not dealing(TRUST, POLICE, "REFERRAL", MAY).care_body


@pytest.mark.parametrize("party", ["police", "trust"])
def test_a_contract_counts_whoever_wrote_it_down(party: str) -> None:
    contract = replace(SHARING, kind="CONTRACT", party="trust" if party == "police" else "police")
    bodies = {name: replace(body, agreements=()) for name, body in COUNTY.organisations.items()}
    bodies[party] = replace(bodies[party], agreements=(contract,))
    assert dealing(bodies["police"], bodies["trust"], "REFERRAL", MAY).contracted
    assert not dealing(bodies["police"], bodies["trust"], "REFERRAL", JUNE).contracted


@pytest.mark.parametrize(("giver", "taker"), [(None, TRUST), (POLICE, None), (None, None)])
def test_with_an_organisation_that_nobody_knows_nothing_is_agreed(
    giver: Organisation | None, taker: Organisation | None
) -> None:
    assert dealing(giver, taker, "REFERRAL", MAY) is NONE


def test_the_directory_works_it_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    known = COUNTY.dealing("police", "trust", "REFERRAL", MAY)
    assert COUNTY.dealing("police", "trust", "REFERRAL", MAY) is known
    assert COUNTY.dealing("police", "press", "REFERRAL", MAY) is NONE
    monkeypatch.setattr(under_test, "DEALINGS", 1)
    assert COUNTY.dealing("police", "trust", "REFERRAL", JUNE).agreement == "EXPIRED"
    assert COUNTY.dealing("police", "trust", "REFERRAL", MAY) == known
