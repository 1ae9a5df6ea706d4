"""Serves the series for Prometheus at /metrics, if METRICS=true."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Generic, Protocol, Self, TypeVar

import prometheus_client as prometheus
from aiohttp import web
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from bot.observe import series
from bot.observe.recorder import Recorder
from bot.observe.series import Counter, Histogram, Reading, Series
from bot.web import Listener

# It would double the number of series by the time at which each of them began.
prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]


class _Metric(Protocol):
    def labels(self, *values: str) -> Self: ...


M = TypeVar("M", bound=_Metric)


class Exporter(Recorder):
    """Keeps every series in a registry of its own, each known label value at 0 from the start."""

    def __init__(self) -> None:
        self._registry = prometheus.CollectorRegistry()
        self._counters: dict[str, _Children[prometheus.Counter]] = {}
        self._histograms: dict[str, _Children[prometheus.Histogram]] = {}
        self._readings = _Readings()
        for one in series.ALL:
            self._add(one)
        self._registry.register(self._readings)
        self.read(series.BUILD, lambda: 1, *series.BUILD.labels["version"])
        prometheus.ProcessCollector(namespace="burrowbot", registry=self._registry)

    def count(self, counter: Counter, *labels: str, by: float = 1) -> None:
        """Add to a counter."""
        self._counters[counter.name].of(labels).inc(by)

    def time(self, histogram: Histogram, seconds: float, *labels: str) -> None:
        """Note how long something took."""
        self._histograms[histogram.name].of(labels).observe(max(0.0, seconds))

    def read(self, reading: Reading, value: Callable[[], float], *labels: str) -> None:
        """Have `value` asked whenever somebody wants to see the series."""
        self._readings.sources[reading.name, labels] = value

    def listener(self, address: str, port: int) -> Listener:
        """Make the listener that answers Prometheus."""
        return Listener(
            address=address,
            port=port,
            routes=[web.get("/metrics", self._answer)],
            setting="HEALTH_PORT",
        )

    def _add(self, one: Series) -> None:
        match one:
            case Counter(name=name, help=help_text, labels=labels):
                counter = prometheus.Counter(
                    name, help_text, list(labels), registry=self._registry
                )
                self._counters[name] = _Children(counter, one)
            case Histogram(name=name, help=help_text, labels=labels, buckets=buckets):
                histogram = prometheus.Histogram(
                    name, help_text, list(labels), registry=self._registry, buckets=buckets
                )
                self._histograms[name] = _Children(histogram, one)
            case Reading():
                self._readings.add(one)

    async def _answer(self, request: web.Request) -> web.Response:
        """Answer in the format that is asked for; some thousand lines are written off the loop."""
        self._readings.ask()
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        text = await asyncio.to_thread(encode, self._registry)
        return web.Response(body=text, headers={"Content-Type": content_type})


class _Children(Generic[M]):
    """The members of one labelled series, found by one look into a dictionary."""

    def __init__(self, metric: M, one: Series) -> None:
        self._metric = metric
        self._series = one
        self._known = {values: self._made(values) for values in product(*one.labels.values())}

    def of(self, values: tuple[str, ...]) -> M:
        """Return the member with these label values, unknown ones as `other`."""
        known = self._known.get(values)
        return self._strange(values) if known is None else known

    def _strange(self, values: tuple[str, ...]) -> M:
        pairs = zip(self._series.labels, values, strict=True)
        bounded = tuple(self._series.known(label, value) for label, value in pairs)
        if bounded not in self._known:
            self._known[bounded] = self._made(bounded)
        return self._known[bounded]

    def _made(self, values: tuple[str, ...]) -> M:
        return self._metric.labels(*values) if values else self._metric


class _Readings(Collector):
    """What is asked for on the loop, in the moment of a scrape, and written elsewhere."""

    def __init__(self) -> None:
        self.sources: dict[tuple[str, tuple[str, ...]], Callable[[], float]] = {}
        self._values: Mapping[tuple[str, tuple[str, ...]], float] = {}
        self._all: list[Reading] = []

    def add(self, reading: Reading) -> None:
        """Show a series; it stands at 0 while nobody can be asked."""
        self._all.append(reading)

    def ask(self) -> None:
        """Ask everybody."""
        self._values = {key: value() for key, value in self.sources.items()}

    def collect(self) -> Iterable[CounterMetricFamily | GaugeMetricFamily]:
        """Return what was said."""
        return list(self._families())

    def _families(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        for reading in self._all:
            kind = CounterMetricFamily if reading.is_total else GaugeMetricFamily
            family = kind(reading.name, reading.help, labels=list(reading.labels))
            for values in product(*reading.labels.values()):
                family.add_metric(values, self._values.get((reading.name, values), 0))
            yield family
