"""The alerts and the dashboard: of series that exist, and firing when they should.

promtool checks them where it is installed. What needs none of it is checked without.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.observe import series
from bot.observe.exporter import Exporter
from bot.observe.series import Histogram
from tests.packaging.conftest import ROOT

ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "burrow.json"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]
]
NAMES = [rule["alert"] for rule in RULES]
JOB = 'job="burrow", instance="a"'
STORE_ERRORS = f'burrowbot_store_errors_total{{{JOB}, operation="take_in", reason="failed"}}'
NO_TRANSPORT = {
    f'burrowbot_connected{{{JOB}, transport="{it}"}}': "0x90" for it in ("http", "socket")
}
WELL = {
    f'burrowbot_connected{{{JOB}, transport="socket"}}': "1x90",
    f'burrowbot_connected{{{JOB}, transport="http"}}': "0x90",
    f"burrowbot_oldest_open_message_seconds{{{JOB}}}": "40x90",
    f'burrowbot_answers_total{{{JOB}, outcome="not_delivered"}}': "3x90",
    STORE_ERRORS: "2x90",
    f'burrowbot_leases_lost_total{{{JOB}, reason="taken"}}': "1x90",
}
"""Counters stand where an earlier trouble left them."""
TROUBLE = {
    "BurrowNothingConnected": NO_TRANSPORT,
    "BurrowOldestOpenMessage": {f"burrowbot_oldest_open_message_seconds{{{JOB}}}": "0+60x90"},
    "BurrowNotDelivered": {
        f'burrowbot_answers_total{{{JOB}, outcome="not_delivered"}}': "0x85 1x5"
    },
    "BurrowStoreErrors": {STORE_ERRORS: "0x80 1+1x10"},
    "BurrowLeasesLost": {f'burrowbot_leases_lost_total{{{JOB}, reason="taken"}}': "0x85 1x5"},
}


def promtool(*words: str | Path) -> None:
    """Run promtool, which must be content; skip where there is none."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not installed (Debian has it in the package prometheus)")
    ran = subprocess.run([found, *map(str, words)], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def panels() -> Iterator[dict[str, Any]]:
    yield from json.loads(DASHBOARD.read_text())["panels"]


def expressions() -> list[str]:
    """Every query of the dashboard."""
    return [target["expr"] for panel in panels() for target in panel.get("targets", ())]


def exported() -> set[str]:
    """The names of all samples that a scrape shows."""
    return {sample.name for family in Exporter()._registry.collect() for sample in family.samples}


def named_in(text: str) -> set[str]:
    return set(re.findall(r"burrowbot_\w+", text))


def fires(names: list[str], at: str = "90m") -> list[dict[str, Any]]:
    """Expect that of all alerts exactly these fire at that time."""
    return [
        {
            "expr": f'count(ALERTS{{alertname="{name}", alertstate="firing"}}) or vector(0)',
            "eval_time": at,
            "exp_samples": [{"labels": "{}", "value": int(name in names)}],
        }
        for name in NAMES
    ]


def story(name: str, seen: dict[str, str], *, fire: list[str]) -> dict[str, Any]:
    inputs = [{"series": one, "values": values} for one, values in seen.items()]
    tests = {"interval": "1m", "input_series": inputs, "promql_expr_test": fires(fire)}
    return {"name": name, **tests}


def test_there_are_five_alerts_each_with_a_reason_and_something_to_do() -> None:
    assert len(RULES) == len(TROUBLE) == 5
    for rule in RULES:
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"].keys() == {"summary", "description"}


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_an_alert_asks_for_what_is_exported_and_for_its_absence(rule: dict[str, Any]) -> None:
    """The part of promtool's checks that needs no promtool."""
    (selector,) = re.findall(r"absent\((burrowbot_\w+(?:\{[^}]*\})?)\)", rule["expr"])
    trouble, _, _ = rule["expr"].partition("or absent(")
    assert selector in trouble
    assert named_in(rule["expr"]) <= exported()


def test_promtool_takes_the_alerts() -> None:
    promtool("check", "rules", ALERTS)


def test_each_alert_fires_on_its_trouble_and_on_its_missing_series_only(tmp_path: Path) -> None:
    """Told to promtool as stories of ninety minutes."""
    stories = [story("all is well", WELL, fire=[]), story("nothing is scraped", {}, fire=NAMES)]
    for name, changes in TROUBLE.items():
        family = next(iter(named_in(next(iter(changes)))))
        others = {one: values for one, values in WELL.items() if family not in one}
        stories += [
            story(f"{name}: its trouble", others | changes, fire=[name]),
            story(f"{name}: its series is missing", others, fire=[name]),
        ]
    file = tmp_path / "stories.yml"
    told = {"rule_files": [str(ALERTS)], "evaluation_interval": "1m", "tests": stories}
    file.write_text(yaml.safe_dump(told))
    promtool("test", "rules", file)


def test_the_dashboard_shows_every_series_and_no_other() -> None:
    shown = {name for expression in expressions() for name in named_in(expression)}
    assert shown <= exported()
    for one in series.ALL:
        names = {f"{one.name}_bucket"} if isinstance(one, Histogram) else {one.name}
        assert shown & names, f"{one.name} is on no panel"


def test_its_panels_lie_beside_each_other_and_have_numbers_of_their_own() -> None:
    placed = [(panel["id"], panel["gridPos"]) for panel in panels()]
    assert len({number for number, _ in placed}) == len(placed)
    assert all(place["x"] + place["w"] <= 24 for _, place in placed)
    for (_, one), (_, other) in combinations(placed, 2):
        assert (
            one["x"] + one["w"] <= other["x"]
            or other["x"] + other["w"] <= one["x"]
            or one["y"] + one["h"] <= other["y"]
            or other["y"] + other["h"] <= one["y"]
        )


def test_promtool_can_read_every_query_of_the_dashboard(tmp_path: Path) -> None:
    rules = [
        {
            "record": f"panel:query{number}",
            "expr": expression.replace("$__rate_interval", "1m")
            .replace("$job", ".*")
            .replace("$instance", ".*"),
        }
        for number, expression in enumerate(expressions())
    ]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", file)
