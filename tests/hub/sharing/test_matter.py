from hub.model.person import NOBODY
from hub.sharing.matter import matter
from tests.world import MARCH_4, said, world


def test_what_overtakes_is_everything_acknowledged_but_the_entry_itself() -> None:
    later, own = said("WITHDRAW", MARCH_4 + 1), said("REFUSE", MARCH_4)
    brought = matter(own, NOBODY, world(at=MARCH_4, overtaking=(own, later)))
    assert (brought.ahead, brought.case.overtaking) == ((later,), (later.consent,))
