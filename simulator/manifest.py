"""Reads an app's manifest: its scopes, its events, its name."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_PACKAGE = Path(__file__).resolve().parent
_PACKAGED = _PACKAGE / "manifest.yml"
# Beside the package in a checkout, inside it once installed.
DEFAULT_MANIFEST = _PACKAGED if _PACKAGED.exists() else _PACKAGE.parent / "manifest.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """https://docs.slack.dev/reference/app-manifest"""

    app_name: str
    bot_name: str
    scopes: frozenset[str]
    events: frozenset[str]
    interactivity: bool
    is_agent: bool = False

    def allows(self, scope: str) -> bool:
        return scope in self.scopes

    def hears(self, event: str) -> bool:
        return event in self.events


def read_manifest(path: Path) -> Manifest:
    """Read an app manifest; `ValueError` names the file if it is missing or is not a manifest."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(
            f"There is no app manifest at {path}; name one with --manifest."
        ) from None
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not readable as YAML: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} is not an app manifest: it holds no mapping.")
    bot_name = _at(content, "features", "bot_user", "display_name") or "bot"
    return Manifest(
        app_name=_at(content, "display_information", "name") or bot_name,
        bot_name=bot_name,
        scopes=frozenset(_at(content, "oauth_config", "scopes", "bot") or ()),
        events=frozenset(_at(content, "settings", "event_subscriptions", "bot_events") or ()),
        is_agent=_at(content, "features", "agent_view") is not None,
        interactivity=bool(_at(content, "settings", "interactivity", "is_enabled")),
    )


def _at(content: Any, *keys: str) -> Any:
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content
