"""Tells four numbers of a version or a section from an address."""

import re
from itertools import pairwise

from bot.investigators.brief.finders.canvas import Canvas

_LARGEST_OF_A_VERSION = 40
"""Versions are made of small numbers; one public address in 60,000 is."""
_SMALL = 20
_PHONE_BEFORE = re.compile(
    r"\b(?:phone|tel|telefon|call|ring|fax|mobile?)\b[^.\n]{0,30}\Z", re.IGNORECASE
)
_FIRST_OF_A_NETWORK = (10, 100, 127, 169, 172, 192, 198)
_VERSION_BEFORE = re.compile(
    r"(?:version(?:en|ado|snummer|号为?|號)?|バージョン|版本号?为?|версия|release|firmware|\bver(?:\.|_\w+)?|\bbuild|[=~<>!^]=|~>|\bv)"
    r"[\"']?\s?[:=]?\s?[\"']?\Z",
    re.IGNORECASE,
)
_RUNS_BEFORE = re.compile(
    r"\b(?:(?:fix(?:ed)?|patched|affected|vulnerable|behoben|corrig\w{1,4})(?: version)?"
    r"(?: is| are| in| up to| bis)?"
    r"|(?:we|they|prod|staging|all|both|everyone|everybody|nodes?|clients?)"
    r"(?: are|['’]re| is| run| runs)(?: still| now| all| back)? on)[\s:]{1,2}\Z",
    re.IGNORECASE,
)
"""What is fixed, or what runs: `fixed is 14.3.2.9`, `we are on 8.0.36.1`."""
_SOFTWARE_BEFORE = re.compile(
    r"\b(?:pan-os|fortios|junos|android|macos|ios|chrome|firefox|edge|safari|openssl|openssh|kernel"
    r"|jdk|jre|java|log4j|python|php|ruby|citrix|moveit|containerd|runc|dotnet)\s\Z",
    re.IGNORECASE,
)
_SECTION_BEFORE = re.compile(
    r"(?:sections?|sect\.|§|chapter|clause|paragraph|para\.?|appendix|annex|fig(?:ure|\.)?|tables?"
    r"|item|steps?|requirement|req\.|controls?|rule|article|abschnitt|kapitel|\boid)[\s:=]{0,3}\Z",
    re.IGNORECASE,
)
_PRODUCT_BEFORE = re.compile(r"[A-Za-z][\w.+-]*[/@:]\Z|\^\Z|(?<!\w)~\Z")
_VERSION_AFTER = re.compile(
    r"\s(?:pulls?|ships?|is out|fix(?:es|ed)|(?:and|or) (?:later|earlier|older|newer|below|above)"
    r"|introduced|released?|changelog|rollout|package|release|update"
    r"|(?:is|was) (?:the |an? )?(?:[\w-]{2,20} )?(?:build|version|release|firmware|patch|tag))\b",
    re.IGNORECASE,
)
_ADDRESS_BEFORE = re.compile(
    r"(?<![A-Za-z])(?:ip(?:v4)?s?|(?:ip)?addr(?:ess(?:es)?)?|adress\w*|direcci\w+|hosts?|src|dst|source|dest(?:ination)?"
    r"|clients?|servers?|peers?|remote|local|from|via|block(?:ed|ing|list)?"
    r"|bann?(?:ed)?|ping|ssh|curl|traceroute|nslookup|dig|connect\w*|traffic|login|user|attacker"
    r"|c2|resolves?|resolver|dns|gateway|route|router|proxy|node|target)[\s:=\"'(\[`*]*\Z"
    r"|(?<![A-Za-z])(?:ip|addr\w*|host|src|dst|connect\w*|talk\w*|traffic|request\w*|beacon\w*|scan\w*|block\w*|resolv\w*"
    r"|rout\w*|reach\w*|login\w*|logged|flow\w*|packets?|answers?)\s(?:[\w'-]{1,15}\s){0,2}"
    r"(?:to|from|at|by|on|of|is|was|with|and)\s?[\"'(\[`*]?\Z"
    r"|[\[@]\Z|->\s?\Z",
    re.IGNORECASE,
)
_BESIDE_OTHERS = re.compile(
    r"(?:\b(?:to|at|by|of|on|and|or|vs|von|auf|und|is|was)\s|[,;|>(=\"'`]\s?|\A\s*)\Z",
    re.IGNORECASE,
)
"""It is an address here if the text has others that are no versions."""
_IS_AN_ADDRESS = re.compile(
    r"(?<![\w.-])(?:(?:10|127|172|192)(?:\.\d{1,3}){3}|(?=[\d.]{0,12}\.?(?:4[1-9]|[5-9]\d|1\d\d|2\d\d))\d{1,3}(?:\.\d{1,3}){3})(?![\w.-])"
)
_VERSION_TALK = re.compile(
    r"upgrad|updat|downgrad|\bbump|releas|version|patched|packages?\b|librar|dependenc|\bpulls?\b|installed"
    r"|changelog|\bpinned|\brolled out|\bplugin|\bmodule?\b|firmware",
    re.IGNORECASE,
)
_OTHER_BEFORE = re.compile(
    r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})\s?(?:and|or|to|und|,|->|→|-|–)\s?\Z", re.IGNORECASE
)
_PORT_AFTER = re.compile(r":\d{2,5}(?!\d)|\s(?:port|:\d|- )")


