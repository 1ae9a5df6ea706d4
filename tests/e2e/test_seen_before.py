"""What other threads saw of the same, and the runbook, as people read them in a thread."""

from pathlib import Path

from simulator import Slack
from simulator.values import Message
from tests.e2e.conftest import StartBot

RUNBOOK = """---
title: Checkout is down
when: checkout answers with 5xx
owner: payments
---
## Steps
1. Roll back the last deploy
2. Page the payments team
"""


async def briefed(slack: Slack, channel: str, said: str) -> Message:
    """Have somebody say something in a channel and somebody else ask about it."""
    root = await slack.user("ann").say(channel, said)
    await slack.user("ben").reply(root, "what is it?", mention=True)
    return await slack.wait_for_reply(root, containing="Case brief")


async def test_a_brief_tells_where_else_it_was_seen_and_only_what_may_be_shown(
    slack: Slack, start_bot: StartBot, tmp_path: Path
) -> None:
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "checkout.md").write_text(RUNBOOK)
    (tmp_path / "books" / "bad.md").write_text("---\ntitle: [\n---\n")
    await start_bot(investigator="brief", runbooks=tmp_path / "books")
    await briefed(slack, "#security", "between us: evil-shop[.]net")
    first = await briefed(slack, "#general", "traffic to evil-shop[.]net")
    assert "Also seen elsewhere" not in first.text
    assert "Runbook" not in first.text
    second = await briefed(slack, "#incidents", "checkout answers with 502, evil-shop[.]net")
    assert "evil-shop[.]net also in #general, just now" in second.text
    assert "more" not in second.text.partition("also in #general")[2].partition("\n")[0]
    assert first.thread_ts is not None
    assert f"p{first.thread_ts.replace('.', '')}" in str(second.blocks)
    assert "Checkout is down fits" in second.text
    assert "☐ Roll back the last deploy" in second.text
    shared = await briefed(slack, "#contoso-desk", "evil-shop[.]net again")
    assert "Also seen elsewhere" not in shared.text
    private = await briefed(slack, "#security", "evil-shop[.]net, the second time")
    assert "evil-shop[.]net also in #" in private.text
    assert "and in 3 more" in private.text
