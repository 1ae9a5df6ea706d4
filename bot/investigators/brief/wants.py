"""Reads from a question what would answer it."""

import re
from enum import Flag, auto

from bot.investigators.brief.phrases import any_of, anywhere, whole


class Wants(Flag):
    """What would answer a question."""

    YES_OR_NO = auto()
    DEED = auto()
    LEAVE = auto()
    """To be told, or shown, what to do: `should we restart it`, `how do we stop it`."""
    PERSON = auto()
    ANYBODY = auto()
    """Somebody to say `me` or `I did`: `anyone with a Mac`."""
    MOMENT = auto()
    AMOUNT = auto()
    PLACE = auto()
    CHOICE = auto()
    """One of many: `which`."""
    EITHER = auto()
    """One of those that it names: `now or tomorrow`."""
    REASON = auto()
    EXPLANATION = auto()


_NEAR_THE_START = r"(?:\A|[,:;–-]\s|\b(?:and|but|so|und|y|et)\s)\W*(?:[\w'’@-]+[^\w'’@-]+){0,3}?"
"""Where `who` and `when` ask; `people who clicked` asks for nobody."""
_GERMAN_WAS = r"was (?:hat|ist|sind|mach|kann|war|füll|passier|tun|soll|wissen|wird|nun)"
_PATTERNS = {
    Wants.PERSON: any_of(
        _NEAR_THE_START + r"(?:who(?!le|se)|whom|wer|wem|wen|qui|quién|quiénes)\b",
        r"\b(?:is|was|did|has|does) (?:any|some)(?:one|body)\b",
        "誰|だれ|どなた",
    ),
    Wants.ANYBODY: any_of(
        r"\A\W*(?:any|some)(?:one|body) (?!can|please|pls|up)",
        r"\A\W*¿?(?:alguien|jemand) (?!puede|kann)",
    ),
    Wants.MOMENT: anywhere(
        r"""
        since when|until when|what time|how (?:long|soon|late|old|fast|quickly)|eta|deadline
        seit wann|wie lange|combien de temps|cuánto tiempo
        """,
        _NEAR_THE_START + r"(?:when|wann|quand|cuándo)\b",
        "いつ|何時",
    ),
    Wants.AMOUNT: anywhere(
        r"""
        how (?:many|much|often|big|large|bad|far|long|high|full|deep|old)
        rate|count|size|percent\w*|ttl|wie ?viele?|combien|cuánt[oa]s?
        """,
        "いくつ|何件|何台|何人|どのくらい|いくら",
    ),
    Wants.PLACE: any_of(
        _NEAR_THE_START + r"(?:where|wohin|woher|wo|où|d[óo]nde|ad[óo]nde)\b", "どこ"
    ),
    Wants.CHOICE: anywhere(
        r"""
        which|welche[rsmn]?|quel(?:le)?s?|cuál(?:es)?
        what (?!does|do|did|is|are|was|were|can|should|shall|will|if|about|fills)\w+
        """,
        "どの|どれ|どちら|それとも",
    ),
    Wants.EITHER: anywhere("or|oder", "それとも|どちら"),
    Wants.REASON: anywhere(
        "why|how come|reason|warum|wieso|weshalb|pourquoi|por qué", "なぜ|どうして|原因"
    ),
    Wants.EXPLANATION: anywhere(
        r"""
        how (?:do|does|did|can|could|should|is|are|was|were|to)|what['’]s|whose|(?:what|how) about
        what(?: \w+)? (?:does|do|did|is|are|was|were|can|should|shall|will)
        what (?:causes?|fills?|happen\w*)|what (?:broke|changed|lives)
        where do we stand|any (?:news|updates?|progress)|in (?:human|plain|simple) words
        wie (?!lange|viele?)\w+|qué|cómo|comment|qu['’]est-ce que
        """,
        rf"\A\W*{_GERMAN_WAS}",
        r"\A\W*(?:status|impact|scope|updates?|cause|reason)\W*\Z|(?:範囲|状況|状態)は",
        "何が|何を|何です",
    ),
    Wants.DEED: anywhere(
        r"""
        (?:can|could|would|will) (?:you|u|some(?:one|body)|any(?:one|body))
        some(?:one|body) (?:can|could)|pl(?:ease|s|z)|kindly|ok(?:ay)? to
        who (?:can|could|will|wants to|takes?|does|writes|is (?:going to|on))
        any(?:one|body) up for
        (?:kann|könnte|könntest|kannst) (?:jemand|wer|du|bitte)
        puedes?|podr[íi]as?|alguien puede|peux-tu|tu peux|pouvez-vous
        """,
        "お願い|もらえま|いただけ",
    ),
    Wants.LEAVE: anywhere(
        r"""
        (?:can|could|may) (?:we|i) (?!ask|see|know)\w+
        (?:want|need|shall|should) (?:me|i|we)|peut-on
        how (?:do|can|could|should) (?:we|i)|what (?:do|can|should|did|are) (?:we|you|i)
        """
    ),
}
_AT_FIRST = r"(?:(?:and|so|but|ok|hm+|wait|also|then|now|und|aber|y|et)[, ]+)*"
_YES_OR_NO = rf"""
    (?!{_GERMAN_WAS})(?:is|are|was|were|did|do|does|has|have|had)(?:n['’]t)?|ok(?:ay)? to|fine to
    safe to|want|need|can|could|should|would|will|shall|may|ca?n['’]t|(?:could|should|wo)n['’]t
    any(?:thing|one|body)?|some(?:thing|one|body)|ist|sind|war|hat|haben|kann|können|müssen|muss
    sollen?|soll|darf|dürfen|wird|gibt|stehen|läuft|lief|est-ce que|hay|han|ha|tenemos|es|está
    hemos|alguno?|alguien|on peut|tu (?:peux|as)|vous (?:avez|pouvez)
"""
_STARTS_AS_YES_OR_NO = any_of(rf"\A\W*{_AT_FIRST}{whole(_YES_OR_NO)}")
_VERBS = r"""
    rotate|kill|purge|flush|restart|reboot|block|unblock|revert|roll|lock|unlock|disable|enable|drain
    isolate|patch|scale|fail ?over|page|call|tell|ask|write|shut|unshut|stop|start|move|post|open
    close|delete|remove|update|add|turn|switch|retry|clear|reset|revoke|freeze|pause|resume|cordon
    uncordon|deploy|wait
"""
_ORDERS = any_of(rf"\A\W*{_AT_FIRST}{whole(_VERBS)}")
_ASKS_WHAT_IS_KNOWN = anywhere(
    r"""
    (?:do|does) (?:we|you|any(?:one|body)) (?:already )?know (?:if|whether|what|who|when|where|how)
    (?:do|does) (?:we|you|any(?:one|body)) (?:already )?know why
    do we know the|any (?:idea|clue)|weiß (?:jemand|man)
    """,
    "わかりますか",
)
_ASKS_WHO = anywhere("who", "誰")
_ASKS_STATE = anywhere(
    r"""
    (?:what|how) about|where do we stand|any (?:news|updates?)|how (?:is|are) (?:it|things|we)
    how far|what['’]s next|was nun|(?:impact|status|scope|severity)\W*\Z
    (?:ok|okay|fine|safe|clean|healthy|up|down|back|affected|broken|working|works?)\W*\Z
    (?:reachable|stable|intact|complete|good|gone|still (?:slow|down|there))\W*\Z
    """,
    r"\A\W*(?:is|are) (?:\w+ ){1,4}?(?:ok|okay|fine|safe|clean|healthy|up|down|back|slow)\b",
    r"\A\W*(?:status|updates?)\b|無事ですか|正常ですか",
)
_TO_SOMEBODY = re.compile(r"\A(?:\s*@[\w.-]+(?: [A-Z]\w+)?[,:]?)+\s*")


def wants(question: str) -> Wants:
    """Read what would answer a question; several things may."""
    question = _TO_SOMEBODY.sub("", question)
    found = Wants(0)
    for kind, pattern in _PATTERNS.items():
        if pattern.search(question):
            found |= kind
    if _ASKS_WHAT_IS_KNOWN.search(question):
        asked = found if _ASKS_WHO.search(question) else found & ~Wants.PERSON
        return asked | Wants.EXPLANATION | Wants.CHOICE
    if _STARTS_AS_YES_OR_NO.match(question) or not found:
        found |= Wants.YES_OR_NO
    if _ORDERS.match(question):
        # `rotate the key?` asks whether and asks for it.
        found |= Wants.DEED
    return found


def asks_how_things_are(question: str) -> bool:
    """Whether any state, deed or news answers a question: `where do we stand?`."""
    return bool(_ASKS_STATE.search(question))
