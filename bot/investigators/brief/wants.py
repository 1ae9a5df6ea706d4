"""Reads from a question what would answer it."""

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
    EXPLANATION = auto()


_PATTERNS = {
    Wants.PERSON: any_of(
        r"\b(?:who|whose|whom|wer|wem|wen)\b",
        "誰|だれ|どなた",
        r"\b(?:is|was|did|has|does) (?:any|some)(?:one|body)\b",
    ),
    Wants.MOMENT: any_of(
        r"\b(?:when|since when|what time|how (?:long|soon|late|old|fast|quickly)|eta"
        r"|until when)\b",
        r"\b(?:wann|wie lange)\b|いつ|何時",
    ),
    Wants.AMOUNT: any_of(
        r"\bhow (?:many|much|often|big|large|bad|far|long|high|full)\b|\bwie ?viele?\b",
        "いくつ|何件|何台|何人|どのくらい",
    ),
    Wants.PLACE: any_of(r"\b(?:where|wohin|woher|wo)\b|どこ"),
    Wants.CHOICE: any_of(
        r"\b(?:which|welche[rsmn]?)\b|どの|どれ",
        r"\bwhat (?!does|do|did|is|are|was|were|can|should|shall|will|if|about|fills)\w+",
    ),
    Wants.EXPLANATION: any_of(
        r"\b(?:why|how come|reason|warum|wieso|weshalb|wie (?!lange|viele?))\b",
        r"\bhow (?:do|does|did|can|could|should|is|are|was|were|to)\b",
        r"\bwhat(?: \w+)? (?:does|do|did|is|are|was|were|can|should|shall|will"
        r"|causes?|fills?|happen\w*|broke)\b",
        r"\b(?:what|how) about\b|\bwhere do we stand\b|\bany (?:news|updates?|progress)\b",
        r"\A\W*(?:status|impact|scope|updates?|cause|reason)\W*\Z|(?:範囲|状況|状態)は",
        r"\bwhat['’]s\b|\A\W*was\b|なぜ|どうして|何が|何を|何です|原因",
    ),
    Wants.DEED: any_of(
        r"\bwho (?:can|could|will|wants to|takes?|is (?:going to|on))\b|\bok(?:ay)? to\b",
        r"\b(?:can|could|would|will) (?:you|some(?:one|body)|any(?:one|body))\b|\bplease\b",
        r"\b(?:kann|könnte|könntest|kannst) (?:jemand|wer|du|bitte)\b|お願い",
    ),
}
_STARTS_AS_YES_OR_NO = any_of(
    r"\W*(?:(?:and|so|but|ok|hm+|wait|also|und|aber)[, ]+)*"
    r"(?:ok(?:ay)? to|fine to|safe to|is|are|was|were"
    r"|did|do|does|has|have"
    r"|had|can|could|should|would|will|shall|may|any(?:thing)?|something"
    r"|(?:is|are|did|do|has)n['’]t"
    r"|ist|sind|war|hat|haben|kann|können|müssen|sollen?|soll|darf|dürfen|wird|gibt|stehen|läuft)\b"
)
_ASKS_WHAT_IS_KNOWN = any_of(
    r"\b(?:do|does) (?:we|you|any(?:one|body)) (?:already )?know\b"
    r"|\bany (?:idea|clue)\b|\bwho knows\b"
    r"|\bweiß (?:jemand|man)\b|わかりますか"
)
_ASKS_STATE = any_of(
    r"\b(?:what|how) about\b|\bwhere do we stand\b|\A\W*(?:status|updates?)\b"
    r"|\bany (?:news|updates?)\b"
    r"|\bhow (?:is|are) (?:it|things|we)\b|\bwhat['’]s next\b|\bwas nun\b"
)


def wants(question: str) -> Wants:
    """Read what would answer a question; several things may."""
    found = Wants(0)
    for kind, pattern in _PATTERNS.items():
        if pattern.search(question):
            found |= kind
    if _ASKS_WHAT_IS_KNOWN.search(question):
        return found | Wants.EXPLANATION | Wants.CHOICE
    starts = bool(_STARTS_AS_YES_OR_NO.match(question))
    if starts or not found:
        found |= Wants.YES_OR_NO
    if not starts and found == Wants.YES_OR_NO and question.isascii():
        # `rotate the key?` asks whether and asks for it.
        found |= Wants.DEED
    return found


def asks_how_things_are(question: str) -> bool:
    """Whether any state, deed or news answers a question: `where do we stand?`."""
    return bool(_ASKS_STATE.search(question))
