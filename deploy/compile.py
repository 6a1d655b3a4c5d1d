"""Put a copy of the hub into a folder, with what runs for every event compiled to C: python deploy/compile.py FOLDER.

The program is the same: mypyc compiles the very modules that are read and tested, and whoever has no C compiler runs
them as they are. It is done in a copy, so that nobody edits a module and runs what it was before. To run the copy, put
FOLDER first in PYTHONPATH, and set PYTHONSAFEPATH where a checkout is the current folder.

A copy of the very same sources is left as it is. Exits with 3 where there is no C compiler or none of Python's headers.
"""

import hashlib
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("hub", "schemas", "consent", "agents")
COMPILED: Final = (
    "consent/register.py",
    "consent/terms.py",
    "schemas/codec.py",
    "schemas/encoder.py",
    "schemas/entries.py",
    "schemas/scan.py",
    "schemas/segments.py",
    "schemas/sheets.py",
    "hub/log.py",
    "hub/model/entry.py",
    "hub/model/keys.py",
    "hub/model/person.py",
    "hub/model/quick.py",
    "hub/model/ruling.py",
    "hub/model/timeline.py",
    "hub/sharing/*.py",
    "hub/kafka/batches.py",
    "agents/tally.py",
)
"""What every event goes through in sharing. The shells around it wait for the network and would gain nothing."""
NO_COMPILER: Final = 3
_MADE_OF: Final = ".made-of"
"""In the folder: a digest of what the copy was made of, written last."""
_BUILD: Final = """
import sys
from mypyc.build import mypycify
from setuptools import setup
setup(name="compiled", packages=[], ext_modules=mypycify(sys.argv.pop().split(), opt_level="3", debug_level="0"))
"""
_MADE_BY_MACHINES: Final = {".pyc", ".so"}
_COPIED: Final = shutil.ignore_patterns("__pycache__", "*.so")


def main(folder: Path) -> None:
    """Make the copy, unless it is there. Exits with what the compilers say where it cannot be compiled."""
    made_of, sources = folder / _MADE_OF, digest()
    if made_of.exists() and made_of.read_text("utf-8") == sources:
        return
    if not can_compile():
        sys.stderr.write("There is no C compiler here, or none of Python's headers (on Debian: gcc, python3-dev).\n")
        sys.exit(NO_COMPILER)
    shutil.rmtree(folder, ignore_errors=True)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=_COPIED)
    _compile(folder)
    made_of.write_text(sources, "utf-8")


def can_compile() -> bool:
    """Whether there is what C extensions of this Python are made with."""
    command = (sysconfig.get_config_var("CC") or "cc").split()[0]
    return shutil.which(command) is not None and Path(sysconfig.get_path("include"), "Python.h").exists()


def digest() -> str:
    """Of everything that the copy is made of, and of the Python that it is made for."""
    said = hashlib.sha256(sys.version.encode())
    for path in sorted(_sources()):
        said.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return said.hexdigest()


def _sources() -> Iterator[Path]:
    yield from (Path(__file__), ROOT / "pyproject.toml")
    for package in PACKAGES:
        files = (path for path in (ROOT / package).rglob("*") if path.is_file())
        yield from (path for path in files if path.suffix not in _MADE_BY_MACHINES)


def _compile(folder: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", folder)  # mypy's settings
    modules = sorted(str(path.relative_to(folder)) for which in COMPILED for path in folder.glob(which))
    command = [sys.executable, "-c", _BUILD, "build_ext", "--inplace", " ".join(modules)]
    done = subprocess.run(  # noqa: S603 - our own modules
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout)
    shutil.rmtree(folder / "build")
    shutil.rmtree(folder / ".mypy_cache", ignore_errors=True)
    (folder / "pyproject.toml").unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
