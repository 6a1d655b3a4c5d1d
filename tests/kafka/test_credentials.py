"""The whole hub at a broker that asks everybody for a name and a password: each comes by its own, and gets by."""

import asyncio
import os
import secrets
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path

import pytest

from hub import credentials
from hub.kafka.local import Cluster, ports
from tests.kafka.test_access import described, user

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

HUB = (credentials.INTAKE, credentials.SHARING, credentials.LEDGER, credentials.STATISTICS, credentials.OPERATOR)
CUSTODY, TEAM = "avon-police.custody", "avon-ld.team"
PASSWORDS = {name: secrets.token_hex(16) for name in (*HUB, CUSTODY, TEAM)}
ARREST = Path(str(resources.files("schemas"))) / "examples" / "arrest.json"
WITHIN = 90.0


@pytest.fixture
def home(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a new hub's home, beside a broker at which nobody gets in without a name."""
    door, broker, controller = ports.free(3)
    named = {f"User:{name}": word for name, word in PASSWORDS.items()}
    changes = described(door, broker, controller, named)
    changes["super.users"] += f";User:{credentials.OPERATOR}"
    with Cluster(changes=changes, choose_ports=lambda _: [broker, controller]):
        yield {
            **{name: value for name, value in os.environ.items() if not name.startswith("HUB_")},
            "HUB_HOME": str(tmp_path / "home"),
            "HUB_BOOTSTRAP": f"{ports.HOST}:{door}",
            "HUB_REPLICATION": "1",
            "HUB_CREDENTIALS": str(written(tmp_path / "credentials.toml", PASSWORDS)),
        }


def written(path: Path, names: dict[str, str]) -> Path:
    lines = ['protocol = "SASL_PLAINTEXT"', 'mechanism = "PLAIN"', "[names]"]
    path.write_text("\n".join([*lines, *(f'"{name}" = "{word}"' for name, word in names.items())]), "utf-8")
    path.chmod(0o600)
    return path


async def said(home: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Exit code and words of one command."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hub", *arguments, env=home, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), WITHIN)
    return process.returncode or 0, (out + err).decode()


@asynccontextmanager
async def running(home: dict[str, str], *arguments: str, until: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hub", *arguments, env=home, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
    )
    try:
        assert process.stderr is not None
        words = []
        async with asyncio.timeout(WITHIN):
            while line := (await process.stderr.readline()).decode():
                words.append(line)
                if line.rstrip().endswith(until):
                    break
        assert words
        assert words[-1].rstrip().endswith(until), words
        drain = asyncio.create_task(process.stderr.read())
        yield process
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), WITHIN) == 0
        await drain
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_everybody_comes_by_a_name_and_an_event_goes_all_the_way(home: dict[str, str], tmp_path: Path) -> None:
    assert (await said(home, "init"))[0] == 0
    code, told = await said(home, "topics", "apply")
    assert code == 0, told
    async with running(home, "worker", until="ready"):
        code, told = await said(home, "publish", "--as", CUSTODY, str(ARREST))
        assert code == 0, told
        async with asyncio.timeout(WITHIN):
            while "arrest" not in (inbox := (await said(home, "tail", TEAM, "--once"))[1]):
                assert "Error" not in inbox
        assert "health minimum" in inbox or "health_minimum" in inbox

        stranger = {**home, "HUB_CREDENTIALS": str(written(tmp_path / "two", {CUSTODY: "wrong"}))}
        code, told = await said(stranger, "publish", "--as", CUSTODY, str(ARREST))
        assert code == 1
        assert "does not let this name in" in told
        code, told = await said(stranger, "tail", TEAM, "--once")
        assert code == 1
        assert f"names: has no {TEAM}" in told
        assert user(TEAM) in told

        async with counting(home):
            async with asyncio.timeout(WITHIN):
                while "LD_TEAM" not in (shown := (await said(home, "statistics", "show"))[1]):
                    assert "Error" not in shown
        code, told = await said(home, "doctor")
        assert "sharing" in told


@asynccontextmanager
async def counting(home: dict[str, str]) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hub", "statistics", "count", env=home, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
    )
    try:
        yield
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        _, words = await asyncio.wait_for(process.communicate(), WITHIN)
        assert process.returncode == 0, words.decode()
