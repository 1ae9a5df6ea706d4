"""The words of a text that are worth comparing or looking up."""

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_][\w'’-]{1,60}")
_UNSPACED = re.compile(r"[\u30a0-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")
"""Runs of Katakana, Han and Hangul; Hiragana is mostly grammar."""
_CHINESE_GRAMMAR = re.compile(
    "为什么|怎么样|怎么办|怎么了|怎么|什么时候|什么|多少|哪里|哪个|哪些|已经|正在|现在|我们|你们|他们"
    "|这个|那个|这些|那些|有没有|是不是|是否|能不能|可以|請問|请问|为何|如何|[谁誰]在?|[吗嗎呢吧]"
    "|(?<![完終终修満])了(?![解承])"
)
"""What stands between Chinese words and tells nothing: `数据库怎么了` is about `数据库`."""
_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_ENDING = re.compile(r"(?<=\w{3})(?:ing|ed|es|s|e)\Z")
_IN_TWO_WORDS = re.compile(
    r"\b(roll|fail|shut|tak|took|hand|log|cut|tim|lock|break|broke|switch|scal|start|clean|set|build)"
    r"(?:[a-z]{0,2}(?:ed|ing)|en|e|s|es)?\s(?:\S{1,30}\s){0,2}(back|over|down|out|off|up|in)\b",
    re.IGNORECASE,
)
"""Verbs that are one word as nouns: `rolling it back` is a `rollback`."""
_IRREGULAR = {"tak": "take", "took": "take", "tim": "time", "broke": "break", "scal": "scale"}
_TOO_COMMON = """
a about above actually after again all already also always am an and another any anybody anymore
anyone anything are around as ask asked at away back be because been before being between both
brief but by call came can cannot check come could day did didn didnt different do does doesn
doing don done dont down during each else elsewhere even ever every everyone everything far few
find first folks for found from full further get gets getting give given go goes going gone good
got great guys had happen happened happening happens has hasn have haven having he hello help
her here hers hey hi him his how if in info information into investigate is isn issue it its
itself involved just keep kind know known last later least less let like list little long look
looked looking looks lot made make making many may maybe me mean might minute minutes more most
much must my need needs never new news next no nobody none not nothing now of off ok okay on
once one only open or other others our out over own people perhaps please point possible problem
put question quite rather really right said same saw say see seem seems seen she should show
since so some somebody someone something somewhere soon still such summarise summarize summary
sure take taken team tell than thank thanks that the their them then there these they thing
things think this those though thread through time to today together told too took try trying
under until up update updates us use used very want was wasn way we well went were weren what
whats when where whether which while who whole whom whose why will with within without won work
would wouldn yes yesterday yet you your
aber als am an auch auf aus bei bin bis da das dass dem den der des die doch du ein eine einem
einen einer er es euch für gibt haben hat hier ich ihr im in ist ja kann mal mit nach nein nicht
noch nur oder schon seid sein seit sich sie sind so um und uns von was wenn wer wie wir wird wo zu
zum zur
"""
_COMMON = frozenset(_TOO_COMMON.split())


def rare_words(text: str) -> frozenset[str]:
    """Return the words of a text that carry meaning, in lower case."""
    words = (match[0].lower().rstrip("'’-") for match in _WORD.finditer(text))
    return frozenset(
        word
        for word in words
        if len(word) > 2 and re.split("['’]", word)[0] not in _COMMON and not _KANA.search(word)
    )


def words_of(text: str) -> int:
    """Count the words of a text; two characters of an unspaced script make one."""
    return sum(max(1, len(_KANA.findall(it)) // 2) for it in re.findall(r"[^\W_]+", text))


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """Return what forms of one word have in common, and pairs of characters of unspaced text."""
    runs = unspaced(text)
    pairs = frozenset(run[place : place + 2] for run in runs for place in range(len(run) - 1))
    return pairs | {_ENDING.sub("", word) for word in rare_words(text)}


@lru_cache(maxsize=4096)
def searched(text: str) -> frozenset[str]:
    """Return the stems by which a text is found: `rolling it back` is a `rollback` too."""
    joined = {
        _IRREGULAR.get(verb.lower(), verb.lower()) + particle.lower()
        for verb, particle in _IN_TWO_WORDS.findall(text)
    }
    return stems(text) | joined


def unspaced(text: str) -> frozenset[str]:
    """Return the runs of Chinese, Japanese and Korean characters that carry meaning."""
    return frozenset(_UNSPACED.findall(_CHINESE_GRAMMAR.sub(" ", text)))


_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1\Z")
"""`flipped` without its ending is `flipp`."""
_LETTERS = re.compile(r"[^\W\d_]{4,}")
_INFLECTED = re.compile(r"(?=([\u4e00-\u9fff][\u3040-\u309f]))[\u4e00-\u9fff]")
"""A Chinese character with the kana after it: `増やせますか`, `増やすには`."""
_ROOT = 5
_FUNCTION_WORDS = """
this that with from have what when where which there they them then than your about could would
should will been were only just like some into over more also does doing done still here much many
make made please everyone somebody anybody someone anyone nobody after before again other others
know need needs want same right think maybe probably sure okay since until because while being
nicht haben wird werden einen einem eine oder aber auch noch schon jemand kann
para como pero todo esta este alguien desde pour avec dans cette quelqu
"""
_TELL_NOTHING = frozenset(_ENDING.sub("", word)[:_ROOT] for word in _FUNCTION_WORDS.split())


@lru_cache(maxsize=4096)
def roots(text: str) -> frozenset[str]:
    """Return how the words of a text begin: `block`, `blocked` and `bloqueada` tell one from none.

    A German participle counts without its `ge`: `sperren`, `gesperrt`.
    """
    words = _LETTERS.findall(text.lower())
    words += [word[2:] for word in words if word.startswith("ge")]
    found = {_DOUBLED.sub(r"\1", _ENDING.sub("", word))[:_ROOT] for word in words}
    return frozenset(found - _TELL_NOTHING) | frozenset(_INFLECTED.findall(text))
