"""A start where the system gives little: no home, no stdout, a reader that leaves."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.commands import main

ROOT = Path(__file__).parents[2]
ANY_USER = (
    *("setpriv", "--reuid", "54321", "--regid", "0", "--clear-groups"),
    # Only so that it may read an interpreter in another user's home.
    *("--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"),
)


def burrow(*words: str, folder: Path, before: tuple[str, ...] = ()) -> str:
    """Return what the command says, started without HOME."""
    ran = subprocess.run(
        [*before, sys.executable, "-m", "bot", *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return ran.stdout + ran.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start as a user without an entry")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="util-linux's setpriv is not here")
def test_a_user_without_home_and_passwd_entry_can_start(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    said = burrow("run", folder=tmp_path, before=ANY_USER)
    assert said.startswith("SLACK_BOT_TOKEN is not set"), said


@pytest.mark.parametrize("command", ["run", "sessions", "demo"])
def test_a_start_in_a_folder_that_is_gone_is_one_sentence(command: str, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    ran = subprocess.run(
        ["sh", "-c", f"rmdir {gone}; exec {sys.executable} -m bot {command}"],
        cwd=gone,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    (line,) = ran.stderr.splitlines()
    assert line.startswith("The folder of this start cannot be used (No such file or directory)")


def test_a_demo_without_a_folder_for_its_files_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def nowhere(**_: object) -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "mkdtemp", nowhere)
    assert main(["demo", "--once"]) == 2
    assert "let TMPDIR name one" in capfd.readouterr().err


@pytest.mark.parametrize("command", ["settings", "--help", "demo --once"])
def test_a_reader_that_leaves_early_is_no_error(command: str, tmp_path: Path) -> None:
    words = f"{sys.executable} -m bot {command} | head -1"
    ran = subprocess.run(
        ["sh", "-c", words],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stderr == ""


@pytest.mark.parametrize("command", ["settings", "demo --once"])
def test_a_terminal_that_is_not_utf_8_shows_what_it_can(command: str, tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bot", *command.split()],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ("xoxb-?" if command == "settings" else "Burrow: ") in ran.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize("command", ["settings", "demo --once"])
def test_an_output_that_cannot_be_written_is_one_sentence(command: str, tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "bot", *command.split()],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert ran.returncode == 1
    assert ran.stderr == "The disk is full: what this command prints could not be written.\n"


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("command", ["run", "demo"])
def test_make_fails_and_says_nothing_below_the_programs_own_sentence(
    command: str, tmp_path: Path
) -> None:
    make = ["make", "-f", str(ROOT / "Makefile"), command, "ARGS=--bogus"]
    ran = _made(tmp_path, make)
    assert ran.returncode != 0
    assert ran.stderr.splitlines()[-1] == "burrow: error: unrecognized arguments: --bogus"


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_fails_with_the_program_in_the_background_of_a_script_too(tmp_path: Path) -> None:
    """There SIGINT and SIGQUIT are ignored."""
    make = f"make -f {ROOT / 'Makefile'} run ARGS=--bogus"
    ran = _made(tmp_path, ["sh", "-c", f"{make} & wait $!"])
    assert ran.returncode != 0
    assert ran.stderr.splitlines()[-1] == "burrow: error: unrecognized arguments: --bogus"


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_ends_well_with_the_program(tmp_path: Path) -> None:
    ran = _made(tmp_path, ["make", "-f", str(ROOT / "Makefile"), "run", "ARGS=--help"])
    assert (ran.returncode, ran.stderr) == (0, "")


def _made(folder: Path, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run make in a folder that looks set up: the packages, and this interpreter as its own."""
    (folder / "requirements.txt").touch()
    venv = folder / ".venv" / "bin"
    venv.mkdir(parents=True)
    (venv / "python").symlink_to(sys.executable)
    (venv.parent / ".run").touch()
    (venv.parent / "pyvenv.cfg").write_text((Path(sys.prefix) / "pyvenv.cfg").read_text())
    (venv.parent / "lib").symlink_to(Path(sys.prefix) / "lib")
    for name in ("bot", "session", "simulator"):
        (folder / name).symlink_to(ROOT / name)
    return subprocess.run(
        words,
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_serving_does_not_import_what_only_draws(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['burrow', 'run']; from bot.__main__ import main; main();"
        " print('rich' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stdout == "False\n"


def test_what_a_command_prints_is_its_result_alone(tmp_path: Path) -> None:
    code = (
        "import sys, structlog; from bot.commands import main, sessions\n"
        "def look(_):\n"
        "    structlog.get_logger('x').warning('store.slow'); print('result'); return 0\n"
        "sessions.run = look; sys.exit(main(['sessions']))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stdout == "result\n"
    assert "store.slow" in ran.stderr


def test_the_numbers_of_closed_streams_are_not_given_to_files(tmp_path: Path) -> None:
    code = (
        "import os; from bot import __main__ as m; m._fill_closed_streams()\n"
        "taken = os.open('file', os.O_WRONLY | os.O_CREAT); os.write(taken, str(taken).encode())"
    )
    ran = subprocess.run(
        ["sh", "-c", 'exec "$0" -c "$1" <&- >&- 2>&-', sys.executable, code],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    assert ran.returncode == 0
    assert int((tmp_path / "file").read_text()) > 2
