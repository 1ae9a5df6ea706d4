"""Settings that are each valid and do not go together."""

from collections.abc import Iterable, Set
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from bot.config.alerts import apps_by_channel
from bot.config.checks import is_slacks_own, is_slacks_secret
from bot.config.forms import GOOD_FORMS
from bot.config.permissions import INSTEAD_OF


class Chosen(Protocol):
    """The settings that can contradict each other."""

    @property
    def http_port(self) -> int | None: ...

    @property
    def http_address(self) -> str: ...

    @property
    def slack_signing_secret(self) -> SecretStr | None: ...

    @property
    def slack_api_url(self) -> str: ...

    def signing_secrets(self) -> tuple[str, ...]: ...

    @property
    def health_port(self) -> int | None: ...

    @property
    def health_address(self) -> str: ...

    @property
    def metrics(self) -> bool: ...

    @property
    def permissions(self) -> Path | None: ...

    @property
    def model_fields_set(self) -> Set[str]: ...


def contradictions(settings: Chosen) -> list[str]:
    """Return a sentence for each contradiction."""
    faults = []
    if settings.http_port is not None and settings.slack_signing_secret is None:
        faults.append(
            "HTTP_PORT is set and SLACK_SIGNING_SECRET is not: put the signing secret of your"
            " Slack app there (Basic Information), or take HTTP_PORT away to use Socket Mode."
        )
    if settings.slack_signing_secret is not None and settings.http_port is None:
        faults.append(
            "SLACK_SIGNING_SECRET is set and HTTP_PORT is not: name the port on which Slack's"
            " requests arrive, or take SLACK_SIGNING_SECRET away to use Socket Mode."
        )
    # What stands in for Slack may sign with any word.
    if is_slacks_own(settings.slack_api_url) and not all(
        map(is_slacks_secret, settings.signing_secrets())
    ):
        faults.append(
            "SLACK_SIGNING_SECRET is not valid (an entry is not a signing secret): it takes "
            f"{GOOD_FORMS['SLACK_SIGNING_SECRET']}."
        )
    if (
        settings.http_port is not None
        and settings.http_port == settings.health_port
        and _overlap(settings.http_address, settings.health_address)
    ):
        faults.append(
            f"HTTP_PORT and HEALTH_PORT are both {settings.http_port} on one address: choose two"
            " ports, so that probes cannot be asked from outside."
        )
    given = [name for name in INSTEAD_OF if name.lower() in settings.model_fields_set]
    if settings.permissions is not None and given:
        faults.append(
            f"PERMISSIONS is set together with {', '.join(given)}: both say who may do what, so"
            " keep one of the two."
        )
    if settings.metrics and settings.health_port is None:
        faults.append(
            "METRICS=true is set and HEALTH_PORT is not: name the port on which Prometheus asks"
            " for /metrics, or remove METRICS."
        )
    return faults


def alerts_outside(alerts: Iterable[str], channels: frozenset[str]) -> list[str]:
    """Return a sentence if alerts are to begin cases in channels in which nobody may ask."""
    outside = sorted(set(apps_by_channel(alerts)) - channels)
    if not (channels and outside):
        return []
    return [
        f"ALERTS names {', '.join(outside)}, which is not among ALLOWED_CHANNELS, or those that"
        " PERMISSIONS names: add it there, or take it out of ALERTS."
    ]


def _overlap(first: str, second: str) -> bool:
    """Tell whether two addresses share one of this machine's."""
    return any(
        mine.version == theirs.version and (mine == theirs or 0 in (int(mine), int(theirs)))
        for mine in _listened_on(first)
        for theirs in _listened_on(second)
    )


def _listened_on(address: str) -> list[IPv4Address | IPv6Address]:
    several = {"localhost": ("127.0.0.1", "::1"), "::": ("0.0.0.0", "::")}
    return [ip_address(each) for each in several.get(address, (address,))]
