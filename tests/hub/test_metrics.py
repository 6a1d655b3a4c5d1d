"""Every metric has few labels, all known beforehand, and none that could come from a message."""

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


def test_no_port_serves_nothing() -> None:
    metrics.serve(0)
