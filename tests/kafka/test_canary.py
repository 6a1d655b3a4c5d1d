"""Canaries in every string of every event; then everything that an operator can see is searched for them."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from typer.testing import CliRunner

from hub.cli import app
from schemas import catalogue, plain
from tests.house import Hub, Stored, hub
from tests.kafka.bad_inputs import CUSTODY, TEAM
from tests.kafka.canaries import IDENTIFIERS, LATER, WRITTEN, Aviary, bytes_of, malformed, publisher

__all__ = ["hub"]

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]

A_NO = {"consent_refuse", "consent_withdraw"}
TYPES = sorted(catalogue.event_types(), key=lambda event_type: event_type in A_NO)
"""Every type; what a person says no to comes last."""
OWN_KEY = b"Zeisig4w: what a publisher writes outside the body"
WHO = ("--as", "Asa Auditor", "--purpose", "complaint 12")
TAKEN = (
    *("--consent", "C-131", "--taken-by", "staff-1", "--why", "Taken at court"),
    *("--to", "bridge-charity/CVO", "--view", "identity", "--for", "REFERRAL", "--capacity", "HAS"),
)
CONSENT_ID = ".consent_terms.consent_id"
"""On record in the audit and the ledger: which consent a ruling rests on."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command wrote."""

    code: int | None
    out: bytes
    err: bytes


