"""Whom a service is for, as it says itself: what a referral is held against."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceProfile:
    """Whom a service is for, as it says itself. What it does not say it does not limit."""

    services: frozenset[str] = frozenset()
    """Kinds of service that it gives; empty: it does not say."""
    needs: frozenset[str] = frozenset()
    """Levels of need that it meets; empty: it does not say."""
    youngest: int | None = None
    oldest: int | None = None

    def serves(self, age: int | None) -> bool:
        """Whether it is for people of that age in years; None: not known, and then not if it says for whom it is."""
        if self.youngest is None and self.oldest is None:
            return True
        return age is not None and (self.youngest or 0) <= age and (self.oldest is None or age <= self.oldest)

    def meets(self, service: str, need: str) -> bool:
        """Whether it gives such a service and meets such a need; a service that was not asked for by kind is any."""
        kind = service == "UNKNOWN" or not self.services or service in self.services
        return kind and (not self.needs or need in self.needs)
