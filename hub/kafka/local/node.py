"""One broker of a cluster, and what a test may do to it."""

import signal
from collections.abc import Callable
from pathlib import Path

from hub.kafka.local import properties, wire
from hub.kafka.local.errors import PortTakenError, StartError
from hub.kafka.local.keeper import Keeper
from hub.kafka.local.ports import HOST
from hub.kafka.local.properties import Address, Properties
from hub.kafka.local.wait import until

START_WITHIN = 60.0
STOP_WITHIN = 10.0
LAST_LINES = 20


class Node:
    """One broker: a process, an address and a folder. A stopped one keeps its data and its address."""

    def __init__(self, number: int, address: Address, folder: Path, keeper: Keeper) -> None:
        """Describe a node; nothing runs yet."""
        self.number, self.address, self.folder = number, address, folder
        self._keeper = keeper
        self._command: list[str] = []
        self._cluster_id = ""
        self.pid: int | None = None

    @property
    def bootstrap(self) -> str:
        """The address that clients are given."""
        return self.address.bootstrap

    @property
    def running(self) -> bool:
        """Whether the process exists, frozen or not."""
        return self.pid is not None and self._keeper.returncode(self.pid) is None

    def prepare(self, settings: Properties, format_command: list[str], command: list[str], cluster_id: str) -> int:
        """Write the node's settings and begin to format its data; return the formatter's pid."""
        self._command, self._cluster_id = command, cluster_id
        self.folder.mkdir(exist_ok=True)
        (self.folder / "server.properties").write_text(properties.text(settings), "ascii")
        return self._keeper.spawn(format_command, self.folder, self.log_file)

    def launch(self) -> None:
        """Start the process without waiting for it to serve."""
        self.pid = self._keeper.spawn(self._command, self.folder, self.log_file)

    def start(self, within: float = START_WITHIN) -> None:
        """Start, and return when it serves clients."""
        self.launch()
        self.await_ready(frozenset({self.number}), within)

    def await_ready(self, brokers: frozenset[int], within: float = START_WITHIN) -> None:
        """Return when it serves clients and knows all these brokers; raise if it ends first."""
        await_serving(lambda: self.knows(brokers), lambda: not self.running, self.log_file, within)

    def knows(self, brokers: frozenset[int]) -> bool:
        """Whether it answers, as part of this cluster, that all these brokers serve."""
        answer = wire.ask(HOST, self.address.broker)
        return answer is not None and answer.cluster == self._cluster_id and brokers <= answer.brokers

    def stop(self, within: float = STOP_WITHIN) -> None:
        """Stop cleanly; kill if that takes too long, as it does for the last of three."""
        self.signal(signal.SIGTERM)
        if not self._ended(within):
            self.kill()

    def kill(self) -> None:
        """End it at once, as a crash would, and return when it has ended."""
        self.signal(signal.SIGKILL)
        self._ended(STOP_WITHIN)

    def freeze(self) -> None:
        """Stand it still without ending it, and return when it does: connections stay open and nothing answers."""
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen one run on."""
        self.signal(signal.SIGCONT)

    def restart(self, within: float = START_WITHIN) -> None:
        """Stop cleanly and start again at the same address with the same data."""
        self.stop()
        self.start(within)

    def signal(self, number: int) -> None:
        """Send the process a signal; nothing happens if it has ended or never began."""
        if self.pid is not None:
            self._keeper.signal(self.pid, number)

    def log(self, lines: int = LAST_LINES) -> str:
        """Return the last lines of the broker's own log."""
        return last_lines(self.log_file, lines)

    @property
    def log_file(self) -> Path:
        """The broker's own log."""
        return self.folder / "broker.log"

    def _ended(self, within: float) -> bool:
        return until(lambda: not self.running, within)


def last_lines(log: Path, lines: int = LAST_LINES) -> str:
    """Return the end of a log, or nothing if there is none."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])


def await_serving(serves: Callable[[], bool], ended: Callable[[], bool], log: Path, within: float) -> None:
    """Return when a broker serves; raise with the end of its log if it ends first or takes too long."""
    until(lambda: ended() or serves(), within)
    if ended():
        raise failure(log)
    if not serves():
        raise StartError(f"a broker did not serve within {within:.0f} s; its log ends:\n{last_lines(log)}")


def failure(log: Path) -> StartError:
    """Return the error for a broker that ended instead of serving, by what its log says."""
    said = last_lines(log)
    kind = PortTakenError if "Address already in use" in said else StartError
    return kind(f"a broker ended instead of starting; its log ends:\n{said}")
