"""Finds what a text says of a thing's state: what is so, not what is denied, planned or asked."""

import re
from collections.abc import Iterator

_STATE = re.compile(
    r"\b(?:down|offline|online|up again|back|isolated|quarantined|restarted|rebooted|patched"
    r"|(?:un)?blocked|disabled|enabled|reset|(?:un)?locked|encrypted|degraded|healthy|recovered"
    r"|resolved|clean|compromised|infected|(?:un)?affected|terminated|killed|stopped|drained"
    r"|scaled(?: up| down)?|rolled back|reverted|full|stable|re-?imaged|revoked|rotated|suspended"
    r"|failed over|removed|deleted|slow|unreachable|fine|okay|read-only|overloaded|stuck|hung"
    r"|OOM(?:Killed)?|crash(?:ed|ing|looping)|failing|timing out|lagging|saturated|expired"
    r"|gesperrt|neu gestartet|isoliert|ausgefallen|läuft wieder|wieder (?:da|online|erreichbar)"
    r"|NotReady|ready|verschlüsselt|sauber|gestoppt|deaktiviert|überlastet|abgestürzt|behoben"
    r"|caíd[oa]s?|limpi[oa]s?|reiniciad[oa]s?|bloquead[oa]s?|restablecid[oa]s?|en panne"
    r"|rétablie?s?|redémarrée?s?|bloquée?s?|isolée?s?)\b"
    r"|停止|再起動|遮断|隔離|復旧|正常|無効化|宕机|重启|恢复|隔离|다운|재시작|복구|차단",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\bnot|n['’]t|\bnever|\bno longer|\bneither|\bnicht(?: mehr)?|\bpas)\s(?:\w+\s){0,2}\Z",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:will|would|shall|should|could|can|may|might|must|needs?|going to|about to|to be|if"
    r"|unless|until|once|before|when|wants?|plan\w*|please|let['’]?s|wird|werden|soll\w*|muss|müssen|falls"
    r"|wenn|bitte|sobald|si|quand)\b",
    re.IGNORECASE,
)
_AT_A_PLACE = re.compile(
    r"\b(?:on|in|from|to|at|for|via|by|with|of|behind|against|auf|von|in|im|bei|aus|en|sur|de)"
    r"(?: the| host| node)?\s[\"'`*_]{0,3}\Z",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n。]*(?:\.(?!\s)[^.!?\n。]*)*")
_CLAUSE = re.compile(r"[,;、，；]\s?|\s(?:but|while|whereas|although|aber|während|pero|mais)\s")
_MOST_OF_A_LIST = 3
"""So many words beside a name make no clause of their own: `web-1, web-2 and web-3 are down`."""
_LONGEST_LIST = 300
_MOST_CLAUSES = 3


def state_of(text: str, name: str) -> str:
    """Return the word for a thing's state that stands nearest to its name; empty if none does.

    `text` has no questions in it.
    """
    name = name.lower()
    for sentence in _SENTENCE.findall(text):
        if name not in sentence.lower():
            continue
        for clause in _clauses_with(sentence, name):
            if found := _nearest(clause, name):
                return found
    return ""


def _clauses_with(sentence: str, name: str) -> Iterator[str]:
    """Yield the clause that names a thing, and what follows it if that is only a list."""
    start, found = 0, 0
    for end in [*(cut.end() for cut in _CLAUSE.finditer(sentence)), len(sentence)]:
        clause = sentence[start:end]
        if name in clause.lower():
            yield clause
            if len(clause.split()) <= _MOST_OF_A_LIST:
                yield sentence[start : start + _LONGEST_LIST]
            found += 1
            if found == _MOST_CLAUSES:
                return
        start = end


def _nearest(clause: str, name: str) -> str:
    place = clause.lower().find(name)
    end = place + len(name)
    rest = clause[:place] + "x" * len(name) + clause[end:]
    is_place = bool(_AT_A_PLACE.search(clause[:place]))
    found = [
        (max(match.start() - end, place - match.end()), match[0])
        for match in _STATE.finditer(rest)
        if _is_so(rest[: match.start()]) and not (is_place and match.end() <= place)
    ]
    return min(found, default=(0, ""))[1]


def _is_so(before: str) -> bool:
    return not (_DENIED.search(before) or _NOT_YET.search(before))
