"""What Prometheus is told: every series from the start, with bounded labels."""

import ast
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import product
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from bot.config import Settings
from bot.entry.refusals import Reason
from bot.errors import ConfigurationError
from bot.intake.rules import Rule
from bot.observe import series
from bot.observe.exporter import Exporter
from bot.observe.health import Health
from bot.observe.opening import open_exporter
from bot.observe.series import OTHER, Counter, Histogram
from bot.web import listening
from session import Outcome
from tests.unit.bot.http_events import event_port
from tests.unit.bot.test_web import free_port

ROOT = Path(__file__).parents[3]
OURS = sorted((ROOT / "bot").rglob("*.py"))
Members = dict[tuple[str, frozenset[tuple[str, str]]], float]
Scrape = Callable[[], Awaitable[Members]]


def members(text: str) -> Members:
    """Read a scrape: each member by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def member(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


@pytest.fixture
def exporter() -> Exporter:
    return Exporter()


@pytest.fixture
async def url(exporter: Exporter) -> AsyncIterator[str]:
    """Where probes and Prometheus ask: both on one port, as HEALTH_PORT has them."""
    at = "127.0.0.1", free_port()
    async with listening([Health().listener(*at), exporter.listener(*at)]):
        yield f"http://{at[0]}:{at[1]}"


@pytest.fixture
async def scrape(url: str) -> AsyncIterator[Scrape]:
    async with aiohttp.ClientSession() as http:

        async def get() -> Members:
            async with http.get(f"{url}/metrics") as response:
                assert response.status == 200
                return members(await response.text())

        yield get


def expected() -> Iterator[tuple[str, frozenset[tuple[str, str]]]]:
    """Every member of every series, as a scrape names it."""
    for one in series.ALL:
        name = f"{one.name}_count" if isinstance(one, Histogram) else one.name
        for values in product(*one.labels.values()):
            yield name, frozenset(zip(one.labels, values, strict=True))


async def test_each_known_value_of_each_label_stands_at_0_from_the_start(scrape: Scrape) -> None:
    seen = await scrape()
    wanted = set(expected())
    assert wanted <= seen.keys()
    assert {key: seen[key] for key in wanted if seen[key] and "build" not in key[0]} == {}


async def test_every_name_is_our_own_and_says_its_unit(scrape: Scrape) -> None:
    assert {name for name, _ in await scrape() if not name.startswith("burrowbot_")} == set()
    for one in series.ALL:
        assert one.name.endswith("_total") == (
            isinstance(one, Counter) or getattr(one, "is_total", False)
        )
        assert not isinstance(one, Histogram) or one.name.endswith("_seconds")


async def test_what_is_counted_timed_and_read_is_shown(exporter: Exporter, scrape: Scrape) -> None:
    queued = 3
    exporter.count(series.SLACK_WAITS, "chat.postMessage", by=2.5)
    exporter.time(series.ACK, 0.02, "stored")
    exporter.read(series.TURNS_QUEUED, lambda: queued)
    exporter.read(series.CONNECTED, lambda: True, "http")
    exporter.read(series.LOG_LINES_DROPPED, lambda: 7)
    seen = await scrape()
    assert seen[member("burrowbot_slack_wait_seconds_total", method="chat.postMessage")] == 2.5
    assert seen[member("burrowbot_ack_seconds_bucket", outcome="stored", le="0.01")] == 0
    assert seen[member("burrowbot_ack_seconds_bucket", outcome="stored", le="0.025")] == 1
    assert seen[member("burrowbot_turns_queued")] == 3
    assert seen[member("burrowbot_connected", transport="http")] == 1
    assert seen[member("burrowbot_log_lines_dropped_total")] == 7
    queued = 4
    assert (await scrape())[member("burrowbot_turns_queued")] == 4


async def test_values_that_no_label_knows_are_counted_as_other(
    exporter: Exporter, scrape: Scrape
) -> None:
    before = await scrape()
    for number in range(500):
        exporter.count(series.SLACK_CALLS, f"made.up{number}", "ok")
        exporter.count(series.CLOSED, f"invented {number}")
    exporter.count(series.LEASES_LOST, "for a reason of tomorrow's")
    seen = await scrape()
    assert seen[member("burrowbot_slack_calls_total", method=OTHER, status="ok")] == 500
    assert seen[member("burrowbot_messages_closed_total", outcome=OTHER)] == 500
    assert seen.keys() - before.keys() == {member("burrowbot_leases_lost_total", reason=OTHER)}


async def test_openmetrics_is_spoken_to_those_who_ask_for_it(url: str) -> None:
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{url}/metrics", headers=accept) as response,
    ):
        assert response.content_type == "application/openmetrics-text"
        read = openmetrics.text_string_to_metric_families
        families = list(read(await response.text()))  # type: ignore[no-untyped-call]
    assert "burrowbot_answers" in {family.name for family in families}


async def test_the_event_port_knows_no_metrics() -> None:
    async with event_port() as port, port.session.get(port.url("/metrics")) as response:
        assert response.status == 404
        assert (await port.post(b"", {}, "/metrics"))[0] == 404


def test_metrics_without_a_health_port_are_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"METRICS=true is set and HEALTH_PORT is not"):
        Settings.isolated(metrics=True)
    assert Settings.isolated(metrics=True, health_port=8080).metrics


def test_a_missing_library_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "bot.observe.exporter", raising=False)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(ConfigurationError, match="`pip install prometheus-client`"):
        open_exporter()


def test_the_library_is_not_imported_without_metrics() -> None:
    code = "import sys, bot.commands.run; sys.exit('prometheus_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60).returncode == 0


def test_the_labels_know_every_rule_outcome_and_reason() -> None:
    assert {rule.name.lower() for rule in Rule} == set(series.RECEIVED.labels["rule"]) - {
        "undecided"
    }
    assert set(Outcome) - {Outcome.INTERRUPTED} <= set(series.CLOSED.labels["outcome"])
    assert set(Reason) == set(series.REFUSALS.labels["reason"])


def test_the_labels_know_every_method_that_the_bot_calls() -> None:
    called = {
        node.attr.replace("_", ".")
        for path in OURS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and re.fullmatch(r"[a-z]+_[a-zA-Z_]+", node.attr)
        and ast.unparse(node.value).endswith("client")
    }
    methods = set(series.SLACK_CALLS.labels["method"]) - {OTHER}
    assert called - {"base.url"} == methods


def test_the_page_for_operators_has_the_same_table() -> None:
    rows = re.findall(
        r"^\| `(burrowbot_\w+)` \| (\w+) \| (.*?) ?\| (.*) \|$",
        (ROOT / "docs" / "metrics.md").read_text(),
        re.MULTILINE,
    )
    assert rows == [
        (one.name, kind(one), ", ".join(f"`{label}`" for label in one.labels), one.help)
        for one in series.ALL
    ]


def kind(one: object) -> str:
    if isinstance(one, Histogram):
        return "histogram"
    return "counter" if isinstance(one, Counter) or getattr(one, "is_total", False) else "gauge"
