"""Which tools are doubted that their server marks as read-only."""

import pytest

from bot.investigators.agent.mcp.telling import is_read_only, sounds_like_a_change


@pytest.mark.parametrize(
    "name",
    [
        "restart",
        "k8s_delete_pod",
        "restartService",
        "PatchAlert",
        "apply-manifest",
        "exec",
        "runSQL",
    ],
)
def test_a_name_may_say_that_a_tool_changes_something(name: str) -> None:
    assert sounds_like_a_change(name)


@pytest.mark.parametrize(
    "name",
    ["echo", "get_last_restart", "list_deploys", "listRunsToStop", "query_logs", "サーバー"],
)
def test_other_names_do_not(name: str) -> None:
    assert not sounds_like_a_change(name)


@pytest.mark.parametrize(
    ("annotations", "is_read"),
    [
        ({"readOnlyHint": True}, True),
        ({"readOnlyHint": True, "destructiveHint": False}, True),
        ({"readOnlyHint": True, "destructiveHint": True}, False),
        ({"readOnlyHint": "true"}, False),
        ({"readOnlyHint": None}, False),
        ({}, False),
        (None, False),
    ],
)
def test_only_a_plain_mark_that_nothing_contradicts_counts(
    annotations: dict[str, object] | None, is_read: bool
) -> None:
    assert is_read_only(annotations) is is_read
