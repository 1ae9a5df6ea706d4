"""Tells what kind of reply a text is."""

import re

from bot.investigators.brief.phrases import any_of
from bot.investigators.brief.wants import Wants

_POLAR = any_of(
    r"\W*(?:(?:oh|ah|hm+|well|sorry|fyi|ok|tja),? )?(?:yes|yep|yup|yeah|no|nope|nah|correct|right"
    r"|not (?:yet|really|in|any|at|that|as|us|our)|exactly|indeed|confirmed|negative"
    r"|affirmative|agreed|true|false|looks like it"
    r"|(?:i )?(?:think|believe|guess|hope|fear) (?:so|not)"
    r"|afraid (?:so|not)|probably|likely|unlikely|maybe|partly|only|all of|none of|some of|already"
    r"|never|both|neither|definitely|(?:it|that|there)['’]s"
    r"|it (?:is|was|does|did|has|should|will|(?:is|was|does)n['’]t)"
    r"|they (?:are|were|do|did|have)|s?he (?:is|was|has|did)"
    r"|(?:we|i) (?:do|did|have|are|am|can|could|should|(?:do|did|have)n['’]t|can['’]t)"
    r"|ja|nein|doch|jein|noch nicht|bereits|genau|stimmt|klar|natürlich)\b",
    r"\W*(?:はい|いいえ|いや|ええ|まだ|そうです|ありません|あります|いません|います|大丈夫)",
    r"\W*問題ありません",
    r"\W*(?:👍|👎|:\+1:|:-1:)",
    r"\W*(?:please )?(?:go (?:ahead|for it)|do (?:it|so)|ship it|lgtm|fine by me|approved"
    r"|don['’]?t|hold off|better not|wait with|mach (?:mal|das)|lieber nicht"
    r"|looks? (?:good|fine|ok|clean|bad)"
    r"|all (?:good|green|clear|done)|still(?! (?:look|check|try))|done)\b",
    r"\A\W*[\w.-]+ (?:yes|no|ja|nein)\b|.*(?:\bso|[,:–-]) (?:yes|no|ja|nein)\W*\Z",
    r"\A\W*\w{3,}ed (?:it|them|that|those|both)\b",
)
_DEED = any_of(
    r"\W*(?:(?:ok|okay|sure|yes|yep),? )?(?:on it|doing|will do|done|taking|i['’]?ll|i will|i can"
    r"|i am|i['’]?m|let me (?:do|check|look|take|try)|looking|checking"
    r"|sure|of course|asked|sent|told|started|me|moved"
    r"|it['’]s done"
    r"|mache? ich|erledigt|bin dran|übernehme|ich)\b",
    r".{0,30}(?:対応します|確認します|完了|しました|やります)",
)
_ONLY_HEARD = any_of(
    r"\W*(?:noted|thanks?(?: you| all| a lot)?|thx|ty|ok(?:ay)?|k|ack|got it|\+1|lol|wow|ouch|hm+"
    r"|nice|great|cool|perfect|good (?:catch|point|question|work|job)|argh|ah|oh|sorry|brb|hi"
    r"|hello|morning|danke|alles klar|super|:\w+:)\b[\s.!]*",
    r"\W*(?:了解(?:です|しました)?|ありがとう\w*|承知\w*)[\s。]*",
)
_TAKES_NOTE = any_of(r"\W*(?:noted|thanks?|thx|ack|danke|了解)")
_UNKNOWN = any_of(
    r"\W*(?:no (?:idea|clue)|not sure|unsure|(?:i )?(?:don['’]?t|do not|dunno) ?(?:know)?\b"
    r"|unknown|(?:good|same) question|(?:why|what|who|how) indeed|still unclear"
    r"|i wonder|who knows|keine ahnung|weiß (?:ich )?nicht"
    r"|わから|不明)"
)
_UNIT = r"(?:s|sec\w*|m|min\w*|h|hours?|days?|weeks?|months?|tagen?|stunden?|minuten)"
_REPLIES = {
    Wants.PERSON: any_of(
        r"\A\W*(?:me|mine|my \w+|i (?:did|do|am|can|will|have)|i['’](?:m|ll|ve)"
        r"|we (?:did|do|are|have)|it was|that was|ich|wir|私)\b",
        r"\b(?:nobody|no one|everybody|everyone|team|people|users?|accounts?|customers?"
        r"|mailbox(?:es)?|colleagues?|staff|niemand|alle)\b",
        r"\A\W*\w+ (?:does|did|is|was|has|will|can|do)\W*\Z",
        r"\bby (?-i:[A-Z])|\A\W*@\w|さん",
        r"\A\W*(?-i:[A-Z]\w+)(?: (?-i:[A-Z]\w+))?(?: (?:did|has|is|was|owns?|\w+ed)\b|[,.!]|\Z)",
    ),
    Wants.MOMENT: any_of(
        rf"\b\d{{1,2}}[:h]\d{{2}}\b|\b\d+ ?{_UNIT}\b|\b20\d\d-\d\d-\d\d\b|昨日|今日|明日|時",
        r"\b(?:ago|yesterday|tomorrow|since|(?:mon|tues|wednes|thurs|fri|satur|sun)day|gestern|seit)\b",
        r"\A\W*(?:\w+\W+){0,2}(?:today|tonight|now|after|before|until|around|morning|noon|night|soon"
        r"|never|heute|morgen|nach|vor|gegen)\b",
    ),
    Wants.AMOUNT: any_of(
        r"\A\W*(?:[\w'’]+\W+){0,3}(?:\d[\d.,]*(?![\w.:-])|(?:all|none|nobody|everything|everybody|both"
        r"|nothing|most|half|few|some|many|dozens?|hundreds?|one|two|three|four|five|six|ten|zero"
        r"|alle|keine?|zwei|drei|hälfte)\b)",
        "全部|すべて|なし",
    ),
    Wants.PLACE: any_of(
        r"\A\W*(?:it['’]?s |they['’]?re |look )?(?:in|on|at|from|here|there|under|behind|bei|im"
        r"|auf|aus)\b|で|に"
    ),
    Wants.CHOICE: any_of(
        r"\A\W*(?:it['’]?s|it (?:is|was)|that['’]?s|all|both|none|only|just|these|those)\b"
    ),
}
_VERB = any_of(
    r"\b(?:is|are|was|were|be|has|have|had|do|does|did|will|would|can|could|should|may|might|must"
    r"|says?|looks?|seems?|gets?|got|goes|went|shows?|needs?|wants?|fails?|works?|runs|ist|sind"
    r"|war|hat|haben|wird|(?:re)?set|put|sent|told|made|found|took|ran|shut|cut|lost|began|came"
    r"|gave|kept|left|read|said|saw|wrote|built|broke|\w{3,}ed|\w{3,}ing)\b"
)

