"""The compiled hub is the same hub: the same tests hold on it, and it writes the same bytes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import ground
from tests.deploy.files import DEPLOY, ROOT

pytestmark = pytest.mark.slow
TESTS = ("tests/consent", "tests/contract", "tests/hub/model", "tests/hub/sharing", "tests/journeys", "tests/schemas")
REFUSED_SOONER = (
    "tests/schemas/test_codec.py::test_a_body_that_is_not_what_the_schema_says_is_not_written",
    "tests/schemas/test_codec.py::test_an_error_in_a_record_of_the_hub_does_not_quote_it",
    "tests/schemas/test_segments.py::test_an_envelope_that_does_not_fit_is_not_joined_and_not_quoted",
    "tests/schemas/test_sheets.py::test_what_does_not_fit_is_refused_without_being_quoted",
)
"""They hand over values of other types than the signature says, which compiled code refuses at the door: TypeError."""
REPLAY = """
import hashlib, sys
from hub.sharing import registers
from tests.bench import ground, population, sharing
compiled = registers.__file__.endswith(".so")
known = population.directory(2)
made = population.entries(known, people=40, events=400, end_ms=1_800_000_000_000)
[timeline] = ground.timeline(made, 1)
said = hashlib.sha256(repr(sharing.records(known, timeline, stamped=1_800_000_000_000)).encode()).hexdigest()
print(compiled, said)
"""


@pytest.fixture(scope="module")
def compiled() -> Path:
    made = ground.compiled()
    if made is None:
        pytest.skip("there is no C compiler here, or none of Python's headers")
    return made


def run(*command: str, program: Path | None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **ground.reading_from(program)}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603


def test_what_holds_of_the_hub_holds_of_it_compiled(compiled: Path) -> None:
    apart = [f"--deselect={test}" for test in REFUSED_SOONER]
    told = run("-m", "pytest", "-q", "-m", "not kafka and not slow", *apart, *TESTS, program=compiled)
    assert told.returncode == 0, told.stdout[-5000:]


def test_what_compiled_code_refuses_sooner_it_does_refuse(compiled: Path) -> None:
    told = run("-m", "pytest", "-q", *REFUSED_SOONER, program=compiled)
    assert f"{len(REFUSED_SOONER)} failed" in told.stdout
    assert "TypeError" in told.stdout


def test_compiled_or_not_it_writes_the_same_bytes(compiled: Path) -> None:
    as_it_is, in_c = (run("-c", REPLAY, program=program) for program in (None, compiled))
    assert not as_it_is.returncode, as_it_is.stderr
    assert not in_c.returncode, in_c.stderr
    assert (as_it_is.stdout.split()[0], in_c.stdout.split()[0]) == ("False", "True")
    assert as_it_is.stdout.split()[1] == in_c.stdout.split()[1]


def test_a_copy_of_the_same_sources_is_not_made_again(compiled: Path) -> None:
    before = (compiled / ".made-of").stat().st_mtime_ns
    assert not run(str(DEPLOY / "compile.py"), str(compiled), program=None).returncode
    assert (compiled / ".made-of").stat().st_mtime_ns == before