def is_a_version(canvas: Canvas, quad: str, start: int, end: int) -> bool:
    """Whether four numbers are a version, a section or an object id, by what stands around."""
    before, after = canvas.before(start), canvas.after(end)
    if _VERSION_BEFORE.search(before) or _SECTION_BEFORE.search(before):
        return True
    other = _OTHER_BEFORE.search(before)
    if other and is_a_version(canvas, other[1], start - len(other[0]), end):
        return True
    if _SOFTWARE_BEFORE.search(before):
        return True
    numbers = [int(number) for number in quad.split(".")]
    if _RUNS_BEFORE.search(before) and _begins_small(numbers):
        return True
    is_product = bool(_PRODUCT_BEFORE.search(before))
    if is_product and quad.endswith(".0") and before.endswith("/"):
        return True
    if _VERSION_AFTER.match(after) and max(numbers) <= 150:
        return True
    if quad.endswith(".0.0") and numbers[0] not in _FIRST_OF_A_NETWORK:
        return True
    if _PHONE_BEFORE.search(before) and all(9 < number < 100 for number in numbers):
        return True
    if _is_talk_of_versions(before, numbers) or _has_a_like(canvas, numbers, start):
        return True
    if max(numbers) > _LARGEST_OF_A_VERSION or len(set(numbers)) <= 2:
        return False
    if _PORT_AFTER.match(after):
        return False
    if _VERSION_TALK.search(before):
        return True
    return numbers[0] != 10 and (is_product or not _is_spoken_of(canvas, before, numbers))


def _has_a_like(canvas: Canvas, numbers: list[int], start: int) -> bool:
    """Whether the text calls a quad with the same two first numbers a version."""
    if not _begins_small(numbers) or _ADDRESS_BEFORE.search(canvas.before(start)):
        return False
    alike = rf"(?<![\w.])(?={numbers[0]}\.{numbers[1]}\.)\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?![\w.]\d)"
    others = (it for it in re.finditer(alike, canvas.written.text) if it.start() != start)
    befores = (canvas.before(it.start()) for it in others)
    return any(_VERSION_BEFORE.search(it) or _RUNS_BEFORE.search(it) for it in befores)


def _begins_small(numbers: list[int]) -> bool:
    return max(numbers[:2]) <= _LARGEST_OF_A_VERSION and numbers[0] not in _FIRST_OF_A_NETWORK


def _is_talk_of_versions(before: str, numbers: list[int]) -> bool:
    """Whether a line speaks of versions, and one number alone is large: `on 7.60.1.1`."""
    return (
        sorted(numbers)[2] <= _SMALL
        and max(numbers) < 100
        and numbers[0] not in _FIRST_OF_A_NETWORK
        and bool(_VERSION_TALK.search(before))
        and not _ADDRESS_BEFORE.search(before)
    )


def _is_spoken_of(canvas: Canvas, before: str, numbers: list[int]) -> bool:
    """Whether the words before small numbers mean an address; `1.2.3.4` stands for one."""
    if _ADDRESS_BEFORE.search(before):
        return True
    is_for_any = all(after - before == 1 for before, after in pairwise(numbers))
    return bool(_BESIDE_OTHERS.search(before)) and (
        is_for_any or bool(_IS_AN_ADDRESS.search(canvas.written.text))
    )
