"""Whether a key file is the one that something was made with, found out without showing a key.

Beside a key's place cryptographers keep its check value: a fixed text authenticated under it, cut short. It reveals
nothing of the key, and two keys with the same one are not met by chance. With another home's keys every person would be
a stranger: what they had refused would be forgotten, and decided anew.
"""

from dataclasses import fields
from typing import Final

from hub.model.errors import HubError
from hub.model.keys import Keys, Mac

_TEXT: Final = b"key check value of a sharing hub"
_BYTES: Final = 8
_NAMES: Final = tuple(field.name for field in fields(Keys))


class ForeignKeysError(HubError):
    """The key file is not the one that what stands there was made with; nothing is decided or shown with it."""


def check_value(keys: Keys) -> str:
    """Of all four keys, in their order, each 16 hexadecimal digits (HMAC-SHA-256, cut), with hyphens between."""
    return "-".join(Mac(getattr(keys, name))(_TEXT)[:_BYTES].hex() for name in _NAMES)


def must_match(where: str, known: str, mine: str) -> None:
    """Raise ForeignKeysError unless what is known of the keys that made what stands there is true of mine."""
    if known != mine:
        raise ForeignKeysError(
            f"{where} was made with other keys than these ({', '.join(_differing(known, mine))}): set HUB_KEY_FILE to "
            "the key file of the home that made it, or HUB_HOME to that home"
        )


def _differing(known: str, mine: str) -> tuple[str, ...]:
    """Which of the keys are others; all of them where that cannot be told."""
    words = known.split("-")
    if len(words) != len(_NAMES):
        return _NAMES
    return tuple(name for name, one, other in zip(_NAMES, words, mine.split("-"), strict=True) if one != other)
