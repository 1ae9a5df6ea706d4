"""What all unit tests share."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog


@pytest.fixture(autouse=True)
def _logging_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Undo what a test configures; no module's logger keeps it by having been used meanwhile."""
    root, config, configure = logging.getLogger(), structlog.get_config(), structlog.configure
    handlers, level = list(root.handlers), root.level

    def uncached(**given: Any) -> None:
        configure(**given | {"cache_logger_on_first_use": False})

    monkeypatch.setattr(structlog, "configure", uncached)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    configure(**config)
