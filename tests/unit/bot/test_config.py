"""Settings: each bad value is named with its good forms, and no token is ever shown."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import GOOD_FORMS, Settings
from bot.errors import ConfigurationError

SECRET = "123456789012-secretsecret"

BAD = [
    ("SLACK_BOT_TOKEN", "xapp-" + SECRET),
    ("SLACK_BOT_TOKEN", "xoxp-" + SECRET),
    ("SLACK_BOT_TOKEN", "xoxe.xoxb-1-" + SECRET),
    ("SLACK_BOT_TOKEN", "0123456789abcdef0123456789abcdef"),
    ("SLACK_BOT_TOKEN", "xoxb-"),
    ("OWN_DOMAINS", "example.com,,example.org"),
    ("WEB_FETCH_HOSTS", ","),
    ("APPROVERS", "U0123,"),
    ("SLACK_BOT_TOKEN", "xoxb-…"),
    ("SLACK_BOT_TOKEN", f"xoxb-{SECRET} {SECRET}"),
    ("SLACK_APP_TOKEN", "xoxb-" + SECRET),
    ("SLACK_SIGNING_SECRET", "xoxb-" + SECRET),
    ("SLACK_SIGNING_SECRET", f"{SECRET},{SECRET},{SECRET}"),
    ("HTTP_ADDRESS", "burrow.example.com"),
    ("HTTP_PORT", "http"),
    ("SLACK_API_URL", "slack.com/api/"),
    ("SLACK_API_URL", "https://slack.com"),
    ("SLACK_API_URL", "https://slack.com/"),
    ("SLACK_API_URL", "https://slack.com/api/auth.test"),
    ("SLACK_API_URL", "https://slack.com/api/?x=1"),
    ("SLACK_API_URL", "http://slack.com/api/"),
    ("SLACK_API_URL", "https:///api/"),
    ("SLACK_API_URL", "http://[::1/api/"),
    ("SLACK_API_URL", "http://localhost:port/api/"),
    ("LOCK_TTL_SECONDS", "9"),
    ("LOCK_TTL_SECONDS", "3601"),
    ("LOCK_TTL_SECONDS", "nan"),
    ("LOCK_TTL_SECONDS", "three minutes"),
    ("MODEL", "gpt-5"),
    ("MODEL", "openai:"),
    ("MODEL_CONTEXT_TOKENS", "100"),
    ("MODEL_IMAGES", "png"),
    ("MODEL_STREAM", "sometimes"),
    ("MODEL_TOKENS_PER_THREAD", "-1"),
    ("MODEL_TOKENS_PER_DAY", "a lot"),
    ("WEB_FETCH_HOSTS", "https://status.example.com"),
    ("OWN_DOMAINS", "https://example.com"),
    ("REPLIES", "some"),
    ("SQLITE_ANY_FILE_SYSTEM", "virtiofs"),
    ("CHANNEL_CONTEXT", "sometimes"),
    ("ALLOW_EXTERNAL", "maybe"),
    ("ALERTS", "#incidents"),
    ("ALERTS", "D0123"),
    ("ALERTS", "C1:"),
    ("ALERTS", "C1:U1"),
    ("ALERTS", "C1:A1:B1"),
    ("ALERTS", "C1,,C2"),
    ("ALERTS", "c1"),
    ("ALLOWED_CHANNELS", "#incidents"),
    ("ALLOWED_CHANNELS", "C1,incidents"),
    ("ALLOWED_CHANNELS", "C1,,C2"),
    ("ALLOWED_CHANNELS", "C1,"),
    ("ALLOWED_CHANNELS", ","),
    ("ALLOWED_CHANNELS", "C1 C2"),
    ("ALLOWED_CHANNELS", "C1;C2"),
    ("ALLOWED_CHANNELS", "c0123"),
    ("ALLOWED_CHANNELS", "U0123"),
    ("ALLOWED_CHANNELS", '["C1"]'),
    ("APPROVERS", "@ann"),
    ("TURN_TIMEOUT_SECONDS", "0"),
    ("MAX_TURNS", "0"),
    ("MAX_TURNS", "2.5"),
    ("MAX_TURNS_PER_AUTHOR", "-1"),
    ("QUESTIONS_PER_HOUR_PERSON", "many"),
    ("QUESTIONS_PER_HOUR_CHANNEL", "10001"),
    ("SHUTDOWN_GRACE_SECONDS", "-1"),
    ("RETENTION_DAYS", "-1"),
    ("RETENTION_DAYS", "9999999999"),
    ("HEALTH_ADDRESS", "127.0.0.1:80"),
    ("HEALTH_ADDRESS", "http://10.0.0.1"),
    ("HEALTH_PORT", "0"),
    ("HEALTH_PORT", "65536"),
    ("METRICS", "perhaps"),
    ("LOG_FORMAT", "xml"),
    ("LOG_LEVEL", "loud"),
    ("LOG_LEVEL", "WARN"),
]


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD_FORMS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def refused() -> str:
    """Return the sentence with which loading fails."""
    with pytest.raises(ConfigurationError) as caught:
        Settings.load()
    return str(caught.value)


def assert_refused(pattern: str) -> None:
    said = refused()
    assert re.search(pattern, said), said
    assert "\n" not in said


def is_secret(name: str) -> bool:
    return name.endswith(("_TOKEN", "_SECRET"))


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
    assert (repr(value) in said) is not is_secret(name)


def test_every_variable_that_can_be_bad_is_among_those_examples() -> None:
    # The store's sentence is the library's; an investigator is checked when it is loaded.
    elsewhere = {"SESSION_STORE", "INVESTIGATOR", "AGENT_NOTES", "MCP_CONFIG", "RUNBOOKS"}
    elsewhere |= {"PERMISSIONS"}
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
    for content in (b"LOG_LEVEL=\xff\xfe\n", "MAX_TURNS=7".encode("utf-16"), b"A=\0\n"):
        (tmp_path / ".env").write_bytes(content)
        assert_refused(r"^\.env cannot be read .* UTF-8\.$")


def test_isolated_settings_know_nothing_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("MAX_TURNS=7\n")
    monkeypatch.setenv("REPLIES", "mention")
    settings = Settings.isolated(health_port=8080)
    assert (settings.max_turns, settings.replies, settings.health_port) == (50, "all", 8080)


def test_what_is_not_at_its_default_is_told_without_secrets() -> None:
    assert Settings.isolated().changed() == {}
    settings = Settings.isolated(
        slack_bot_token="xoxb-" + SECRET, max_turns=7, allowed_channels="C2,C1", replies="all"
    )
    assert settings.changed() == {"MAX_TURNS": "7", "ALLOWED_CHANNELS": ["C1", "C2"]}
    assert json.dumps(settings.changed())


def test_good_values_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setenv("ALLOWED_CHANNELS", " C1, G2 ,D3")
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


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("LOG_LEVEL", "WARN", "did you mean warning?"),
        ("LOG_LEVEL", "errors", "did you mean error?"),
        ("LOG_FORMAT", "jsno", "did you mean json?"),
        ("REPLIES", "mentions", "did you mean mention?"),
        ("ALLOW_EXTERNAL", "ture", "did you mean true?"),
        ("SLACK_API_URL", "https://slack.com", "it does not end in /api/"),
        ("ALLOWED_CHANNELS", "C1,#incidents", "names begin with #, ids with C, D or G"),
        ("ALLOWED_CHANNELS", "C1,,C2", "an entry is empty"),
        ("APPROVERS", "U0123,", "an entry is empty"),
        ("OWN_DOMAINS", "example.com,", "an entry is empty"),
        ("HEALTH_ADDRESS", "burrow.example.com", "not an IP address"),
        ("SLACK_BOT_TOKEN", "xoxb-", "nothing follows xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxp-1", "that is a user's token"),
        ("SLACK_APP_TOKEN", "xoxb-1", "that is a bot token"),
    ],
)
def test_a_bad_value_is_told_why(
    name: str, value: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert f" is not valid ({reason}): it takes " in refused()


def test_alerts_outside_of_the_allowed_channels_are_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALERTS", "C1:A1, C2,C1:B2")
    assert Settings.load().alerts == {"C1:A1", "C2", "C1:B2"}
    monkeypatch.setenv("ALLOWED_CHANNELS", "C1,C3")
    with pytest.raises(ConfigurationError, match="ALERTS names C2, which is not among"):
        Settings.load()


def test_exchanged_tokens_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xapp-" + SECRET)
    monkeypatch.setenv("SLACK_APP_TOKEN", "xoxb-" + SECRET)
    assert_refused(r"^SLACK_BOT_TOKEN holds the app-level token .* exchange the two\.$")


def test_a_bad_store_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESSION_STORE", "firestore://My_Proj")
    assert_refused(r"^SESSION_STORE: 'firestore://My_Proj' .* small letters.* Good forms: ")


@pytest.mark.parametrize("value", ["xoxb-" + SECRET, "https://me:" + SECRET + "@x/"])
def test_a_secret_in_the_wrong_variable_is_not_repeated(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MAX_TURNS", "SLACK_API_URL", "ALLOWED_CHANNELS", "SESSION_STORE"):
        monkeypatch.setenv(name, value)
    assert SECRET not in refused()


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_value_in_quotes_is_told_so(quote: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "LOG_LEVEL", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, f"{quote}{SECRET}{quote}")
        assert_refused(f"^{name} is in quotes: remove them")
        monkeypatch.delenv(name)


class TestDotEnv:
    """`.env` as editors, shells and other systems write it."""

    @pytest.mark.parametrize(
        "content",
        [
            b"\xef\xbb\xbfMAX_TURNS=7\nREPLIES=mention\n",
            b"MAX_TURNS=7\r\nREPLIES=mention\r\n",
            b"export MAX_TURNS=7\nexport REPLIES='mention'",
            b'# comment\n\nMAX_TURNS = "7" # seven\nREPLIES=mention   \n',
            b"max_turns=7\nReplies=Mention",
        ],
        ids=["BOM", "CRLF", "export", "quotes", "small letters"],
    )
    def test_is_read_whatever_wrote_it(self, content: bytes, tmp_path: Path) -> None:
        (tmp_path / ".env").write_bytes(content)
        settings = Settings.load()
        assert (settings.max_turns, settings.replies) == (7, "mention")

    @pytest.mark.parametrize(
        ("name", "meant"),
        [
            ("REPLYS", "REPLIES"),
            ("REPLY", "REPLIES"),
            ("ALOW_EXTERNAL", "ALLOW_EXTERNAL"),
            ("ALLOWED_EXTERNAL", "ALLOW_EXTERNAL"),
            ("ALLOWED_CHANEL", "ALLOWED_CHANNELS"),
            ("MAX_TURN", "MAX_TURNS"),
            ("MAX_TRUNS", "MAX_TURNS"),
            ("LOGLEVEL", "LOG_LEVEL"),
            ("log-level", "LOG_LEVEL"),
            ("LOCK_TTL", "LOCK_TTL_SECONDS"),
            ("RETENTION", "RETENTION_DAYS"),
            ("BURROW_MAX_TURNS", "MAX_TURNS"),
            ("INVESTIGATER", "INVESTIGATOR"),
            ("SLACK_BOT_TOKENS", "SLACK_BOT_TOKEN"),
            ("SLACK_BOT_TOKENFILE", "SLACK_BOT_TOKEN_FILE"),
        ],
    )
    def test_a_slip_is_asked_about(self, name: str, meant: str, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text(f"MAX_TURNS=7\n{name}=x\n")
        assert_refused(rf"^\.env sets {name.upper()}, which .*: did you mean {meant}\?$")

    @pytest.mark.parametrize(
        "name",
        [
            *(
                "OPENAI_API_KEY",
                "HTTPS_PROXY",
                "NO_PROXY",
                "REPLICAS",
                "HEALTH_HOST",
                "MODE",
                "TZ",
            ),
            *("SLACK_CLIENT_ID", "COMPOSE_PROJECT_NAME", "LOG_FILE", "ACME_URL", "HTTP_PROXY"),
        ],
    )
    def test_what_is_not_ours_reaches_the_environment(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
        (tmp_path / ".env").write_text(f"{name}=theirs\n")
        Settings.load()
        assert os.environ[name] == "theirs"

    def test_the_environment_wins_there_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ACME_URL", "first")
        (tmp_path / ".env").write_text("ACME_URL=second\n")
        Settings.load()
        assert os.environ["ACME_URL"] == "first"

    def test_our_own_names_do_not_reach_it(self, tmp_path: Path) -> None:
        """Programs that an investigator starts are not to inherit Slack's tokens."""
        (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\n")
        Settings.load()
        assert "SLACK_BOT_TOKEN" not in os.environ

    @pytest.mark.parametrize(
        "line", ["SLACK_BOT_TOKEN: xoxb-1", "MAX_TURNS 7", "MAX_TURNS", 'X="open', "= 7"]
    )
    def test_a_line_that_is_no_setting_is_named_by_its_number(
        self, line: str, tmp_path: Path
    ) -> None:
        (tmp_path / ".env").write_text(f"# ours\nREPLIES=all\n{line}\n")
        assert_refused(r"^\.env, line 3, cannot be read: it takes NAME=value")

    def test_a_name_that_stands_twice_is_refused(self, tmp_path: Path) -> None:
        """The lower one would win, often the empty one of a template."""
        (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\nSLACK_BOT_TOKEN=\n")
        assert_refused(r"^SLACK_BOT_TOKEN stands in \.env 2 times: keep one of the lines\.$")

    def test_a_folder_of_that_name_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / ".env").mkdir()
        assert_refused(r"^\.env is a folder: ")

    def test_a_link_to_nothing_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / ".env").symlink_to(tmp_path / "nothing")
        assert_refused(r"^\.env is a link to a file that does not exist\.$")

    def test_a_link_in_a_circle_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / ".env").symlink_to(tmp_path / ".env")
        assert_refused(r"^\.env cannot be read \(")

    def test_a_pipe_of_that_name_is_refused_and_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / ".env")
        assert_refused(r"^\.env is not a file: ")

    def test_a_link_to_the_null_device_means_no_settings(self, tmp_path: Path) -> None:
        (tmp_path / ".env").symlink_to("/dev/null")
        assert Settings.load() == Settings.isolated()

    def test_a_file_without_end_is_not_read_to_its_end(self, tmp_path: Path) -> None:
        (tmp_path / ".env").symlink_to("/dev/zero")
        assert_refused(r"^\.env is longer than 1 MiB: ")

    def test_a_file_that_may_not_be_read_is_refused(self, tmp_path: Path) -> None:
        said = told_to_nobody(tmp_path, ".env")
        assert said.startswith(".env cannot be read (Permission denied): ")


