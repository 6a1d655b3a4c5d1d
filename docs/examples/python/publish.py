"""python publish.py DESK FILE: send one event, written in plain JSON, as that desk."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaError, Message, Producer
from wire import framed, newest_id

SECONDS = 30
ARGUMENTS = 3


def main(desk: str, file: str) -> None:
    """Send it and wait until every broker in sync has it; only then is it published."""
    event = written(file)
    try:
        kind = event["envelope"]["type"]
        value = framed(newest_id(kind.title().replace("_", "")), event)
    except (KeyError, TypeError, AttributeError):
        sys.exit(f"{file}: envelope.type: must be the type of an event, such as arrest")
    except ValueError as fault:
        sys.exit(f"{file}: {fault}")
    bootstrap = os.environ.get("HUB_BOOTSTRAP", "127.0.0.1:19092")
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "log_level": 0,  # a broker that is away is said once, below, and not ten times a second
            "client.id": desk,
            "acks": "all",
            "enable.idempotence": True,
            "topic.metadata.propagation.max.ms": 5_000,  # a topic that is not there by then is nobody's
        }
    )
    outcome: list[tuple[KafkaError | None, Message]] = []
    producer.produce(f"in.{desk}", value, on_delivery=lambda error, message: outcome.append((error, message)))
    producer.flush(SECONDS)
    if outcome and (error := outcome[0][0]) and error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
        sys.exit(f"{bootstrap} has no topic in.{desk}: is that the name of a desk? Nothing was sent.")
    if not outcome or outcome[0][0]:
        print(f"{bootstrap} did not acknowledge it within {SECONDS} s. Is the broker there?", file=sys.stderr)
        sys.exit("It may not have arrived. Send it again, unchanged: the hub knows a repeat by its event_id.")
    message = outcome[0][1]
    print(f"{kind} is at {message.topic()}, partition {message.partition()}, offset {message.offset()}")


def written(file: str) -> Any:
    """The event that the file holds, or a sentence about why it holds none. No value of it is repeated."""
    try:
        return json.loads(Path(file).read_text("utf-8"))
    except OSError as error:
        sys.exit(f"{file}: {error.strerror}")
    except ValueError:  # neither JSON nor UTF-8
        sys.exit(f"{file}: is not JSON")


if __name__ == "__main__":
    if len(sys.argv) != ARGUMENTS:
        sys.exit(f"{__doc__}")
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("Stopped. It may have been sent; send it again, unchanged: the hub knows a repeat by its event_id.")
