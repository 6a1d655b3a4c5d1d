"""What is said of an error can be read by anybody."""

from hub.model.errors import CommitFailedError, told


def test_of_the_hubs_own_errors_the_text_is_told() -> None:
    assert told(CommitFailedError("ENDED")) == "CommitFailedError: ENDED"


def test_of_any_other_error_only_the_type() -> None:
    assert told(ValueError("somebody's name")) == "ValueError"


def test_of_several_each_is_told_alike() -> None:
    both = ExceptionGroup("somebody", [CommitFailedError("ENDED"), KeyError("somebody")])
    assert told(both) == "CommitFailedError: ENDED, KeyError"
