"""What the policy raises when it cannot be read. A refusal to share is an answer, never one of these."""


class ConsentError(Exception):
    """Base of everything that `consent` itself raises."""


class PolicyError(ConsentError):
    """A policy text says something that it may not; nothing is decided under it.

    It carries the rule's code, the file, the table and field at fault, and the line, never the word that stands there.
    """

    def __init__(self, code: str, file: str, table: str = "", field: str = "", line: int = 0) -> None:
        place = ", ".join(part for part in (table, field) if part)
        super().__init__(f"{file}, line {line}: {code}" + (f" in {place}" if place else ""))
        self.code = code
        self.file = file
        self.table = table
        self.field = field
        self.line = line
