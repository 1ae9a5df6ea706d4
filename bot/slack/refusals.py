"""The meaning of each error with which Slack refuses a post.

https://docs.slack.dev/reference/methods/chat.postMessage lists the errors.
"""

from collections.abc import Awaitable
from typing import TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import Hope, PostingError
from bot.slack.client import TRANSPORT_ERRORS, error_code, reason, retry_after

T = TypeVar("T")
_REPAIRABLE = frozenset(
    {
        "access_denied",
        "account_inactive",
        "app_missing_action_url",
        "channel_not_found",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "not_in_channel",
        "org_login_required",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "team_access_not_granted",
        "team_added_to_org",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
_IMPOSSIBLE = frozenset(
    {
        "cannot_reply_to_message",
        "cant_update_message",
        "edit_window_closed",
        "invalid_thread_ts",
        "is_archived",
        "is_inactive",
        "message_not_found",
        "messages_tab_disabled",
        "no_text",
        "restricted_action_thread_locked",
        "thread_locked",
        "thread_not_found",
        "user_not_in_channel",
    }
)
_BLOCKS = frozenset(
    {
        "block_mismatch",
        "invalid_attachments",
        "invalid_block_id",
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "msg_too_long",
    }
)
_UNCLEAR = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""Errors of the connecting itself: the request was never sent."""


def hope_after(error: BaseException) -> Hope:
    """Say whether a refused post may still be made; an error that we do not know may pass."""
    code = error_code(error) if isinstance(error, SlackApiError) else ""
    if code in _REPAIRABLE:
        return Hope.REPAIRABLE
    return Hope.NONE if code in _IMPOSSIBLE or code in _BLOCKS else Hope.PASSING


def refuses_blocks(error: BaseException) -> bool:
    """Tell whether the same words without blocks may be taken."""
    return isinstance(error, SlackApiError) and error_code(error) in _BLOCKS


def may_be_applied(error: BaseException) -> bool:
    """Tell whether the call may have been carried out although it failed."""
    if not isinstance(error, SlackApiError):
        return not isinstance(error, _NOT_SENT)
    if pause_asked_by(error) is not None:
        return False
    code = error_code(error)
    return code in _UNCLEAR or code.startswith("http_")


def may_come_late(error: BaseException) -> bool:
    """Tell whether the call got no answer in time, and may be carried out after we look."""
    return isinstance(error, TimeoutError) and not isinstance(error, _NOT_SENT)


def pause_asked_by(error: BaseException) -> float | None:
    """Return the seconds that Slack asks us to wait, or None if it does not.

    https://docs.slack.dev/apis/web-api/rate-limits
    """
    if not isinstance(error, SlackApiError):
        return None
    wait = retry_after(error)
    return 1.0 if wait is None and error_code(error) == "rate_limited" else wait


POSTING_ERRORS = (SlackApiError, *TRANSPORT_ERRORS)


async def answered(answer: Awaitable[T]) -> T:
    """Await what a call gives; raises `PostingError`, which says what hope there is."""
    try:
        return await answer
    except POSTING_ERRORS as error:
        raise PostingError(
            f"Slack did not answer: {reason(error)}",
            hope=hope_after(error),
            again_in=pause_asked_by(error),
        ) from error
