"""Settings: each bad value is named with its good forms, and no token is ever shown."""

from pathlib import Path

import pytest

from bot.config import GOOD_FORMS, Settings
from bot.errors import ConfigurationError

SECRET = "123456789012-secretsecret"

BAD = [
    ("SLACK_BOT_TOKEN", "xapp-" + SECRET),
    ("SLACK_APP_TOKEN", "xoxb-" + SECRET),
    ("SLACK_API_URL", "slack.com/api/"),
    ("LOCK_TTL_SECONDS", "9"),
    ("LOCK_TTL_SECONDS", "3601"),
    ("LOCK_TTL_SECONDS", "nan"),
    ("LOCK_TTL_SECONDS", "three minutes"),
    ("MODEL", "gpt-5"),
    ("MODEL", "openai:"),
    ("MODEL_CONTEXT_TOKENS", "100"),
    ("MODEL_STREAM", "sometimes"),
    ("MODEL_TOKENS_PER_THREAD", "-1"),
    ("MODEL_TOKENS_PER_DAY", "a lot"),
    ("WEB_FETCH_HOSTS", "https://status.example.com"),
    ("REPLIES", "some"),
    ("SQLITE_ANY_FILE_SYSTEM", "virtiofs"),
    ("ALLOW_EXTERNAL", "maybe"),
    ("ALLOWED_CHANNELS", "#incidents"),
    ("ALLOWED_CHANNELS", "C1,incidents"),
    ("TURN_TIMEOUT_SECONDS", "0"),
    ("MAX_TURNS", "0"),
    ("MAX_TURNS", "2.5"),
    ("SHUTDOWN_GRACE_SECONDS", "-1"),
    ("RETENTION_DAYS", "-1"),
    ("RETENTION_DAYS", "9999999999"),
    ("HEALTH_PORT", "0"),
    ("HEALTH_PORT", "65536"),
    ("LOG_FORMAT", "xml"),
    ("LOG_LEVEL", "loud"),
]


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD_FORMS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_named_with_its_good_forms(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        Settings.load()
    said = str(caught.value)
    assert said.startswith(name)
    assert said.endswith(f"it takes {GOOD_FORMS[name]}.")
    assert SECRET not in said
    assert ("TOKEN" in name) or (value in said)


def test_every_variable_that_can_be_bad_is_among_those_examples() -> None:
    # Checked where they are used: when the store is opened, when the investigator is loaded.
    elsewhere = {"SESSION_STORE", "INVESTIGATOR", "AGENT_NOTES", "MCP_CONFIG"}
    assert {name for name, _ in BAD} == set(GOOD_FORMS) - elsewhere


def test_several_bad_values_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_TURNS", "many")
    monkeypatch.setenv("REPLIES", "some")
    with pytest.raises(ConfigurationError) as caught:
        Settings.load()
    assert [line.split("=")[0] for line in str(caught.value).split("\n")] == [
        "REPLIES",
        "MAX_TURNS",
    ]


def test_settings_come_from_dot_env_in_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MAX_TURNS=7\nUNKNOWN=1\nLOG_LEVEL=Debug\n")
    settings = Settings.load()
    assert (settings.max_turns, settings.log_level) == (7, "debug")


def test_the_environment_wins_over_dot_env(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("MAX_TURNS=7\n")
    monkeypatch.setenv("MAX_TURNS", "8")
    assert Settings.load().max_turns == 8


def test_empty_values_mean_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD_FORMS:
        monkeypatch.setenv(name, "")
    assert Settings.load() == Settings.isolated()


def test_a_dot_env_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"LOG_LEVEL=\xff\xfe\n")
    with pytest.raises(ConfigurationError, match=r"^\.env cannot be read .* UTF-8\.$"):
        Settings.load()


def test_isolated_settings_know_nothing_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("MAX_TURNS=7\n")
    monkeypatch.setenv("REPLIES", "mention")
    settings = Settings.isolated(health_port=8080)
    assert (settings.max_turns, settings.replies, settings.health_port) == (50, "all", 8080)


def test_good_values_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setenv("ALLOWED_CHANNELS", " C1, G2 ,,D3")
    monkeypatch.setenv("LOCK_TTL_SECONDS", "12.5")
    settings = Settings.load()
    assert settings.slack_api_url == "http://127.0.0.1:9/api/"
    assert settings.allowed_channels == {"C1", "G2", "D3"}
    assert settings.lock_ttl.total_seconds() == 12.5


@pytest.mark.parametrize(
    ("investigator", "replies", "counts"),
    [("brief", "", "all"), ("agent", "", "mention"), ("agent", "all", "all")],
)
def test_with_the_agent_only_mentions_count_by_default(
    investigator: str, replies: str, counts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INVESTIGATOR", investigator)
    monkeypatch.setenv("REPLIES", replies)
    assert Settings.load().replies == counts


def test_isolated_settings_know_the_agents_default_too() -> None:
    assert Settings.isolated(investigator="agent").replies == "mention"


def test_a_line_end_around_a_token_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", " xoxb-1\n")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1\r\n")
    assert Settings.load().tokens() == ("xoxb-1", "xapp-1")


def test_missing_tokens_are_named_each(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.load().tokens()
    assert [line.split()[0] for line in str(caught.value).split("\n")] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "Put",
    ]
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    with pytest.raises(ConfigurationError, match=r"^SLACK_APP_TOKEN is not set"):
        Settings.load().tokens()


def test_settings_shown_as_text_hide_the_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-" + SECRET)
    assert SECRET not in repr(Settings.load())
