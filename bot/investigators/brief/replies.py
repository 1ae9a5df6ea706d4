"""Tells what form a reply has: a yes, a deed, a number, a name, or nothing at all."""

import re
from enum import Flag, auto
from functools import lru_cache

from bot.investigators.brief.phrases import any_of


class Form(Flag):
    """What a reply looks like; it may have several forms."""

    NOTHING = auto()
    """It only shows that it was read, or that its author does not know: `thanks`, `no idea`."""
    AT_IT = auto()
    """Its author is about to find out: `checking`."""
    ACCEPTED = auto()
    """Its author does or did what was asked: `on it`, `done`."""
    VAGUE = auto()
    """It puts the answer off: `hopefully soon`."""
    YES_OR_NO = auto()
    PERSON = auto()
    MOMENT = auto()
    AMOUNT = auto()
    PLACE = auto()
    REASON = auto()
    CHOICE = auto()
    FRAGMENT = auto()
    """No sentence of its own: `metabase, report 331`."""
    HEDGED = auto()
    """Its author says how sure they are: `I think`, `as far as I can tell`."""
    POINTS_BACK = auto()
    """It begins with a word for what was spoken of: `it`, `they`."""
    PLAN = auto()
    """It tells what its author is about to do: `I'll add a test`."""
    DONE_TO_IT = auto()
    """It tells a deed to what was spoken of: `suspended since May`, `called her`, `purged`."""
    DEED = auto()
    """It reports a deed: `isolating WKS-9`, `rebooted the gateway`."""
    CONDITION = auto()
    """It says how something is, anywhere in it: `the tapes are fine`."""
    STATE = auto()
    """It reports the state of something it names: `the dashboard is back`."""
    NEWS = auto()
    """It begins something else: `btw`, `OPS-9 opened`, `new wave`."""
    FOUND_OUT = auto()
    """It tells what was looked up, or who says so: `checked, it is off`, `the log shows 12`."""
    PASTED = auto()
    """It is a line of a log."""


