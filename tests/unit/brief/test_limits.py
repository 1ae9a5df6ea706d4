"""Whatever stands in a thread, a brief of it is a few pages in which nothing can be followed."""

import json
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.document.plain import plain_text
from bot.document.thread import ThreadMessage
from bot.investigators.brief.words import NOTHING_TO_READ
from bot.investigators.contract import Finding
from bot.slack.rendering import parts_of
from bot.turns.long_answers import fitted
from tests.unit.brief.incident import briefed, case, message, thread

HOSTILE = [
    *("<!channel>", "<!here|x>", "<@U0ANN>", "<!subteam^S1>", "<https://evil.com|ok>"),
    *("&", "<", ">", "|", "*", "_", "`", "~", "```", "\n", "\u202e", "שלום", "مرحبا", "🔥"),
    *("hxxps://evil[.]com/a?b=<!everyone>", "8.8.8.8", "10.0.0.1", "a@b.com", "who is it so?"),
    *("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "CVE-2024-3094", " "),
    *("[redacted: token]", "@Burrow", "http://-x-/", "<!date^1^{time}|x>", "\x00", "ﷺ" * 9),
]  # fmt: skip
texts = st.one_of(st.text(max_size=400), st.lists(st.sampled_from(HOSTILE)).map("".join))
authors = st.one_of(
    st.sampled_from(["Ann Keller", "Pager", "Burrow", "", "<!channel>"]), st.text()
)
threads = st.lists(st.tuples(st.integers(0, 5_000), authors, texts), max_size=30)


def assert_fit(finding: Finding) -> None:
    """A brief has words, is a few pages at most, and has no address that can be followed."""
    document = finding.document
    if document is None:
        assert finding.text == NOTHING_TO_READ
        return
    text = plain_text(document, with_times_links=False)
    assert text.strip()
    assert not re.search(r"https?://", text)
    posted = fitted(document, "", parts_of, "k3y", takes_files=True).parts
    assert sum(len(plain_text(part, with_times_links=False)) for part in posted) <= 60_000
    json.dumps(finding.notebook)


def assert_all_fit(messages: Sequence[ThreadMessage]) -> None:
    """Brief a thread in each way: all of it, what is new, and unasked."""
    whole = briefed(case(messages), messages)
    half = messages[: len(messages) // 2 + 1]
    before = briefed(case(half), half)
    assert_fit(whole)
    assert_fit(briefed(case(messages, after=before), messages))
    assert_fit(briefed(case(messages, after=before, asks=False), messages))


@settings(deadline=None)
@given(threads)
def test_any_thread_gives_a_brief_that_slack_takes(spoken: list[tuple[int, str, str]]) -> None:
    assert_all_fit(thread(*spoken, (6_000, "Ann Keller", "@Burrow who is 8.8.8.8?")))


@settings(deadline=None)
@given(texts)
def test_any_question_is_answered_harmlessly(question: str) -> None:
    assert_all_fit(
        thread((0, "Pager", "8.8.8.8 on fire"), (1, "Ann Keller", f"@Burrow {question}"))
    )


@pytest.mark.parametrize(
    "fragment", [*HOSTILE, "a.b?c ", "https://a.com/ ", "<!channel> who is it? "]
)
def test_a_message_of_100_kb_is_dealt_with(fragment: str) -> None:
    assert_all_fit(thread((0, "Pager", "up"), (1, "Ann Keller", (fragment * 100_000)[:100_000])))


def test_a_thread_of_1000_messages_is_condensed() -> None:
    spoken = [
        (
            n,
            f"Person {n % 40}",
            f"10.0.{n % 250}.{n % 9} <!channel> why is host-{n}.acme.com down?",
        )
        for n in range(1_000)
    ]
    assert_all_fit(thread(*spoken))


def test_a_brief_that_would_be_too_long_shows_less_of_everything() -> None:
    spoken = [
        (
            n,
            f"Person {n}",
            f"we'll block &&&& {'&' * 40} https://{n}.evil.com/{'&' * 120} because?",
        )
        for n in range(40)
    ]
    assert_all_fit(thread(*spoken, (50, "Ann Keller", "@Burrow why?")))


def test_a_thread_that_holds_only_the_mention_is_briefed_on_it() -> None:
    messages = thread((0, "Ann Keller", "@Burrow the C2 8.8.8.8 talks to i-0abcd1234ef567890"))
    finding = briefed(case(messages), messages)
    assert_fit(finding)
    assert "flow logs" in str(finding.document)


def test_an_empty_thread_is_said_to_be_empty() -> None:
    asked = message(0, "Ann Keller", "@Burrow")
    finding = briefed(case([], asked), [])
    assert finding.document is not None
    assert plain_text(finding.document).startswith("There is nothing else in this thread yet.")
    assert finding.worth_posting


def test_a_thread_of_bots_alone_is_briefed() -> None:
    messages = thread((0, "Pager", "HTTP 503"), (1, "Pager", "HTTP 502"), (2, "Burrow", "Hello"))
    finding = briefed(case(messages, message(3, "Ann Keller", "@Burrow")), messages)
    assert_fit(finding)
    assert finding.document is not None
    assert "🔔 Pager (2)" in plain_text(finding.document)
