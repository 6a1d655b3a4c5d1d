"""python receive.py DESK [COUNT]: show what that desk is sent, oldest first; stop after COUNT messages if given."""

import json
import os
import sys
from collections.abc import Iterator
from itertools import islice

from confluent_kafka import Consumer, KafkaError, Message
from wire import opened

FEWEST, MOST = 2, 3


def main(desk: str, count: str | None = None) -> None:
    """Read on from where this desk's group was."""
    consumer = Consumer(
        {
            "bootstrap.servers": os.environ.get("HUB_BOOTSTRAP", "127.0.0.1:19092"),
            "log_level": 0,
            "error_cb": _told,  # and it tries again
            "reconnect.backoff.ms": 1_000,
            "client.id": desk,
            "group.id": desk,  # the one group that a desk may read in
            "isolation.level": "read_committed",  # a copy counts only once its transaction is committed
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([f"out.{desk}"])
    try:
        for message in islice(_messages(consumer), int(count) if count else None):
            _show(message)
            # Only now: after a crash it comes again, so remember `envelope.copy_id` and skip what you have.
            consumer.commit(message, asynchronous=False)
    finally:
        consumer.close()


_said: set[int] = set()


def _told(error: KafkaError) -> None:
    """Say each kind of trouble once: the client tries again by itself, several times a second."""
    if error.code() not in _said:
        _said.add(error.code())
        print(f"Kafka: {error.str()}. It is tried again until it works; Ctrl-C stops.", file=sys.stderr)


def _messages(consumer: Consumer) -> Iterator[Message]:
    while True:
        message = consumer.poll(1.0)
        if message is not None and message.error() and message.error().code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            sys.exit(f"Kafka has no topic {message.topic()}: is that the name of a desk?")
        if message is not None and message.error():
            sys.exit(f"Kafka: {message.error().str()}")
        if message is not None:
            yield message


def _show(message: Message) -> None:
    kind = dict(message.headers() or [])["ce_type"]
    held = {name: part for name, part in opened(message.value() or b"").items() if part is not None}
    print(json.dumps({"type": kind.decode(), **held}, indent=2), flush=True)


if __name__ == "__main__":
    if not MOST >= len(sys.argv) >= FEWEST or not (len(sys.argv) < MOST or sys.argv[2].isdecimal()):
        sys.exit(f"{__doc__}")
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
