"""Reads from a question what would answer it."""

import re
from enum import Flag, auto

from bot.investigators.brief.phrases import any_of


class Wants(Flag):
    """What would answer a question."""

    YES_OR_NO = auto()
    DEED = auto()
    PERSON = auto()
    MOMENT = auto()
    AMOUNT = auto()
    PLACE = auto()
    CHOICE = auto()
    EITHER = auto()
    REASON = auto()
    EXPLANATION = auto()


_NEAR_THE_START = r"(?:\A|[,:;–-]\s|\b(?:and|but|so|und|y|et)\s)\W*(?:[\w'’@-]+\W+){0,3}?"
"""Where `who` and `when` ask; `people who clicked` asks for nobody."""
_PATTERNS = {
    Wants.PERSON: any_of(
        _NEAR_THE_START + r"(?:who(?!le|se)|whom|wer|wem|wen|qui|quién|quiénes)\b",
        "誰|だれ|どなた",
        r"\b(?:is|was|did|has|does) (?:any|some)(?:one|body)\b|\A\W*(?:any|some)(?:one"
        r"|body) (?!can|please|pls|up)",
    ),
    Wants.MOMENT: any_of(
        _NEAR_THE_START + r"when\b",
        r"\b(?:since when|what time|how (?:long|soon|late|old|fast|quickly)|eta|deadline"
        r"|until when|wann|wie lange|seit wann|quand|combien de temps|cuándo|cuánto tiempo)\b",
        "いつ|何時",
    ),
    Wants.AMOUNT: any_of(
        r"\bhow (?:many|much|often|big|large|bad|far|long|high|full|deep|old)\b|\bwie ?viele?\b"
        r"|\b(?:rate|count|size|percent\w*|ttl|combien|cuánt[oa]s?)\b",
        "いくつ|何件|何台|何人|どのくらい|いくら",
    ),
    Wants.PLACE: any_of(
        _NEAR_THE_START + r"(?:where|wohin|woher|wo|où|d[óo]nde|ad[óo]nde)\b", "どこ"
    ),
    Wants.CHOICE: any_of(
        r"\b(?:which|welche[rsmn]?|quel(?:le)?s?|cuál(?:es)?)\b|どの|どれ|どちら|それとも",
        r"\bwhat (?!does|do|did|is|are|was|were|can|should|shall|will|if|about|fills)\w+",
    ),
    Wants.EITHER: any_of(r"\b(?:or|oder)\b|それとも|どちら"),
    Wants.REASON: any_of(
        r"\b(?:why|how come|reason|warum|wieso|weshalb|pourquoi|por qué)\b|なぜ|どうして|原因"
    ),
    Wants.EXPLANATION: any_of(
        r"\b(?:wie (?!lange|viele?)|qué|cómo|comment|qu['’]est-ce que)",
        r"\bhow (?:do|does|did|can|could|should|is|are|was|were|to)\b",
        r"\bwhat(?: \w+)? (?:does|do|did|is|are|was|were|can|should|shall|will"
        r"|causes?|fills?|happen\w*|broke|changed|lives)\b",
        r"\b(?:what|how) about\b|\bwhere do we stand\b|\bany (?:news|updates?|progress)\b",
        r"\A\W*(?:status|impact|scope|updates?|cause|reason)\W*\Z|(?:範囲|状況|状態)は",
        r"\bwhat['’]s\b|\bwhose\b|\A\W*was (?:hat|ist|sind|mach|kann|war|füll|passier|tun"
        r"|soll|wissen|wird"
        r"|nun)|何が|何を|何です|\bin (?:human|plain|simple) words\b",
    ),
    Wants.DEED: any_of(
        r"\bhow (?:do|can|could|should) (?:we|i)\b|\bwhat (?:do|can|should|did|are) (?:we"
        r"|you|i)\b",
        r"\bwho (?:can|could|will|wants to|takes?|does|writes|is (?:going to|on))\b"
        r"|\bok(?:ay)? to\b",
        r"\b(?:can|could|would|will) (?:you|u|some(?:one|body)|any(?:one|body))\b"
        r"|\bpl(?:ease|s|z)\b|\bsome(?:one|body) (?:can|could)\b|\bcan (?:we|i) (?!ask|see|know)",
        r"\b(?:want|need|shall|should) (?:me|i|we)\b|\bkindly\b|\bany(?:one|body) up for\b",
        r"\b(?:kann|könnte|könntest|kannst) (?:jemand|wer|du|bitte)\b|お願い|もらえま|いただけ",
        r"\b(?:puedes?|podr[íi]as?|alguien puede|peux-tu|tu peux|pouvez-vous|peut-on)\b",
    ),
}
_STARTS_AS_YES_OR_NO = any_of(
    r"\W*(?:(?:and|so|but|ok|hm+|wait|also|then|und|aber|y|et)[, ]+)*"
    r"(?:ok(?:ay)? to|fine to|safe to|is|are|was(?! (?:hat|ist|sind|mach|kann|war|füll|passier"
    r"|tun|soll|wissen|wird))|were"
    r"|did|do|does|has|have|want|need"
    r"|anyone|anybody|had|can|could|should|would|will|shall|may|any(?:thing)?|something"
    r"|some(?:one|body)"
    r"|(?:is|are|did|do|has|ca|could|should|was|does)n['’]t"
    r"|ist|sind|war|hat|haben|kann|können|müssen|sollen?|soll|darf|dürfen|wird|gibt|stehen|läuft"
    r"|lief|muss|est-ce que|hay|han|ha|tenemos|es|está|hemos|alguno?|alguien)\b"
)
_ASKS_WHAT_IS_KNOWN = any_of(
    r"\b(?:do|does) (?:we|you|any(?:one|body)) (?:already )?know (?:if|whether|what|who|when"
    r"|where|how|why)\b"
    r"|\bdo we know the\b|\bany (?:idea|clue)\b"
    r"|\bweiß (?:jemand|man)\b|わかりますか"
)
_WHO = any_of(r"\bwho\b|誰")
_ASKS_STATE = any_of(
    r"\b(?:what|how) about\b|\bwhere do we stand\b|\A\W*(?:status|updates?)\b"
    r"|\bany (?:news|updates?)\b"
    r"|\bhow (?:is|are) (?:it|things|we)\b|\bhow far\b|\bwhat['’]s next\b|\bwas nun\b"
    r"|\b(?:impact|status|scope|severity)\W*\Z"
    r"|\b(?:ok|okay|fine|safe|clean|healthy|up|down|back|affected|broken|working|works?"
    r"|reachable|stable"
    r"|intact|complete|good|gone|still (?:slow|down|there))\W*\Z|無事ですか|正常ですか"
)


