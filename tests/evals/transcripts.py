"""The briefs that docs/brief.md shows of labelled threads, as today's code makes them."""

import textwrap
from pathlib import Path

from bot.document.plain import plain_text
from tests.evals.labelled import threads
from tests.evals.posted import first_brief

DOCS = Path(__file__).parents[2] / "docs" / "brief.md"
SHOWN = ("phishing", "leaked_key", "three_languages")
_WIDTH = 112
_AFTER = "After:\n\n```text\n"
_END = "\n```"


def transcript(name: str) -> str:
    """The brief of a labelled thread, times in UTC, long lines wrapped."""
    (thread,) = (it for it in threads() if it.name == name)
    document = first_brief(thread.messages).finding.document
    assert document is not None
    lines = plain_text(document, with_times_links=False).replace(" UTC", "").split("\n")
    return "\n".join(
        textwrap.fill(
            line,
            _WIDTH,
            subsequent_indent="   ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in lines
    )


def in_docs() -> list[str]:
    """What the page shows, in its order."""
    _, *after = DOCS.read_text(encoding="utf-8").split(_AFTER)
    return [text.partition(_END)[0] for text in after]


def write() -> None:
    """Put today's briefs into the page."""
    before, *after = DOCS.read_text(encoding="utf-8").split(_AFTER)
    rest = (text.partition(_END)[2] for text in after)
    shown = (f"{_AFTER}{transcript(it)}{_END}" for it in SHOWN)
    pairs = zip(shown, rest, strict=True)
    DOCS.write_text(before + "".join(a + b for a, b in pairs), encoding="utf-8")


if __name__ == "__main__":
    write()
