"""Finds the sentences in which a person asks something, of somebody or for something."""

import re
from collections.abc import Iterator, Sequence

from bot.investigators.brief.indicators import Hit
from bot.investigators.brief.phrases import any_of

_LONGEST = 300
_AFTER = 60
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
)
_BEFORE_IT = "!?.,;:)]([{\"'“”‘«»•>-–—☐"
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|etc|vs|approx|resp|incl|cf|no|nr|ca|z\.\s?B|d\.\s?h|u\.\s?a|bzw"
    r"|ggf|evtl"
    r"|mr|mrs|dr|st|fig|min|max|[A-Z])\.[\s\"')]*\Z",
    re.IGNORECASE,
)
_NOT_SAID = re.compile(
    r"```[\s\S]{0,20000}?```|`[^`\n]{1,300}`|^(?:>|&gt;).*$"
    # What somebody else said, and no name that is put in quotes.
    r"|(?<=\w[:,]\s)\"[^\"\n]{1,600}\"|“[^”\n]{1,600}”|„[^“”\n]{1,600}[“”]"
    r"|(?<=\s)\"[^\"\n]{1,600}[?!.]\"",
    re.MULTILINE,
)
_WORD = re.compile(r"\w[\w'’.-]*")

_NO_QUESTION = any_of(
    # What wants no answer: surprise, politeness, irony, and the end of a sentence.
    r"\W*(?:(?:oh|ah|hm+|wait|ok|so|and|but|yes|no|well|haha|lol),? )*"
    r"(?:really|seriously|right|ok|okay|huh|what|yes|no|eh|wtf|anyone|anybody|correct|sure|hello"
    r"|hi"
    r"|hey|you know(?: what)?|guess what|isn['’]?t it|makes? sense|good question|fair"
    r"|any ?(?:one|body) else|anything else|sounds? (?:good|ok)|pretty please"
    r"|are you (?:serious|kidding|sure|joking)|how are you(?: all| doing)?"
    r"|oder|nicht wahr|echt|wirklich|was|wie bitte|im ernst|¿?(?:en serio|verdad|no)"
    r"|vraiment|え|本当)\W*\Z",
    r"\W*(?:who cares|who knows\W*\Z|what could (?:possibly )?go wrong|how hard can it be"
    r"|remember when"
    r"|can you (?:believe|imagine)|what(?:['’]s| is) not to love|why me\W*\Z"
    r"|(?:and |so )?why (?:is|does|do|are|must) (?:it|this|that|we|everything|things)"
    r"(?: always| never| only ever)|why (?:do|does) .{1,30} always"
    r"|is there (?:anything|something) else|can (?:we|i) help (?:you )?(?:with )?anything)\b",
)
_UNMARKED = any_of(
    # `can you check the proxy`, `which pod`: whole sentences that ask without a mark.
    r"(?:(?:ok|so|and|also|hey|hi|then|now),? )*(?:(?:can|could|would|will) (?:you|u|some(?:one"
    r"|body)"
    r"|any(?:one|body)) (?:please |pls |maybe )?(?!believe|imagine|see|hear)\w+\b"
    r"|some(?:one|body) (?:please|pls|can|could) \w+"
    r"|(?:do|does|did|has|have|is) any(?:one|body)\b"
    r"|who(?:['’]s| \w+s| has| can| owns?| did| was| will| knows| runs| takes?| wants)\b(?! cares)"
    r"|what(?:['’]s| is| are| was| does| did) (?!clear|odd|more|worse|interesting|funny|weird"
    r"|left is)"
    r"|(?:where|when|why|how) (?:is|are|was|were|do|does|did|can|should|will|come)\b"
    r"|where['’]s\b|how (?:many|much) (?:\w+ ){1,4}(?:is|are|do|did|does|have|has|were|was|got"
    r"|will|can)\b"
    r"|how long (?:is|does|did|until|till|will|has|have|was|were)\b|which \w+(?: \w+){0,5}\Z"
    r"|any (?:idea|news|update)s?\b)",
    r"(?:kann|könnte|kannst|könntest|könnt|können) (?:jemand|wer|du|sie|ihr|bitte|mal)\b",
    r"(?:wer|wann|warum|wieso|weshalb|wieviel|welche[rsmn]?) (?:\w+ ){1,10}\w+\Z",
    r"¿?(?:puedes?|podrías?|alguien puede|puede alguien) \w+",
    r".{2,80}(?:ますか|ですか|でしょうか|ませんか|もらえますか)\Z",
)
_NOT_UNMARKED = any_of(r"[\s\S]*(?:\b(?:because|let me know|i think|was that|is that)\b|…\Z|:\Z)")
_ITS_OWN_ANSWER = any_of(
    r"\s*(?:because|since it|none\b|nope\b|no\.|yes\.|nothing\b|zero\b|simple\b|easy\b|not a clue)"
)
_TAKEN_BACK = any_of(
    r"\W*(?:(?:ah|oh|ok|wait|uh|sorry|hm+),? )*(?:never ?mind|nvm|forget (?:it|that|about)"
    r"|scratch that|ignore (?:that|me|my)|found (?:it|out)|figured|answering my|turns out|i see it"
    r"|ah,? it (?:was|is)|got it|hat sich erledigt|schon gefunden|olvíd\w+|laisse tomber"
    r"|解決|失礼)"
)
_OR = any_of(r"(?:or|oder)\b|それとも|または")
"""`do we wait? or fail over?` is one question."""
_TO_SOMEBODY = re.compile(r"\A(?:\s*@[\w.-]+(?: [A-Z]\w+)?[,:]?)+\s*")
_LINE_OF_A_FORM = re.compile(
    r"^[ \t]{0,8}(?:[•*☐▢-]|\d{1,2}[.)])[ \t][^\n?？]{1,200}[?？][ \t]{0,8}$", re.MULTILINE
)
_A_FORM = 3


def questions_in(text: str, hits: Sequence[Hit]) -> Iterator[tuple[int, int]]:
    """Yield where each question stands: from the start of its sentence to its mark or end.

    A mark inside an indicator, code, a quotation or a form asks nothing, neither does `really?`,
    and neither does a question that the next words answer or take back.
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
    return bool(_TAKEN_BACK.match(reply))


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
        start = _past_signs(text, start)
        if start < end:
            yield start, start + len(text[start:end].rstrip())
        start = max(start, following)


def _abbreviates(text: str, end: int) -> bool:
    return bool(_ABBREVIATION.search(text[max(0, end - _ABBREVIATED) : end]))


def _past_signs(text: str, place: int) -> int:
    while place < len(text) and (text[place].isspace() or text[place] in _BEFORE_IT):
        place += 1
    return place


def _asks(sentence: str, seen: str, after: str) -> bool:
    if not seen.strip("x \n") or _NO_QUESTION.match(sentence) or _TAKEN_BACK.match(after):
        return False
    words = _WORD.findall(sentence)
    if len(words) <= 2 and _ITS_OWN_ANSWER.match(after):
        return False
    return bool(words)


def _asks_without_a_mark(sentence: str, seen: str) -> bool:
    if seen.count("x" * 20) or _NO_QUESTION.match(sentence) or _NOT_UNMARKED.match(sentence):
        return False
    return bool(_UNMARKED.match(_TO_SOMEBODY.sub("", sentence).rstrip(" .!。")))