_TO_SOMEBODY = re.compile(r"\A(?:\s*@[\w.-]+(?: [A-Z]\w+)?[,:]?)+\s*")
_ORDERS = any_of(
    r"\W*(?:(?:and|so|ok|then|now)[, ]+)*(?:rotate|kill|purge|flush|restart|reboot|block|unblock"
    r"|revert|roll|lock"
    r"|unlock|disable|enable|drain|isolate|patch|scale|fail over|failover|page|call|tell|ask"
    r"|write|shut"
    r"|unshut|stop|start|move|post|open|close|delete|remove|update|add|turn|switch|retry|clear"
    r"|reset"
    r"|revoke|freeze|pause|resume|uncordon|cordon|deploy|wait)\b"
)


def wants(question: str) -> Wants:
    """Read what would answer a question; several things may."""
    question = _TO_SOMEBODY.sub("", question)
    found = Wants(0)
    for kind, pattern in _PATTERNS.items():
        if pattern.search(question):
            found |= kind
    if _ASKS_WHAT_IS_KNOWN.search(question):
        asks_who = found if _WHO.search(question) else found & ~Wants.PERSON
        return asks_who | Wants.EXPLANATION | Wants.CHOICE
    starts = bool(_STARTS_AS_YES_OR_NO.match(question))
    if starts or not found:
        found |= Wants.YES_OR_NO
    if _ORDERS.match(question):
        # `rotate the key?` asks whether and asks for it.
        found |= Wants.DEED
    return found


def asks_how_things_are(question: str) -> bool:
    """Whether any state, deed or news answers a question: `where do we stand?`."""
    return bool(_ASKS_STATE.search(question))
