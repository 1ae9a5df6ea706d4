"""A warning for a bot that serves people out of a store that only tests use."""

from urllib.parse import urlsplit

import structlog

from session import Repository

log = structlog.get_logger(__name__)


def warn_of_stand_in(repository: Repository, slack_api_url: str) -> None:
    """Warn if the store is an emulator while Slack is the real one."""
    host = urlsplit(slack_api_url).hostname or ""
    is_slack = any(
        host == real or host.endswith(f".{real}") for real in ("slack.com", "slack-gov.com")
    )
    if repository.emulator is not None and is_slack:
        log.warning(
            "store.is_emulator",
            store=repository.description,
            reason="FIRESTORE_EMULATOR_HOST is set: nothing is kept when the emulator ends",
        )
