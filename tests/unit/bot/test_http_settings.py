"""The settings of delivery over HTTP: what is valid, and what does not go together."""

from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.errors import ConfigurationError

SECRET, OLD_SECRET = "8f742231b10e8888abcd990000de85a5", "0123456789abcdef" * 2
OVER_HTTP: dict[str, Any] = {
    "slack_bot_token": "xoxb-1",
    "slack_signing_secret": SECRET,
    "http_port": 3000,
}


def refused(**values: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        Settings.isolated(**OVER_HTTP | values)
    return str(caught.value)


def test_over_http_no_app_token_is_needed() -> None:
    settings = Settings.isolated(**OVER_HTTP)
    assert settings.tokens() == ("xoxb-1", None)
    assert settings.signing_secrets() == (SECRET,)
    assert settings.http_address == "127.0.0.1"


def test_without_http_nothing_is_signed() -> None:
    assert Settings.isolated().signing_secrets() == ()


def test_a_missing_app_token_is_told_with_the_other_way() -> None:
    with pytest.raises(ConfigurationError, match=r"SLACK_APP_TOKEN is not set.*HTTP_PORT"):
        Settings.isolated(slack_bot_token="xoxb-1").tokens()


def test_two_secrets_stand_with_a_comma_between_while_one_is_renewed() -> None:
    settings = Settings.isolated(
        **OVER_HTTP | {"slack_signing_secret": f"{OLD_SECRET} , {SECRET}"}
    )
    assert settings.signing_secrets() == (OLD_SECRET, SECRET)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (f"{SECRET},{OLD_SECRET},{SECRET}", "there are more than two"),
        (f"{SECRET},", "an entry is empty"),
        (",", "an entry is empty"),
        ("xoxb-123", "that is a bot token"),
        (f"{OLD_SECRET},xapp-123", "that is an app-level token"),
        ("https://example.com", "that is a URL"),
        ("two words", "an entry is not a signing secret"),
        (f'{SECRET},"{SECRET}"', "an entry is not a signing secret"),
        ("changeme", "an entry is not a signing secret"),
        (SECRET[1:], "an entry is not a signing secret"),
        (SECRET + "0", "an entry is not a signing secret"),
        (SECRET.upper(), "an entry is not a signing secret"),
        ("8f742231b10e8888abcd99yyyzzz85a5", "an entry is not a signing secret"),
    ],
)
def test_a_bad_secret_is_told_why_and_never_shown(value: str, reason: str) -> None:
    said = refused(slack_signing_secret=value)
    assert said.startswith(f"SLACK_SIGNING_SECRET is not valid ({reason}): it takes ")
    assert value not in said.partition("it takes")[0] or len(value) < 3


def test_what_stands_in_for_slack_signs_with_any_word() -> None:
    there = {"slack_api_url": "http://127.0.0.1:9000/api/", "slack_signing_secret": "changeme"}
    assert Settings.isolated(**OVER_HTTP | there).signing_secrets() == ("changeme",)
    for value in ("two words", '"changeme"', "xoxb-123"):
        assert "is not valid" in refused(**there | {"slack_signing_secret": value})


def test_the_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET},{OLD_SECRET}\n")
    monkeypatch.setenv("SLACK_SIGNING_SECRET_FILE", str(file))
    monkeypatch.setenv("HTTP_PORT", "3000")
    assert Settings.load(None).signing_secrets() == (SECRET, OLD_SECRET)


@pytest.mark.parametrize("absent", ["slack_signing_secret", "http_port"])
def test_a_port_without_a_secret_and_the_other_way_round_is_refused(absent: str) -> None:
    said = refused(**{absent: None})
    assert f"{absent.upper()} is not" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("http", "health"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "0.0.0.0"),
        ("0.0.0.0", "10.0.0.1"),
        ("127.0.0.1", "localhost"),
        ("localhost", "::1"),
        ("::", "127.0.0.1"),
        ("::1", "0:0:0:0:0:0:0:1"),
    ],
)
def test_one_port_on_one_address_is_refused(http: str, health: str) -> None:
    said = refused(http_address=http, health_address=health, health_port=3000)
    assert said.startswith("HTTP_PORT and HEALTH_PORT are both 3000")


@pytest.mark.parametrize(
    ("http", "health"), [("127.0.0.1", "10.0.0.1"), ("0.0.0.0", "::1"), ("::1", "127.0.0.1")]
)
def test_one_port_on_two_addresses_is_fine(http: str, health: str) -> None:
    values = {"http_address": http, "health_address": health, "health_port": 3000}
    assert Settings.isolated(**OVER_HTTP | values).http_port == 3000


@pytest.mark.parametrize("value", ["0", "65536", "http", "tcp://10.0.0.1:80"])
def test_a_bad_port_is_named(value: str) -> None:
    assert refused(http_port=value).startswith(f"HTTP_PORT='{value}' is not valid")
