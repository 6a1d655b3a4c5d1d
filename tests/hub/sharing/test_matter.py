from hub.model.person import NOBODY
from hub.sharing.matter import matter
from tests.world import MARCH_4, entry, said, world


def test_a_view_is_proved_once_for_everyone_who_gets_it() -> None:
    brought = matter(entry("referral", MARCH_4), NOBODY, world(at=MARCH_4))
    both, one = brought.digests(("identity", "location")), brought.digests(("identity",))
    assert one["identity"] is both["identity"]
    assert both["identity"] != both["location"]


def test_what_overtakes_is_everything_acknowledged_but_the_entry_itself() -> None:
    later, own = said("WITHDRAW", MARCH_4 + 1), said("REFUSE", MARCH_4)
    brought = matter(own, NOBODY, world(at=MARCH_4, overtaking=(own, later)))
    assert (brought.ahead, brought.case.overtaking) == ((later,), (later.consent,))
