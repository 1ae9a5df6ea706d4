"""No test asks a model that is not on this machine."""

import sys
from importlib import import_module

import pytest

_SWITCH = "ALLOW_MODEL_REQUESTS"
_NOBODY = "http://127.0.0.1:9/v1"
ADDRESSES = ("OPENAI_BASE_URL", "OLLAMA_BASE_URL", "VLLM_BASE_URL", "ANTHROPIC_BASE_URL")


def forbid_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every request to a model refused; where nothing was imported there is none."""
    if (models := sys.modules.get("pydantic_ai.models")) is not None:
        monkeypatch.setattr(models, _SWITCH, False)


def allow_models_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lift that towards loopback: each provider's address is there until a test names its own."""
    monkeypatch.setattr(import_module("pydantic_ai.models"), _SWITCH, True)
    for variable in ADDRESSES:
        monkeypatch.setenv(variable, _NOBODY)
