"""Makes and joins the parts that receive Slack's events."""

from datetime import UTC, datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.entry.dispatch import Dispatch
from bot.entry.http import HttpEvents
from bot.entry.socket import Socket
from bot.entry.transport import Transport
from bot.observe.recorder import Recorder
from session import Repository


def build_transports(
    settings: Settings,
    app_token: str | None,
    dispatch: Dispatch,
    client: AsyncWebClient,
    repository: Repository,
    recorder: Recorder,
) -> list[Transport]:
    """Make what the settings name: HTTP first, which stands at once or not at all."""
    transports: list[Transport] = []
    if settings.http_port is not None:
        http = HttpEvents(
            dispatch,
            settings.signing_secrets(),
            address=settings.http_address,
            port=settings.http_port,
            now=lambda: datetime.now(UTC).timestamp(),
            recorder=recorder,
        )
        transports.append(http)
    if app_token is not None:
        local_store = repository.description if repository.is_local else None
        is_alone = not transports
        transports.append(
            Socket(
                dispatch,
                client,
                app_token,
                local_store=local_store,
                is_alone=is_alone,
                recorder=recorder,
            )
        )
    return transports
