"""Writes what the model is told when a turn begins."""

from datetime import tzinfo

from bot.investigators.agent.compaction import CHARACTERS_PER_TOKEN
from bot.investigators.agent.others import lines_of
from bot.investigators.agent.prompt import catalogue_of, first_prompt
from bot.investigators.agent.work import Work
from bot.investigators.brief.digest import digest
from bot.investigators.contract import SeenBefore

_PROMPT_SHARE = 0.3


def prompt_of(
    work: Work,
    before: SeenBefore | None = None,
    *,
    zone: tzinfo | None = None,
    goes_on: bool = False,
) -> str | None:
    """Write all that is new to the model; pure but for what `work` notes by it.

    None for a run that goes on: it knows what it was asked. `before` is what other cases saw,
    `zone` where the asker is.
    """
    messages = work.messages
    work.telling.know_again(messages)
    if goes_on:
        return None
    return first_prompt(
        work.telling,
        messages,
        most_characters=int(work.context_tokens * CHARACTERS_PER_TOKEN * _PROMPT_SHARE),
        found=digest(work.entries()),
        ticket_id=work.case.session.ticket_id,
        catalogue=catalogue_of(work.runbooks, "\n".join(it.text for it in messages[-20:])),
        now=work.now(),
        zone=zone,
        around=work.around,
        files=work.files,
        before=lines_of(before) if before else (),
        part=work.case.thread.read_in_part(),
    )
