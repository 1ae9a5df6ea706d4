"""Runbooks: read from a folder, found by what a thread says, read by the model."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.investigators.brief import BriefInvestigator
from bot.investigators.brief.runbooks import Runbooks, read_runbooks
from tests.unit.agent.cases import outage
from tests.unit.agent.reports import report
from tests.unit.agent.scripted import Script, agent_with, answer

POOL = """---
title: Database connections are exhausted
when: a service logs "too many connections"
alerts: [DatabasePoolExhausted]
owner: platform
link: https://wiki.example.com/pool
---
1. Look at pg_stat_activity for idle sessions
"""
CERTIFICATE = "# Certificate expires\n\nRenew it with certbot on the gateway."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pool.md").write_text(POOL)
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls" / "certificate.md").write_text(CERTIFICATE)
    (tmp_path / "bad.md").write_text("---\ntitle: [\n---\nx")
    (tmp_path / "binary.md").write_bytes(b"\xff\xfe\x00")
    return tmp_path


def test_files_are_read_with_and_without_front_matter_and_bad_ones_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runbooks = read_runbooks(folder)
    assert runbooks is not None
    assert [(it.name, it.title) for it in runbooks.all] == [
        ("pool", "Database connections are exhausted"),
        ("tls/certificate", "Certificate expires"),
    ]
    said = capsys.readouterr().out
    assert "bad.md" in said
    assert "binary.md" in said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("db-7 logs: too many connections for role app", ["pool"]),
        ("[FIRING] DatabasePoolExhausted on db-7", ["pool"]),
        ("the certificate of api.example.com has expired", ["tls/certificate"]),
        ("who wants pizza for lunch?", []),
        ("", []),
        ('" OR 1 NEAR', []),
    ],
)
def test_the_one_that_fits_is_found_and_none_where_none_does(
    folder: Path, text: str, found: list[str]
) -> None:
    runbooks = read_runbooks(folder)
    assert runbooks is not None
    assert [it.runbook.name for it in runbooks.matching(text, 1)] == found


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="RUNBOOKS="):
        read_runbooks(tmp_path / "none")


async def test_the_model_knows_the_titles_and_reads_one(folder: Path) -> None:
    found = report(("Look for idle sessions", "t1", "pg_stat_activity for idle sessions"))
    script = Script([("read_runbook", {"name": "pool"}), found])
    agent = agent_with(script, runbooks=folder)
    finding = await answer(
        replace(agent, brief=BriefInvestigator(None, read_runbooks(folder))), outage()
    )
    assert "pool: Database connections are exhausted" in script.sent(0)
    assert "https://wiki.example.com/pool" in script.sent(1)
    assert "read_runbook(name=pool)" in finding.text


async def test_an_unknown_one_names_the_nearest(folder: Path) -> None:
    script = Script([("read_runbook", {"name": "connections"}), report()])
    agent = agent_with(script, runbooks=folder)
    await answer(replace(agent, brief=BriefInvestigator(None, read_runbooks(folder))), outage())
    assert "no runbook of that name; the nearest: pool" in script.sent(1)


def test_no_runbooks_match_nothing() -> None:
    assert Runbooks([]).matching("too many connections", 3) == []


async def test_of_many_runbooks_the_three_that_fit_best_are_told(tmp_path: Path) -> None:
    for number in range(41):
        (tmp_path / f"other{number}.md").write_text(f"# Printer number {number}\n\nToner.")
    (tmp_path / "pool.md").write_text("# Too many connections\n\nCheckout and db-7.")
    script = Script([report()])
    brief = BriefInvestigator(None, read_runbooks(tmp_path))
    await answer(replace(agent_with(script, runbooks=tmp_path), brief=brief), outage())
    told = script.sent().partition("<runbooks>")[2].partition("</runbooks>")[0]
    assert "pool: Too many connections" in told
    assert len(told.strip().splitlines()) <= 3
