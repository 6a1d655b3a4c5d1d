"""What is wrong with a directory, told to whoever wrote it."""

from typing import NamedTuple

from hub.model.errors import HubError

Where = tuple[str | int, ...]
"""Keys from the top of the file down to the fault."""
Broken = tuple[Where, str]
"""Where a rule is broken, and the rule."""


class Fault(NamedTuple):
    """One thing that is wrong: in which line (0: nowhere in particular), which field, against which rule."""

    line: int
    field: str
    rule: str

    def told(self) -> str:
        """In one line, for whoever wrote the file."""
        at = f"line {self.line}: " if self.line else ""
        return f"{at}{self.field}: {self.rule}" if self.field else f"{at}{self.rule}"


class DirectoryError(HubError):
    """The directory cannot be used; its text has one line per fault."""

    def __init__(self, file: str, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(f"{file}: {fault.told()}" for fault in faults))
        self.file = file
        self.faults = faults
