"""The files an operator copies say what the code does."""

import re
from pathlib import Path

import yaml

from bot.config import GOOD_FORMS, Settings
from bot.slack.scopes import OPTIONAL_SCOPES, SCOPES

ROOT = Path(__file__).parents[3]
ENV_EXAMPLE = (ROOT / ".env.example").read_text()
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text())
HANDLED_EVENTS = {
    "app_mention",
    "agent_session_stopped",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
}


def test_every_setting_stands_in_env_example_and_no_other() -> None:
    named = re.findall(r"^([A-Z_]+)=", ENV_EXAMPLE, re.MULTILINE)
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


def test_every_setting_in_env_example_is_explained() -> None:
    for paragraph in ENV_EXAMPLE.strip().split("\n\n")[1:]:
        assert paragraph.startswith("# "), paragraph


def test_env_example_shows_the_defaults(tmp_path: Path) -> None:
    copy = tmp_path / ".env"
    copy.write_text(ENV_EXAMPLE)
    assert Settings.load(copy) == Settings.isolated()


def test_every_setting_has_its_good_forms() -> None:
    assert sorted(GOOD_FORMS) == sorted(name.upper() for name in Settings.model_fields)


def test_the_manifest_asks_for_exactly_the_scopes_in_use() -> None:
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == SCOPES | set(OPTIONAL_SCOPES)


def test_the_manifest_marks_exactly_the_optional_scopes() -> None:
    text = (ROOT / "manifest.yml").read_text()
    assert set(re.findall(r"- (\S+)  # optional: ", text)) == set(OPTIONAL_SCOPES)


def test_the_manifest_subscribes_to_exactly_the_events_handled() -> None:
    assert set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == HANDLED_EVENTS


def test_the_manifest_turns_on_what_buttons_and_socket_mode_need() -> None:
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]
    assert MANIFEST["settings"]["socket_mode_enabled"]


def test_every_file_that_the_map_names_is_there() -> None:
    """A name without its folder stands in the folder that was named last."""
    folder = ROOT
    for name in re.findall(
        r"`([\w./]+(?:\.py|/))`", (ROOT / "docs" / "how-it-works.md").read_text()
    ):
        found = next((it / name for it in (ROOT, folder) if (it / name).exists()), None)
        assert found is not None, name
        if found == ROOT / name:
            folder = found if found.is_dir() else found.parent


def test_the_requirements_are_pinned_and_name_no_host() -> None:
    for path in sorted(ROOT.glob("requirements*.txt")):
        for line in path.read_text().splitlines():
            assert re.fullmatch(r"-r requirements(-dev)?\.txt|[\w.\-\[\],]+==[\w.+!]+", line), line


def test_every_error_of_the_log_is_explained_to_operators() -> None:
    logged = {
        event
        for file in (ROOT / "bot").rglob("*.py")
        for event in re.findall(r'log\.(?:error|exception)\(\s*"([a-z_.]+)"', file.read_text())
    }
    pages = [(ROOT / "docs" / name).read_text() for name in ("operations.md", "agent.md")]
    assert len(logged) > 20
    assert sorted(it for it in logged if not any(f"`{it}`" in page for page in pages)) == []
