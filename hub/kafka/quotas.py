"""How much a desk may write in a second: one desk's flood must not be another's wait. It follows from the directory.

The broker holds whoever writes faster back; nothing is refused and nothing lost. It knows desks by their names, so
where it asks for none there is nothing to limit.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from hub.model.directory import Directory


class Quota(NamedTuple):
    """What one name may write."""

    user: str
    """A desk, as it comes to the broker."""
    bytes_a_second: int
    """Over some ten seconds; a moment's burst may be more."""


class Limit(NamedTuple):
    """A desk's limit is to be another than it is."""

    quota: Quota
    now: int | None
    """Bytes a second; None: it has no limit."""

    def told(self) -> str:
        """In plain words."""
        before = "no limit" if self.now is None else f"{self.now:,}"
        return f"limit: {self.quota.user} may write {self.quota.bytes_a_second:,} bytes a second (now: {before})"


def wanted_quotas(directory: Directory) -> tuple[Quota, ...]:
    """What each desk may write, by name."""
    return tuple(Quota(name, desk.bytes_per_second) for name, desk in sorted(directory.desks.items()))


def plan_quotas(wanted: Iterable[Quota], actual: Mapping[str, int]) -> tuple[Limit, ...]:
    """What makes the one into the other, in the order of `wanted`."""
    return tuple(
        Limit(quota, actual.get(quota.user)) for quota in wanted if actual.get(quota.user) != quota.bytes_a_second
    )
