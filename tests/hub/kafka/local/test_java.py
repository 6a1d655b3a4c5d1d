import pytest

from hub.kafka.local import java


def test_nothing_from_outside_changes_how_java_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH"):
        monkeypatch.setenv(name, "-Xmx1k")
    assert "-Xmx1k" not in java.environment().values()


def test_the_broker_gets_the_heap_it_is_given() -> None:
    assert "-Xmx300m" in java.broker_command("a.jar", 300)


def test_nothing_is_written_outside_the_brokers_folder() -> None:
    assert {"-XX:-UsePerfData", "-Djava.io.tmpdir=."} <= set(java.broker_command("a.jar"))
