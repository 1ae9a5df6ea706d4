"""What stands in files counts, with the file as its source."""

from dataclasses import replace

from bot.document.plain import plain_text
from bot.document.thread import FileText, LeftOut, SharedFile, ThreadMessage
from bot.investigators.brief import BriefInvestigator
from bot.investigators.contract import Finding
from tests.unit.brief.incident import FixedThread, case, thread

SPOKEN = thread((0, "Ben Okafor", "checkout is down, 10.20.4.17"), (3, "Ann Keller", "@Burrow?"))
LOG = "\n".join(f"02:{n:02} GET /pay 502 from 185.220.101.{n % 9 + 1}" for n in range(60))


def shared(
    message: ThreadMessage, name: str, text: str = "", left_out: LeftOut | None = None
) -> FileText:
    file = SharedFile(id=f"F{name}", name=name, is_text=left_out is None)
    return FileText(file=file, message=message, text=text, left_out=left_out)


async def briefed(
    spoken: list[ThreadMessage], *files: FileText, after: Finding | None = None
) -> str:
    return shown(await found(spoken, *files, after=after))


async def found(
    spoken: list[ThreadMessage], *files: FileText, after: Finding | None = None
) -> Finding:
    shares: dict[str, list[SharedFile]] = {}
    for it in files:
        shares.setdefault(it.message.ts, []).append(it.file)
    messages = [replace(it, files=tuple(shares.get(it.ts, ()))) for it in spoken]
    asked = case(messages, after=after)
    assert isinstance(asked.thread, FixedThread)
    asked.thread.files = files
    *_, finding = [step async for step in BriefInvestigator().investigate(asked)]
    assert isinstance(finding, Finding)
    return finding


def shown(finding: Finding) -> str:
    assert finding.document is not None
    return plain_text(finding.document, with_times_links=False).replace(" UTC", "")


async def test_indicators_of_a_file_stand_behind_those_of_messages_with_the_file_named() -> None:
    text = await briefed(SPOKEN, shared(SPOKEN[0], "access.log", LOG))
    assert "185[.]220[.]101[.]3 | 1 | 02:12 | public, in access.log" in text
    assert text.index("10.20.4.17 |") < text.index("185[.]220[.]101[.]3 |")
    assert "Files read: access.log." in text
    assert "1 message  ·  02:12  ·  1 file  ·  Ben Okafor (1)\n" in text
    assert "GET /pay" not in text


async def test_an_indicator_that_a_message_names_too_is_the_messages() -> None:
    text = await briefed(SPOKEN, shared(SPOKEN[0], "access.log", "from 10.20.4.17"))
    assert "10.20.4.17 | 2 | 02:12 | private" in text
    assert "private, in" not in text


async def test_files_that_are_left_out_are_named_with_the_reason() -> None:
    text = await briefed(
        SPOKEN,
        shared(SPOKEN[0], "dump.log", left_out=LeftOut.TOO_LARGE),
        shared(SPOKEN[0], "old.log", left_out=LeftOut.TOO_MANY),
    )
    assert (
        "Files not read: dump.log (larger than 1 MiB) and old.log (only the newest are read)."
        in text
    )


async def test_the_question_is_looked_up_in_files_too() -> None:
    spoken = thread(
        (0, "Ben Okafor", "logs attached"), (3, "Ann Keller", "@Burrow who is 185.220.101.7?")
    )
    text = await briefed(spoken, shared(spoken[0], "access.log", LOG))
    assert "1 file here on 185[.]220[.]101[.]7:" in text
    assert "Ben Okafor in access.log: " in text
    assert "from 185[.]220[.]101[.]7" in text


async def test_a_lone_mention_with_a_file_is_briefed_on_the_file() -> None:
    alone = thread((3, "Ann Keller", "@Burrow what is this? [file: access.log]"))
    text = await briefed(alone, shared(alone[0], "access.log", LOG))
    assert text.startswith("Case brief")
    assert "1 file" in text
    assert "Ann Keller" not in text.partition("About your question")[0]
    assert "185[.]220[.]101[.]3 |" in text


async def test_a_mention_with_a_text_file_is_not_about_the_channel() -> None:
    around = thread((1, "Ben Okafor", "10.20.4.17 is down"))
    for is_text, asked_since in ((True, []), (False, [None])):
        file = SharedFile(id="F1", name="a", is_text=is_text)
        (mention,) = thread((3, "Ann Keller", "@Burrow what is this? [file: a]"))
        asked = case([replace(mention, files=(file,))], channel=around)
        assert isinstance(asked.thread, FixedThread)
        assert [step async for step in BriefInvestigator().investigate(asked)]
        assert asked.thread.asked_since == asked_since


async def test_a_follow_up_names_only_new_files() -> None:
    old = shared(SPOKEN[0], "access.log", LOG)
    first = await found(SPOKEN, old)
    spoken = [*SPOKEN, *thread((9, "Ben Okafor", "more"), (10, "Ann Keller", "@Burrow new?"))]
    text = await briefed(spoken, old, shared(spoken[2], "db.log", "8.8.4.4 hangs"), after=first)
    assert "Files read: db.log." in text
    assert "8[.]8[.]4[.]4 | 1" in text
    assert "185[.]220" not in text


async def test_a_file_of_one_long_line_is_read_to_its_end() -> None:
    line = ", ".join(f"host-{n}.shop-bank.com" for n in range(1_500)) + ", evil-shop.net"
    text = await briefed(SPOKEN, shared(SPOKEN[0], "all.json", line))
    assert "evil-shop[.]net" in text
