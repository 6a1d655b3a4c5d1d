"""For maintainers, when Kafka's version changes: resolve it and print the new ``jars.sha256``.

python -m hub.kafka.local.relist 4.3.0 > hub/kafka/local/jars.sha256
"""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

# Kafka's own dependencies name no place for its log to go; this one writes to standard error.
LOG_BINDING = "org.slf4j:slf4j-simple:1.7.36"


def resolved(version: str) -> Iterator[tuple[PurePosixPath, Path]]:
    """Resolve Kafka and what it needs: each jar's path in a repository, and where it lies here."""
    import jgo

    for endpoint in (f"org.apache.kafka:kafka_2.13:{version}", LOG_BINDING):
        for artifact in jgo.resolve(endpoint):
            path = PurePosixPath(artifact.component.path_prefix.as_posix()) / artifact.filename
            yield path, Path(artifact.resolve())


def lines(version: str) -> list[str]:
    """Return the list's lines, sorted by path, each path once."""
    found = dict(resolved(version))
    return [f"{hashlib.sha256(found[path].read_bytes()).hexdigest()}  {path}" for path in sorted(found)]


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines(sys.argv[1])) + "\n")
