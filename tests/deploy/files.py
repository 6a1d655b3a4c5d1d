"""What an operator is given, as tests read it."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typer
import yaml
from prometheus_client import REGISTRY

import hub.metrics  # noqa: F401 - it registers them
from hub.cli import app

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
RUNBOOKS = ROOT / "docs" / "runbooks"

LABELS = {"job", "instance", "le", "outcome", "kind", "verdict", "reason", "partition"}
WORDS = {
    "sum", "by", "rate", "increase", "absent", "absent_over_time", "histogram_quantile", "deriv", "changes",
    "max", "max_over_time", "min", "min_over_time", "vector", "unless", "and", "or",
}  # fmt: skip
OF_PROMETHEUS = {"up", "process_start_time_seconds"}


def read(name: str) -> Any:
    """A YAML or JSON file of deploy/."""
    text = (DEPLOY / name).read_text("utf-8")
    return json.loads(text) if name.endswith(".json") else yaml.safe_load(text)


def alerts() -> list[Mapping[str, Any]]:
    return [rule for group in read("prometheus/rules.yaml")["groups"] for rule in group["rules"]]


@cache
def samples() -> frozenset[str]:
    """The names under which the hub's metrics are served."""
    families = [family for family in REGISTRY.collect() if family.name.startswith("hub_")]
    names = {sample.name for family in families for sample in family.samples}
    return frozenset(names | {family.name for family in families if family.type == "gauge"})


def unknown(expression: str) -> set[str]:
    """The names in a PromQL expression that are no metric, label, function or unit that we know."""
    return names(expression) - samples() - LABELS - WORDS - OF_PROMETHEUS


def names(expression: str) -> set[str]:
    """Whatever stands in it but strings and durations."""
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]', " ", expression)
    return set(re.findall(r"[A-Za-z_][A-Za-z0-9_:]*", bare))


def parsed(words: list[str]) -> None:
    """Raise unless `hub` has such a command with such options; nothing is run."""
    command: Any = typer.main.get_command(app)
    rest = list(words)
    while hasattr(command, "commands"):
        command = command.commands[rest.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}
    given = {word.partition("=")[0] for word in rest if word.startswith("-")}
    assert given <= known, f"{given - known} of {' '.join(words)}"
    command.make_context(command.name, rest)


def told(text: str) -> Iterator[list[str]]:
    """Every `hub ...` in a text, as words; what stands in quotes is one."""
    for found in re.findall(r"`hub ([^`]+)`", text):
        yield re.findall(r'"[^"]*"|\S+', found)
