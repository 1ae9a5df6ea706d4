"""Reads what people write to make an address harmless: `hxxp`, `[.]`, `(dot)`, `[at]`, `[:]`."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from unicodedata import normalize

_DOT = r"\.|。|．|dot|punkt|punto|point"
_WIDE = "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
"""Letters and digits as wide as a Chinese sign."""
_SPOKEN_END = "com|net|org|info|biz|io|ru|cn|top|xyz|shop|app|de|jp"
# Each alternative is of bounded length, so the work is linear.
_TRICK = re.compile(
    r"(?P<scheme>(?<![A-Za-z0-9])(?:h(?:xx|xt|tx|\*\*)p|meow|fxp)(?=(?:s|\[s\])?(?:[\[({]:|:)))"
    r"|(?P<secure>(?<=p)\[s\](?=[\[({]?:))"
    rf"|(?P<dot>(?<=[^\s(\[{{<])(?:\[\s?(?:{_DOT})\s?\](?=\S)|\s\[\s?(?:{_DOT})\s?\]\s?|\s?[({{<](?:dot|punkt|punto|point)[)}}>]\s?"
    r"|[({<][.。．][)}>])(?=[^\s)\]}>])"
    r"|(?<=\w)\[\.\](?=\s|\Z)|(?<=\w)\[\.(?=\w)|(?<=\w)\.\](?=\w)|(?<=\w)\\\.(?=\w)"
    rf"|(?<=\w)\sdot\s(?=(?:{_SPOKEN_END})(?![A-Za-z0-9])))"
    r"|(?P<at>(?<=\w)(?:[\[({<]\s?(?:@|at|ät)\s?[\])}>]|\s[\[({<]\s?(?:@|at|ät)\s?[\])}>]\s)"
    r"(?=[\w-]{1,63}\s?[.\[({])"
    rf"|(?<=\w)\sat\s(?=[\w-]{{1,63}}\sdot\s(?:{_SPOKEN_END})(?![A-Za-z0-9])))"
    r"|(?P<slashes>(?<=\w)(?:[\[({]://[\])}]|[\[({]:[\])}]//|\[://|:\[//\]|:\\\\(?=[a-z0-9])))"
    r"|(?P<colon>(?<=[a-f0-9sp\]])[\[({]:[\])}]|(?<=[a-z])\[:(?=//))"
    r"|(?P<slash>(?<=\w)\[/\](?=\w))"
    r"|(?P<escaped>(?<=[\w:/.-])\\/)"
    r"|(?P<hidden>(?<=[A-Za-z0-9.:/@-])[\u00ad\u200b-\u200d\u2060\ufeff]{1,8}(?=[A-Za-z0-9.:/@-]))"
    r"|(?P<dash>(?<=[A-Za-z0-9])[\u2010-\u2012\u2212\uff0d](?=[A-Za-z0-9]))"
    # Dots of other scripts, which browsers take for dots: https://www.rfc-editor.org/rfc/rfc3490#section-3.1
    rf"|(?P<point>(?<=[A-Za-z0-9])(?:[\u2024\uff0e\uff61](?=[A-Za-z0-9])|。(?=(?:{_SPOKEN_END})(?![A-Za-z0-9]))"
    r"|(?<=\d)。(?=\d)))"
    rf"|(?P<wide>(?<!{_WIDE}){_WIDE}{{1,63}}(?:[\u3002\uff0d\uff0e\uff0f\uff1a\uff20.:@/-]{{1,3}}{_WIDE}{{1,63}}){{1,12}})",
    re.IGNORECASE,
)
_MEANT = {
    "scheme": "http",
    "dot": ".",
    "at": "@",
    "slashes": "://",
    "colon": ":",
    "slash": "/",
    "escaped": "/",
    "hidden": "",
    "dash": "-",
    "secure": "s",
    "point": ".",
}
_NO_TRICKS = frozenset({"escaped", "hidden", "dash", "point", "wide"})


@dataclass(frozen=True, slots=True)
class Trick:
    """A stretch of the text as it is meant, and what somebody wrote there instead."""

    start: int
    end: int
    written: str


def _start(trick: Trick) -> int:
    return trick.start


@dataclass(frozen=True, slots=True)
class Written:
    """A text as it is meant, and where somebody had made an address harmless."""

    text: str
    tricks: tuple[Trick, ...] = ()

    def is_defanged(self, start: int, end: int) -> bool:
        """Whether a part of this stretch had been made harmless."""
        place = bisect_left(self.tricks, start, key=_start)
        return place < len(self.tricks) and self.tricks[place].start < end

    def as_written(self, start: int, end: int) -> str:
        """Return a stretch of the text with its tricks."""
        pieces: list[str] = []
        for trick in self.tricks[bisect_left(self.tricks, start, key=_start) :]:
            if trick.end > end:
                break
            pieces += (self.text[start : trick.start], trick.written)
            start = trick.end
        return "".join((*pieces, self.text[start:end]))


def _meant(kind: str, written: str) -> str:
    if kind == "wide":
        return normalize("NFKC", written.replace("\u3002", "."))
    return "ftp" if written.lower() == "fxp" else _MEANT[kind]


def refang(text: str) -> Written:
    """Undo what people do to make addresses harmless, and remember where."""
    pieces: list[str] = []
    tricks: list[Trick] = []
    end = length = 0
    for match in _TRICK.finditer(text):
        kind = str(match.lastgroup)
        kept = text[end : match.start()]
        length += len(kept)
        said = _meant(kind, match[0])
        if kind not in _NO_TRICKS:
            tricks.append(Trick(length, length + len(said), match[0]))
        length += len(said)
        pieces += (kept, said)
        end = match.end()
    return Written("".join((*pieces, text[end:])), tuple(tricks))
