"""Other connections of the same app, as far as Slack tells of them."""

from collections.abc import Mapping
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class Neighbours:
    """Warns when another instance is connected that may not see our store."""

    def __init__(self, local_store: str | None) -> None:
        """`local_store` describes a store that other machines cannot see, or is None."""
        self._local_store = local_store
        self._warned_of = 1

    def heard(self, hello: Mapping[str, Any], *, ours: int) -> None:
        """Read `hello`, which says how many connections this app has open.

        `ours` of them are earlier connections of this process, about to be closed.
        https://docs.slack.dev/apis/events-api/using-socket-mode#connect
        """
        counted = hello.get("num_connections")
        connections = max(1, (counted if isinstance(counted, int) else 1) - ours)
        log.info("slack.connected", connections=connections)
        if self._local_store and connections > self._warned_of:
            self._warned_of = connections
            log.warning(
                "slack.other_connection",
                connections=connections,
                store=self._local_store,
                advice="Another instance of this app is connected to Slack, and gets some of the"
                " messages. If it runs on another machine it does not see this store, so threads"
                " would be split between the two: stop one of them, or set SESSION_STORE to a"
                " store that both reach (firestore://…). For development use a Slack app of"
                " its own.",
            )
