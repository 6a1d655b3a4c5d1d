"""Every command with its options and exit codes, as the program itself declares them."""

import inspect
from collections.abc import Iterator
from typing import Any

import typer

from docs.generate import markdown
from docs.generate.markdown import code, table
from hub.cli import WHAT_IT_IS, app

_INTRO = """Exit codes mean the same everywhere: 0 done; 1 failed, or a scenario differs; 2 wrong usage; 3 not running;
4 nothing found. Where a command has its own, it says so. An identifier is never an argument: it is read at a prompt or
from standard input."""


def page() -> str:
    """The page."""
    sections = (text for name, command in _all("hub", typer.main.get_command(app)) for text in _command(name, command))
    return markdown.page("# Commands", " ".join(WHAT_IT_IS.split()), _INTRO, *sections)


def _all(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", {})
    if not below:
        yield name, command
    for word in sorted(below):
        yield from _all(f"{name} {word}", below[word])


def _command(name: str, command: Any) -> Iterator[str]:
    yield f"## {name}"
    yield inspect.cleandoc(command.help or "")
    shown = [one for one in command.params if one.name != "help" and not one.hidden]
    yield table(("Argument or option", "Takes", "Is"), map(_parameter, shown))


def _parameter(one: Any) -> tuple[str, str, str]:
    option = one.opts[0].startswith("-")
    name = ", ".join(map(code, one.opts)) if option else code(one.metavar or one.name.upper())
    needed = " Required." if one.required else ""
    return name, _takes(one) if option else "", f"{one.help or ''}{needed}"


def _takes(one: Any) -> str:
    if getattr(one, "is_flag", False):
        return ""
    choices = getattr(one.type_descriptor.annotation, "__args__", ())
    if choices and all(isinstance(choice, str) for choice in choices):
        return ", ".join(map(code, choices))
    return code(one.metavar or _kind(one.type_descriptor.annotation))


def _kind(annotation: Any) -> str:
    return {int: "NUMBER", str: "TEXT"}.get(annotation, getattr(annotation, "__name__", "TEXT").upper())
