"""Metrics in Prometheus' text format; imported only where `[health]` is configured."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.ports.meter import Duration, Gauge, Occurrence

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_COUNTED: Mapping[Occurrence, tuple[str, str, tuple[str, ...]]] = {
    Occurrence.LIMITED: (
        "heard_limited",
        "Calls that Slack or a network refused because of a limit",
        ("network", "account"),
    ),
    Occurrence.REFUSED_CLICK: (
        "heard_refused_clicks",
        "Clicks, forms and commands that were refused, by why",
        ("kind",),
    ),
}
_ACKNOWLEDGED = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0)  # Slack gives up after three
_LATE = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1_800.0, 7_200.0)
_WAITED = (0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)
_TIMED: Mapping[Duration, tuple[str, str, tuple[float, ...]]] = {
    Duration.ACKNOWLEDGEMENT: (
        "heard_acknowledgement_seconds",
        "From the arrival of a request of Slack's to its acknowledgement",
        _ACKNOWLEDGED,
    ),
    Duration.REMINDER: ("heard_reminder_late_seconds", "How late the earliest due reminder was written", _LATE),
    Duration.DATABASE_WAIT: ("heard_database_wait_seconds", "How long a transaction waited for its turn", _WAITED),
}


class Metrics:
    """Counts and times (a Meter), and reads the present numbers when they are asked for."""

    def __init__(self) -> None:
        self.gauges: Callable[[], Iterable[Gauge]] = lambda: ()
        self._registry = CollectorRegistry()
        self._counters = {what: Counter(*named, registry=self._registry) for what, named in _COUNTED.items()}
        self._histograms = {
            what: Histogram(name, meaning, buckets=buckets, registry=self._registry)
            for what, (name, meaning, buckets) in _TIMED.items()
        }
        ProcessCollector(registry=self._registry)
        self._registry.register(_Present(self))

    def count(self, what: Occurrence, **labels: str) -> None:
        """Count one."""
        self._counters[what].labels(**labels).inc()

    def took(self, what: Duration, seconds: float) -> None:
        """Record how long one took."""
        self._histograms[what].observe(seconds)

    def text(self) -> bytes:
        """Return all metrics."""
        return generate_latest(self._registry)


class _Present(Collector):
    """Yields the present numbers, which are asked for anew each time."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Return nothing: else the registry would ask for the numbers before there is a desk."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield each number with its labels."""
        for gauge in self._metrics.gauges():
            names = [name for name, _ in next(iter(gauge.values), ())]
            family = GaugeMetricFamily(gauge.name, gauge.meaning, labels=names)
            for labels, value in gauge.values.items():
                family.add_metric([said for _, said in labels], value)
            yield family
