"""What is broken on purpose still stands in the code as the campaign expects it."""

import compileall
from pathlib import Path

import pytest

from tests.chaos.sabotage import OPENED_BY, SABOTAGES, sabotaged_copy


@pytest.mark.parametrize("name", SABOTAGES)
def test_the_code_can_be_broken(name: str, tmp_path: Path) -> None:
    assert compileall.compile_dir(sabotaged_copy(name, tmp_path), quiet=1)


def test_for_each_it_is_known_which_faults_meet_its_gap() -> None:
    assert set(OPENED_BY) == set(SABOTAGES)
