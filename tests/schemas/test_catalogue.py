import shutil
from pathlib import Path

import pytest

import schemas
from schemas import catalogue
from schemas.errors import CatalogueError, UnknownSchemaError

HERE = Path(schemas.__file__).parent


def test_every_type_of_event_is_found_by_its_type_and_by_its_id() -> None:
    for event_type in catalogue.event_types():
        schema = catalogue.by_type(event_type)
        assert schema.type == event_type
        assert catalogue.by_id(schema.id) is schema


def test_an_event_of_an_earlier_schema_is_still_read_and_a_new_one_is_written_with_the_newest() -> None:
    earlier = catalogue.by_id(1)
    assert earlier.type == "arrest"
    assert catalogue.by_type("arrest").id > earlier.id
    assert catalogue.by_type("arrest").views == earlier.views


def test_the_views_stand_in_the_order_of_the_wire() -> None:
    assert catalogue.by_type("screening").views == (
        *("identity", "nhs_number", "pnc", "cro", "crn", "prison_number", "custody_number"),
        *("location", "health_minimum", "health_full", "self_risk", "adjustments"),
    )


def test_an_unknown_id_or_type_is_an_error_that_does_not_repeat_the_type() -> None:
    with pytest.raises(UnknownSchemaError, match="UNKNOWN_SCHEMA 4711"):
        catalogue.by_id(4711)
    with pytest.raises(UnknownSchemaError) as caught:
        catalogue.by_type("A. Synthetic")
    assert "Synthetic" not in str(caught.value)


def test_a_receipt_is_registered_and_is_no_event() -> None:
    receipt = catalogue.newest_id("hub.Receipt")
    with pytest.raises(UnknownSchemaError):
        catalogue.by_id(receipt)
    with pytest.raises(UnknownSchemaError):
        catalogue.newest_id("hub.NoSuch")


def test_a_registered_schema_that_was_changed_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(HERE / "registered", tmp_path / "registered")
    changed = folder / "1-Arrest.avsc"
    changed.write_text(changed.read_text("utf-8").replace("postcode", "postcod"), "utf-8")
    with pytest.raises(CatalogueError, match="SUM_DIFFERS 1"):
        catalogue.read(folder)


def test_a_registered_schema_that_is_missing_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(HERE / "registered", tmp_path / "registered")
    (folder / "1-Arrest.avsc").unlink()
    with pytest.raises(CatalogueError, match="UNREADABLE"):
        catalogue.read(folder)


def test_an_event_schema_shows_no_more_than_its_name_when_printed() -> None:
    assert "envelope" not in repr(catalogue.by_type("arrest"))