@dataclass(slots=True)
class Flight:
    """Where the canaries were let out, and everything that was found afterwards."""

    hub: Hub
    aviary: Aviary = field(default_factory=Aviary)
    sent: int = 0
    topics: dict[str, list[Stored]] = field(default_factory=dict)
    commands: dict[str, Said] = field(default_factory=dict)

    def values(self, *topics: str, receipts: bool = False) -> list[bytes]:
        """The bodies of those topics; of desks' either copies or receipts."""
        stored = [one for topic in topics for one in self.topics[topic]]
        return [one.value for one in stored if (dict(one.headers).get("ce_type") == b"receipt") == receipts]

    def outside(self) -> Iterator[bytes]:
        """Every key and every header of every record."""
        for stored in self.topics.values():
            for one in stored:
                yield one.key
                yield from (part for name, value in one.headers for part in (name.encode(), value))

    @property
    def outlets(self) -> list[str]:
        return [topic for topic in self.topics if topic.startswith("out.")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def flight(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Flight:
    let_out = Flight(hub)
    async with hub.agency() as agency:
        for event_type in TYPES:
            for body in _bodies(let_out.aviary, event_type):
                await _send(let_out, agency, publisher(event_type), body)
    await hub.until_decided(let_out.sent)
    let_out.commands = await _commands(let_out, tmp_path_factory.mktemp("events"))
    let_out.topics = {name: await hub.records(name, committed=False) for name in await hub.topics()}
    return let_out


def _bodies(aviary: Aviary, event_type: str) -> Iterator[bytes]:
    """An event, the same again, another under its id, one with canaries instead of codes, and ruins."""
    first = aviary.accepted(event_type)
    yield bytes_of(event_type, first)
    yield bytes_of(event_type, first)
    yield bytes_of(event_type, aviary.accepted(event_type, first["submission"]["event_id"]))
    yield bytes_of(event_type, aviary.everywhere(event_type))
    yield from malformed(event_type, aviary.accepted(event_type))


async def _send(let_out: Flight, agency: AIOKafkaProducer, desk: str, body: bytes) -> None:
    stamp, headers = LATER + let_out.sent, [("note", OWN_KEY)]
    await agency.send_and_wait(f"in.{desk}", body, key=OWN_KEY, headers=headers, timestamp_ms=stamp)
    let_out.sent += 1


async def _commands(let_out: Flight, folder: Path) -> dict[str, Said]:
    """What commands say: those that get as far as Kafka as processes, those that must refuse at once here."""
    files, nhs = dict(_files(let_out.aviary, folder)), IDENTIFIERS["NHS_NUMBER"]
    slip, about = f"{nhs}1", ("--person", "-", *WHO)
    taking = ("consent", "grant", "--as", TEAM, "--person", "-", *TAKEN)
    far = {
        "publish": (("publish", files["publish"], "--as", CUSTODY, "--stamp"), ""),
        "publish as nobody": (("publish", files["publish"], "--as", "no.desk"), ""),
        "tail": (("tail", TEAM, "--once"), ""),
        "audit": (("audit", "query", *about), nhs),
        "show": (("consent", "show", *about), nhs),
        "take": (taking, nhs),
        "explain": (("explain", f"{TEAM}/nothing", "--to", CUSTODY, *WHO), ""),
    }
    near = {
        **{name: (("publish", file, "--as", CUSTODY), "") for name, file in files.items() if name != "publish"},
        "audit of a slip": (("audit", "query", *about), slip),
        "take a slip": (taking, slip),
    }
    said = await asyncio.gather(*(_run(let_out.hub, words, typed) for words, typed in far.values()))
    refused = {name: _run_here(let_out.hub, words, typed) for name, (words, typed) in near.items()}
    return {**dict(zip(far, said, strict=True)), **refused}


def _run_here(hub: Hub, words: Sequence[str], typed: str) -> Said:
    result = CliRunner().invoke(app, words, input=typed, env=hub.environment)
    return Said(result.exit_code, result.stdout_bytes, result.stderr_bytes)


async def _run(hub: Hub, words: Sequence[str], typed: str) -> Said:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hub", *words, env=hub.environment, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    out, err = await process.communicate(typed.encode())
    return Said(process.returncode, out, err)


def _files(aviary: Aviary, folder: Path) -> Iterator[tuple[str, str]]:
    """An event that can be published, and three that cannot."""
    told = plain.to_plain(catalogue.by_type("arrest"), aviary.accepted("arrest"))
    text = json.dumps(told)
    broken = {
        "publish": text,
        "publish what is no JSON": text[:-1],
        "publish what is no word of a list": json.dumps(_with(told, "submission", regime=aviary.canary("regime"))),
        "publish what is no time": json.dumps(_with(told, "envelope", occurred_at=aviary.canary("occurred_at"))),
    }
    for name, content in broken.items():
        file = folder / f"{name}.json"
        file.write_text(content, "utf-8")
        yield name, str(file)


def _with(told: Mapping[str, Any], part: str, **changes: str) -> dict[str, Any]:
    return {**told, part: {**told[part], **changes}}


def _identifiers(*texts: bytes) -> set[str]:
    return {form for form in WRITTEN for text in texts if form.encode() in text}


def test_the_canaries_were_heard_and_went_where_they_may(flight: Flight) -> None:
    aviary = flight.aviary
    spoken = {f"in.{publisher(event_type)}" for event_type in TYPES}
    assert {path.partition(".")[0] for path in aviary.found_in(*flight.values(*spoken))} == set(TYPES)
    assert aviary.found_in(*flight.values("hub.timeline")) > {"referral.health_full.narrative"}
    assert {"arrest.identity.name", "arrest.location.address"} < aviary.found_in(*flight.values(f"out.{TEAM}"))
    assert aviary.found_in(flight.commands["tail"].out)
    assert _identifiers(*flight.values(f"out.{TEAM}"))


def test_no_key_and_no_header_of_any_topic_holds_one(flight: Flight) -> None:
    outside = list(flight.outside())
    assert flight.aviary.found_in(*outside) == set()
    assert _identifiers(*outside) == set()
    assert len(outside) > 3 * flight.sent


def test_what_a_publisher_writes_outside_the_body_goes_no_further(flight: Flight) -> None:
    carrying = {
        topic
        for topic, stored in flight.topics.items()
        for one in stored
        if b"Zeisig4w" in b"\n".join((one.key, one.value, *(value for _, value in one.headers)))
    }
    assert carrying == {f"in.{publisher(event_type)}" for event_type in TYPES}


def test_no_worker_says_one(flight: Flight) -> None:
    for worker in flight.hub.workers.values():
        said = "\n".join(worker.said).encode()
        assert worker.lives, worker.said[-5:]
        assert said
        assert flight.aviary.found_in(said) == set()
        assert _identifiers(said) == set()


def test_no_metric_holds_one(flight: Flight) -> None:
    for worker in flight.hub.workers.values():
        page = worker.metrics().encode()
        assert b"hub_" in page
        assert flight.aviary.found_in(page) == set()
        assert _identifiers(page) == set()


def test_the_broker_writes_none_into_its_log(flight: Flight) -> None:
    said = flight.hub.broker_log.read_bytes()
    assert said
    assert flight.aviary.found_in(said) == set()
    assert _identifiers(said) == set()


def test_no_command_writes_one_to_standard_error(flight: Flight) -> None:
    assert {name for name, said in flight.commands.items() if flight.aviary.found_in(said.err)} == set()
    assert {form for said in flight.commands.values() for form in _identifiers(said.err)} == set()


def test_the_commands_did_what_they_should(flight: Flight) -> None:
    refused = {name for name, said in flight.commands.items() if said.code != 0}
    assert refused == {
        *(name for name in flight.commands if name.startswith("publish ")),
        "audit of a slip", "take a slip", "explain",
    }  # fmt: skip
    assert all(flight.commands[name].err for name in refused - {"explain"})


def test_no_answer_of_an_auditor_holds_an_identifier(flight: Flight) -> None:
    assert b"avon-ld.team" in flight.commands["audit"].out
    for name in ("audit", "show", "take", "explain"):
        assert _identifiers(flight.commands[name].out) == set()


def test_the_databases_hold_no_identifier_and_no_word_of_a_body(flight: Flight) -> None:
    files = [file for file in flight.hub.home.iterdir() if file.suffix != ".toml"]
    held = [file.read_bytes() for file in files]
    assert any(b"avon-ld.team" in content for content in held)
    assert {path for path in flight.aviary.found_in(*held) if not path.endswith(CONSENT_ID)} == set()
    assert _identifiers(*held) == set()


def test_the_audit_names_consents_and_holds_nothing_else_of_a_body(flight: Flight) -> None:
    sheets = flight.values("hub.audit")
    assert {path for path in flight.aviary.found_in(*sheets) if not path.endswith(CONSENT_ID)} == set()
    assert _identifiers(*sheets) == set()


def test_the_quarantine_shows_nothing_of_what_it_keeps(flight: Flight) -> None:
    kept = flight.values("hub.quarantine")
    assert len(kept) >= 8 * len(TYPES)
    assert flight.aviary.found_in(*kept) == set()
    assert _identifiers(*kept) == set()


def test_a_receipt_holds_only_the_publishers_own_event_id(flight: Flight) -> None:
    told = flight.values(*flight.outlets, receipts=True)
    assert {path.partition(".")[2] for path in flight.aviary.found_in(*told)} == {"submission.event_id"}
    assert _identifiers(*told) == set()


def test_what_is_for_the_hub_alone_is_in_no_copy(flight: Flight) -> None:
    parts = {path.split(".")[1] for path in flight.aviary.found_in(*flight.values(*flight.outlets))}
    assert parts & {"submission", "envelope", "withheld", "consent_terms"} == set()
    assert parts