_HEARD = any_of(
    r"\W*(?:sorry (?:again|about|for)|happy to hear|thank you for|we appreciate|same here|(?:i"
    r"|we) (?:thought"
    r"|wondered?) (?:so|that|the same)|that['’]?s? (?:is )?what \w+ (?:me|us|i|we)\b"
    r"|don['’]?t worry"
    r"|no (?:problem|worries|harm)|kein problem|de nada|who cares|to be honest|that worries me"
    r"|(?:i['’]m |am |will be |bin )?back (?:at|in|from|by)\b|lunch|mittags?pause|coffee"
    r"|let me get a coffee|afk|gotta go|bye|good night"
    r"|(?:joining|still on|dialing into|on) the (?:call|bridge))[^.!?]*[.!]*\s*",
    r"\W*(?:noted|(?:thanks?|thx|ty|cheers)(?:,? (?:you|all|a lot|a million|again|everyone"
    r"|everybody"
    r"|folks|team|guys|both|so much|for \w+(?: \w+)?))*|ok(?:ay)?|k|ack|got it|\+1"
    r"|lol|haha+|wow|ouch|oof|phew|hm+|uh|ugh|omg|whoa|yikes|damn|nice|great|cool|perfect"
    r"|wonderful"
    r"|fair(?: enough)?|good (?:catch|point|question|work|job)|good|argh|ah|oh|sorry|brb|hi|hey"
    r"|hello|morning|yay|woo+|love (?:you|it)|danke(?: (?:euch|dir|ihnen|schön|sehr|allen"
    r"|an alle))?|alles klar|super|gracias|vale|merci|d['’]accord|:[\w+-]+:)\b[\s.!,:]*",
    r"\W*(?:了解(?:です|しました)?|ありがとう\w*|承知\w*|お疲れ\w*)[\s。]*",
)
_GREETS = any_of(r"\W*(?:hm+|sorry|hi|hello|hey|argh|oh|uh)\b")
_UNKNOWN = any_of(
    r"\W*(?:no (?:idea|clue)|not (?:yet )?sure|unsure|(?:i |we )?(?:don['’]?t"
    r"|do not) (?:really )?know"
    r"|dunno|(?:i |we )?(?:can['’]?t|cannot) (?:say|tell)|hard to (?:say|tell)|beats me"
    r"|unknown|(?:good|same) question|(?:why|what|who|how) indeed|still unclear"
    r"|i wonder|who knows|keine ahnung|weiß (?:ich )?nicht|ni idea|no s[ée]\b|on ne sait pas"
    r"|je ne sais pas|aucune idée)|\W*(?:わから|わかり|分から|分かり|不明)"
)
_VAGUE = any_of(
    r".*\b(?:müsste man|would have to (?:check|look)|remains to be seen|needs checking)\b",
    r"\W*(?:hopefully|soon\W*\Z|we['’]ll see|let['’]s see|(?:probably |maybe )?worth (?:a|check"
    r"|look)"
    r"|it depends|depends\b|(?:that|it)['’]s (?:for|up to)|should be (?:checked|looked)"
    r"|(?:i['’]d )?ask \w+\W*\Z)|.{0,20}\b(?:(?:has|have) to (?:say|decide)|decides|müsste man"
    r"|would have to (?:check|look|ask)|müssen wir prüfen|entscheidet|call i guess)\b",
)
_AT_IT = any_of(
    r"\W*(?:(?:ok|sure|yes|still|just|now|we are|i am|i['’]m),? )*(?:looking|checking|trying"
    r"|digging"
    r"|searching|asking|pulling|querying|counting|grepping|summing|finding out|investigating"
    r"|verifying"
    r"|running (?:a|the) (?:query|search|report)|calling|working on)\b(?! (?:fine|good|bad|ok))",
    r"\W*(?:.{0,40}[.,] )?(?:let me|i['’]ll|i will|will|we['’]ll|going to|give me) (?:just "
    r"|quickly |have to )?"
    r"(?:look|check|try|dig|search|ask|pull|query|count|grep|sum|find out|see|verify|investigate"
    r"|get back"
    r"|a (?:sec|second|min|minute|moment))\b",
    r"\W*(?:(?:one |a )?(?:sec(?:ond)?|moment|min(?:ute)?)\W*\Z|still (?:on|in|at|working|busy)"
    r"|on it"
    r"|mom(?:ent|entito)?\W*\Z|warte|(?:ich )?(?:schaue?|prüfe?|zähle|suche|frage)"
    r"|estoy (?:mirando|en ello)|lo miro|miro|je (?:regarde|vérifie|cherche))\b",
    r"\W*(?:確認中|調査中|確認します|調べます|見てみます|お待ち)",
)
_ACCEPTED = any_of(
    r"\W*(?:(?:ok|okay|sure|yes|yep),? )?(?:on it|doing (?:it|so|that|now)|will do|done"
    r"|taking (?:it|this"
    r"|that|over)|i['’]?ll|i will|i can|sure|of course|me|mine|my turn"
    r"|(?:it['’]s |already |all )?(?:done|sent|posted|started|moved)\b|(?:it['’]s )?(?:up|in)\W*\Z"
    r"|mache? ich|erledigt|bin dran|übernehme|ich|hecho|listo|voy|yo\b|ya está|c['’]est fait"
    r"|moi)\b",
    r".{0,30}(?:対応します|完了|しました|やります|戻しました|私が)",
)
_POLAR = any_of(
    r"\W*(?:(?:oh|ah|hm+|well|sorry|fyi|ok|tja|uh),? )?(?:y|n|yes|yep|yup|yeah|no|nope|nah|correct"
    r"|right|not (?:yet|really|in|any|at|that|as|us|our|by|on)|nor|exactly|indeed|confirmed"
    r"|negative"
    r"|affirmative|agreed|true|false|looks like it|unfortunately|fortunately|luckily|afraid"
    r"|(?:i )?(?:think|believe|guess|hope|fear) (?:so|not)"
    r"|probably|likely|unlikely|maybe|partly|only|just|all of|none|some of|already"
    r"|never|both|neither|definitely|(?:it|that|there)['’]s|there (?:is|are|was|were)|nothing"
    r"|nobody|no one"
    r"|(?:does|did|do|has|have|is|are|was|were|wo|ca|could|would)n['’]t|cannot|can not|hadn['’]t"
    r"|nichts|niemand|kein\w*"
    r"|it (?:is|was|does|did|has|should|will|would|can|could|(?:is|was|does|do)n['’]t)"
    r"|they (?:are|were|do|did|have|never|don['’]t)|s?he (?:is|was|has|did)"
    r"|(?:we|i) (?:do|did|have|are|am|can|could|should|would|might"
    r"|(?:do|did|have|would)n['’]t|can['’]t)|i['’]d"
    r"|ja|nein|doch|jein|noch nicht|bereits|genau|stimmt|klar|natürlich|würde ich"
    r"|eher (?:ja|nein|nicht)|denke (?:ja|schon|nicht)|lieber"
    r"|sí|si|claro|todavía no|aún no|oui|non|pas encore)\b",
    r"\W*(?:はい|いいえ|いや|ええ|まだ|そうです|ありません|あります|いません|います|大丈夫)",
    r"\W*問題ありません|.{0,20}(?:ありません|いません|ません|ないです|なしです)。?\Z",
    r"\W*(?:👍|👎|:\+1:|:-1:)",
    r"\W*(?:please )?(?:go (?:ahead|for it)|do (?:it|so|that)|ship it|lgtm(?!['’])"
    r"|fine by me|approved"
    r"|don['’]?t|hold (?:off|on)|better not|wait\b|then go|mach (?:mal|das)"
    r"|lieber nicht|looks? (?:good|fine|ok|clean|bad)"
    r"|all (?:good|green|clear|done)|still(?! (?:look|check|try))|done)\b",
    r"\A\W*[\w.-]+ (?:yes|no|ja|nein)\b|.*(?:\bso|[,:–-]) (?:yes|yeah|no|ja|nein)\b",
    r"\A\W*\w{3,}ed (?:it|them|that|those|both)\b",
    # `Tom is`, `my colleague did, yesterday`.
    r"\W*(?:[\w'’-]+ ){1,4}(?:did|does|do|is|was|are|were|has|have|can|will"
    r"|would)(?:n['’]t)?(?:\W*\Z|,)",
)
_UNIT = (
    r"(?:s|sec\w*|m|min\w*|h|hours?|days?|weeks?|months?|tag(?:en)?|stunden?|minut[eo][ns]|horas)"
)
_FOUND: dict[Form, re.Pattern[str]] = {
    Form.PERSON: any_of(
        r"\A\W*(?:\w+ ){0,2}(?:ich|yo|moi)\b",
        r"\A\W*(?:me|mine|my (?:team|colleague|boss)|i \w+|i['’](?:m|ll"
        r"|ve)"
        r"|we \w+|it was|that was|not (?:me|us)|nor (?:me|us)|ich|wir|yo"
        r"|moi)\b|私",
        r"\A\W*(?:[\w'’,-]+ ){0,4}(?:nobody|no one|everybody|everyone|team|people|users?"
        r"|accounts?|customers?"
        r"|mailbox(?:es)?|colleagues?|staff|niemand|alle|nadie|personne|lab)\b",
        r"\A\W*\w+ (?:does|did|is|was|has|will|can|do)\W*\Z",
        r"\bby (?-i:[A-Z])|\A\W*@\w|さん",
        r"\A\W*(?-i:[A-Z]\w+)(?: (?-i:[A-Z]\w+))?(?: (?:did|has|is|was|owns?|\w+ed)\b|[,.!]|\Z)",
        r"(?<=[a-z,;] )(?-i:[A-Z][a-zà-ÿ]+)\b|\b[a-z]\.[a-z]{2,}\b(?!\.)|\b(?:paging|paged"
        r"|called|asked|told|frau|herr|mr|mrs|ms) (?-i:[A-Z])",
    ),
    Form.MOMENT: any_of(
        rf"\b\d{{1,2}}[:h]\d{{2}}|\b\d+ (?:more )?{_UNIT}\b|\b\d+{_UNIT}\b"
        rf"|\b20\d\d-\d\d-\d\d\b|昨日|今日|明日|来週|時"
        rf"|\d月",
        r"\b(?:ago|yesterday|since|(?:mon|tues|wednes|thurs|fri|satur|sun)day|gestern|seit"
        r"|desde|ayer|depuis|hier soir|half a day|last night)\b",
        r"\A\W*(?:\w+\W+){0,2}(?:today|tonight|tomorrow|now|after|before|until|around|morning|noon"
        r"|night|soon|never|heute|morgen|nach|vor|gegen|hoy|mañana|environ)\b",
    ),
    Form.AMOUNT: any_of(
        r"\A\W*(?:[\w'’]+\W+){0,4}?(?:~?(?<![\w.-])\d[\d.,]*(?:k|m|g|gb|tb|mb)?(?![\w.:-])"
        r"|(?:all|none"
        r"|both|nothing|most|half|few|some|many|dozens?|hundreds?|one|two|three"
        r"|four|five|six|ten|zero|alle|keine?|zwei|drei|hälfte)\b)|\A\W*(?:nobody|everything"
        r"|everybody)\b",
        r"\A[^.;]{0,60}(?<![\w.-])(?!\d+[.-]\d+[.-]\d)\d[\d.,]*(?:k|m|g|gb|tb| ?%)?(?![\w.:-])",
        r"全部|すべて|なし|\d件|\d人|\d台|\A\W*\d+で",
    ),
    Form.PLACE: any_of(
        r"\A\W*(?:it['’]?s |they['’]?re |look )?(?:in|on|at|from|here|there|under|behind|mostly"
        r"|safe"
        r"|bei|im|auf|aus|en|dans)\b|[で|に]|\A\W*\S*/\S+"
    ),
    Form.CONDITION: any_of(
        r"\b(?:is|are|was|were|looks?|went|ist|sind|läuft|está|están"
        r"|works?)\b[^.!?]{0,20}\b(?:ok|okay|fine|good|green"
        r"|clean|up|down|back|safe|broken|red|affected|healthy|gone|lost|intact|reachable|bad"
        r"|zero|\d+ ?%)"
        r"|\b\d+ ?%|\b(?:works|fails|failing)\b|正常|無事"
    ),
    Form.REASON: any_of(
        r"\b(?:because|since|due to|thanks to|as (?:the|it|we|they)|so that|caused|cause"
        r"|the reason"
        r"|weil|wegen|da (?:der|die|das)|seit|porque|parce que|à cause)\b|ため|から|ので"
    ),
    Form.CHOICE: any_of(
        r"\A\W*(?:it['’]?s|it (?:is|was)|that['’]?s|all|both|none|only|just|these|those|the \w+)\b"
    ),
    Form.HEDGED: any_of(
        r"\b(?:as far as (?:i|we)|afaik|iirc|i (?:think|guess|believe|suppose|assume)"
        r"|i['’]d say|apparently|looks? like"
        r"|seems like|pretty sure|not that i know|tbh|ich (?:glaube|denke)|wohl"
        r"|vermutlich|creo que|je crois)\b"
        r"|と思います|はずです|のようです",
    ),
    Form.POINTS_BACK: any_of(
        r"\A\W*(?:it|its|it['’]s|they|that|that['’]s|those|these|this|he|she|there|there['’]s|his"
        r"|her|their|one of|the (?:second|first|other|last|latter|former) one|es|er|sie|das"
        r"|son|era|es|ese|c['’]est|それ|その)\b"
        r"|\bones?\b|\A.{0,40}\b(?:it|them|they)\b",
    ),
    Form.DONE_TO_IT: any_of(
        r"\A\W*(?:(?:i|we|just) )?\w{3,}ed (?:it|them|that|those|both|her|him)\b",
        r"(?:\A\W*|, )(?-i:[a-zA-Z][a-z]{2,}ed)(?:\W*\Z|,| (?:since|in|at|on|by|before|after"
        r"|last|yesterday|today|again|too)\b)",
    ),
    Form.FOUND_OUT: any_of(
        r"\A\W*(?:(?:i|we|just|also|have|i['’]ve) )*(?:checked|grepped|tested|looked|verified"
        r"|confirmed|found"
        r"|asked|searched|queried|tried|counted|measured|compared|read|saw|geprüft|getestet"
        r"|nachgesehen|gefunden|vérifié|comprobado)\b",
        r"\A\W*(?:\S+ ){1,4}(?:says?|shows?|reports?|tells? (?:me|us)|zeigt|sagt|dice|dit)\b"
        r"|\baccording to\b",
    ),
}
_DEED = any_of(
    r"\W*(?:(?:also|now|just|and|i|we|i['’]ve|we['’]ve|have|has) )*(?:(?-i:[A-Z]?[a-z]{2,}ed)"
    r"|reset|shut|took|put|sent"
    r"|frozen|taken|written|done|turned|set|rolled|made|told|killed"
    r"|(?!(?:no|any|some|every|phish|miss|morn|even|dur|accord|noth|wait|market|build"
    r"|monitor|stag|logg"
    r"|pric|bill|rout|cach|engineer|shipp|train|mean|follow)ing|noth|everyth|someth"
    r"|anyth)\w{3,}ing)(?![\w-])",
    r"\W*(?:(?:ist|sind|habe|auf \S+) )?(?:ge\w{3,}t|\w{2,}ge\w{3,}(?:t|en)|(?:zurückge"
    r"|abge|einge|ausge|ange|aufge)\w*t)\b"
    r"|\W*(?:lo |la |las |los )?\w{3,}(?:ado|ada|adas|ados|ido|idas?|uesto)\b",
    r"[^、。]{0,20}(?:しました|しています|中です|[をに][^、。]{1,8}ました)。?",
)
_PLAN = any_of(
    r"\W*(?:i['’]ll|i will|we['’]ll|we will|will|going to|i['’]m (?:going to|\w+ing)"
    r"|we['’]re \w+ing)\b",
)
_NEWS = any_of(
    r"\W*(?:(?-i:[A-Z]{2,10}-\d+)(?![^\x00-\x7f])|チケット|(?:new wave|second|third|another|fyi"
    r"|update|vorgang|ticket|heads up"
    r"|unrelated|incident number|case|también|auch|außerdem|aussi|además|and also|also seen"
    r"|one more thing)\b)",
    r".*(?:\bbtw\b|\bby the way\b|\balso\W*\Z|\bas well\b|übrigens|\basking the same\b)",
    r"\W*\d+ (?:of \d+ |more )?(?:pods?|nodes?|hosts?|instances?|replicas?|servers?|alerts?"
    r"|tickets?)\b",
    r"\W*\w+ (?:more )?(?:tickets?|reports?|calls?|alerts?) (?:from|came|come)\b|\W*(?:two|three"
    r"|some|\d+) more (?!min|hour|sec|day|week)\w+",
    r"[^。]{0,40}[\u30a0-\u9fff]も[\u4e00-\u9fff]",
)
_STATE = any_of(
    r"\W*(?:(?:the|our|my|der|die|das|el|la|los|le) )?"
    r"(?!(?:it|they|that|there|this|he|she|we|i|es|sie|er)\b)[\w/.-]+(?: [\w/.-]+){0,3} "
    r"(?:(?:is|are|was|were|ist|sind|looks?|went|has been|have) (?:still |now |all )?(?:at|back|up"
    r"|down|on|off|normal|slow|ok|fine|good|green|stable|clean|through|done|over|gone|full|flat"
    r"|better|worse|odd|strange|weird|the same|isoliert|langsam|wieder|\d)|at \d|\d+ ?%|looks? "
    r"|(?:is|are|ist|sind) \w{3,}ed\b|al \d)",
    r"\W*\d+ of (?:the )?\d+ \w+",
    r"\W*(?:p\d\d|error rate|latency|queue|cpu|load|disk|memory|traffic|rate|lag"
    r"|fehler\w*|fallos|errors?)\b"
    r".{0,25}\d",
    r"\W*(?:[\w%./-]+ ){1,4}(?:done|finished|completed?|restored|gone|up|down"
    r"|running|started|fertig"
    r"|erledigt|\w{2,}iert|ge\w{3,}t|lanzad[oa]|lancée?)(?:\W*\Z|, )",
    r"\W*(?:(?:the|our) )?(?:fix|patch|pr|rollback|hotfix|deploy|build|rollout|backlog"
    r"|post-?mortem|ticket|case|rule|flag|image|restart)s? "
    r"(?:\w{3,}ed|done|out|live|running|through)\b",
)
_PASTED = re.compile(r"\d\d:\d\d:\d\d\S*\s.*\b(?:WARN|ERROR|INFO|DEBUG)\b|\A\W*\d{4}-\d\d-\d\dT")
_VERB = any_of(
    r"\b(?:is|are|was|were|be|has|have|had|do|does|did|will|would|can|could|should|may|might|must"
    r"|says?|looks?|seems?|gets?|got|goes|went|shows?|needs?|wants?|fails?|works?|runs|ist|sind"
    r"|war|hat|haben|wird|(?:re)?set|put|sent|told|made|found|took|ran|shut|cut|lost|began|came"
    r"|gave|kept|left|read|said|saw|wrote|built|broke|es|está|son|fue|hay|tiene|creo|est"
    r"|sont|ont|va|fait|peut|liegt|läuft|geht|gehe|steht|kommt|macht"
    r"|braucht|bleibt|sieht|gibt|muss|soll|hatte|wurde|bin|asks?|means?|keeps?|costs?"
    r"|wants?|comes?|takes?|makes?|stops?|starts?|think|know|see|\w{3,}ed|\w{3,}ing)\b"
    r"|(?:ます|ました|ません|です|でした|ている|した)(?:[。が]|\Z)"
)
_ADDRESS = re.compile(r"\S{0,300}\w[/.]\w\S{0,300}")
_LOG_LINE = re.compile(r"\d\d:\d\d:\d\d|\b(?:WARN|ERROR|INFO|DEBUG)\b|\w=\w")
_YES_NO = any_of(r"\b(?:yes|no|ja|nein)\b")


