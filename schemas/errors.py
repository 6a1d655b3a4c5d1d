"""What cannot be read or written is said in codes: no text of an error here ever holds a value from a body."""


class SchemasError(Exception):
    """Base of this package's errors. Its text is made of codes, ids and field names only."""

    def __init__(self, code: str, *where: str) -> None:
        super().__init__(" ".join((code, *where)))
        self.code = code


class UnknownSchemaError(SchemasError):
    """No registered event has this id or type."""


class CatalogueError(SchemasError):
    """The registered schemas are not what their sums say, or cannot be read."""


class WireError(SchemasError):
    """Bytes that are not a registered event, or a value that no such bytes can be made of.

    Codes when reading: TOO_LARGE, NOT_FRAMED, UNKNOWN_SCHEMA, TRUNCATED, TRAILING_BYTES, TOO_MANY_ITEMS, MALFORMED.
    When writing: NOT_ENCODABLE, TOO_LARGE.
    """


class PlainError(SchemasError):
    """Plain JSON that is not the event its schema describes. It names the rule and the place, never the value.

    Codes: NOT_JSON, UNKNOWN_KEY, MISSING, WRONG_TYPE, OUT_OF_RANGE.
    """

    def __init__(self, code: str, path: str, expected: str = "") -> None:
        super().__init__(code, *filter(None, (path, expected and f"expected {expected}")))
        self.path = path
        self.expected = expected


class UnknownListError(SchemasError):
    """A code list that does not exist was asked for."""
