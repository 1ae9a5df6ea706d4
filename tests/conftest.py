"""What all tests share."""

import os
import signal
import tempfile
from pathlib import Path

import pytest

from tests.support.firestore_emulator import RUN_VARIABLE, end_shared
from tests.support.models import forbid_models

pytest_plugins = ["simulator.testkit"]

_RUN = pytest.StashKey["tempfile.TemporaryDirectory[str]"]()


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a folder; the processes that run tests side by side inherit its name.

    Under `nohup` all of them would inherit that SIGHUP is ignored, which bots heed.
    """
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="burrow-tests-")
        config.stash[_RUN] = folder
        os.environ[RUN_VARIABLE] = folder.name


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what the run's processes shared."""
    folder = config.stash.get(_RUN, None)
    if folder is not None:
        end_shared(Path(folder.name))
        folder.cleanup()


@pytest.fixture(autouse=True)
def _no_model_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_models(monkeypatch)