@lru_cache(maxsize=4096)
def forms_of(reply: str) -> Form:
    """Read the forms of a reply."""
    rest = without_ack(reply)
    found = Form(0)
    if says_nothing(reply):
        is_unknown = _UNKNOWN.match(rest) or _UNKNOWN.match(reply)
        found = Form.NOTHING
        if not is_unknown:
            return found | (Form.YES_OR_NO if _POLAR.match(reply) else Form(0))
    for form, pattern in _AT_THE_START.items():
        if pattern.match(rest) or pattern.match(reply):
            found |= form
    for form, pattern in _FOUND.items():
        if pattern.search(rest):
            found |= form
    if _PASTED.search(reply):
        found |= Form.PASTED
    return found | (Form.FRAGMENT if _is_fragment(rest) else Form(0))


_AT_THE_START = {
    Form.AT_IT: _AT_IT,
    Form.ACCEPTED: _ACCEPTED,
    Form.VAGUE: _VAGUE,
    Form.YES_OR_NO: _POLAR,
    Form.PLAN: _PLAN,
    Form.DEED: _DEED,
    Form.STATE: _STATE,
    Form.NEWS: _NEWS,
}


def without_ack(reply: str) -> str:
    """Leave away what only takes note at its beginning: `thanks! `, `lol. `."""
    rest = reply
    while (found := _HEARD.match(rest)) and found.end() > 0:
        rest = rest[found.end() :]
    return rest


def says_nothing(reply: str) -> bool:
    """Whether a reply only shows that it was read, or that its author does not know either."""
    rest = without_ack(reply)
    return not re.search(r"\w", rest) or bool(_UNKNOWN.match(rest) or _UNKNOWN.match(reply))


def takes_note(reply: str) -> bool:
    """Whether a reply begins by taking note: `thanks`, `ok so`, `ouch`."""
    return bool(reply) and without_ack(reply) != reply and not _GREETS.match(reply)


def settles_several(reply: str) -> bool:
    """Whether a reply says yes or no more than once: `X no, Y yes`."""
    return len(_YES_NO.findall(reply)) > 1


def _is_fragment(reply: str) -> bool:
    words = _ADDRESS.sub(" ", reply)
    return len(words.split()) <= 12 and not (_VERB.search(words) or _LOG_LINE.search(reply))
