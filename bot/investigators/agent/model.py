"""Makes the model that the setting MODEL names: at the start, and without the network."""

import re
from dataclasses import dataclass

from pydantic_ai.exceptions import UserError
from pydantic_ai.models import Model, infer_model
from pydantic_ai.settings import ModelSettings

from bot.config.showing import given, may_hold_a_secret
from bot.errors import ConfigurationError

FIRST_EVENT_SECONDS = 60.0
REQUEST_SECONDS = 180.0

_GOOD_MODEL = "MODEL takes provider:name, such as anthropic:claude-sonnet-5 or openai-chat:llama"
_VARIABLE = re.compile(r"[Ss]et the `([A-Z][A-Z0-9_]+)`")
_HINT = re.compile(r"Did you mean '([^']{1,100})'")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """The model, and how it is to be asked."""

    model: Model
    context_tokens: int
    is_streamed: bool
    settings: ModelSettings


def choose_model(name: str, *, context_tokens: int, is_streamed: bool) -> ModelChoice:
    """Make the model that MODEL names; raises `ConfigurationError` with what to set.

    The provider's own variables (`OPENAI_API_KEY`, `OLLAMA_BASE_URL`, …) are read from the
    environment by the library. `context_tokens` counts where it does not know the model's window.
    """
    if not name.strip():
        raise ConfigurationError(f"INVESTIGATOR=agent needs a model: {_GOOD_MODEL}.")
    name = name.strip()
    provider = name.partition(":")[0]
    if provider.lower() == "litellm":
        raise ConfigurationError(
            f"MODEL{given(name)} is not supported: it would send to OpenAI even if another base"
            " URL is set. For a LiteLLM server set MODEL=openai-chat:NAME and OPENAI_BASE_URL."
        )
    if may_hold_a_secret(name):
        # The library would repeat it.
        raise ConfigurationError(f"MODEL seems to hold a secret. {_GOOD_MODEL}.")
    try:
        model = infer_model(name)
    except (UserError, ImportError) as error:
        raise ConfigurationError(f"MODEL{given(name)} {_why_not(name, error)}") from error
    except Exception as error:
        raise ConfigurationError(
            f"MODEL{given(name)} cannot be used ({type(error).__name__}). {_GOOD_MODEL}."
        ) from error
    _check_address(name, model)
    return ModelChoice(
        model=model,
        context_tokens=model.context_window or context_tokens,
        is_streamed=is_streamed,
        settings=settings_for(provider),
    )


def settings_for(provider: str) -> ModelSettings:
    """Return how each request is made: our time limits and retries, nothing kept by OpenAI.

    https://platform.openai.com/docs/guides/your-data: the Responses API keeps what it is sent
    for 30 days unless `store` is false.
    """
    settings = ModelSettings(
        max_retries=0,
        first_event_timeout=FIRST_EVENT_SECONDS,
        request_timeout=REQUEST_SECONDS,
        cache=True,
    )
    if provider in {"openai", "openai-responses"}:
        return {**settings, "openai_store": False}  # type: ignore[typeddict-unknown-key] # OpenAI's own
    return settings


def _why_not(name: str, error: Exception) -> str:
    """Say what to set, from what names the variable, the extra or the model.

    The rest of the library's sentence is for programmers, or advertises a test model.
    """
    text = str(error).partition("\n")[0].partition(" To try ")[0].strip()
    if variable := _VARIABLE.search(text):
        in_file = f", or name a file that holds it in {variable[1]}_FILE"
        more = in_file if variable[1].endswith("_KEY") else ""
        return f"needs {variable[1]}: set it in .env or in the environment{more}."
    if text.startswith("Unknown model"):
        return f"is not a model that I know{_nearest(name, text)}. {_GOOD_MODEL}."
    return f"cannot be used: {text}" + ("" if text.endswith(".") else ".")


def _nearest(name: str, text: str) -> str:
    """Name what was probably meant, where it is a longer form of what was given."""
    hint = _HINT.search(text)
    short = re.split("[/:]", name)[-1]
    return f"; did you mean {hint[1]}" if hint and short in hint[1] else ""


def _check_address(name: str, model: Model) -> None:
    """Refuse a base URL that no request could be sent to. Raises `ConfigurationError`."""
    address = getattr(model, "base_url", None)
    if address and not str(address).startswith(("http://", "https://")):
        raise ConfigurationError(
            f"MODEL={name!r} would be asked at {address!r}, which is not an address: the"
            " provider's base URL begins with http:// or https://."
        )
