"""The `hub` command: what an operator, an agency developer and an auditor type.

Exit codes are stable: 0 done, 1 failed or a scenario differs, 2 wrong usage, 3 not running, 4 nothing found.
"""

import os
import sys
from typing import Any

import typer

from consent.errors import ConsentError
from hub.cli import (
    audit,
    consent,
    demo,
    doctor,
    explain,
    failures,
    init,
    kafka,
    page,
    policy,
    publish,
    quarantine,
    review,
    statistics,
    tail,
    topics,
    who,
    worker,
)
from hub.kafka.errors import KafkaError
from hub.model.errors import HubError
from schemas.errors import SchemasError

WHAT_IT_IS = """Share events about people with mental-health needs in the criminal justice system: no more than
consent or the law allows, and every decision on record."""

app = typer.Typer(help=WHAT_IT_IS, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

app.command("demo")(demo.demo)
app.command("init")(init.init)
app.command("worker")(worker.worker)
app.command("publish")(publish.publish)
app.command("tail")(tail.tail)
app.command("explain")(explain.explain)
app.command("who")(who.who)
app.command("doctor")(doctor.doctor)
app.add_typer(policy.app, name="policy")
app.add_typer(consent.app, name="consent")
app.add_typer(audit.app, name="audit")
app.add_typer(review.app, name="review")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(statistics.app, name="statistics")
app.add_typer(topics.app, name="topics")
app.add_typer(kafka.app, name="kafka")


def without_types(command: Any) -> Any:
    """The command with `--help` shown like every other option that takes nothing: without a type."""
    for below in getattr(command, "commands", {}).values():
        without_types(below)
    if option := command.get_help_option(command.context_class(command)):
        option.metavar = ""
    return command


def main() -> None:
    """Run the command; what the hub or Kafka refuses is said in words, with exit code 1, never a stack of frames."""
    failures.hush()
    try:
        without_types(typer.main.get_command(app))()
    except (HubError, SchemasError, ConsentError, KafkaError) as refusal:
        page.notice(f"hub: {failures.told(refusal, os.environ)}")
        sys.exit(1)
