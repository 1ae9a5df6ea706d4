"""What became of a message, in words for the person on call."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.commands.telling import as_json, paragraph
from bot.commands.where import Request, parse
from bot.commands.where_slack import Place, why_missing
from bot.commands.whereabouts import Whereabouts, whereabouts_of
from bot.errors import ConfigurationError
from bot.intake.newcomers import DECLINED
from bot.intake.rules import Rule, Ruling
from session import ANSWER, Lock, Message, NewMessage, Outcome, TurnEnd, answer_id
from session.engines.memory import MemoryRepository
from tests.conformance.clock import FrozenClock
from tests.unit.bot.stories import lock_of, question, take_in
from tests.unit.bot.virtual_time import in_virtual_time

CAME = (
    "UANN's message of 2026-11-23 09:00:01 UTC (channel C1, ts 1) was taken in as a question under"
    " req_1, because it mentions the bot."
)
NOW = "2026-11-23 09:30:00 UTC"
HELD = f"held by req_holder since {NOW}"


class Story:
    """One message, and what happens to it."""

    def __init__(self) -> None:
        self.repository = MemoryRepository(FrozenClock())

    async def take_in(self, **changes: Any) -> Message:
        (message,) = await take_in(self.repository, question("1", **changes))
        return message

    async def begin(self) -> tuple[Message, Lock]:
        message = await self.take_in()
        lock = await lock_of(self.repository, message.session_id)
        await lock.begin_turn([message.id])
        return message, lock

    async def end(self, outcome: str, **more: str | None) -> None:
        message, lock = await self.begin()
        end = TurnEnd(outcome=outcome, message_ids=(message.id,), release=True, **more)  # type: ignore[arg-type]
        await lock.finish_turn(end)

    async def answer(self) -> tuple[NewMessage, Lock]:
        """End the turn with an answer that is stored and not posted yet."""
        message, lock = await self.begin()
        answer = question("9", id=answer_id(lock.claim.turn_id), kind=ANSWER)
        ids = (message.id,)
        await lock.finish_turn(TurnEnd(outcome=Outcome.ANSWERED, message_ids=ids, answer=answer))
        return answer, lock

    async def found(self, ts: str = "1") -> Whereabouts:
        message = await self.repository.get_message(question(ts).id)
        assert message is not None
        return await whereabouts_of(self.repository, message)

    async def told(self, ts: str = "1") -> str:
        return paragraph(await self.found(ts))


THERE = Place("C0123ABCD", "1712345678.000200")
LINK = "https://a.slack.com/archives/C0123ABCD/p1712345678000200"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["C0123ABCD", "1712345678.000200"], THERE),
        (["C0123ABCD 1712345678.000200"], THERE),
        (["C0123ABCD,", "1712345678.000200."], THERE),
        (["C0123ABCD", "p1712345678000200"], THERE),
        (["C0123ABCD", "1712345678000200"], THERE),
        (["<#C0123ABCD|incidents>", "1712345678.000200"], THERE),
        (["T0123ABCD", "C0123ABCD", "1712345678.000200"], THERE),
        ([LINK], THERE),
        ([f"<{LINK}|this>,"], THERE),
        (["look", "at", LINK, "please"], THERE),
        ([f"{LINK}?thread_ts=1712345670.000100&amp;cid=C0123ABCD"], "1712345670.000100"),
        (["https://app.slack.com/client/T0123ABCD/C0123ABCD/p1712345678000200"], THERE),
        (["give", "your", "operator", "this", "id:", "`req_1a2b`."], Request("req_1a2b")),
        (["req_1a2b, req_1a2b"], Request("req_1a2b")),
        (["lunch"], None),
        ([], None),
        (["C0123ABCD"], None),
        (["C0123ABCD", "yesterday"], None),
        (["U0123ABCD", "1712345678.000200"], None),
        (["C0123ABCD", "\uff11712345678.000200"], None),
        ([f"{LINK}1"], None),
        (["my_req_1a2b"], None),
        (["req_1a2b", "req_3c4d"], None),
    ],
)
def test_a_message_is_named_as_people_paste_it(
    typed: list[str], meant: Place | Request | str | None
) -> None:
    if meant is None:
        with pytest.raises(ConfigurationError):
            parse(typed)
    elif isinstance(meant, str):
        assert parse(typed) == Place(THERE.channel_id, THERE.ts, meant)
    else:
        assert parse(typed) == meant


@in_virtual_time
async def test_an_open_message_that_nobody_holds_is_taken_up_soon() -> None:
    story = Story()
    await story.take_in()
    assert await story.told() == (
        f"{CAME} It is open, and nobody holds its thread: a running bot that has room for"
        " another turn takes it up within a minute."
    )


@in_virtual_time
async def test_a_message_is_worked_on_and_others_are_queued_behind_it() -> None:
    story = Story()
    await story.begin()
    assert await story.told() == f"{CAME} Turn 1 works on it, {HELD}."
    await take_in(story.repository, question("2"), question("3"))
    assert (await story.told("3")).endswith(
        f"It is queued behind the turn that runs in its thread, {HELD}."
        " One open message is before it."
    )


@in_virtual_time
async def test_the_rule_that_took_it_is_told() -> None:
    reply = Story()
    await reply.take_in(attributes={"ts": "1", "asks": False})
    assert "because it is a reply in a thread that has a session." in await reply.told()


@in_virtual_time
@pytest.mark.parametrize(
    ("outcome", "note", "told"),
    [
        (
            Outcome.ANSWERED,
            None,
            f"dealt with it and ended at {NOW}. It had nothing new to say.",
        ),
        (Outcome.FAILED, "KeyError: 'x'", f"failed at {NOW}. Recorded reason: KeyError: 'x'."),
        (Outcome.FAILED, None, f"failed at {NOW}. Recorded reason: none."),
        (
            Outcome.STOPPED,
            "stopped by UANN",
            f"was stopped at {NOW}. Recorded reason: stopped by UANN.",
        ),
        ("of a later version", None, f"closed it as of a later version at {NOW}."),
    ],
)
async def test_each_end_is_told(outcome: str, note: str | None, told: str) -> None:
    story = Story()
    await story.end(outcome, note=note)
    assert await story.told() == f"{CAME} Turn 1, held by req_holder, {told}"


@in_virtual_time
async def test_a_parked_message_is_told_to_wait_for_a_decision_or_for_its_author() -> None:
    story = Story()
    await story.end(Outcome.PARKED)
    card = "It is parked until people have decided about the card in its thread, for a day."
    assert await story.told() == f"{CAME} {card}"
    story = Story()
    await story.take_in(parked=True)
    author = "It is parked until Slack says who its author is, for six minutes."
    assert await story.told() == f"{CAME} {author}"


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("stop", "somebody pressed Stop"),
        ("approval", "somebody pressed a button"),
        ("withdrawal", "nobody decided about a card in time, or its question was deleted"),
    ],
)
@in_virtual_time
async def test_a_click_is_not_called_a_reply(kind: str, told: str) -> None:
    story = Story()
    await story.take_in(kind=kind, attributes={})
    assert f"because {told}." in await story.told()


@in_virtual_time
async def test_of_what_its_author_took_back_nothing_untrue_is_said() -> None:
    story = Story()
    message, lock = await story.begin()
    await story.repository.blank_message(message.id)
    came = CAME.removesuffix(", because it mentions the bot.")
    came = came.replace("ts 1)", "ts 1795424401.000000)")
    told = (
        f"{came}. Its author took it back: deleted it, or edited it into a command."
        " Nothing of it is kept."
    )
    assert await story.told() == told
    end = TurnEnd(
        outcome=Outcome.ANSWERED,
        message_ids=(message.id,),
        answer=question("9", kind=ANSWER, id=answer_id(lock.claim.turn_id)),
    )
    await lock.finish_turn(end)
    assert await story.told() == told
    assert as_json(await story.found())["rule"] is None


@pytest.mark.parametrize("command", ["help", "status", "catch me up", "stop", "mute"])
def test_a_command_that_is_answered_at_once_is_not_called_missing(command: str) -> None:
    told = why_missing(Ruling(rule=Rule.MENTION, command=command))
    assert f"the command `{command}`, which here is answered at once" in told
    assert "Repeat" not in told
    assert "Repeat the message." in why_missing(Ruling(rule=Rule.MENTION, kind="question"))


@in_virtual_time
async def test_what_was_left_alone_once_its_author_was_known_is_told_with_why() -> None:
    story = Story()
    message = await story.take_in(parked=True)
    await story.repository.settle(message.id, DECLINED)
    assert "its author may not ask here, or Slack never said who that is" in await story.told()


@in_virtual_time
async def test_an_answer_is_told_to_stand_in_the_thread_only_once_it_does() -> None:
    story = Story()
    answer, lock = await story.answer()
    told = await story.told()
    assert told.endswith(
        "The answer is stored and still to be posted. The log says why under the answer's id,"
        f" {answer.id}."
    )
    await lock.postpone(answer.id, story.repository.now() + timedelta(minutes=5))
    assert "The next try is at 2026-11-23 09:35:00 UTC." in await story.told()
    await lock.release(delivered=answer.id)
    found = await story.found()
    link = "https://acme.slack.com/archives/C1/p9"
    assert paragraph(found).endswith("The answer stands in the thread.")
    assert paragraph(found, answer=link).endswith(f"The answer stands in the thread: {link}")


@in_virtual_time
async def test_an_answer_that_was_given_up_is_told_as_not_delivered() -> None:
    story = Story()
    answer, lock = await story.answer()
    await lock.close([answer.id], "not delivered")
    told = await story.told()
    assert "was closed as not delivered: Slack did not take it, and it is not tried again" in told
    assert answer.id in told
    assert as_json(await story.found())["answer"]["is_delivered"] is False


@in_virtual_time
async def test_the_same_is_told_as_json() -> None:
    story = Story()
    await story.end(Outcome.FAILED, note="no")
    fields = json.loads(json.dumps(as_json(await story.found(), link="https://x/p1")))
    assert (fields["found"], fields["state"], fields["outcome"]) == (True, "closed", "failed")
    assert fields["turn"]["number"] == 1
    assert fields["turn"]["note"] == "no"
    assert fields["request_id"] == "req_1"
    assert fields["link"] == "https://x/p1"
    assert "(https://x/p1)" in fields["text"]
