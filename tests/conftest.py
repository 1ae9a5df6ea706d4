"""What all tests share."""

import pytest

pytest_plugins = ["simulator.testkit"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one server together, so that parallel runs start it once."""
    for item in items:
        if "firestore" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("firestore"))
