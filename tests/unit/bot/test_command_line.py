"""The command line: help that reads well, and exit codes."""

from pathlib import Path

import pytest
import yaml

import bot
from bot.commands import COMMANDS, GROUPS, main
from bot.commands.exits import Exit
from bot.config import GOOD_FORMS


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == Exit.DONE
    text = said(capsys)
    for name, summary in COMMANDS.items():
        assert f"    {name} " in text
        assert summary in text


def test_the_help_lists_the_commands_in_groups(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    lines = said(capsys).splitlines()
    assert [line[:-1] for line in lines if line[:-1] in GROUPS] == list(GROUPS)
    assert max(map(len, lines)) <= 90


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_names_settings_only_where_it_reads_them(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([name, "--help"])
    reads_settings = name in ("run", "where", "sessions", "copy")
    assert ("Settings come from" in said(capsys)) is reads_settings


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == Exit.DONE
    assert said(capsys) == f"burrow {bot.__version__}\n"


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("manifest", "manifest.yml"),
        ("settings", ".env.example"),
        ("indexes", "deploy/firestore/firestore.indexes.json"),
    ],
)
def test_files_that_an_operator_needs_are_printed(
    name: str, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name]) == Exit.DONE
    assert said(capsys) == (Path(__file__).parents[3] / file).read_text()


@pytest.mark.parametrize(
    "url",
    [
        "https://burrow.example.com",
        "https://burrow.example.com/",
        "https://burrow.example.com/slack/events",
        "HTTPS://burrow.example.com",
        "https://burrow.example.com/slack/interactivity/",
    ],
)
def test_the_manifest_names_both_addresses_over_http(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["manifest", "--http", url]) == Exit.DONE
    over_http = yaml.safe_load(said(capsys))
    settings = over_http["settings"]
    assert settings["socket_mode_enabled"] is False
    base = "https://burrow.example.com/slack"
    assert settings["event_subscriptions"].pop("request_url") == f"{base}/events"
    assert settings["interactivity"].pop("request_url") == f"{base}/interactivity"
    assert main(["manifest"]) == Exit.DONE
    over_sockets = yaml.safe_load(said(capsys))
    settings["socket_mode_enabled"] = True
    assert over_http == over_sockets


@pytest.mark.parametrize(
    "url",
    [
        *("http://burrow.example.com", "burrow.example.com", "https://a.b?y=1", "https://a.bc d"),
        *("", "https://localhost", "https://127.0.0.1", "https://[::1]:443", "https://10.0.0.1:1"),
        *("https://a.bc:0", "https://a.bc:65536", "https://a.bc:", "https://a.bc:x"),
        *("https://a..bc", "https://.a.bc", "https://-a.bc", "https://a.bc.", "https://é.bc"),
        *("https://u:p@a.bc", "https://a.bc/../x", "https://a.bc//x", "https://a\n.bc"),
    ],
)
def test_an_address_that_slack_does_not_take_is_refused(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["manifest", "--http", url]) == Exit.USAGE
    assert "it takes the address at which Slack reaches" in said(capsys)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_commands_help_says_more_than_its_one_line(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == Exit.DONE
    text = said(capsys)
    assert text.startswith(f"usage: burrow {name} ")
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    "words", [["nonsense"], ["where"], ["demo", "--twice"], ["run", "now"], ["--once"]]
)
def test_words_it_does_not_know_end_with_2_and_the_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == Exit.USAGE
    assert said(capsys).startswith("usage: burrow")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["sesions"],
            "there is no command 'sesions' (did you mean sessions?): it takes one of run,",
        ),
        (["nonsense"], "there is no command 'nonsense': it takes one of run, "),
        (["--once"], "unrecognized arguments: --once"),
        (["--once", "demo"], "unrecognized arguments: --once"),
    ],
)
def test_an_unknown_command_or_option_is_named(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(words)
    assert said(capsys).splitlines()[-1].startswith(f"burrow: error: {sentence}")


@pytest.mark.usefixtures("no_settings")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["a", "sqlite:///b.db"], "FROM: 'a' is not a store's URL: "),
        (["sqlite:///a.db", "b"], "TO: 'b' is not a store's URL: "),
        (["sqlite:///a.db", "sqlite:///no/b.db", "--dry-run"], "TO: there is no folder "),
    ],
)
def test_copy_names_the_store_that_cannot_be(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("a.db").touch()
    assert main(["copy", *words]) == Exit.USAGE
    assert said(capsys).startswith(sentence)


@pytest.mark.usefixtures("no_settings")
def test_what_is_missing_ends_with_2_and_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == Exit.USAGE
    assert said(capsys).startswith("SLACK_BOT_TOKEN is not set")
    assert main(["where", "nothing"]) == Exit.USAGE
    assert said(capsys).startswith("'nothing' names no message.")


@pytest.mark.usefixtures("no_settings")
def test_a_store_that_cannot_be_named_ends_with_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_STORE", "mysql://x")
    assert main(["where", "C1", "1712345678.000200"]) == Exit.USAGE
    assert "mysql://x" in said(capsys)


@pytest.mark.usefixtures("no_settings")
def test_a_file_that_is_no_store_ends_with_2_and_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("burrow.db").write_text("Dear diary, " * 100)
    monkeypatch.setenv("SESSION_STORE", "sqlite:///burrow.db")
    assert main(["where", "C1", "1712345678.000200"]) == Exit.USAGE
    assert "burrow.db is not a SQLite database: name another file." in said(capsys)


@pytest.fixture
def no_settings(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD_FORMS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(str(tmp_path))
