"""Tells what a message does to a case: change, cause, decision, hand-over, state."""

from dataclasses import dataclass
from enum import StrEnum

from bot.investigators.brief.phrases import any_of
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.replies import says_nothing


class Effect(StrEnum):
    """What a person does with a message, beside talking."""

    STATE = "state"
    CAUSE = "cause"
    CHANGE = "change"
    DECISION = "decision"
    HANDOVER = "handover"


# In this order: `back to normal after the rollback` is a state, not a change.
_CUES = {
    Effect.STATE: any_of(
        r"\b(?:mitigated|resolved|recover(?:ed|ing)|back (?:up|at|to normal)|all clear|healthy"
        r"|restored|contained|declar(?:e|ed|ing)|sev-?\d"
        r"|(?:at|to|is|are) (?:zero|0)|no more|is over|outage"
        r"|lost for good|(?<!be )gone|(?:going|coming) (?:down|up)|falling|dropping|rising"
        r"|draining"
        r"|(?:answers?|works?|up|online|green|responds?) again|(?:is|are|went|goes"
        r"|still) (?:down|offline|online|up again|gone"
        r"|degraded|stable|live)"
        r"|wieder (?:da|online|erreichbar)|läuft (?:wieder|nicht)|behoben|ausgefallen)\b",
        "復旧|解消|まで下が|停止しま|障害|正常に|落ちて",
    ),
    Effect.CAUSE: any_of(
        r"\b(?:(?:root|two|the|one) causes?\b(?! unknown| unclear)|caused by|because"
        r"|due to|culprit|turn(?:s|ed) out|the reason|traced to"
        r"|broke (?:it|the|in)|to blame|it was (?:the|a|my|our|commit)|introduced (?:in|by|with)"
        r"|comes? from|came from|so (?:maybe )?it['’]s (?:the|a)|liegt an|lag an|ursache"
        r"|wegen|verursacht)\b",
        "原因|のため|によるもの|せいで",
    ),
    Effect.CHANGE: any_of(
        r"\b(?:roll(?:ed|ing)? ?(?:\S+ ){0,4}back|(?:re)?open(?:ed|ing) (?:up )?(?:the )?"
        r"(?:port|firewall|rule|\d{2,5}\b)|revert(?:ed|ing)|(?:re)?deploy(?:ed|ing)|reboot(?:ed|ing)"
        r"|restart(?:ed|ing)|block(?:ed|ing)|isolat(?:ed|ing)|quarantin(?:ed|ing)|disabl(?:ed|ing)"
        r"|deactivat(?:ed|ing)|revok(?:ed|ing)|rotat(?:ed|ing)|reset|kill(?:ed|ing)|lock(?:ed|ing)"
        r"|terminat(?:ed|ing)|scal(?:ed|ing)|fail(?:ed|ing) over|drain(?:ed|ing)"
        r"|patch(?:ed|ing)|upgrad(?:ed|ing)|pinned|remov(?:ed|ing)|delet(?:ed|ing)"
        r"|sinkholed|flush(?:ed|ing)|merged"
        r"|suspended|issu(?:ed|ing)|stopp(?:ed|ing)|shut down|pull(?:ed|ing) the|applied|enabled"
        r"|(?:took|taken|taking) .{1,40} off(?:line| the)|moved|switched"
        r"|(?<!nothing )changed|geändert|released|fixed"
        r"|replac(?:ed|ing)|went (?:out|live)|shipped|rolled out|switched off|frozen"
        r"|throttled|unplugged|purg(?:ed|ing)|cordon(?:ed|ing)|detached"
        r"|gesperrt|blockiert|neu ?gestartet|zurückgerollt|isoliert|deaktiviert|aktualisiert"
        r"|geleert|zurückgesetzt|eingespielt|widerrufen|angelegt|abgeschaltet|umgestellt"
        r"|bloquead[oa]s?|revertid[oa]s?|reiniciad[oa]s?|cerrad[oa]s?|purgé|rechargé|relancé)\b",
        "変更しま|戻しまし|切り替わ|ブロックし|再起動し|ロールバック|切り戻し|無効化|遮断し|隔離し"
        "|更新しま"
        "|パッチ"
        "|デプロイし",
    ),
    Effect.DECISION: any_of(
        r"\b(?:decided|decision|we(?: wi|['’])ll|let['’]?s|agreed|going with|we won['’]t"
        r"|the plan is|approved|signed off|entschieden|beschlossen|wir (?:machen|warten|gehen))\b",
        "決定|することにし|方針",
    ),
    Effect.HANDOVER: any_of(
        r"\b(?:taking (?:ic|over|this|it|the)|i have ic|\bic\b|incident commander|on it|owner is"
        r"|hand(?:ing|ed)? (?:it )?over|paged|paging|escalat(?:ed|ing|e)|i['’]?ll take|übernehme"
        r"|übergebe)\b",
        "引き継|担当しま|対応しま|対応中",
    ),
}

_HEADLINE = 200
"""Characters of an alert in which its news stands."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a message does, and where in its text it says so."""

    effect: Effect
    place: int


def point_of(entry: Entry) -> Point | None:
    """Return what a person's message does, outside its questions; None for talk and thanks."""
    if entry.message.is_bot or says_nothing(entry.text):
        return None
    said = entry.said
    for effect, cues in _CUES.items():
        found = cues.search(said)
        if found:
            return Point(effect, found.start())
    return None


def turns_a_case(alert: Entry) -> bool:
    """Whether a bot reports that something was changed, or is over: a deploy, a recovery."""
    beginning = alert.text[:_HEADLINE]
    return any(_CUES[effect].search(beginning) for effect in (Effect.STATE, Effect.CHANGE))
