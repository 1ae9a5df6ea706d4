"""Settings from the environment and `.env`; a bad one is named with its good forms."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import ConfigurationError

_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")

GOOD_FORMS = {
    "SLACK_BOT_TOKEN": "the bot token of your Slack app (xoxb-…)",
    "SLACK_APP_TOKEN": "an app-level token with connections:write (xapp-…)",
    "SLACK_API_URL": "a URL that ends in /api/, such as https://slack.com/api/",
    "SESSION_STORE": "sqlite:///burrow.db, sqlite:////var/lib/burrow.db, "
    "firestore://project[/database] or memory://",
    "SQLITE_ANY_FILE_SYSTEM": "true or false",
    "LOCK_TTL_SECONDS": "seconds, 10 to 3600, such as 180",
    "INVESTIGATOR": "brief, agent, or package.module:factory",
    "MODEL": "provider:name, such as anthropic:claude-sonnet-5 or openai-chat:llama",
    "MODEL_CONTEXT_TOKENS": "a whole number of tokens, 4000 to 10000000, such as 32000",
    "MODEL_STREAM": "true or false",
    "MODEL_TOKENS_PER_THREAD": "a whole number of tokens, such as 2000000; 0 for no limit",
    "MODEL_TOKENS_PER_DAY": "a whole number of tokens, such as 10000000; 0 for no limit",
    "AGENT_NOTES": "a text file of at most 8 kB, in UTF-8; empty for none",
    "MCP_CONFIG": "a JSON file with mcpServers; empty for none",
    "WEB_FETCH_HOSTS": "host names separated by commas, such as status.example.com",
    "REPLIES": "all or mention",
    "ALLOW_EXTERNAL": "true or false",
    "ALLOWED_CHANNELS": "channel ids separated by commas, such as C0123,C0456; empty for all",
    "TURN_TIMEOUT_SECONDS": "seconds, 1 to 86400, such as 900",
    "MAX_TURNS": "a whole number, 1 to 1000, such as 50",
    "SHUTDOWN_GRACE_SECONDS": "seconds, 0 to 600, such as 20",
    "RETENTION_DAYS": "a whole number of days, 0 to 36500, such as 90; 0 keeps everything",
    "HEALTH_PORT": "a port, 1 to 65535; empty for none",
    "LOG_FORMAT": "auto, json or console",
    "LOG_LEVEL": "debug, info, warning or error",
}


class Settings(BaseSettings):
    """Everything that can be set. Field names are the variables' names in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    session_store: str = "sqlite:///burrow.db"
    sqlite_any_file_system: bool = False
    lock_ttl_seconds: float = Field(default=180, ge=10, le=3600)
    investigator: str = "brief"
    model: str = ""
    model_context_tokens: int = Field(default=32_000, ge=4_000, le=10_000_000)
    model_stream: bool = True
    model_tokens_per_thread: int = Field(default=2_000_000, ge=0)
    model_tokens_per_day: int = Field(default=10_000_000, ge=0)
    agent_notes: Path | None = None
    mcp_config: Path | None = None
    web_fetch_hosts: Annotated[frozenset[str], NoDecode] = frozenset()
    replies: Literal["all", "mention"] = "all"
    allow_external: bool = False
    allowed_channels: Annotated[frozenset[str], NoDecode] = frozenset()
    turn_timeout_seconds: float = Field(default=900, ge=1, le=86400)
    max_turns: int = Field(default=50, ge=1, le=1000)
    shutdown_grace_seconds: float = Field(default=20, ge=0, le=600)
    retention_days: int = Field(default=90, ge=0, le=36500)
    health_port: int | None = Field(default=None, ge=1, le=65535)
    log_format: Literal["auto", "json", "console"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="before")
    @classmethod
    def _replies_depend_on_the_investigator(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return _with_replies(values)

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _token_has_its_prefix(cls, token: SecretStr | None, info: Any) -> SecretStr | None:
        """Check the kind; a line end or a space around it, as files bring them, does no harm."""
        if token is None:
            return None
        value = token.get_secret_value().strip()
        if not value.startswith("xoxb-" if info.field_name == "slack_bot_token" else "xapp-"):
            raise ValueError("not this kind of token")
        return SecretStr(value)

    @field_validator("slack_api_url")
    @classmethod
    def _url_is_a_base(cls, url: str) -> str:
        if not url.startswith(("https://", "http://")):
            raise ValueError("not a URL")
        return url if url.endswith("/") else url + "/"

    @field_validator("allowed_channels", mode="before")
    @classmethod
    def _channels_are_listed(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        channels = frozenset(part.strip() for part in value.split(",") if part.strip())
        if any(not one.isalnum() or one[0] not in "CDG" for one in channels):
            raise ValueError("not channel ids")
        return channels

    @field_validator("model")
    @classmethod
    def _model_names_its_provider(cls, model: str) -> str:
        provider, separator, name = model.partition(":")
        if model and not (provider and separator and name):
            raise ValueError("no provider")
        return model

    @field_validator("web_fetch_hosts", mode="before")
    @classmethod
    def _hosts_are_listed(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        hosts = frozenset(part.strip().lower() for part in value.split(",") if part.strip())
        if any(not _HOST.fullmatch(host) for host in hosts):
            raise ValueError("not host names")
        return hosts

    @field_validator("log_level", "log_format", "replies", mode="before")
    @classmethod
    def _words_are_lower_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @classmethod
    def load(cls, env_file: Path | None = Path(".env"), **overrides: object) -> Self:
        """Read the settings; raises `ConfigurationError` that names each bad variable."""
        try:
            return cls(_env_file=env_file, **overrides)  # type: ignore[arg-type]  # pydantic checks them
        except ValidationError as error:
            raise ConfigurationError("\n".join(map(_explain, error.errors()))) from None
        except (UnicodeDecodeError, OSError) as error:
            raise ConfigurationError(
                f"{env_file} cannot be read ({error}): it must be a text file in UTF-8."
            ) from None

    @classmethod
    def isolated(cls, **values: object) -> Self:
        """Make settings from `values` and the defaults alone: no environment, no `.env`."""
        defaults = {name: field.default for name, field in cls.model_fields.items()}
        return cls.load(None, **(defaults | _with_replies(values)))

    @property
    def lock_ttl(self) -> timedelta:
        """How long a lease holds unless it is refreshed."""
        return timedelta(seconds=self.lock_ttl_seconds)

    def tokens(self) -> tuple[str, str]:
        """Return bot and app token; raises `ConfigurationError` naming what is missing."""
        bot, app = self.slack_bot_token, self.slack_app_token
        if bot is None or app is None:
            missing = [
                name
                for name, value in (("SLACK_BOT_TOKEN", bot), ("SLACK_APP_TOKEN", app))
                if value is None
            ]
            raise ConfigurationError(
                "\n".join(f"{name} is not set: it takes {GOOD_FORMS[name]}." for name in missing)
                + "\nPut it into .env (see .env.example), or try `make demo`, which needs none."
            )
        return bot.get_secret_value(), app.get_secret_value()


def _with_replies(values: Mapping[str, Any]) -> dict[str, Any]:
    """Add which replies count by default: each one that the agent reads costs a model run."""
    return {"replies": "mention" if values.get("investigator") == "agent" else "all", **values}


def _explain(error: Any) -> str:
    """Say which variable is bad and what it takes; a token's value is never repeated."""
    name = str(error["loc"][0]).upper() if error["loc"] else "a setting"
    shown = "" if name.endswith("TOKEN") else f"={error['input']!r}"
    return f"{name}{shown} is not valid: it takes {GOOD_FORMS.get(name, error['msg'])}."
