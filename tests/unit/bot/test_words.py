"""What help says is true of the installation."""

import pytest

from bot import words
from bot.words import status
from bot.words.help import help_text


@pytest.mark.parametrize(("has_model", "says"), [(False, True), (True, False)])
def test_help_says_how_to_turn_a_model_on_where_there_is_none(has_model: bool, says: bool) -> None:
    text = help_text(reads_replies=True, has_model=has_model)
    assert ("INVESTIGATOR=agent" in text) is says


@pytest.mark.parametrize("reads_replies", [True, False])
def test_help_promises_to_read_replies_only_where_that_is_so(reads_replies: bool) -> None:
    text = help_text(reads_replies=reads_replies, has_model=True)
    assert ("I read every reply in the thread" in text) is reads_replies
    assert ("mute" in text) is reads_replies


@pytest.mark.parametrize("has_alerts", [True, False])
def test_help_tells_how_to_mute_an_alert_where_alerts_begin_cases(has_alerts: bool) -> None:
    text = help_text(reads_replies=False, has_model=True, has_alerts=has_alerts)
    assert ("mute" in text) is has_alerts


@pytest.mark.parametrize("has_them", [True, False])
def test_help_promises_files_and_direct_messages_only_where_they_can_be_sent(
    has_them: bool,
) -> None:
    text = help_text(
        reads_replies=True, has_model=True, takes_files=has_them, takes_directs=has_them
    )
    assert ("as a file" in text) is has_them
    assert ("sends you" in text) is has_them


@pytest.mark.parametrize(
    ("ahead", "says"),
    [(0, "Your question is next."), (1, "One more thread comes"), (2, "2 more threads come")],
)
def test_who_waits_for_a_place_is_told_how_many_come_before(ahead: int, says: str) -> None:
    assert says in words.queued(ahead)


def test_a_part_of_a_thread_whose_length_nobody_knows_is_not_called_all_of_it() -> None:
    assert "15 of 240" in words.read_in_part(15, 240)
    assert "There may be more" in words.read_in_part(15, 15)


@pytest.mark.parametrize(
    ("queued", "owed", "says"),
    [
        (1, 0, "One question waits to be taken up."),
        (2, 1, "2 questions wait to be taken up. An answer is still to be posted."),
        (0, 2, "2 answers are still to be posted."),
    ],
)
def test_status_counts_as_people_do(queued: int, owed: int, says: str) -> None:
    assert status.idle(queued, owed, muted=False).endswith(says)
