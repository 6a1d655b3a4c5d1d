"""Names that the directory knows, and those it does not."""

from dataclasses import replace

from hub.intake.naming import with_known_names
from hub.model.entry import Fault
from tests.hub.intake.builders import body, directory, rules


def known(**changes: object) -> tuple[dict[str, object], tuple[Fault, ...]]:
    submission = {**body("arrest")["submission"], **changes}
    return with_known_names(submission, directory().desks["avon-police.custody"], rules())


def test_a_named_desk_that_is_nobody_is_dropped_and_flagged() -> None:
    submission, faults = known(named=["avon-ld.team", "avon-ld.taem", "avon-ld.team"])
    assert submission["named"] == ("avon-ld.team",)
    assert faults == (Fault("UNKNOWN_DESK", "submission.named[1]"),)


def test_a_place_and_a_holder_that_nobody_knows_are_left_out() -> None:
    submission, faults = known(place="avon/nowhere", holding_ref="avon-police.cells")
    assert submission["place"] is None
    assert submission["holding_ref"] is None
    assert faults == (
        Fault("UNKNOWN_PLACE", "submission.place"),
        Fault("UNKNOWN_DESK", "submission.holding_ref"),
    )


def test_an_event_may_have_neither_place_nor_holder() -> None:
    submission, faults = known(place=None, holding_ref=None)
    assert (submission["place"], submission["holding_ref"], faults) == (None, None, ())


def test_an_unknown_area_becomes_the_places_and_else_the_publishers() -> None:
    assert known(area="avno")[0]["area"] == "avon"
    assert known(area="avno")[1] == (Fault("UNKNOWN_AREA", "submission.area"),)
    assert known(area="", place=None) == (
        {**body("arrest")["submission"], "area": "avon", "place": None, "named": ()},
        (),
    )


def test_a_desk_of_several_areas_says_which_or_its_place_does_and_else_nobody_is_told_in_the_wrong_one() -> None:
    desk = replace(directory().desks["avon-police.custody"], areas=frozenset({"avon", "severn"}))
    for written, area in (("avno", ""), ("", ""), ("avon", "avon")):
        said = {**body("arrest")["submission"], "area": written, "place": None}
        submission, faults = with_known_names(said, desk, rules())
        assert submission["area"] == area
        assert (Fault("UNKNOWN_AREA", "submission.area") in faults) is (written == "avno")
    by_place, faults = with_known_names({**body("arrest")["submission"], "area": ""}, desk, rules())
    assert (by_place["area"], faults) == ("avon", ())
