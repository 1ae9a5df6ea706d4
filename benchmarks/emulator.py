"""Google's Firestore emulator for the benchmarks, where this machine has it."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.support.firestore_emulator import HOST_VARIABLE, new_project, running_emulator


@contextmanager
def emulator() -> Iterator[None]:
    """Run it, its address in our children's environment; or say that it is missing."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        try:
            os.environ[HOST_VARIABLE] = stack.enter_context(running_emulator(folder))
            stack.callback(os.environ.pop, HOST_VARIABLE, None)
        except pytest.skip.Exception as missing:
            print(f"Firestore is left out: {missing}", file=sys.stderr)
        yield


def is_running() -> bool:
    """Whether there is an emulator to measure."""
    return HOST_VARIABLE in os.environ


def new_store() -> str:
    """Name an empty store on it."""
    return f"firestore://{new_project()}"
