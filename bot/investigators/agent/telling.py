"""Turns a checked answer into the document that people read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.document.values import (
    Block,
    Document,
    Heading,
    Inline,
    Inlines,
    Item,
    Link,
    Listing,
    Paragraph,
    Small,
    Text,
)
from bot.investigators.agent import words
from bot.investigators.agent.evidence import CheckedReport, Guess, HeldFact, Quotation
from bot.investigators.agent.sources import URL, Source, Sources, Standing, trimmed

_TOKEN = re.compile(
    rf"(?P<url>{URL})"
    r"|[\[(](?P<handle>[mt]\d{1,4})[\])]|`(?P<code>[^`\n]{1,300})`"
)
_LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Remarks:
    """The small print under an answer."""

    lines: tuple[str, ...] = field(default_factory=tuple)

    def blocks(self) -> Iterator[Block]:
        """Yield each as small print."""
        for line in self.lines:
            yield Small((Text(line),))


@dataclass(frozen=True, slots=True)
class Teller:
    """Writes documents; links and pings come from the sources, never from the model."""

    sources: Sources

    def report(self, report: CheckedReport, remarks: Remarks) -> Document:
        """Tell a report: summary first, each fact with its quotations, small print last."""
        blocks: list[Block] = [
            Paragraph(self.inline(" ".join(report.summary) or words.INCONCLUSIVE)),
            Small(self.inline(words.looked_at(report.scope))),
        ]
        blocks += self._list(words.FACTS, self._facts(report.facts))
        blocks += self._list(words.HYPOTHESES, self._guesses(report.guesses))
        blocks += self._list(words.UNKNOWN, self._lines(report.unknown))
        blocks += self._list(words.NEXT_STEPS, self._lines(report.next_steps))
        return Document((*blocks, *remarks.blocks()))

    def reply(self, text: str, quotations: Sequence[Quotation], remarks: Remarks) -> Document:
        """Tell a short answer, with where it stands."""
        blocks: list[Block] = [Paragraph(self.inline(part)) for part in text.split("\n\n") if part]
        blocks += [Small(self.quotation(it)) for it in quotations]
        return Document((*blocks, *remarks.blocks()))

    def _facts(self, facts: Sequence[HeldFact]) -> Iterator[Item]:
        for fact in facts:
            yield Item(self.inline(fact.text))
            for quotation in fact.quotations:
                yield Item(self.quotation(quotation), level=1)

    def _guesses(self, guesses: Sequence[Guess]) -> Iterator[Item]:
        for guess in guesses:
            yield Item(self.inline(guess.text))
            if guess.confirm:
                yield Item(self.inline(words.confirm(guess.confirm)), level=1)
            if guess.was_fact:
                yield Item((Text(words.NOT_IN_A_SOURCE, italic=True),), level=1)

    def _lines(self, lines: Sequence[str]) -> Iterator[Item]:
        for line in lines:
            yield Item(self.inline(line))

    def _list(self, title: str, items: Iterator[Item]) -> list[Block]:
        found = tuple(items)
        return [Heading(title, level=3), Listing(found)] if found else []

    def quotation(self, quotation: Quotation) -> Inlines:
        """Show the words beside where they stand; of an image, that it was seen there."""
        if quotation.source.standing is Standing.IMAGE:
            return (Text(words.SEEN_IN_IMAGE), self._named(quotation.source))
        shown = quotation.words[:_LONGEST_QUOTE]
        if len(quotation.words) > _LONGEST_QUOTE:
            shown += "…"
        source = quotation.source
        after = f" ({words.FROM_A_CUT_RESULT})" if source.standing is Standing.CUT else ""
        return (Text(f"“{_one_line(shown)}”: "), self._named(source), Text(after))

    def _named(self, source: Source) -> Inline:
        if source.link:
            return Link(source.link, text=source.title)
        return Text(source.title, code=True)

    def inline(self, text: str) -> Inlines:
        """Read the model's words: only handles and addresses of a source become links."""
        found: list[Inline] = []
        place = 0
        for match in _TOKEN.finditer(text):
            token, end = self._token(match)
            if token is not None:
                found += [Text(text[place : match.start()]), token]
                place = end
        found.append(Text(text[place:]))
        return tuple(it for it in found if not (isinstance(it, Text) and not it.text))

    def _token(self, match: re.Match[str]) -> tuple[Inline | None, int]:
        if code := match["code"]:
            return Text(code, code=True), match.end()
        if handle := match["handle"]:
            source = self.sources.find(handle)
            return (self._named(source) if source else None), match.end()
        url = trimmed(match["url"])
        end = match.start() + len(url)
        if self.sources.has_url(url):
            return Link(url), end
        return Text(url, code=True), end


def _one_line(text: str) -> str:
    return " ".join(text.split())
