"""Put a copy of the hub into a folder, with what runs for every event compiled to C: python deploy/compile.py FOLDER.

The program is the same: mypyc compiles the very modules that are read and tested, and whoever has no C compiler runs
them as they are. It is done in a copy, so that nobody edits a module and runs what it was before. To run the copy, put
FOLDER first in PYTHONPATH. Needs a C compiler, Python's headers, and mypy with its extra mypyc.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("hub", "schemas", "consent", "agents")
COMPILED: Final = (
    "consent/register.py",
    "consent/terms.py",
    "schemas/codec.py",
    "schemas/encoder.py",
    "schemas/segments.py",
    "schemas/sheets.py",
    "hub/log.py",
    "hub/model/entry.py",
    "hub/model/keys.py",
    "hub/model/person.py",
    "hub/model/ruling.py",
    "hub/model/timeline.py",
    "hub/sharing/*.py",
    "hub/kafka/batches.py",
    "agents/tally.py",
)
"""What every event goes through in sharing. The shells around it wait for the network and would gain nothing."""
_BUILD: Final = """
import sys
from mypyc.build import mypycify
from setuptools import setup
setup(name="compiled", packages=[], ext_modules=mypycify(sys.argv.pop().split(), opt_level="3", debug_level="0"))
"""
_COPIED: Final = shutil.ignore_patterns("__pycache__", "*.so")


def main(folder: Path) -> None:
    """Make the copy anew. Exits with what the compilers say where it cannot be compiled."""
    shutil.rmtree(folder, ignore_errors=True)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=_COPIED)
    shutil.copy(ROOT / "pyproject.toml", folder)  # mypy's settings
    modules = sorted(str(path.relative_to(folder)) for which in COMPILED for path in folder.glob(which))
    command = [sys.executable, "-c", _BUILD, "build_ext", "--inplace", "--quiet", " ".join(modules)]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(done.stdout)
    shutil.rmtree(folder / "build")
    (folder / "pyproject.toml").unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
