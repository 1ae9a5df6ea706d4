"""An installed Burrow runs from any folder and carries each file that its sentences name."""

import ast
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.commands import COMMANDS
from bot.installation import carried_file
from tests.packaging.conftest import ROOT, Installed

pytestmark = pytest.mark.xdist_group("wheel")

CARRIED = {
    "manifest.yml": "manifest",
    ".env.example": "settings",
    "firestore.indexes.json": "indexes",
}
"""The files, and the commands that print them."""
WRITTEN_BY_THE_READER = {"firebase.json"}
"""What the help of `burrow indexes` shows how to write."""
A_FILE = re.compile(r"(?<![\w.-])[\w/-][\w./-]*\.(?:ya?ml|json|md|toml|txt|ini)\b|\.env\.example")
A_COMMAND = re.compile(r"(?<!@)\bburrow ([a-z]+)")
A_TARGET = re.compile(r"`make |python -m bot")


def sentences() -> Iterator[tuple[str, str]]:
    """Each text in the code that is not a docstring, with where it stands."""
    for package in ("bot", "session", "simulator"):
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if not isinstance(node, ast.Constant) or id(node) in alone:
                    continue
                if isinstance(node.value, str):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value


def test_each_file_that_a_sentence_names_can_be_printed_by_a_command() -> None:
    named = {
        Path(name).name: where for where, text in sentences() for name in A_FILE.findall(text)
    }
    assert set(CARRIED) <= set(named)
    for name, where in named.items():
        assert name in CARRIED or name in WRITTEN_BY_THE_READER, (name, where)


def test_each_command_that_a_sentence_names_exists() -> None:
    named = {name: where for where, text in sentences() for name in A_COMMAND.findall(text)}
    assert {"settings", "indexes"} <= set(named)
    for name, where in named.items():
        assert name in COMMANDS, (name, where)


def test_no_sentence_sends_an_operator_to_the_checkout() -> None:
    for where, text in sentences():
        if where.startswith("bot/installation.py"):
            continue
        assert not A_TARGET.search(text) or "in a checkout" in text, (where, text)


@pytest.mark.parametrize("name", CARRIED)
def test_the_wheel_carries_what_stands_in_the_checkout(
    name: str, installed: Installed, tmp_path: Path
) -> None:
    printed = installed.run(installed.burrow, CARRIED[name], folder=tmp_path)
    assert (printed.returncode, printed.stderr) == (0, "")
    assert printed.stdout == carried_file(name)


def test_the_wheel_holds_our_packages_and_nothing_of_the_tests(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as wheel:
        tops = {name.split("/")[0] for name in wheel.namelist()}
    info = f"burrowbot-{bot.__version__}.dist-info"
    assert tops == {"bot", "session", "simulator", info}


@pytest.mark.parametrize("words", [["burrow"], ["python", "-m", "bot"]])
def test_it_runs_from_any_folder(words: list[str], installed: Installed, tmp_path: Path) -> None:
    version = installed.run(*words, "--version", folder=tmp_path)
    assert version.stdout == f"burrow {bot.__version__}\n"
    started = installed.run(*words, folder=tmp_path)
    assert started.returncode == 2
    assert "SLACK_BOT_TOKEN is not set" in started.stderr
    assert "burrow settings` prints one to fill in" in started.stderr


@pytest.mark.parametrize("name", ["session.py", "simulator.py", "yaml.py", "config.py"])
def test_other_peoples_modules_in_the_folder_of_the_start_do_not_run(
    name: str, installed: Installed, tmp_path: Path
) -> None:
    (tmp_path / name).write_text("raise SystemExit('other code runs')")
    for words in (["burrow"], ["python", "-m", "bot"]):
        started = installed.run(*words, folder=tmp_path)
        assert "SLACK_BOT_TOKEN is not set" in started.stderr, started.stderr


def test_a_module_that_hides_ours_is_named(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "session.py").write_text("")
    for words in (["burrow"], ["python", "-m", "bot"]):
        started = installed.run(*words, folder=tmp_path, PYTHONPATH=str(tmp_path / "elsewhere"))
        assert started.returncode == 2
        assert started.stderr == (
            f"{tmp_path}/elsewhere/session.py hides Burrow's package `session`: rename it, or"
            " leave its folder out of PYTHONPATH.\n"
        )


def test_an_investigator_of_ones_own_is_found_in_the_folder_of_the_start(
    installed: Installed, tmp_path: Path
) -> None:
    (tmp_path / "acme.py").write_text("def make(): raise RuntimeError('found')")
    env = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    for words in (["burrow"], ["python", "-m", "bot"]):
        started = installed.run(*words, folder=tmp_path, INVESTIGATOR="acme:make", **env)
        assert "RuntimeError: found" in started.stderr


@pytest.mark.slow
def test_the_demo_plays_from_the_wheel_beside_a_simulator_of_somebody_else(
    installed: Installed, tmp_path: Path
) -> None:
    (tmp_path / "simulator.py").write_text("raise SystemExit('other code runs')")
    played = installed.run(installed.burrow, "demo", "--once", folder=tmp_path)
    assert played.returncode == 0, played.stderr
    assert "Burrow: Starting a new investigation" in played.stdout
