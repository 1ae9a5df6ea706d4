"""Finds the sentences in which a person asks something, of somebody or for something."""

import re
from collections.abc import Iterator, Sequence

from bot.investigators.brief import phrases_asked as phrases
from bot.investigators.brief.indicators import Hit
from bot.investigators.brief.phrases import any_of

_LONGEST = 300
"""Characters of a question."""
_AFTER = 60
"""Characters after it in which its author may answer it or take it back."""
_SHORT = 2
_ABBREVIATED = 12
_MARK = re.compile(
    r"(?<![=<>(,&|+])(?<![=<>(,&|+] )[?？‽]+[!?！？]*"
    r"(?=[\s\"'”’»)\]*_~`:<>|。、「」（）]|[^\x00-\x7f]|$)|か。"
)
_END = re.compile(
    r"(?<=[.!?。！？…])[\s\"'”)*_]+(?=\S)|\n|(?<=[。！？])"
    r"|[;:]\s(?=(?:who|what|when|where|why|how)\b)|,\s(?=(?:but|so)\s(?:is|are|was|were|did|do"
    r"|does"
    r"|has|have|who|what|when|where|why|how|which|can|could|should|will)\b)"
    r"|,\s(?=(?:pls|please) (?:any|some)(?:one|body)\b)"
)
_BEFORE_IT = "!?.,;:)]([{\"'“”‘«»•>-–—☐"
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|etc|vs|approx|resp|incl|cf|no|nr|ca|z\.\s?B|d\.\s?h|u\.\s?a|bzw"
    r"|ggf|evtl"
    r"|mr|mrs|dr|st|fig|min|max|[A-Z])\.[\s\"')]*\Z",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?:^|[^\d.])\d{1,2}\.\s*\Z")
_ADDRESSED = re.compile(
    r"\s*@?[A-ZÀ-Þ][\w.-]{1,30}(?:(?:, | and | & | )@?[A-ZÀ-Þ][\w.-]{1,30}){0,3}"
)
"""`Kim, Lee` before the colon: whom a question asks belongs to it."""
_NOT_SAID = re.compile(
    r"```[\s\S]{0,20000}?```|`[^`\n]{1,300}`|^(?:>|&gt;).*$"
    # What somebody else said, and no name that is put in quotes.
    r"|(?<=\w[:,]\s)\"[^\"\n]{1,600}\"|“[^”\n]{1,600}”|„[^“”\n]{1,600}[“”]"
    r"|(?<=\s)\"[^\"\n]{1,600}[?!.]\"",
    re.MULTILINE,
)
_WORD = re.compile(r"\w[\w'’.-]*")

_OR = any_of(r"(?:or|oder)\b|それとも|または")
"""`do we wait? or fail over?` is one question."""
_TO_SOMEBODY = re.compile(r"\A(?:\s*@[\w.-]+(?: [A-Z]\w+)?[,:]?)+\s*")
_LINE_OF_A_FORM = re.compile(
    r"^[ \t]{0,8}[•*☐▢-][ \t][^\n?？]{1,200}[?？][ \t]{0,8}$", re.MULTILINE
)
_A_FORM = 3


def questions_in(text: str, hits: Sequence[Hit]) -> Iterator[tuple[int, int]]:
    """Yield where each question stands: from the start of its sentence to its mark or end.

    A mark inside an indicator, code, a quotation or a form asks nothing, nor does `really?`. A
    question that the next words answer or take back is left out.
    """
    asked: list[tuple[int, int]] = []
    for start, end in _found(text, _without(text, hits)):
        if asked and _OR.match(text, start) and not text[asked[-1][1] : start].strip():
            asked[-1] = asked[-1][0], end
        else:
            asked.append((start, end))
    yield from asked


def _found(text: str, seen: str) -> Iterator[tuple[int, int]]:
    marks = [mark.span() for mark in _MARK.finditer(seen)]
    for start, end in _sentences(seen):
        while marks and marks[0][0] < start:
            del marks[0]
        if marks and marks[0][0] < end:
            mark, stop = marks[0]
            start = _past_signs(seen, max(start, mark - _LONGEST))
            if _asks(text[start:mark], seen[start:mark], text[stop : stop + _AFTER]):
                yield start, stop
        elif end - start <= _LONGEST and _asks_without_a_mark(text[start:end], seen[start:end]):
            yield start, end


def takes_back(reply: str) -> bool:
    """Whether somebody takes back what they asked: `never mind`, `found it`."""
    return bool(phrases.TAKES_BACK.match(reply))


def _without(text: str, hits: Sequence[Hit]) -> str:
    pieces: list[str] = []
    end = 0
    spans = [(hit.start, hit.end) for hit in hits]
    spans += [found.span() for found in _NOT_SAID.finditer(text)]
    forms = [found.span() for found in _LINE_OF_A_FORM.finditer(text)]
    spans += forms if len(forms) >= _A_FORM else []
    for start, stop in sorted(spans):
        if stop > end:
            start = max(start, end)
            pieces += (text[end:start], "x" * (stop - start))
            end = stop
    return "".join((*pieces, text[end:]))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences, from their first word to their last sign."""
    start = 0
    stops = [
        (stop.start(), stop.end())
        for stop in _END.finditer(text)
        if stop[0] == "\n" or not _abbreviates(text, stop.start() + 1)
    ]
    for end, following in (*stops, (len(text), len(text))):
        if end < following and text[end] == ":" and _ADDRESSED.fullmatch(text, start, end):
            continue
        start = _past_signs(text, start)
        if start < end:
            yield start, start + len(text[start:end].rstrip())
        start = max(start, following)


def _abbreviates(text: str, end: int) -> bool:
    before = text[max(0, end - _ABBREVIATED) : end]
    is_day = _DAY.search(before) and text[end:].lstrip()[:1].islower()
    return bool(is_day or _ABBREVIATION.search(before))


def _past_signs(text: str, place: int) -> int:
    while place < len(text) and (text[place].isspace() or text[place] in _BEFORE_IT):
        place += 1
    return place


def _asks(sentence: str, seen: str, after: str) -> bool:
    if not _is_said(sentence, seen) or phrases.TAKES_BACK.match(after):
        return False
    words = _WORD.findall(sentence)
    is_short = len(words) <= _SHORT
    return bool(words) and not (is_short and phrases.ITS_OWN_ANSWER.match(after))


def _asks_without_a_mark(sentence: str, seen: str) -> bool:
    if not _is_said(sentence, seen) or phrases.NOT_UNMARKED.search(sentence):
        return False
    said = _TO_SOMEBODY.sub("", sentence)
    is_to_somebody = said != sentence
    return bool(
        phrases.UNMARKED.match(said.rstrip(" .!。"))
        or phrases.BY_A_NAME.match(said)
        or (is_to_somebody and phrases.REQUEST.match(said))
    )


def _is_said(sentence: str, seen: str) -> bool:
    """Whether there is more to it than code, indicators and what needs no answer."""
    return bool(seen.strip("x \n")) and not phrases.NO_QUESTION.match(sentence)
