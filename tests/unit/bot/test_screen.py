"""The demo's screen: words stay whole, colours only on a terminal."""

import io

import pytest
from rich.console import Console
from rich.text import Text

from bot.commands.screen import Screen

ALERT = (
    "#incidents ↳ 19:00:06  Burrow: *What happened* `checkout-api` answers slowly, and the "
    "longestwordofall-payment-db.northwind.example is refused\n"
    "          • a second line :bell: that is long enough to be wrapped between its words too\n"
    "            deeper"
)


def shown(happening: str, *, width: int = 80, is_terminal: bool = True) -> str:
    """Return what the screen prints for one happening."""
    file = io.StringIO()
    console = Console(file=file, force_terminal=is_terminal, width=width, highlight=False)
    Screen(console).show(happening)
    return file.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_word_is_broken_at_the_terminals_edge(width: int) -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, no_color=True, width=width, highlight=False)
    Screen(console).show(ALERT)
    printed = [line.split() for line in file.getvalue().splitlines()]
    words = {word for line in printed for word in line}
    assert "longestwordofall-payment-db.northwind.example" in words or width == 40
    assert {"between", "answers", "slowly,", "deeper"} <= words
    assert max(len(line) for line in file.getvalue().splitlines()) <= width + 20


def test_a_terminal_gets_colour_and_no_marks() -> None:
    text = shown(ALERT)
    assert "\x1b[" in text
    assert "*What" not in text
    assert "🔔" in text


def test_deeper_lines_stay_deeper() -> None:
    lines = shown(ALERT, width=200).splitlines()
    assert any(line.startswith("  •") for line in lines)
    assert any(line.startswith("    deeper") for line in lines)


def test_the_second_line_of_an_item_stands_under_its_first() -> None:
    lines = shown(ALERT, width=40).splitlines()
    (first,) = [number for number, line in enumerate(lines) if line.startswith("  •")]
    assert lines[first + 1].startswith("    ")


def test_marks_of_others_are_one_line() -> None:
    text = shown("#incidents ↳ burrow added :hourglass_flowing_sand: on: is it the proxy?")
    assert "⏳ on: is it the proxy?" in text


def test_rows_are_drawn_as_a_table() -> None:
    text = shown(
        "#incidents ↳ 19:00:06  Burrow: Indicators\n          Type | Value\n"
        "          address | `10.20.3.17`\n          Made by fixed rules"
    )
    lines = [Text.from_ansi(line).plain for line in text.splitlines()]
    (row,) = [line for line in lines if "10.20.3.17" in line]
    (header,) = [line for line in lines if "Type" in line]
    assert header.index("Value") == row.index("`10.20.3.17`")
    assert " | " not in text


def test_of_an_edited_post_only_what_is_new_is_shown() -> None:
    file = io.StringIO()
    screen = Screen(Console(file=file, force_terminal=True, width=80, highlight=False))
    screen.show("#incidents ↳ 19:00:06  Burrow: Starting a new investigation")
    screen.show("#incidents ↳ 19:00:06  Burrow: Starting a new investigation\n          Reading")
    assert file.getvalue().count("Starting") == 1
    assert "Reading" in file.getvalue()
    assert "(edited)" in file.getvalue()


def test_elsewhere_lines_come_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    shown(ALERT, is_terminal=False)
    assert capsys.readouterr().out == ALERT + "\n"


def test_elsewhere_a_post_that_comes_again_says_that_it_is_edited(
    capsys: pytest.CaptureFixture[str],
) -> None:
    screen = Screen(Console(file=io.StringIO(), force_terminal=False))
    screen.show("#incidents ↳ 19:00:06  Burrow: Starting a new investigation")
    screen.show("#incidents ↳ 19:00:06  Burrow: Starting a new investigation\n          Reading")
    screen.show("#incidents ↳ 19:00:07  Burrow: Starting a new investigation")
    assert capsys.readouterr().out.splitlines() == [
        "#incidents ↳ 19:00:06  Burrow: Starting a new investigation",
        "#incidents ↳ 19:00:06  Burrow (edited): Starting a new investigation",
        "          Reading",
        "#incidents ↳ 19:00:07  Burrow: Starting a new investigation",
    ]


def test_square_brackets_are_no_markup() -> None:
    assert "[Stop]" in shown("#incidents ↳ 19:00:06  Burrow: Reading\n          [Stop]")
