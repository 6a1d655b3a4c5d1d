"""Free ports of this machine, for listening."""

import secrets
import socket
from collections.abc import Iterator

HOST = "127.0.0.1"
# Below the range from which systems choose ports for outgoing connections: a broker that is killed and
# started again must find its port still free.
LISTENING = range(20000, 32000)


def free(count: int) -> list[int]:
    """Return so many different ports on which nobody listens now; somebody may by the time they are used."""
    candidates = _shuffled()
    found: list[int] = []
    while len(found) < count:
        port = next(candidates)
        if is_free(port):
            found.append(port)
    return found


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError:
            return False
    return True


def _shuffled() -> Iterator[int]:
    ports = list(LISTENING)
    secrets.SystemRandom().shuffle(ports)
    return iter(ports)
