"""A message that ends every turn that takes it up is given up, and costs no other message."""

from datetime import timedelta
from pathlib import Path

from bot import words
from session import (
    LeaseRequest,
    NewMessage,
    Outcome,
    Repository,
    SlackThread,
    open_repository,
    slack_message_id,
)
from session.ids import slack_session_id
from session.models import Claim, NewSession, SessionSource
from simulator import Slack
from simulator.values import Message
from tests.e2e.conftest import StartBot, texts


async def test_a_question_that_comes_while_another_is_given_up_is_not_called_interrupted(
    slack: Slack, start_bot: StartBot, tmp_path: Path
) -> None:
    store = f"sqlite:///{tmp_path}/tries.db"
    root = await slack.user("ann").say("#incidents", "q1")
    async with open_repository(store) as earlier:
        claim = await cut_off_three_times(earlier, slack.connection.team_id, root)
        burrow = await start_bot(session_store=store)
        await earlier.release_lease(claim)
        await slack.user("ben").reply(root, "and this?", mention=True)
        await slack.wait_for_reply(root, containing="answer 1 to: and this?")
    await slack.wait_quiet()
    assert [one[:34] for one in await texts(slack, root)] == [
        words.gave_up([])[:34],
        words.STARTING,
        "answer 1 to: and this?",
    ]
    (session,) = await burrow.repository.scan_sessions()
    timeline = await burrow.repository.timeline(session.id)
    assert [(one.outcome, one.tries) for one in timeline if not one.is_answer] == [
        (Outcome.FAILED, 3),
        (Outcome.ANSWERED, 1),
    ]
    turns = await burrow.repository.turns(session.id)
    assert [one.outcome for one in turns] == [Outcome.INTERRUPTED] * 3 + [
        Outcome.FAILED,
        Outcome.ANSWERED,
    ]


async def cut_off_three_times(repository: Repository, team_id: str, root: Message) -> Claim:
    """Take a message up as often as it may be tried, without ever ending a turn.

    The last lease is still held.
    """
    thread = SlackThread(team_id=team_id, channel_id=root.channel, thread_ts=root.ts)
    new = NewSession(
        id=slack_session_id(thread),
        source=SessionSource.SLACK,
        thread=thread,
        ticket_id=None,
        user_id="U0ANN",
    )
    question = NewMessage(
        id=slack_message_id(team_id, root.channel, root.ts),
        kind="question",
        author_id="U0ANN",
        text="q1",
        sent_at=repository.now() - timedelta(seconds=1),
        request_id="req_poison",
        attributes={"ts": root.ts, "asks": True},
    )
    await repository.take_in(new, question)
    claim: Claim | None = None
    for number in range(3):
        if claim is not None:
            await repository.release_lease(claim)
        request = LeaseRequest(holder_id=f"req_{number}", ttl=timedelta(seconds=60))
        lease = await repository.acquire_lease(new.id, request)
        assert lease is not None
        claim = lease.claim_on(new.id)
        await repository.begin_turn(claim, [question.id])
    assert claim is not None
    return claim
