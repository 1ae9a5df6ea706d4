"""What is broken on purpose still stands in the code as the campaign expects it."""

import compileall
from pathlib import Path

import pytest

from tests.chaos.sabotage import SABOTAGES, sabotaged_copy


@pytest.mark.parametrize("name", SABOTAGES)
def test_the_code_can_be_broken(name: str, tmp_path: Path) -> None:
    assert compileall.compile_dir(sabotaged_copy(name, tmp_path), quiet=1)
