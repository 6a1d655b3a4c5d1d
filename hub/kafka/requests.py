"""Requests that aiokafka's admin client does not know, sent through it in one version that the broker must speak."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from aiokafka.errors import IncompatibleBrokerVersion


class Request(NamedTuple):
    """A request of one version, as aiokafka's client sends it."""

    kind: Any
    """A RequestStruct."""
    content: tuple[Any, ...]

    def prepare(self, versions: Mapping[int, tuple[int, int]]) -> Any:
        """What is sent; aiokafka asks with the versions that the broker speaks. Raises IncompatibleBrokerVersion."""
        lowest, highest = versions.get(self.kind.API_KEY, (0, -1))
        if not lowest <= self.kind.API_VERSION <= highest:
            raise IncompatibleBrokerVersion(f"request {self.kind.API_KEY} is not known to this broker")
        return self.kind(*self.content)
