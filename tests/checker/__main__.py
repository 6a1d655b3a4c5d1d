"""`python -m tests.checker BOOTSTRAP [--ledger FILE] [--canary TEXT]... [--log FILE]...`: a line for each guarantee.

Exit code 1 where one was broken.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.checker import log
from tests.checker.guarantees import Finding, check

SHOWN: Final = 10


def main(words: Sequence[str] | None = None) -> int:
    """Read, check, tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("bootstrap")
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--canary", action="append", default=[], type=str.encode)
    parser.add_argument("--log", action="append", default=[], type=Path)
    said = parser.parse_args(words)
    found = check(log.read(said.bootstrap, said.ledger, said.canary, said.log))
    sys.stdout.write("\n".join(line for one in found for line in told(one)) + "\n")
    return int(any(one.faults for one in found))


def told(one: Finding) -> list[str]:
    """A guarantee in words, and the first of what broke it."""
    head = f"{one.name:<4}{one.looked_at:>9} looked at{len(one.faults):>6} broken"
    more = [f"     … and {len(one.faults) - SHOWN} more"] if len(one.faults) > SHOWN else []
    return [head, *(f"     {fault}" for fault in one.faults[:SHOWN]), *more]


if __name__ == "__main__":
    sys.exit(main())
