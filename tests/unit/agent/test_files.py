"""The agent reads the text files of the thread, and names those that it cannot read."""

from dataclasses import replace

from bot.document.thread import FileText, LeftOut, SharedFile
from tests.unit.agent.cases import QUESTION, Views, asked, case_of, said
from tests.unit.agent.reports import report
from tests.unit.agent.scripted import Script, agent_with, answer

LINES = [f"10:0{n % 9} GET /pay {n} ok" for n in range(2_000)]
LOG = "\n".join(
    [*LINES[:1_000], "10:04 pool of db-7 exhausted, evil-shop.net waits", *LINES[1_000:]]
)
MESSAGE = said(1, "logs attached", author="Ben")


def views_of(*files: FileText) -> Views:
    return Views(files=files)


def shared(name: str, text: str = "", left_out: LeftOut | None = None) -> FileText:
    file = SharedFile(id=f"F{name}", name=name, is_text=left_out is None)
    return FileText(file=file, message=MESSAGE, text=text, left_out=left_out)


async def test_a_file_can_be_quoted_from_its_beginning() -> None:
    script = Script([report(("The pool is full", "m2", "pool of db-7 exhausted"))])
    file = shared("db.log", "10:04 pool of db-7 exhausted")
    spoken = [replace(MESSAGE, files=(file.file,)), QUESTION]
    finding = await answer(
        agent_with(script), case_of(spoken, [asked(3, "why?")], views=views_of(file))
    )
    assert "“pool of db-7 exhausted”: db.log, shared by Ben, 10:01 UTC" in finding.text


async def test_what_stands_in_the_middle_of_a_long_file_is_found() -> None:
    find = ("find_in_thread", {"text": "evil-shop.net"})
    script = Script([find, report(("The pool is full", "t1", "pool of db-7 exhausted"))])
    file = shared("db.log", LOG)
    spoken = [replace(MESSAGE, files=(file.file,)), QUESTION]
    finding = await answer(
        agent_with(script), case_of(spoken, [asked(3, "why?")], views=views_of(file))
    )
    assert "exhausted" not in script.sent(0)
    assert "pool of db-7 exhausted" in script.sent(1)
    assert "“pool of db-7 exhausted”" in finding.text


async def test_a_file_that_is_not_read_is_named() -> None:
    script = Script([report(("It is slow", "m1", "logs attached"))])
    file = shared("dump.log", left_out=LeftOut.TOO_LARGE)
    spoken = [replace(MESSAGE, files=(file.file,)), QUESTION]
    await answer(agent_with(script), case_of(spoken, [asked(3, "why?")], views=views_of(file)))
    assert 'name="dump.log" author="Ben">(not read: larger than 1 MiB)<' in script.sent()
