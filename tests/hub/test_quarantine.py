"""What the hub could not take is kept, and only its reviewer can read it."""

import pytest

from hub.model.entry import Fault
from hub.quarantine import REFUSED, SealBrokenError, refused, seal, unseal
from schemas.codec import decode_record
from tests.hub.intake.builders import KEYS, received

KEY = KEYS.quarantine


def test_a_refused_record_is_spoken_of_by_its_place_alone() -> None:
    one = received("arrest", offset=7)
    record = refused(one, (Fault("TRUNCATED", ""),), KEY)
    assert (record.topic, record.key, record.headers) == ("hub.quarantine", b"in.avon-police.custody/0/7", ())
    assert record.value is not None
    value = decode_record(REFUSED, record.value)
    assert value["faults"] == [{"code": "TRUNCATED", "field": ""}]
    assert b"Synthetic" not in record.value


def test_its_reviewer_reads_what_was_sent() -> None:
    one = received("arrest", offset=7)
    value = refused(one, (), KEY).value
    assert value is not None
    assert unseal(KEY, one.reference, decode_record(REFUSED, value)["sealed"]) == one.body


def test_the_same_body_is_never_sealed_alike() -> None:
    assert seal(KEY, "in.x/0/1", b"body") != seal(KEY, "in.x/0/1", b"body")


@pytest.mark.parametrize(
    ("key", "reference", "spoil"),
    [(KEYS.digest, "in.x/0/1", b""), (KEY, "in.x/0/2", b""), (KEY, "in.x/0/1", b"x")],
)
def test_a_seal_holds_for_its_own_record_and_key_only(key: bytes, reference: str, spoil: bytes) -> None:
    with pytest.raises(SealBrokenError, match=reference):
        unseal(key, reference, seal(KEY, "in.x/0/1", b"body") + spoil)


def test_what_is_too_short_to_be_sealed_is_told_as_broken() -> None:
    with pytest.raises(SealBrokenError):
        unseal(KEY, "in.x/0/1", b"short")
