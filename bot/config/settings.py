"""Settings from the environment and `.env`; a bad one is named with its good forms."""

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from bot.config.alerts import read_alerts
from bot.config.checks import (
    check_address,
    check_api_url,
    check_token,
    lower_if_known,
    read_channels,
    read_hosts,
    read_signing_secrets,
)
from bot.config.contradictions import alerts_outside, contradictions
from bot.config.explaining import explain, words_of
from bot.config.missing import missing, refuse_exchanged_tokens
from bot.config.permissions import Permissions, read_people, read_permissions
from bot.config.reading import read_given
from bot.errors import ConfigurationError
from session import parse_store_url

_TOLD_APART = ("investigator", "session_store", "slack_api_url")
_TOKENS = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}
_LISTS: dict[str, Callable[[str], frozenset[str]]] = {
    "alerts": read_alerts,
    "allowed_channels": read_channels,
    "approvers": read_people,
    "own_domains": read_hosts,
    "web_fetch_hosts": read_hosts,
}


class Settings(BaseModel):
    """Everything that can be set. Field names are the variables' names in lower case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    http_address: str = "127.0.0.1"
    http_port: int | None = Field(default=None, ge=1, le=65535)
    slack_api_url: str = "https://slack.com/api/"
    session_store: str = "sqlite:///burrow.db"
    sqlite_any_file_system: bool = False
    lock_ttl_seconds: float = Field(default=180, ge=10, le=3600)
    investigator: str = "brief"
    model: str = ""
    model_context_tokens: int = Field(default=32_000, ge=4_000, le=10_000_000)
    model_stream: bool = True
    model_images: bool = False
    model_tokens_per_thread: int = Field(default=2_000_000, ge=0)
    model_tokens_per_day: int = Field(default=10_000_000, ge=0)
    runbooks: Path | None = None
    agent_notes: Path | None = None
    mcp_config: Path | None = None
    web_fetch_hosts: frozenset[str] = frozenset()
    own_domains: frozenset[str] = frozenset()
    replies: Literal["all", "mention"] = "all"
    channel_context: bool = True
    allow_external: bool = False
    allowed_channels: frozenset[str] = frozenset()
    approvers: frozenset[str] = frozenset()
    permissions: Path | None = None
    alerts: frozenset[str] = frozenset()
    turn_timeout_seconds: float = Field(default=900, ge=1, le=86400)
    max_turns: int = Field(default=50, ge=1, le=1000)
    max_turns_per_author: int = Field(default=5, ge=0, le=1000)
    questions_per_hour_person: int = Field(default=60, ge=0, le=10_000)
    questions_per_hour_channel: int = Field(default=300, ge=0, le=10_000)
    shutdown_grace_seconds: float = Field(default=20, ge=0, le=600)
    retention_days: int = Field(default=90, ge=0, le=36500)
    health_address: str = "127.0.0.1"
    health_port: int | None = Field(default=None, ge=1, le=65535)
    metrics: bool = False
    log_format: Literal["auto", "json", "console"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    _permissions_read: Permissions | None = PrivateAttr(default=None)

    @model_validator(mode="before")
    @classmethod
    def _replies_depend_on_the_investigator(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return _with_replies(values)

    @field_validator(*_TOKENS)
    @classmethod
    def _token_is_of_its_kind(cls, token: SecretStr | None, info: Any) -> SecretStr | None:
        if token is not None:
            check_token(token.get_secret_value(), _TOKENS[info.field_name])
        return token

    @field_validator("slack_signing_secret")
    @classmethod
    def _signing_secrets_are_two_at_most(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None:
            read_signing_secrets(secret.get_secret_value())
        return secret

    @field_validator("slack_api_url")
    @classmethod
    def _url_is_a_base(cls, url: str) -> str:
        return check_api_url(url)

    @field_validator("session_store")
    @classmethod
    def _store_can_be_named(cls, url: str) -> str:
        parse_store_url(url)
        return url

    @field_validator(*_LISTS, mode="before")
    @classmethod
    def _lists_have_commas(cls, value: object, info: Any) -> object:
        return _LISTS[info.field_name](value) if isinstance(value, str) else value

    @field_validator("model")
    @classmethod
    def _model_names_its_provider(cls, model: str) -> str:
        provider, separator, name = model.partition(":")
        if model and not (provider and separator and name):
            raise ValueError("no provider")
        return model

    @field_validator("health_address", "http_address")
    @classmethod
    def _address_is_a_number(cls, address: str) -> str:
        return check_address(address)

    @field_validator("log_level", "log_format", "replies", mode="before")
    @classmethod
    def _words_have_any_case(cls, value: object, info: Any) -> object:
        return lower_if_known(value, words_of(cls.model_fields[info.field_name]))

    @classmethod
    def load(cls, env_file: Path | None = Path(".env"), **overrides: object) -> Self:
        """Read the settings; raises `ConfigurationError` that names each bad variable."""
        fields = {name.upper(): name for name in cls.model_fields}
        secrets = {name for name, field in fields.items() if _is_secret(field)}
        environment = os.environ  # noqa: TID251 - this is where configuration comes from
        given = read_given(fields, secrets, env_file, environment)
        refuse_exchanged_tokens(given)
        return cls._checked({fields[name]: value for name, value in given.items()} | overrides)

    @classmethod
    def isolated(cls, **values: object) -> Self:
        """Make settings from `values` and the defaults alone: no environment, no `.env`."""
        return cls._checked(values)

    @classmethod
    def _checked(cls, values: dict[str, object]) -> Self:
        secrets = {name for name in cls.model_fields if _is_secret(name)}
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            raise ConfigurationError(
                "\n".join(explain(fault, cls.model_fields, secrets) for fault in error.errors())
            ) from None
        if faults := contradictions(settings):
            raise ConfigurationError("\n".join(faults))
        settings = settings._with_permissions()
        if faults := alerts_outside(settings.alerts, settings.access.channels):
            raise ConfigurationError("\n".join(faults))
        return settings

    def _with_permissions(self) -> Self:
        """Read the file that takes the place of variables, so that these say the same."""
        if self.permissions is None:
            return self
        read = read_permissions(self.permissions)
        settings = self.model_copy(update=read.as_settings())
        settings._permissions_read = read
        return settings

    @property
    def access(self) -> Permissions:
        """Who may ask where, and who may approve, wherever that is set."""
        return self._permissions_read or Permissions(
            external=self.allow_external, channels=self.allowed_channels, approvers=self.approvers
        )

    @property
    def lock_ttl(self) -> timedelta:
        """How long a lease holds unless it is refreshed."""
        return timedelta(seconds=self.lock_ttl_seconds)

    def changed(self) -> dict[str, object]:
        """Return what is not at its default, for a log line: JSON, without secrets."""
        return {
            name.upper(): sorted(value) if isinstance(value, frozenset) else str(value)
            for name, field in type(self).model_fields.items()
            if (value := getattr(self, name)) != field.default
            and not _is_secret(name)
            and name not in _TOLD_APART
        }

    def signing_secrets(self) -> tuple[str, ...]:
        """Return the secrets that a request over HTTP may be signed with; none without HTTP."""
        if self.slack_signing_secret is None:
            return ()
        return read_signing_secrets(self.slack_signing_secret.get_secret_value())

    def tokens(self) -> tuple[str, str | None]:
        """Return bot and app token; over HTTP alone there is no app token.

        Raises `ConfigurationError` naming what is missing.
        """
        app = self.slack_app_token
        if app is None and self.http_port is None:
            also = [] if self.slack_bot_token else ["SLACK_BOT_TOKEN"]
            raise missing([*also, "SLACK_APP_TOKEN"])
        return self.bot_token(), app.get_secret_value() if app else None

    def bot_token(self) -> str:
        """Return the bot token; raises `ConfigurationError` if there is none."""
        if self.slack_bot_token is None:
            raise missing(["SLACK_BOT_TOKEN"])
        return self.slack_bot_token.get_secret_value()


def _with_replies(values: Mapping[str, Any]) -> dict[str, Any]:
    """Add which replies count by default: each one that the agent reads costs a model run."""
    return {"replies": "mention" if values.get("investigator") == "agent" else "all", **values}


def _is_secret(field: str) -> bool:
    return SecretStr in get_args(Settings.model_fields[field].annotation)
