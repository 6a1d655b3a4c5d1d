import pytest

from hub.model.person import NOBODY
from hub.sharing.errors import UnwritableError
from hub.sharing.matter import matter
from tests.world import MARCH_4, entry, said, world


def test_a_view_is_proved_once_for_everyone_who_gets_it() -> None:
    brought = matter(entry("referral", MARCH_4), NOBODY, world(at=MARCH_4))
    [identity, location], [again] = brought.digests(("identity", "location")), brought.digests(("identity",))
    assert again is identity
    assert identity != location


def test_a_publisher_that_the_directory_does_not_know_is_named_by_the_entrys_id_alone() -> None:
    brought = matter(entry("referral", MARCH_4, publisher="gone.desk"), NOBODY, world(at=MARCH_4))
    with pytest.raises(UnwritableError) as raised:
        _ = brought.publisher
    assert str(raised.value) == brought.entry.entry_id


def test_what_overtakes_is_everything_acknowledged_but_the_entry_itself() -> None:
    later, own = said("WITHDRAW", MARCH_4 + 1), said("REFUSE", MARCH_4)
    brought = matter(own, NOBODY, world(at=MARCH_4, overtaking=(own, later)))
    assert (brought.ahead, brought.case.overtaking) == ((later,), (later.consent,))
