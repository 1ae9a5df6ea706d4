"""What help says is true of the installation."""

import pytest

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
