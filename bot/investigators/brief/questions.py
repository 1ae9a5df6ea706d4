"""Finds the sentences in which a person asks something."""

import re
from collections.abc import Iterator, Sequence

from bot.investigators.brief.indicators import Hit

_LONGEST = 300
_MARK = re.compile(r"[?？‽]+[!?！？]*(?=[\s\"'”’»)\]*_~`:<>|。、「」（）]|[^\x00-\x7f]|$)|か。")
_END = re.compile(
    r"(?<=[.!?。！？…])[\s\"'”)*_]+(?=\S)|\n|(?<=[。！？])"
    r"|[;:]\s(?=(?:who|what|when|where|why|how)\b)|,\s(?=(?:but|so)\s(?:is|are|was|were|did|do|does"
    r"|has|have|who|what|when|where|why|how|which|can|could|should|will)\b)"
)
_BEFORE_IT = "!?.,;:)]([{\"'“”‘«»•>-–—"
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|etc|vs|approx|resp|incl|cf|no|nr|ca|z\.\s?B|d\.\s?h|u\.\s?a|bzw|ggf|evtl"
    r"|mr|mrs|dr|st|fig|min|max|[A-Z])\.[\s\"')]*\Z",
    re.IGNORECASE,
)
_CODE = re.compile(r"```[\s\S]{0,20000}?```|`[^`\n]{1,300}`|^(?:>|&gt;).*$", re.MULTILINE)
_WORD = re.compile(r"\w[\w'’.-]*")
_ALONE = """
eta why when who where which impact scope severity status owner cause update updates rollback
reason workaround wer wann warum wo
"""
_ASK_ALONE = frozenset(_ALONE.split())
_NO_QUESTION = re.compile(
    r"\W*(?:(?:oh |ah |hm+ |wait |ok |so |and |but |yes |no )?"
    r"(?:really|seriously|right|ok|okay|huh|what|yes|no|eh|wtf|anyone|anybody|correct|sure"
    r"|you know|isn['’]?t it|makes sense|good question|any ?(?:one|body) else"
    r"|oder|nicht wahr|echt|wirklich|was|wie bitte|え|本当))\W*",
    re.IGNORECASE,
)


def questions_in(text: str, hits: Sequence[Hit]) -> Iterator[tuple[int, int]]:
    """Yield where each question stands: from the start of its sentence to its mark.

    A mark inside an indicator, code or a quotation asks nothing, and neither does `really?`.
    """
    seen = _without(text, hits)
    last = 0
    for mark in _MARK.finditer(seen):
        start = _start_of_sentence(seen, max(last, mark.start() - _LONGEST), mark.start())
        if _asks(text[start : mark.start()], seen[start : mark.start()]):
            yield start, mark.end()
        last = mark.end()


def _without(text: str, hits: Sequence[Hit]) -> str:
    pieces: list[str] = []
    end = 0
    spans = [(hit.start, hit.end) for hit in hits] + [code.span() for code in _CODE.finditer(text)]
    for start, stop in sorted(spans):
        if stop > end:
            start = max(start, end)
            pieces += (text[end:start], "x" * (stop - start))
            end = stop
    return "".join((*pieces, text[end:]))


def _start_of_sentence(text: str, start: int, end: int) -> int:
    before = text[start:end]
    place = 0
    for stop in _END.finditer(before):
        if stop[0] == "\n" or not _ABBREVIATION.search(before[: stop.start() + 1]):
            place = stop.end()
    while place < len(before) and (before[place].isspace() or before[place] in _BEFORE_IT):
        place += 1
    return start + place


def _asks(sentence: str, seen: str) -> bool:
    if not seen.strip("x \n") or _NO_QUESTION.fullmatch(sentence):
        return False
    words = _WORD.findall(sentence)
    if len(words) == 1 and sentence.isascii():
        return words[0].lower() in _ASK_ALONE
    return bool(words)
