"""Warns if a bot serves people from a store that is only for tests."""

import structlog

from bot.config.checks import is_slacks_own
from session import Repository

log = structlog.get_logger(__name__)


def warn_of_stand_in(repository: Repository, slack_api_url: str) -> None:
    """Warn if the store is an emulator while Slack is the real one."""
    if repository.emulator is not None and is_slacks_own(slack_api_url):
        log.warning(
            "store.is_emulator",
            store=repository.description,
            reason="FIRESTORE_EMULATOR_HOST is set: nothing is kept when the emulator ends",
        )
