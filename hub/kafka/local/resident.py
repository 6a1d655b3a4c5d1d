"""One broker for a developer: it runs on after the command that started it, and keeps its data."""

import os
import re
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hub.kafka.local import jars, java, places, ports, properties, state, wire
from hub.kafka.local.cluster import ATTEMPTS, new_cluster_id
from hub.kafka.local.errors import LocalBrokerError, PortTakenError, StartError
from hub.kafka.local.node import START_WITHIN, STOP_WITHIN, await_serving, failure, last_lines
from hub.kafka.local.progress import Progress, quiet
from hub.kafka.local.properties import Address
from hub.kafka.local.wait import until

USUAL_PORT = 19092


@dataclass(frozen=True, slots=True)
class Status:
    """What can be said of the broker from outside."""

    serving: bool
    """It answers clients."""
    present: bool
    """Its process exists, or a command is starting it."""
    pid: int | None
    """Its process, or the one it had when it ended without being told to."""
    bootstrap: str | None
    """Where it listens, or did last."""
    bytes_kept: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Resident:
    """The broker kept under one home folder."""

    home: Path

    @property
    def folder(self) -> Path:
        """Everything of it: settings, data, log and state."""
        return self.home.absolute() / "kafka"

    @property
    def log(self) -> Path:
        """The log of its last start."""
        return self.folder / "broker.log"

    @property
    def _state(self) -> Path:
        return self.folder / "state.json"

    def status(self) -> Status:
        """Look, without changing anything."""
        present, known = state.held(self._state), state.read(self._state)
        return Status(
            serving=present and self._serves(),
            present=present,
            pid=known.pid,
            bootstrap=known.address.bootstrap if known.address else None,
            bytes_kept=_bytes_in(self.folder / "data"),
            folder=self.folder,
        )

    def up(self, progress: Progress = quiet, within: float = START_WITHIN) -> Status:
        """Return when it serves; started now, or already before.

        It listens where it did last if that is free, else at the usual port, else at any.
        """
        if not state.held(self._state):
            class_path = jars.class_path(places.cache(), progress)
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with state.claimed(self._state) as lock:
                if lock is not None:
                    self._start(lock, class_path, within)
        until(lambda: self._serves() or not state.held(self._state), within)
        found = self.status()
        if not found.serving:
            raise StartError(f"a broker that was already there does not serve\n{last_lines(self.log)}")
        return found

    def down(self, within: float = STOP_WITHIN) -> bool:
        """Stop it and keep its data; say whether there was anything to stop."""
        until(lambda: state.read(self._state).pid is not None or not state.held(self._state), within)
        was_there = state.held(self._state)
        if was_there:
            self._end(state.read(self._state).pid, within)
        state.note_stopped(self._state)
        return was_there

    def _end(self, pid: int | None, within: float) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            if pid is not None and state.held(self._state):
                os.kill(pid, number)
                until(lambda: not state.held(self._state), within)
        if state.held(self._state):
            raise LocalBrokerError(f"the broker does not stop (process {pid})")

    def _start(self, lock: int, class_path: str, within: float) -> None:
        last = state.forget_process(self._state)
        self.log.unlink(missing_ok=True)
        for attempt in range(1, ATTEMPTS + 1):
            address = choose(last)
            self._prepare(lock, class_path, address, within)
            try:
                self._run(lock, class_path, address, within)
            except PortTakenError:
                if attempt == ATTEMPTS:
                    raise
            else:
                return

    def _prepare(self, lock: int, class_path: str, address: Address, within: float) -> None:
        settings = properties.text(properties.server(1, [address], {}))
        (self.folder / "server.properties").write_text(settings, "ascii")
        if (self.folder / "data").exists():
            return
        # Formatted elsewhere and renamed: data either is not there or can be started from.
        with tempfile.TemporaryDirectory(prefix=".format-", dir=self.folder) as scratch:
            (Path(scratch) / "server.properties").write_text(settings, "ascii")
            formatter = self._spawn(lock, java.format_command(class_path, new_cluster_id()), Path(scratch))
            if formatter.wait(within) != 0:
                raise failure(self.log)
            (Path(scratch) / "data").rename(self.folder / "data")

    def _run(self, lock: int, class_path: str, address: Address, within: float) -> None:
        command = state.becoming(self._state, address, java.broker_command(class_path))
        process = self._spawn(lock, command, self.folder)
        try:
            await_serving(self._serves, lambda: process.poll() is not None, self.log, within)
        except BaseException:
            process.kill()
            process.wait()
            raise
        process.returncode = 0  # from here on it is nobody's child, and outlives this process

    def _spawn(self, lock: int, command: list[str], folder: Path) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as out:
            return subprocess.Popen(  # noqa: S603 - Java and a file of ours
                command,
                cwd=folder,
                env=java.environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                pass_fds=(lock,),
                start_new_session=True,
            )

    def _serves(self) -> bool:
        address = state.read(self._state).address
        answer = wire.ask(ports.HOST, address.broker) if address else None
        return answer is not None and answer.cluster == self._cluster_id() and 1 in answer.brokers

    def _cluster_id(self) -> str:
        formatted = self.folder / "data" / "meta.properties"
        found = re.search(r"^cluster\.id=(.*)$", formatted.read_text("ascii"), re.MULTILINE)
        return found.group(1) if found else ""


def choose(last: Address | None) -> Address:
    """Choose where to listen: where it did last, else the usual port, else any free one."""
    spare_broker, spare_controller = ports.free(2)
    wanted = [last.broker, USUAL_PORT] if last else [USUAL_PORT]
    broker = next(filter(ports.is_free, wanted), spare_broker)
    controller = last.controller if last and ports.is_free(last.controller) else spare_controller
    return Address(broker, controller)


def _bytes_in(folder: Path) -> int:
    """Return what the files take on disk; Kafka's index files look larger than they are."""
    return sum(_blocks(path) for path in folder.rglob("*")) * 512


def _blocks(path: Path) -> int:
    try:
        return path.stat().st_blocks
    except FileNotFoundError:  # a running broker deletes files while they are being counted
        return 0
