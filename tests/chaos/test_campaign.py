"""Short campaigns: the real bot under kills, freezes and outages keeps every promise."""

from pathlib import Path

import pytest

from tests.chaos.__main__ import summary
from tests.chaos.campaign import Options, run_campaign
from tests.chaos.sabotage import SABOTAGES
from tests.chaos.stores import server_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize("engine", ["sqlite", "firestore"])
async def test_every_promise_is_kept(engine: str, tmp_path: Path) -> None:
    with server_of(engine) as address:
        report = await run_campaign(Options(engine=engine), address, tmp_path, print)
    print(*summary(report), sep="\n")
    assert report.verdict.broken == []


@pytest.mark.parametrize("sabotage", SABOTAGES)
async def test_code_that_is_broken_on_purpose_is_found(sabotage: str, tmp_path: Path) -> None:
    options = Options(seconds=35, sabotage=sabotage)
    report = await run_campaign(options, "", tmp_path, print)
    assert report.verdict.broken
