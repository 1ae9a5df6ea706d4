"""The brief keeps its targets on the labelled threads that take no time."""

from dataclasses import replace

import pytest

from bot.investigators.brief.evidence import Evidence
from bot.investigators.brief.weights import WEIGHTS
from tests.evals.__main__ import failures, shares
from tests.evals.labelled import LabelledThread, threads, threads_of
from tests.evals.scoring import score
from tests.evals.transcripts import SHOWN, in_docs, transcript
from tests.evals.why import explained

_SHORT = [thread for thread in threads() if len(thread.messages) < 50]


@pytest.mark.parametrize("thread", _SHORT, ids=lambda thread: thread.name)
def test_a_follow_up_tells_nothing_twice(thread: LabelledThread) -> None:
    assert not score(thread).told_twice


def test_the_targets_are_kept() -> None:
    assert failures(shares([score(thread) for thread in _SHORT])) == []


def test_an_indicator_that_is_missing_misses_the_target() -> None:
    (thread, *_) = _SHORT
    unseen = {("ip", f"203.0.113.{number}") for number in range(9)}
    found = shares([score(replace(thread, indicators=thread.indicators | unseen))])
    assert failures(found) == ["indicators"]


def test_why_a_question_counts_as_answered_is_told_by_weights() -> None:
    (thread,) = (thread for thread in _SHORT if thread.name == "data_leak")
    told = "\n".join(explained(thread))
    assert "answered is that really our data?\n" in told
    assert "“yes, checked 10 rows” " in told
    assert f" next {WEIGHTS[Evidence.NEXT]} " in told


def test_a_follow_up_on_a_newer_thread_tells_nothing_twice() -> None:
    assert not [told for thread in threads_of("newer") for told in score(thread).told_twice]


@pytest.mark.parametrize(("place", "name"), list(enumerate(SHOWN)))
def test_the_docs_show_the_brief_that_the_code_makes(place: int, name: str) -> None:
    assert in_docs()[place] == transcript(name), "python -m tests.evals.transcripts"
