"""A bot on an emulator says so where people could be misled by it."""

import pytest
from structlog.testing import capture_logs

from bot.observe.stand_in import warn_of_stand_in
from session.engines.memory import MemoryRepository


@pytest.mark.parametrize(
    ("emulator", "slack", "warns"),
    [
        ("localhost:8080", "https://slack.com/api/", True),
        ("localhost:8080", "https://www.slack.com/api/", True),
        ("localhost:8080", "https://slack-gov.com/api/", True),
        ("localhost:8080", "http://127.0.0.1:9000/api/", False),
        ("localhost:8080", "https://notslack.com/api/", False),
        (None, "https://slack.com/api/", False),
    ],
)
def test_it_warns_of_an_emulator_beside_the_real_slack(
    emulator: str | None, slack: str, warns: bool
) -> None:
    repository = MemoryRepository()
    repository.emulator = emulator
    with capture_logs() as logs:
        warn_of_stand_in(repository, slack)
    assert [line["event"] for line in logs] == (["store.is_emulator"] if warns else [])
