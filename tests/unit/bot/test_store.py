"""SESSION_STORE where there can be no store: one sentence that names it, whoever opens it."""

import asyncio
import os
from pathlib import Path

import pytest

from bot.app import open_burrow
from bot.commands import main
from bot.config import GOOD_FORMS, Settings
from bot.errors import ConfigurationError


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD_FORMS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def a_folder(path: Path) -> str:
    path.mkdir()
    return f"{path} is a folder: name a file in it."


def a_pipe(path: Path) -> str:
    os.mkfifo(path)
    return f"{path} is a device or a pipe: name a file."


@pytest.mark.parametrize("made", [a_folder, a_pipe])
def test_what_is_no_store_is_told_with_its_variable(
    made: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert callable(made)
    path = tmp_path / "there"
    said = f"SESSION_STORE: {made(path)}"
    settings = Settings.isolated(
        slack_bot_token="xoxb-1", slack_app_token="xapp-1", session_store=f"sqlite:///{path}"
    )

    async def start() -> None:
        async with open_burrow(settings):
            raise AssertionError

    with pytest.raises(ConfigurationError) as caught:
        asyncio.run(start())
    assert str(caught.value) == said
    monkeypatch.setenv("SESSION_STORE", settings.session_store)
    assert main(["sessions"]) == 2
    assert capfd.readouterr().err == said + "\n"


def test_a_folder_that_is_missing_is_told_with_its_variable() -> None:
    settings = Settings.isolated(
        slack_bot_token="xoxb-1", slack_app_token="xapp-1", session_store="sqlite:///no/x.db"
    )

    async def start() -> None:
        async with open_burrow(settings):
            raise AssertionError

    with pytest.raises(ConfigurationError, match=r"^SESSION_STORE: there is no folder .*/no: "):
        asyncio.run(start())
