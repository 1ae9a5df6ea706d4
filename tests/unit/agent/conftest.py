"""These tests need the extra `agent`."""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest

HAS_EXTRA = find_spec("pydantic_ai") is not None


class WithoutExtra(pytest.Module):
    """A module of tests that cannot even be imported."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        pytest.skip("the extra `agent` is not installed: make agent", allow_module_level=True)


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Module | None:
    """Skip each module here where the extra is missing, and say why."""
    return None if HAS_EXTRA else WithoutExtra.from_parent(parent, path=module_path)