_YES_NO = any_of(r"\b(?:yes|no|ja|nein)\b")
_DENIES = any_of(r"\W*(?:no(?:pe)?|nein|not|nah|never|nicht)\b")
_AT_IT = any_of(
    r"\W*(?:(?:i['’]?m |i am |we are |still )?(?:looking|checking|trying|digging|searching|asking)"
    r"|still (?:on|in|at|working|busy)|let me|will (?:look|check)|on it"
    r"|schaue|prüfe|確認中|調査中)\b",
    r"\W*(?:確認中|調査中)",
)
_A_DEED = any_of(
    r"\W*(?:(?:also|now|just|and|i|we) )?(?:\w{3,}ed|reset|shut|took"
    r"|(?!no|any|some|every|phish|miss|morn)\w{3,}ing)\b",
)
"""A deed that nobody asked for: `isolating WKS-9`, `rebooted the gateway`."""
_ELSEWHERE = any_of(
    # The state of something: `the dashboard is back`, `p99 at 3 s`.
    r"\W*(?:(?:the|our|der|die|das) )?(?!(?:it|they|that|there|this|he|she|we|i|es|sie|er)\b)"
    r"[\w/.-]+(?: [\w/.-]+){0,3} "
    r"(?:(?:is|are|was|were|ist|sind|looks?|went|has been) (?:still |now |all )?(?:at|back|up|down"
    r"|on|off|normal|slow|ok|fine|good|green|stable|clean|through|done|over|gone|full|flat|better"
    r"|worse|odd|strange|weird|the same|isoliert|langsam|wieder|\d)|at \d|looks? "
    r"|(?:is|are|ist|sind) \w{3,}ed\b)",
    r"\W*(?:(?:the|our) )?(?:fix|patch|pr|rollback|hotfix|deploy|build|rollout|backlog"
    r"|post-?mortem|ticket|case|rule|flag|image|restart)s? "
    r"(?:\w{3,}ed|done|out|live|running|through)\b",
    # News: `OPS-9 opened`, `new wave`, `FYI`.
    r"\W*(?:[A-Z]{2,10}-\d|(?:new|second|third|another|fyi|btw|update|vorgang|ticket"
    r"|also seen)\b)",
    # Something counted: `3 of 4 nodes`, `12 pods`.
    r"\W*\d+ (?:of \d+ )?(?:pods?|nodes?|hosts?|instances?|replicas?|servers?|alerts?)\b",
    r"[^、。]{0,20}(?:しました|しています|中です)。?\Z",
    r".*\basking the same\b",
)
_NAME_FIRST = any_of(r"\W*(?=\S{0,60}[\d-])[a-z0-9][\w.:/-]{2,60}\b")
_PASTED = re.compile(r"\d\d:\d\d:\d\d\S*\s.*\b(?:WARN|ERROR|INFO|DEBUG)\b|\A\W*\d{4}-\d\d-\d\dT")
_ADDRESS = re.compile(r"\S{0,300}\w[/.]\w\S{0,300}")
_LOG_LINE = re.compile(r"\d\d:\d\d:\d\d|\b(?:WARN|ERROR|INFO|DEBUG)\b|\w=\w")


