"""The agent's start: what is missing or wrong is one sentence, before anything runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import Settings
from bot.errors import ConfigurationError
from bot.investigators.agent.model import choose_model
from bot.investigators.loading import open_investigator

VARIABLES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OLLAMA_BASE_URL", "VLLM_BASE_URL")


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


async def opened(**settings: object) -> None:
    async with open_investigator(Settings.isolated(investigator="agent", **settings)):
        pass


@pytest.mark.parametrize(
    ("model", "why"),
    [
        ("", "needs a model: MODEL takes provider:name"),
        ("openai:gpt-5.2", "OPENAI_API_KEY"),
        ("ollama:llama", "OLLAMA_BASE_URL"),
        ("vllm:llama", "VLLM_BASE_URL"),
        ("anthropic:claude-sonnet-5", "pydantic-ai-slim[anthropic]"),
        ("nobody:gpt", "MODEL='nobody:gpt' is not a model that I know. MODEL takes provider:name"),
        ("antropic:claude-sonnet-5", "did you mean anthropic:claude-sonnet-5"),
        ("claude-sonnet-5", "it takes provider:name"),
        ("openai:", "it takes provider:name"),
        (":gpt", "it takes provider:name"),
        (" openai:gpt-5.2 ", "MODEL='openai:gpt-5.2' needs OPENAI_API_KEY: set it in .env"),
        ("openrouter:x", "or name a file that holds it in OPENROUTER_API_KEY_FILE"),
        ("azure:x", "AZURE_OPENAI_ENDPOINT"),
        ("LiteLLM:gpt", "MODEL=openai-chat:NAME and OPENAI_BASE_URL"),
        ("litellm:gpt", "MODEL=openai-chat:NAME and OPENAI_BASE_URL"),
    ],
)
async def test_a_model_that_cannot_be_used_is_named_with_what_to_set(model: str, why: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        await opened(model=model)
    said = str(caught.value)
    assert why in said
    assert "\n" not in said
    assert "test model" not in said
    assert "Provider(" not in said
    assert "?." not in said


@pytest.mark.parametrize("address", ["localhost:8080/v1", "127.0.0.1", "ftp://models/v1"])
def test_a_base_url_that_is_no_address_is_named(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    with pytest.raises(ConfigurationError, match="would be asked at"):
        choose_model("openai-chat:local", context_tokens=8_000, is_streamed=True)


@pytest.mark.parametrize(
    ("model", "variable"),
    [
        ("openai-chat:local", "OPENAI_BASE_URL"),
        ("ollama:llama", "OLLAMA_BASE_URL"),
        ("vllm:llama", "VLLM_BASE_URL"),
    ],
)
async def test_a_model_of_ones_own_needs_a_base_url_and_no_key(
    model: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9/v1")
    await opened(model=model)


def test_where_the_provider_names_no_window_the_setting_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    known = choose_model("openai:gpt-5.2", context_tokens=8_000, is_streamed=True)
    unknown = choose_model("openai-chat:local", context_tokens=8_000, is_streamed=True)
    assert known.context_tokens > 100_000
    assert unknown.context_tokens == 8_000


def test_only_openais_own_api_is_told_to_keep_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    settings = {
        name: choose_model(name, context_tokens=8_000, is_streamed=True).settings
        for name in ("openai:gpt-5.2", "openai-chat:local")
    }
    assert settings["openai:gpt-5.2"].get("openai_store") is False
    assert "openai_store" not in settings["openai-chat:local"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"x" * 8_001])
async def test_notes_that_cannot_be_used_are_named(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    notes = tmp_path / "notes.txt"
    if content is not None:
        notes.write_bytes(content)
    with pytest.raises(ConfigurationError, match="AGENT_NOTES="):
        await opened(model="openai-chat:local", agent_notes=notes)


@pytest.mark.slow
def test_what_takes_long_to_import_is_imported_where_it_is_used_and_not_before() -> None:
    code = """
import sys
import bot.commands.run
assert "pydantic_ai" not in sys.modules, "without INVESTIGATOR=agent"
import bot.investigators.agent.opening
assert "fastmcp" not in sys.modules, "without MCP_CONFIG"
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
