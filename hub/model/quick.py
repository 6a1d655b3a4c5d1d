"""Tuples with names, for where thousands are made a second: their own constructor is a function in Python."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

T = TypeVar("T")


def quick(kind: Callable[..., T]) -> Callable[[tuple[Any, ...]], T]:
    """What makes such a tuple of all its values, in order; whoever calls it answers for their number and types."""
    return partial(tuple.__new__, cast("Any", kind))
