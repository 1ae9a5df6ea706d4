"""Shows a terminal what people in the local Slack workspace would see, as it happens."""

import re
import textwrap
from itertools import groupby

from rich.box import SIMPLE
from rich.console import Console, RenderableType
from rich.emoji import Emoji
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_HAPPENING = re.compile(
    r"(?P<where>\S+(?: ↳)?) (?:(?P<at>\d\d:\d\d:\d\d)  (?P<who>[^:\n]+): )?(?P<text>.*)", re.DOTALL
)
_BOLD = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")
_MARK = re.compile(r"\s*(?:•|\d+\.|\|) |\s+")
_CODE = r"`[^`\n]+`"
_CELL = " | "
_INDENT = 2
_EDITED = " (edited)"
_MOST_REMEMBERED = 100


class Screen:
    """Prints happenings: in colour and wrapped between words on a terminal, else as they come."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._shown: dict[tuple[str, str], list[str]] = {}

    def say(self, text: str) -> None:
        """Print a sentence of the program's own."""
        if self._console.is_terminal:
            self._console.print(Text(text, style="italic"))
        else:
            print(text, flush=True)

    def show(self, happening: str) -> None:
        """Print one happening, as `Slack.lines` gives it."""
        found = _HAPPENING.fullmatch(happening)
        if found is None:
            print(happening, flush=True)
        elif found["who"]:
            self._message(happening, found)
        elif self._console.is_terminal:
            self._console.print(Text(f"  {_with_emoji(found['text'])}", style="dim"))
        else:
            print(happening, flush=True)

    def _message(self, happening: str, found: re.Match[str]) -> None:
        where, at, who, text = found.group("where", "at", "who", "text")
        first, _, rest = text.partition("\n")
        lines = [first, *textwrap.dedent(rest).split("\n")] if rest else [first]
        before = self._shown.get((at, who), [])
        self._remember((at, who), lines)
        # As the notice is when it carries progress.
        is_edited = bool(before) and before[0] == first
        if not self._console.is_terminal:
            end = found.end("who")
            print(happening[:end] + _EDITED * is_edited + happening[end:], flush=True)
            return
        if is_edited:
            lines, at = [line for line in lines if line not in before], at + _EDITED
        self._draw(where, at, who, lines)

    def _draw(self, where: str, at: str, who: str, lines: list[str]) -> None:
        name = Text(who, style="bold cyan" if who == "Burrow" else "bold")
        self._console.print()
        self._console.print(name.append(f"  {where.strip(' ↳')} {at}", style="not bold dim"))
        for is_table, group in groupby(lines, key=_is_row):
            for shown in [_table(list(group))] if is_table else map(_hanging, group):
                self._console.print(Padding(shown, (0, 0, 0, _INDENT), expand=False))

    def _remember(self, key: tuple[str, str], lines: list[str]) -> None:
        self._shown[key] = lines
        if len(self._shown) > _MOST_REMEMBERED:
            del self._shown[next(iter(self._shown))]


def _hanging(line: str) -> RenderableType:
    """Keep the second line of a list's item under its first."""
    mark = _MARK.match(line)
    if mark is None:
        return _styled(line)
    item = Table.grid()
    item.add_column(width=mark.end())
    item.add_column()
    item.add_row(mark[0], _styled(line[mark.end() :]))
    return item


def _is_row(line: str) -> bool:
    return _CELL in line and not line.startswith("|")


def _table(rows: list[str]) -> Table:
    """Draw rows of cells; the first is the header."""
    cells = [[_styled(cell) for cell in row.split(_CELL)] for row in rows]
    table = Table(box=SIMPLE, pad_edge=False, show_edge=False)
    for cell in cells[0]:
        table.add_column(cell)
    for row in cells[1:]:
        table.add_row(*row)
    return table


def _styled(line: str) -> Text:
    """Return a line of Slack's text with its bold words and its code in style."""
    text = Text()
    for number, part in enumerate(_BOLD.split(_with_emoji(line))):
        text.append(part, style="bold" if number % 2 else "")
    text.highlight_regex(_CODE, style="green")
    return text


def _with_emoji(text: str) -> str:
    return Emoji.replace(text)
