"""A secret that was put into the wrong variable is shown by no sentence about a setting."""

import asyncio
from pathlib import Path

import pytest

from bot.commands import main
from bot.config import GOOD_FORMS, Settings
from bot.config.showing import given, may_hold_a_secret
from bot.errors import ConfigurationError
from bot.investigators.agent.model import choose_model
from bot.investigators.agent.opening import read_notes
from bot.investigators.brief.runbooks import read_runbooks
from bot.investigators.loading import open_investigator

HEX = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
SECRETS = [
    "xoxb-" + "123456789012-secretsecret",
    "xapp-1-" + "A0123-secretsecret",
    HEX,
    "AKIA" + "IOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG" + "/bPxRfiCYEXAMPLEKEY",
    "ghp_" + "abcdefghijklmnopqrstuvwxyz0123456789",
    "sk-ant-" + "api03-secretsecretsecret",
    "https://ann:secretsecret@example.com/api/",
    "https://hooks.slack.com/services/" + "T0123456/B0123456/abcdefghijklmnopqrstuvwx",
    "AIza" + "SyA-0123456789abcdefghijklmnopqrstu",
    "-----BEGIN PRIVATE KEY-----\n" + "secretsecret" + "\n-----END PRIVATE KEY-----",
]
FILES = [f"{name}_FILE" for name in GOOD_FORMS if name.endswith(("_TOKEN", "_SECRET"))]


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*GOOD_FORMS, *FILES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("name", [*GOOD_FORMS, *FILES, "OPENAI_API_KEY_FILE"])
def test_no_sentence_of_loading_shows_it(
    name: str, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, secret)
    said = name
    try:
        Settings.load()
    except ConfigurationError as error:
        said = str(error)
    assert said.startswith(name)
    assert "secretsecret" not in said
    assert secret[8:20] not in said


@pytest.mark.parametrize("secret", SECRETS)
def test_no_sentence_of_the_start_shows_it(secret: str) -> None:
    async def investigator() -> None:
        async with open_investigator(Settings.isolated(investigator=secret)):
            raise AssertionError

    def model() -> None:
        choose_model(f"nobody:{secret}", context_tokens=1, is_streamed=True)

    for attempt in (
        lambda: asyncio.run(investigator()),
        model,
        lambda: read_notes(Path(secret)),
        lambda: read_runbooks(Path(secret)),
    ):
        with pytest.raises(ConfigurationError) as caught:
            attempt()
        assert "secretsecret" not in str(caught.value)
        assert secret[8:20] not in str(caught.value)


@pytest.mark.parametrize("secret", SECRETS[:-1])
def test_a_secret_in_place_of_its_file_is_told_so(
    secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_SIGNING_SECRET_FILE", secret)
    with pytest.raises(ConfigurationError) as caught:
        Settings.load()
    assert str(caught.value) == (
        "SLACK_SIGNING_SECRET_FILE seems to hold a secret itself: put it into"
        " SLACK_SIGNING_SECRET, or name the file that holds it."
    )


@pytest.mark.parametrize(
    "value",
    [
        "brief",
        "C0123ABCDEF,C0456ABCDEF",
        "/run/secrets/slack_bot_token",
        "./runbooks-2026-11-28-with-a-long-name",
        "/var/lib/docker/volumes/0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071/_data",
        "anthropic:claude-sonnet-4-5-20250929",
        "acme.investigators.of_the_platform_team:runbook",
        "https://slack.com/api/",
    ],
)
def test_what_is_no_secret_is_shown(value: str) -> None:
    assert given(value) == f"={value!r}"


def test_a_long_value_is_cut() -> None:
    assert given("x" * 5_000) == f"={'x' * 200!r}…"
    assert not may_hold_a_secret("x" * 5_000)


def test_the_command_line_takes_out_what_a_sentence_let_through(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ConfigurationError(f"MODEL cannot be used: {SECRETS[0]}")

    monkeypatch.setattr(Settings, "load", fails)
    assert main(["sessions"]) == 2
    assert capfd.readouterr().err == "MODEL cannot be used: [redacted: Slack token]\n"
