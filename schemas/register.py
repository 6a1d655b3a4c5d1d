"""Make the registered schemas from the authored ones: `python -m schemas.register`, `--check` to write nothing.

A registered schema is never changed: recipients hold copies written with it. A change of an authored schema becomes a
new id, and only if every version so far can read it and be read by it. Both ways exit 1 when something is wrong.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from schemas.catalogue import Registered, file_name, read
from schemas.errors import CatalogueError
from schemas.shape import collapsed, expanded, source

HERE: Final = Path(__file__).parent
HEADING: Final = "# Made by `python -m schemas.register`. What stands here is never changed, only added to.\n"


def texts(folder: Path) -> dict[str, str]:
    """Return the self-contained text of every authored event and notice, by full name."""
    names = [path.stem for path in sorted(folder.glob("*.avsc"))]
    roots = [name for name in names if source(name).keys() & {"event", "notice"}]
    return {name: json.dumps(collapsed(expanded(source(name))), indent=1) + "\n" for name in roots}


def additions(wanted: dict[str, str], held: Sequence[Registered]) -> tuple[Registered, ...]:
    """Return what has to be registered: each authored schema that differs from the newest of its name."""
    newest = {entry.name: entry.text for entry in held}
    changed = [name for name, text in wanted.items() if newest.get(name) != text]
    first = max((entry.id for entry in held), default=0) + 1
    return tuple(Registered(first + n, name, wanted[name]) for n, name in enumerate(changed))


def write(folder: Path, held: Sequence[Registered], added: Sequence[Registered]) -> None:
    """Write what is added; rewrite the list of sums."""
    for entry in added:
        (folder / file_name(entry.id, entry.name)).write_text(entry.text, "utf-8")
    (folder / "ids.toml").write_text(HEADING + "".join(map(_row, (*held, *added))), "utf-8")


def _row(entry: Registered) -> str:
    digest = hashlib.sha256(entry.text.encode()).hexdigest()
    return f'\n[{entry.id}]\nname = "{entry.name}"\nsha256 = "{digest}"\n'


def main(arguments: Sequence[str] | None = None) -> int:
    """Register what is new, or with --check say what is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m schemas.register", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything would change")
    check = parser.parse_args(arguments).check
    folder = HERE / "registered"
    held = read(folder) if (folder / "ids.toml").exists() else ()
    added = additions(texts(HERE / "source"), held)
    if not check:
        write(folder, held, added)
    for entry in added:
        sys.stderr.write(f"{'differs' if check else 'registered'}: {entry.name} ({entry.id})\n")
    return int(check and bool(added))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CatalogueError as error:
        sys.exit(f"schemas: {error}")
