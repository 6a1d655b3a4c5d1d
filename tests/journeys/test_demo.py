"""The demo: it agrees with the scenarios, sees it when the policy does not, and leaves nothing behind."""

import json
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from hub import policies
from hub.demo.scenarios import SCENARIOS, read
from tests.journeys.demos import WITHIN, Demo, demo, environment, in_a_terminal

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

CHARITY = "bridge-charity.support"
AT_WORK = 5
"""Processes of a demo at least: its own, a guard and a broker, and two workers."""
BOLD_RED = "\x1b[1;31m"


@dataclass(frozen=True, slots=True)
class Ended:
    """A demo that is over."""

    code: int | None
    out: str
    err: str
    left: Sequence[str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A demo that stayed, what somebody did meanwhile, and its end."""

    told: Mapping[str, Any]
    tail: Sequence[Mapping[str, Any]]
    ended: Ended


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Kept]:
    """Two demos side by side: one in a pipe; one with --json and --keep, in which somebody looks around."""
    pipe, folder = tmp_path_factory.mktemp("pipe"), tmp_path_factory.mktemp("kept")
    with demo(pipe) as running, demo(folder, "--json", "--keep") as staying:
        told = json.loads(staying.read_until(_is_whole))
        tail = _tail(staying)
        staying.process.send_signal(signal.SIGINT)
        return _ended(running), Kept(told, tail, _ended(staying))


def _ended(running: Demo) -> Ended:
    out, err = running.end()
    return Ended(running.process.returncode, out, err, running.left())


@pytest.fixture(scope="module")
def in_a_pipe(both: tuple[Ended, Kept]) -> Ended:
    return both[0]


@pytest.fixture(scope="module")
def kept(both: tuple[Ended, Kept]) -> Kept:
    return both[1]


def _is_whole(text: str) -> bool:
    return text.endswith("\n}\n")


def _tail(running: Demo) -> list[dict[str, Any]]:
    """What the charity reads, with the settings that the demo says."""
    assert running.process.stderr is not None
    said = next(line for line in running.process.stderr if "export" in line)
    settings = dict(word.split("=", 1) for word in said.split()[1:])
    read = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "hub", "tail", CHARITY, "--once", "--json"],
        env=environment(running.temporary, **settings),
        capture_output=True,
        timeout=WITHIN,
        check=True,
        text=True,
    )
    return [json.loads(line) for line in read.stdout.splitlines()]


def _expectations() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Scenario and expectation, as they are committed."""
    for name in SCENARIOS:
        told = tomllib.loads((files("hub.demo.scenarios") / f"{name}.toml").read_text("utf-8"))
        yield from ((name, expected) for step in told["steps"] for expected in step.get("expect", ()))


def test_every_step_ends_as_the_scenarios_expect(in_a_pipe: Ended) -> None:
    expected = [f"as expected: {one['desk']} {one['verdict']}" for _, one in _expectations()]
    found = [line.strip() for line in in_a_pipe.out.splitlines() if "as expected: " in line]
    assert (in_a_pipe.code, in_a_pipe.err) == (0, "")
    assert sorted(line[: len(start)] for line, start in zip(sorted(found), sorted(expected), strict=True)) == sorted(
        expected
    )
    assert "Every step ended as the scenarios expect." in in_a_pipe.out
    assert "DIFFERS" not in in_a_pipe.out


def test_each_step_is_told_in_words_with_what_was_given_and_what_was_kept_back(in_a_pipe: Ended) -> None:
    steps = [line for line in in_a_pipe.out.splitlines() if re.match(r"SP-\d\d, step ", line)]
    assert len(steps) == sum(_steps(name) for name in SCENARIOS)
    assert "was given: name, date of birth and aliases; need for help, in codes." in in_a_pipe.out
    assert "The person agreed to it (CONSENT)." in in_a_pipe.out
    assert "The person withdrew just before it would have been sent (WITHDRAWN_AT_SEND)." in in_a_pipe.out


def _steps(name: str) -> int:
    return len(tomllib.loads((files("hub.demo.scenarios") / f"{name}.toml").read_text("utf-8"))["steps"])


def _entries(name: str) -> int:
    """An event has one entry in the timeline, or one for each place that it names."""
    named = [set((step.body.get("status") or {}).get("entries", ())) for step in read(name).steps]
    return sum(len(places) or 1 for places in named)


def test_it_ends_with_an_auditors_question_and_with_counts(in_a_pipe: Ended) -> None:
    end = in_a_pipe.out[in_a_pipe.out.index("An auditor asks") :]
    [counts] = re.findall(r"accepted (\d+), decided (\d+), disclosed (\d+), withheld (\d+), quarantined 0\.", end)
    accepted, decided, disclosed, withheld = map(int, counts)
    assert accepted == sum(_entries(name) for name in SCENARIOS)
    assert decided == disclosed + withheld
    assert "On record as consultation 1." in end


def test_in_a_pipe_there_are_no_colours_and_no_progress(in_a_pipe: Ended) -> None:
    assert not {"\x1b", "\r", "\b"} & set(in_a_pipe.out + in_a_pipe.err)


def test_a_demo_that_is_over_leaves_no_process_and_no_file(in_a_pipe: Ended, kept: Kept) -> None:
    assert (in_a_pipe.left, kept.ended.left) == ([], [])


def test_json_says_the_same_to_a_program(kept: Kept) -> None:
    told = kept.told
    expected = [(step["scenario"], one["desk"], one["verdict"]) for step in told["steps"] for one in step["expected"]]
    assert told["agrees"] is True
    assert sorted(expected) == sorted((name, one["desk"], one["verdict"]) for name, one in _expectations())
    assert [step["differences"] for step in told["steps"]] == [[]] * len(told["steps"])
    assert told["counts"]["decided"] == told["counts"]["disclosed"] + told["counts"]["withheld"]
    assert {row["desk"] for row in told["audit"]["rows"]} == {CHARITY}


def test_a_demo_that_is_kept_can_be_looked_around_in_until_it_is_stopped(kept: Kept) -> None:
    given = [row["type"] for row in kept.told["audit"]["rows"] if row["verdict"] in {"PERMIT", "REDACT"}]
    read = [message["type"] for message in kept.tail if message["type"] != "receipt"]
    assert given
    assert sorted(read) == sorted(given)
    assert kept.ended.code == 0


def test_one_cell_of_the_matrix_makes_a_red_line_and_exit_code_1(tmp_path: Path) -> None:
    policy, temporary = tmp_path / "policy", tmp_path / "temporary"
    temporary.mkdir()
    _with_one_cell_closed(policy)
    command = [sys.executable, "-m", "hub", "demo"]
    code, seen = in_a_terminal(command, temporary, environment(temporary, HUB_POLICY=str(policy)))
    wrong = [line for line in seen.splitlines() if "DIFFERS" in line]
    assert code == 1
    assert wrong
    assert all(CHARITY in line for line in wrong)
    assert f"{BOLD_RED}DIFFERS" in seen
    assert f"{BOLD_RED}Something differs from what the scenarios expect." in seen
    assert list(temporary.iterdir()) == []


def _with_one_cell_closed(folder: Path) -> None:
    """The policy that ships, but that a charity is never told of a need for help."""
    folder.mkdir()
    for name in policies.TEXTS:
        shutil.copy(str(files("consent") / name), folder / name)
    views = folder / "views.toml"
    health = re.compile(r'(\[health\].*?^CVO +=\s*\[)"C/P"', re.DOTALL | re.MULTILINE)
    changed, times = health.subn(r'\1"-"', views.read_text("utf-8"))
    assert times == 1
    views.write_text(changed, "utf-8")


def test_a_demo_that_is_ended_or_killed_midway_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    folders = {how: tmp_path / how.name for how in (signal.SIGTERM, signal.SIGKILL)}
    for folder in folders.values():
        folder.mkdir()
    ended_by_script = demo(folders[signal.SIGTERM], in_background=True)
    with ended_by_script as ended, demo(folders[signal.SIGKILL]) as killed:
        for running, how in ((ended, signal.SIGTERM), (killed, signal.SIGKILL)):
            running.read_until(lambda shown: "SP-01, step 1" in shown)
            assert len(running.left()) >= AT_WORK
            running.process.send_signal(how)
        for running in (ended, killed):
            running.end()
            assert running.process.returncode != 0
            assert running.is_gone(), running.left()