def is_of_kind(reply: str, wanted: Wants) -> bool:
    """Whether a reply has the form of what is wanted."""
    if Wants.YES_OR_NO in wanted and _POLAR.match(reply):
        return True
    if Wants.DEED in wanted and _DEED.match(reply):
        return True
    return any(
        kind in wanted and bool(pattern.search(reply)) for kind, pattern in _REPLIES.items()
    )


def is_short_form(reply: str) -> bool:
    """Whether a reply says yes, no or done, and so answers the question right before it."""
    return bool(_POLAR.match(reply) or _DEED.match(reply))


def is_done(reply: str) -> bool:
    """Whether a reply begins by reporting a deed: `done, service restarted`."""
    begins_as_done = reply.lower().startswith("done")
    return begins_as_done or bool(_DEED.match(reply) and not _POLAR.match(reply))


def settles_several(reply: str) -> bool:
    """Whether a reply says yes or no more than once: `X no, Y yes`."""
    return len(_YES_NO.findall(reply)) > 1


def is_no(reply: str) -> bool:
    """Whether a reply only denies, which answers nothing to `who` or `any idea`."""
    return bool(_DENIES.match(reply)) and len(reply.split()) <= 3


def is_at_it(reply: str) -> bool:
    """Whether its author is about to find out: `checking`."""
    return bool(_AT_IT.match(reply))


def names_things(reply: str) -> bool:
    """Whether a reply begins with the name of a thing: `eu-west-1 is down`."""
    return bool(_NAME_FIRST.match(reply))


def is_about_something_else(reply: str) -> bool:
    """Whether a reply reports a deed, a state or news, as people do beside any question."""
    is_elsewhere = _A_DEED.match(reply) or _ELSEWHERE.match(reply)
    return bool(is_elsewhere or _PASTED.search(reply))


def reports_a_deed(reply: str) -> bool:
    """Whether a reply begins with what its author did: `scaled to 12 pods`."""
    return bool(_A_DEED.match(reply))


def says_nothing(reply: str) -> bool:
    """Whether a reply only shows that it was read, or that its author does not know either."""
    rest = _ONLY_HEARD.sub("", reply, count=1) if _ONLY_HEARD.match(reply) else reply
    return not re.search(r"\w", rest) or bool(_UNKNOWN.match(rest))


def begins_as_heard(reply: str) -> bool:
    """Whether a reply takes note first: `noted, writing the post-mortem`."""
    return bool(_TAKES_NOTE.match(reply))


def is_fragment(reply: str) -> bool:
    """Whether a reply is no sentence of its own: `metabase, report 331`."""
    words = _ADDRESS.sub(" ", reply)
    return len(words.split()) <= 12 and not (_VERB.search(words) or _LOG_LINE.search(reply))
