"""Every metric with its labels and the words that a label may be."""

from collections.abc import Iterator

from prometheus_client.metrics import MetricWrapperBase

from docs.generate import markdown
from docs.generate.markdown import code, table
from hub import metrics

_INTRO = """Each process serves these at `/metrics` on the port in `HUB_METRICS_PORT`, for Prometheus: `hub worker`,
whatever parts it hosts, and `hub statistics count`. What a command such as `hub consent` hands in is counted once it is
decided. A label is one of a few known words or a partition's number; none can say who a person is, and a word that is
not known counts as `OTHER`."""


def page() -> str:
    """The page."""
    ours = sorted((one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)), key=_name)
    rows = ((code(_name(one)), _kind(one), _doc(one), "; ".join(_labels(one))) for one in ours)
    return markdown.page("# Metrics", _INTRO, table(("Metric", "Type", "Counts or shows", "Labels"), rows))


def _name(one: MetricWrapperBase) -> str:
    [told] = one.describe()
    return f"{told.name}_total" if told.type == "counter" else told.name


def _kind(one: MetricWrapperBase) -> str:
    return next(iter(one.describe())).type


def _doc(one: MetricWrapperBase) -> str:
    return next(iter(one.describe())).documentation


def _labels(one: MetricWrapperBase) -> Iterator[str]:
    """Each label with its words; words are there from the start, numbers come as partitions do."""
    for label in one._labelnames:  # noqa: SLF001 - nothing else tells the labels of a metric without values
        [told] = one.collect()
        words = {sample.labels[label] for sample in told.samples if label in sample.labels}
        known = sorted(word for word in words if not word.isdigit())
        yield f"{code(label)}: {', '.join(map(code, known)) or 'a number'}"
