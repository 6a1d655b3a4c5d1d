import hmac

from hypothesis import given
from hypothesis import strategies as st

from hub.model import keys
from hub.model.keys import Keys, Mac
from tests.examples import examples

SECRETS = Keys(b"p" * 32, b"d" * 32, b"a" * 32, b"q" * 32)


@examples(50)
@given(st.binary(min_size=1, max_size=100), st.lists(st.binary(max_size=200), max_size=3))
def test_a_mac_is_hmac_sha_256_however_many_messages_it_takes(key: bytes, messages: list[bytes]) -> None:
    mac = Mac(key)
    assert [mac(message) for message in messages] == [hmac.digest(key, message, "sha256") for message in messages]


def test_ids_of_one_person_differ_between_desks_and_uses() -> None:
    one, other = "avon-ld.team", "bridge-charity.support"
    ids = {
        keys.person_ref(SECRETS, one, "r"),
        keys.person_ref(SECRETS, other, "r"),
        keys.copy_id(SECRETS, one, "r"),
        keys.copy_id(SECRETS, other, "r"),
        keys.case_ref(SECRETS, one, other, "r"),
        keys.case_ref(SECRETS, other, other, "r"),
        keys.audit_ref(SECRETS, "r"),
        keys.desk_route_key(SECRETS, one),
        keys.unresolved_route_key(SECRETS, "r"),
        keys.route_key(SECRETS, "pnc", "r"),
    }
    assert len(ids) == 10
    assert all(len(each) == 32 for each in ids)


def test_other_keys_give_other_ids_and_nothing_prints_a_key() -> None:
    others = Keys(b"P" * 32, b"D" * 32, b"A" * 32, b"Q" * 32)
    assert keys.person_ref(SECRETS, "a.b", "r") != keys.person_ref(others, "a.b", "r")
    assert keys.entry_id(SECRETS, "a.b", "1") != keys.entry_id(others, "a.b", "1")
    assert repr(SECRETS) == "Keys()"


def test_a_digest_proves_a_segment_for_one_person_only() -> None:
    mine, theirs = (keys.proved(SECRETS, person, {"identity": b"x", "pnc": b"x"}) for person in ("one", "other"))
    assert mine["identity"] == Mac(keys.salt(SECRETS, "one"))(b"identity\0x")[: keys.PROOF] + b"x"
    assert len({*mine.values(), *theirs.values()}) == 4


def test_identifiers_and_dates_of_birth_have_digests_of_their_own() -> None:
    digests = {
        keys.identifier_digest(SECRETS, "pnc", "r"),
        keys.identifier_digest(SECRETS, "nhs_number", "r"),
        keys.born_digest(SECRETS, "r", "1990-01-01"),
        keys.born_digest(SECRETS, "s", "1990-01-01"),
    }
    assert len(digests) == 4


def test_the_same_event_has_the_same_id_and_ruling_id_always() -> None:
    one, again, other, another = (
        keys.entry_id(SECRETS, *of) for of in (("a.b", "1"), ("a.b", "1"), ("a.b", "2"), ("b", "1"))
    )
    assert one == again
    assert len({one, other, another}) == 3
    assert len(one) == 16
    assert keys.decision_id("e", "a.b") != keys.decision_id("e", "a.c")
