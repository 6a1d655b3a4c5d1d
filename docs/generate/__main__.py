"""``python -m docs.generate``: write the reference pages that are stale, and say which."""

import sys

from docs.generate import write

for path in write():
    sys.stdout.write(f"docs/{path}\n")
