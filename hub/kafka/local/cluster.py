"""One broker or several on this machine, for as long as a block lasts."""

import asyncio
import base64
import secrets
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from hub.kafka.local import jars, java, places, ports, properties
from hub.kafka.local import named as named_door
from hub.kafka.local.errors import PortTakenError, StartError
from hub.kafka.local.keeper import Keeper
from hub.kafka.local.node import START_WITHIN, Node, failure
from hub.kafka.local.progress import Progress, quiet
from hub.kafka.local.properties import Address
from hub.kafka.local.wait import until

ATTEMPTS = 3


class Cluster:
    """Apache Kafka on free ports of this machine; gone, with its data, when the block or the process ends.

    ``with Cluster() as kafka: kafka.bootstrap`` or ``async with``; three nodes keep three copies, need two in
    sync and never elect an unclean leader. ``changes`` are broker properties that have the last word.

    ``named``: passwords by name; then each node has a second door (``door``), over TLS, that asks for one of them, and
    what no access rule allows is refused there, save to ``operator``. Clients trust ``certificate``.
    """

    def __init__(  # noqa: PLR0913 - each says one thing of a cluster, and most say none
        self,
        nodes: int = 1,
        *,
        changes: Mapping[str, str] | None = None,
        named: Mapping[str, str] | None = None,
        operator: str = "hub-operator",
        heap_mb: int = java.HEAP_MB,
        progress: Progress = quiet,
        choose_ports: Callable[[int], list[int]] = ports.free,
    ) -> None:
        """Describe a cluster; nothing runs yet."""
        self.nodes: tuple[Node, ...] = ()
        self.cluster_id = new_cluster_id()
        self._size, self._changes, self._heap_mb = nodes, dict(changes or {}), heap_mb
        self._progress, self._choose_ports = progress, choose_ports
        self._keeper: Keeper | None = None
        self._named, self._operator = dict(named or {}), operator
        self._doors: list[int] = []
        self._folder: Path | None = None

    @property
    def door(self) -> str:
        """The addresses at which names are asked for."""
        return ",".join(f"{ports.HOST}:{door}" for door in self._doors)

    @property
    def certificate(self) -> Path:
        """By which clients know the nodes at their doors; of a cluster that has been started."""
        if self._folder is None:
            raise StartError("a cluster that was not started has no certificate")
        return self._folder / named_door.CERTIFICATE

    @property
    def bootstrap(self) -> str:
        """All nodes' addresses, as clients take them."""
        return ",".join(node.bootstrap for node in self.nodes)

    def start(self, within: float = START_WITHIN) -> Self:
        """Fetch if need be, start every node, and return when each serves and knows the others."""
        class_path = jars.class_path(places.cache(), self._progress)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._start(class_path, within)
            except PortTakenError:
                self.stop()
                if attempt == ATTEMPTS:
                    raise
            except BaseException:
                self.stop()
                raise
            else:
                break
        return self

    def stop(self) -> None:
        """End every node at once and remove the data; nothing is left running or on disk."""
        if self._keeper is not None:
            self._keeper.close()
            self._keeper = None

    def _start(self, class_path: str, within: float) -> None:
        folder = Path(tempfile.mkdtemp(prefix="mappa-sharing-hub-kafka-"))
        self._folder, self._keeper = folder, Keeper(folder, java.environment())
        self.nodes = self._described(folder, self._keeper)
        self._format(self._keeper, class_path, within)
        for node in self.nodes:
            node.launch()
        for node in self.nodes:
            node.await_ready(frozenset(range(1, self._size + 1)), within)

    def _described(self, folder: Path, keeper: Keeper) -> tuple[Node, ...]:
        found = self._choose_ports(2 * self._size)
        addresses = [Address(*pair) for pair in zip(found[::2], found[1::2], strict=True)]
        return tuple(
            Node(number, address, folder / f"node-{number}", keeper) for number, address in enumerate(addresses, 1)
        )

    def _format(self, keeper: Keeper, class_path: str, within: float) -> None:
        addresses = [node.address for node in self.nodes]
        formatting = java.format_command(class_path, self.cluster_id, named_door.known_as(self._named))
        running = java.broker_command(class_path, self._heap_mb)
        formatters = {}
        key = self._open_doors() if self._named else ""
        for node in self.nodes:
            settings = self._settings(node, addresses, key)
            formatters[node] = node.prepare(settings, formatting, running, self.cluster_id)
        for node, pid in formatters.items():
            await_success(keeper, pid, node, within)

    def _open_doors(self) -> str:
        """Choose where the doors are; the key and certificate that all of them have."""
        self._doors = ports.free(self._size)
        return named_door.make_certificate(self.certificate.parent)

    def _settings(self, node: Node, addresses: Sequence[Address], key: str) -> Mapping[str, str]:
        usual = properties.server(node.number, addresses, self._changes)
        if not self._named:
            return usual
        node.folder.mkdir()
        (node.folder / named_door.KEY_FILE).write_text(key, "ascii")
        return {**usual, **named_door.properties(self._doors[node.number - 1], usual, self._operator)}

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)


def await_success(keeper: Keeper, pid: int, node: Node, within: float) -> None:
    """Return when the process has ended well; raise with the node's log if not."""
    if not until(lambda: keeper.returncode(pid) is not None, within):
        raise StartError(f"broker {node.number} could not be formatted within {within:.0f} s\n{node.log()}")
    if keeper.returncode(pid) != 0:
        raise failure(node.log_file)


def new_cluster_id() -> str:
    """Return an id as Kafka makes them: 16 random bytes, URL-safe base64 without padding, no dash in front."""
    return base64.urlsafe_b64encode(b"\0" + secrets.token_bytes(15)).decode().rstrip("=")