class TestSecretFiles:
    """`NAME_FILE` names the file with the secret."""

    @pytest.fixture
    def secret(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        path = tmp_path / "token"
        monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(path))
        return path

    @pytest.mark.parametrize("content", ["xoxb-1", " xoxb-1 \n", "xoxb-1\r\n", "\ufeffxoxb-1"])
    def test_space_around_a_secret_is_dropped(self, secret: Path, content: str) -> None:
        secret.write_text(content)
        token = Settings.load().slack_bot_token
        assert token is not None
        assert token.get_secret_value() == "xoxb-1"

    def test_they_can_be_named_in_dot_env(self, tmp_path: Path) -> None:
        (tmp_path / "app").write_text("xapp-1\n")
        (tmp_path / ".env").write_text("SLACK_APP_TOKEN_FILE=app\nSLACK_BOT_TOKEN=xoxb-1")
        assert Settings.load().tokens() == ("xoxb-1", "xapp-1")

    @pytest.mark.parametrize("name", ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "HF_TOKEN"])
    def test_a_model_providers_key_reaches_the_environment(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name, "")
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "key"))
        (tmp_path / "key").write_text("sk-1\n")
        Settings.load()
        assert os.environ[name] == "sk-1"

    def test_space_around_a_providers_key_is_dropped(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-1\n")
        Settings.load()
        assert os.environ["OPENAI_API_KEY"] == "sk-1"

    @pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "OPENAI_API_KEY"])
    def test_a_value_of_space_alone_is_none_and_space_around_a_path_is_dropped(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "secret").write_text("xoxb-1")
        monkeypatch.setenv(name, " ")
        monkeypatch.setenv(f"{name}_FILE", " secret\n")
        settings = Settings.load()
        if name == "OPENAI_API_KEY":
            assert os.environ[name] == "xoxb-1"
        else:
            assert settings.bot_token() == "xoxb-1"

    @pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "OPENAI_API_KEY"])
    @pytest.mark.parametrize("where", ["environment", ".env"])
    def test_a_secret_that_is_given_both_ways_is_refused(
        self, name: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "secret").write_text("xoxb-1")
        monkeypatch.setenv(f"{name}_FILE", "secret")
        monkeypatch.setenv(name, "xoxb-2" if where == "environment" else "")
        if where == ".env":
            monkeypatch.delenv(name)
            (tmp_path / ".env").write_text(f"{name}=xoxb-2\n")
        assert_refused(rf"^{name} and {name}_FILE are both set: keep one of them\.$")

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (None, "cannot be read"),
            ("", "is empty"),
            (" \n", "is empty"),
            ('"xoxb-1"\n', "holds a value in quotes"),
            ("xoxb-1\nxapp-1\n", "holds more than one line"),
            ("x" * 100_000, "is longer than 64 KiB"),
        ],
    )
    def test_a_file_that_holds_no_secret_is_refused(
        self, secret: Path, content: str | None, fault: str
    ) -> None:
        if content is not None:
            secret.write_text(content)
        assert_refused(f"^SLACK_BOT_TOKEN_FILE={secret} {fault}")

    def test_a_folder_is_refused(self, secret: Path) -> None:
        secret.mkdir()
        assert_refused(f"^SLACK_BOT_TOKEN_FILE={secret} is a folder: it takes a file\\.$")

    def test_a_file_that_is_no_text_is_refused(self, secret: Path) -> None:
        secret.write_bytes(b"\xff\xfe")
        assert_refused(f"^SLACK_BOT_TOKEN_FILE={secret} is not a text file")

    def test_a_file_that_may_not_be_read_is_refused(self, tmp_path: Path) -> None:
        said = told_to_nobody(tmp_path, "token", SLACK_BOT_TOKEN_FILE="token")
        assert said.startswith("SLACK_BOT_TOKEN_FILE=token cannot be read (Permission denied): ")

    def test_the_wrong_kind_of_token_in_a_file_is_refused(self, secret: Path) -> None:
        secret.write_text("xapp-" + SECRET)
        said = refused()
        assert said.startswith("SLACK_BOT_TOKEN is not valid (that is an app-level token)")
        assert SECRET not in said


def told_to_nobody(folder: Path, name: str, **variables: str) -> str:
    """Return what loading says to a user who may not read the file `name` in this folder."""
    (folder / name).write_text("xoxb-1")
    (folder / name).chmod(0)
    code = (
        "import os\n"
        "from bot.config import Settings\n"
        "os.geteuid() or os.setuid(65534)\n"
        "try: Settings.load()\n"
        "except Exception as error: print(error)"
    )
    folder.chmod(0o755)
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parents[3]), **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert not ran.stderr, ran.stderr
    return ran.stdout
