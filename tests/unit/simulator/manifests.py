"""The manifest of these tests, with other scopes and events."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from tests.unit.simulator.conftest import MANIFEST


def manifest_with(
    folder: Path,
    *,
    scopes: Sequence[str] = (),
    events: Sequence[str] | None = None,
    clicks: bool = False,
) -> Path:
    """A manifest with more `scopes`; with these `events`, if any are named; with interactivity."""
    content = yaml.safe_load(MANIFEST.read_text())
    content["oauth_config"]["scopes"]["bot"] += scopes
    if events is not None:
        content["settings"]["event_subscriptions"]["bot_events"] = list(events)
    content["settings"]["interactivity"] = {"is_enabled": clicks}
    content["features"]["agent_view"] = {"agent_description": "Answers"}
    path = folder / "manifest.yml"
    path.write_text(yaml.safe_dump(content))
    return path
