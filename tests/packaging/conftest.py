"""The wheel, built from this checkout and installed into an environment of its own."""

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Installed:
    """A virtual environment with the wheel in it and nothing of the checkout."""

    wheel: Path
    python: Path

    @property
    def burrow(self) -> Path:
        """The command, as an operator runs it."""
        return self.python.with_name("burrow")

    def run(
        self, *words: str | Path, folder: Path, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run words in `folder`, with nothing but `env` and a path in the environment."""
        path = os.environ.get("PATH", "")
        return subprocess.run(
            list(map(str, words)),
            cwd=folder,
            env={"PATH": f"{self.python.parent}:{path}", "HOME": str(folder), **env},
            capture_output=True,
            text=True,
            timeout=110,
        )


def pip(*words: str | Path) -> None:
    """Run this environment's pip."""
    before = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*before, *map(str, words)], check=True, timeout=100)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build the wheel and install it; its requirements are those of this environment."""
    folder = tmp_path_factory.mktemp("installed")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    pip("--python", python, "install", "--no-deps", "--no-index", wheel)
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (site / "requirements.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Installed(wheel, python)
