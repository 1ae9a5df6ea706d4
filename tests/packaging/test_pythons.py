"""The wheel with its pinned requirements on each Python that can be found here."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import bot
from tests.packaging.conftest import ROOT, Installed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("wheel"),
]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def interpreter(version: str) -> str:
    """Find a Python of this version: on the path, or among pyenv's; else skip."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which(f"python{version}"), *versions.glob(f"{version}.*/bin/python")]
    for candidate in candidates:
        if candidate is None:
            continue
        asked = subprocess.run([candidate, "--version"], capture_output=True, text=True)
        if asked.stdout.startswith(f"Python {version}."):
            return str(candidate)
    pytest.skip(f"no Python {version} was found here")


@pytest.mark.parametrize("version", PYTHONS)
def test_it_installs_and_runs(version: str, installed: Installed, tmp_path: Path) -> None:
    subprocess.run([interpreter(version), "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    here = Installed(installed.wheel, python)
    brought = subprocess.run(
        [
            *(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("-r", ROOT / "requirements.txt", installed.wheel),
        ],
        capture_output=True,
        text=True,
    )
    if "No matching distribution" in brought.stderr or "onnection" in brought.stderr:
        pytest.skip(f"the requirements cannot be had for Python {version}: {brought.stderr}")
    assert brought.returncode == 0, brought.stderr
    assert here.run(here.burrow, "--version", folder=tmp_path).stdout == (
        f"burrow {bot.__version__}\n"
    )
    played = here.run(here.burrow, "demo", "--once", folder=tmp_path)
    assert played.returncode == 0, played.stdout + played.stderr
    assert "Burrow: Starting a new investigation" in played.stdout
