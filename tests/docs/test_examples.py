"""The tutorials' samples, run as a developer at an agency does: as programs of their own, against a hub that runs."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.house import SCHEMAS, WITHIN, Hub, hub

__all__ = ["hub"]

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "docs" / "examples"
PUBLISHER, TEAM = "avon-police.custody", "avon-ld.team"
NODE, NPM = shutil.which("node"), shutil.which("npm")


def arrest(folder: Path, event_id: str) -> Path:
    """The committed example under an id of its own, as the tutorials make it."""
    text = (SCHEMAS / "examples" / "arrest.json").read_text("utf-8")
    file = folder / f"{event_id}.json"
    file.write_text(text.replace("avon-custody-26-0001", event_id), "utf-8")
    return file


async def run(hub: Hub, command: Sequence[str | Path], folder: Path) -> str:
    """What a program says; it must end by itself and well."""
    surroundings = {**os.environ, "HUB_BOOTSTRAP": hub.bootstrap, "HUB_SCHEMAS": str(SCHEMAS / "registered")}
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=surroundings, stdout=PIPE, stderr=PIPE)
    try:
        told, complaint = await asyncio.wait_for(process.communicate(), WITHIN)
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode == 0, complaint.decode()
    return told.decode()


async def there_and_back(hub: Hub, publish: Sequence[str | Path], receive: Sequence[str | Path], folder: Path) -> None:
    """One event is sent, the copy is read by who may, and its receipt by who sent it."""
    said = await run(hub, [*publish, PUBLISHER, arrest(folder, f"from-{folder.name}")], folder)
    assert re.fullmatch(rf"arrest is at in\.{PUBLISHER}, partition 0, offset \d+\n", said)
    copy = json.loads(await run(hub, [*receive, TEAM, "1"], folder))
    receipt = json.loads(await run(hub, [*receive, PUBLISHER, "1"], folder))
    assert (copy["type"], copy["cj_summary"]["status"], copy["envelope"]["basis"]) == (
        ("arrest", "DETAINED", ["CUSTODY_CARE"])
    )
    assert "criminal_justice" not in copy
    assert (receipt["type"], receipt["event_id"], receipt["outcome"]) == (
        ("receipt", f"from-{folder.name}", "DELIVERED")
    )


@pytest.mark.kafka
@pytest.mark.timeout(180)
@pytest.mark.asyncio(loop_scope="module")
async def test_the_python_samples_send_an_event_and_read_what_came_of_it(hub: Hub, tmp_path: Path) -> None:
    folder = shutil.copytree(SAMPLES / "python", tmp_path / "python")
    await there_and_back(hub, [sys.executable, "publish.py"], [sys.executable, "receive.py"], folder)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["publish.py"], "python publish.py DESK FILE"),
        (["publish.py", PUBLISHER, "nothing.json"], "nothing.json: No such file or directory"),
        (["publish.py", PUBLISHER, "wire.py"], "wire.py: is not JSON"),
        (["publish.py", PUBLISHER, "list.json"], "list.json: envelope.type: must be the type of an event"),
        (["publish.py", PUBLISHER, "typo.json"], "typo.json: envelope.type: no schema of such an event"),
        (["receive.py"], "python receive.py DESK [COUNT]"),
        (["receive.py", TEAM, "some"], "python receive.py DESK [COUNT]"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_a_sentence(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    folder = shutil.copytree(SAMPLES / "python", tmp_path / "python")
    (folder / "list.json").write_text("[]", "utf-8")
    (folder / "typo.json").write_text('{"envelope": {"type": "arrset"}}', "utf-8")
    there = {**os.environ, "HUB_SCHEMAS": str(SCHEMAS / "registered")}
    command = [sys.executable, *arguments]
    told = subprocess.run(command, cwd=folder, env=there, capture_output=True, text=True, check=False)  # noqa: S603
    assert told.returncode == 1
    assert sentence in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.kafka
@pytest.mark.timeout(120)
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("arguments", [["publish.py", "avon-ld.taem", "arrest.json"], ["receive.py", "avon-ld.taem"]])
async def test_a_desk_that_is_nobody_does_not_blame_the_broker(hub: Hub, tmp_path: Path, arguments: list[str]) -> None:
    folder = shutil.copytree(SAMPLES / "python", tmp_path / "python")
    arrest(folder, "arrest")
    there = {**os.environ, "HUB_BOOTSTRAP": hub.bootstrap, "HUB_SCHEMAS": str(SCHEMAS / "registered")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=folder, env=there, stdout=PIPE, stderr=PIPE
    )
    _, complaint = await asyncio.wait_for(process.communicate(), WITHIN)
    assert (process.returncode, b"is that the name of a desk?" in complaint) == (1, True), complaint


@pytest.mark.slow
@pytest.mark.kafka
@pytest.mark.timeout(300)
@pytest.mark.skipif(not (NODE and NPM), reason="neither Node nor npm is needed by the hub; here they are not installed")
@pytest.mark.asyncio(loop_scope="module")
async def test_the_node_samples_do_the_same(hub: Hub, tmp_path: Path) -> None:
    assert NODE
    folder = shutil.copytree(SAMPLES / "node", tmp_path / "node", ignore=shutil.ignore_patterns("node_modules"))
    await asyncio.to_thread(_install, folder)
    await there_and_back(hub, [NODE, "publish.mjs"], [NODE, "receive.mjs"], folder)


def _install(folder: Path) -> None:
    assert NPM
    command = [NPM, "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
    outcome = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)  # noqa: S603
    if outcome.returncode:
        pytest.skip("npm install did not work: no package index can be reached from here")


@pytest.mark.skipif(not NODE, reason="Node is not installed; the hub does not need it")
@pytest.mark.parametrize("file", sorted((SAMPLES / "node").glob("*.mjs")), ids=lambda file: file.name)
def test_node_can_read_the_samples(file: Path) -> None:
    assert NODE
    assert subprocess.run([NODE, "--check", file], capture_output=True, check=False).returncode == 0  # noqa: S603


def test_the_samples_pin_what_they_need_and_name_no_registry() -> None:
    package = json.loads((SAMPLES / "node" / "package.json").read_text("utf-8"))
    pinned = (SAMPLES / "python" / "requirements.txt").read_text("utf-8").split()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["dependencies"].values())
    assert all(re.fullmatch(r"[a-z-]+==\d+\.\d+\.\d+", line) for line in pinned)
    assert "package-lock.json" in (SAMPLES / "node" / ".gitignore").read_text("utf-8").split()


@pytest.mark.parametrize("language", ["python", "node"])
def test_a_tutorial_names_only_files_that_are_there(language: str) -> None:
    pages = [(ROOT / "docs" / f"{verb}-your-first-event.md").read_text("utf-8") for verb in ("publish", "receive")]
    named = {name for page in pages for name in re.findall(rf"docs/examples/{language}/?([\w.]*)", page)}
    assert named
    assert all((SAMPLES / language / name).exists() for name in named)
