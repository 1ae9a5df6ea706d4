"""How a turn can end: what is recorded, what is said in the thread."""

from collections.abc import Sequence
from dataclasses import replace

from bot import words
from bot.events import Kind
from bot.slack.people import People
from bot.turns.answers import Answers
from bot.turns.investigation import Gathered
from session import Claim, Message, MessageId, Notebook, Outcome, SessionChange, TurnEnd

_NOTE_CHARACTERS = 500


class Endings:
    """Each method makes the `TurnEnd` of one way to end."""

    def __init__(self, answers: Answers, people: People, notebook: str) -> None:
        """`notebook` names what the investigator keeps in it."""
        self._answers = answers
        self._people = people
        self._notebook = notebook

    async def answered(
        self, claim: Claim, questions: Sequence[Message], gathered: Gathered
    ) -> TurnEnd:
        """Whoever mentions us gets an answer; plain replies only if there is something new."""
        answer = None
        if gathered.is_worth_posting or any(one.attributes.get("asks") for one in questions):
            answer = await self._answers.compose(claim.turn_id, claim.holder_id, gathered.findings)
        return TurnEnd(
            outcome=Outcome.ANSWERED,
            message_ids=_ids(questions),
            answer=answer,
            notebook=self._kept(gathered),
        )

    def withdrawn(self, questions: Sequence[Message]) -> TurnEnd:
        """Their authors deleted them: nothing is said."""
        return TurnEnd(
            outcome=Outcome.STOPPED, message_ids=_ids(questions), note="deleted by its author"
        )

    def failed(self, claim: Claim, messages: Sequence[Message], text: str, why: str) -> TurnEnd:
        """One plain sentence for the thread, the reason for operators."""
        return TurnEnd(
            outcome=Outcome.FAILED,
            message_ids=_ids(messages),
            answer=self._answers.say(claim.turn_id, claim.holder_id, text),
            note=why[:_NOTE_CHARACTERS],
        )

    async def stopped(
        self, claim: Claim, stopped: Sequence[Message], gathered: Gathered
    ) -> TurnEnd:
        """Say who stopped it, and keep what was found so far. Late stops are closed in silence."""
        stop = next(one for one in stopped if one.kind == Kind.STOP)
        end = TurnEnd(
            outcome=Outcome.STOPPED,
            message_ids=_ids(stopped),
            note=f"stopped by {stop.author_id}",
            notebook=self._kept(gathered),
        )
        if not any(one.kind == Kind.QUESTION for one in stopped):
            return end
        text = words.stopped(await self._people.name(stop.author_id), bool(gathered.findings))
        answer = await self._answers.compose(
            claim.turn_id, claim.holder_id, gathered.findings, first=text
        )
        return replace(end, answer=answer)

    def muted(self, claim: Claim, requests: Sequence[Message]) -> TurnEnd:
        """The last request counts."""
        mute = requests[-1].kind == Kind.MUTE
        text = words.MUTED if mute else words.UNMUTED
        return TurnEnd(
            outcome=Outcome.ANSWERED,
            message_ids=_ids(requests),
            answer=self._answers.say(claim.turn_id, claim.holder_id, text),
            session=SessionChange(muted=mute),
        )

    def _kept(self, gathered: Gathered) -> Notebook | None:
        return Notebook(name=self._notebook, value=gathered.memory) if gathered.memory else None


def _ids(messages: Sequence[Message]) -> tuple[MessageId, ...]:
    return tuple(one.id for one in messages)
