"""From an entry to its outcome: who is asked, what each is told and why, and what that leaves behind. Pure.

The stages, each a module: repeats, fold, case, candidates, decide with facts and join, forward with receipts. Then
records writes the outcome down, and registers keeps a partition's people between entries.
"""

from hub.sharing.process import process

__all__ = ["process"]
