"""Every metric has few labels, all known beforehand, and none that could come from a message."""

import pytest
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from hub import metrics

LABELS = {"outcome", "reason", "kind", "verdict", "partition", "le"}


def hubs() -> list[tuple[str, dict[str, str]]]:
    families = text_string_to_metric_families(generate_latest(REGISTRY).decode())
    return [(s.name, s.labels) for family in families for s in family.samples if s.name.startswith("hub_")]


def test_labels_are_few_and_their_words_are_known() -> None:
    words = {*metrics.INTAKE_OUTCOMES, *metrics.QUARANTINE_REASONS, *metrics.SHEET_KINDS, *metrics.VERDICTS}
    for _, labels in hubs():
        assert set(labels) <= LABELS
        for name, word in labels.items():
            assert word in words or name == "le" or word.isdigit()


def test_every_word_is_there_before_it_is_first_counted() -> None:
    assert ("hub_quarantine_total", {"reason": "ALTERED_REPEAT"}) in hubs()
    assert ("hub_rulings_total", {"verdict": "HOLD"}) in hubs()


def test_a_word_that_nobody_knows_is_counted_as_other() -> None:
    before = REGISTRY.get_sample_value("hub_quarantine_total", {"reason": metrics.OTHER}) or 0
    metrics.quarantined("somebody's name", 2)
    assert REGISTRY.get_sample_value("hub_quarantine_total", {"reason": metrics.OTHER}) == before + 2
    assert not any("somebody" in str(labels) for _, labels in hubs())


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def test_the_lag_of_a_loop_that_hangs_is_seen_from_beside_it() -> None:
    metrics.taken_up(77)
    metrics.decided(77, 5)
    metrics.timeline_ends({77: 12, 78: 9})
    assert value("hub_timeline_lag_entries", partition="77") == 7
    assert value("hub_timeline_lag_entries", partition="78") is None
    metrics.given_up(77)
    metrics.timeline_ends({77: 20})
    assert value("hub_timeline_lag_entries", partition="77") is None


def test_a_broker_is_reachable_or_not_and_a_ledger_runs_or_does_not() -> None:
    metrics.broker(reachable=True)
    metrics.ledger(running=True)
    metrics.ledger_lag(3)
    metrics.untaken(4)
    names = ("hub_broker_reachable", "hub_ledger_running", "hub_ledger_lag_records", "hub_intake_lag_records")
    assert [value(name) for name in names] == [1, 1, 3, 4]
    metrics.broker(reachable=False)
    metrics.ledger(running=False)
    assert [value(name) for name in names[:2]] == [0, 0]


def test_no_port_serves_nothing() -> None:
    metrics.serve(0, "192.0.2.1")


@pytest.mark.kafka  # a socket is opened; no broker is
def test_an_address_that_is_not_this_machines_is_told_with_its_setting() -> None:
    with pytest.raises(metrics.MetricsError, match=r"HUB_METRICS_ADDRESS 192\.0\.2\.1, HUB_METRICS_PORT 9101: "):
        metrics.serve(9101, "192.0.2.1")  # of a network that is for documents alone (RFC 5737)


def test_what_was_not_counted_yet_is_known_to_whoever_counts() -> None:
    metrics.counted(0, 4)
    metrics.counted(1, -1)
    metrics.audit_ends({0: 7, 1: 3})
    assert value("hub_statistics_lag_records") == 5
    metrics.counted(1, 2)
    metrics.audit_ends({0: 3, 1: 3})
    assert value("hub_statistics_lag_records") == 0
