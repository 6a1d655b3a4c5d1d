"""What is told when Kafka does not answer: one sentence with the address, whichever client had asked.

aiokafka's own errors stay inside hub.kafka; whoever hosts a command catches them by the name that they have here.
"""

from collections.abc import Mapping
from typing import Any

from aiokafka.errors import KafkaConnectionError, KafkaError

from hub.model.errors import HubError

__all__ = ["KafkaError", "NoBrokerError", "away", "is_away", "no_broker", "told"]


class NoBrokerError(HubError):
    """Nobody answers at Kafka's address."""


def no_broker(bootstrap: Any, *, named: bool = False) -> NoBrokerError:
    """The error for that address, host:port. `named`: who asked came by a name; aiokafka tells the two not apart."""
    if named:
        return NoBrokerError(f"no broker answers at {bootstrap}, or it does not let this name in (HUB_CREDENTIALS)")
    return NoBrokerError(f"no broker answers at {bootstrap}: is it running? hub kafka up")


def away(connection: Mapping[str, Any]) -> NoBrokerError:
    """The same for a connection."""
    return no_broker(connection.get("bootstrap_servers"), named="sasl_mechanism" in connection)


def is_away(error: BaseException) -> bool:
    """Whether this is how a client says that nobody answers."""
    return isinstance(error, KafkaConnectionError | TimeoutError | OSError)


def told(error: BaseException, bootstrap: str) -> str:
    """What may be said of an error of Kafka's: that nobody answers, or its type alone."""
    return str(no_broker(bootstrap)) if is_away(error) else f"Kafka at {bootstrap}: {type(error).__name__}"
