"""Phrases of messages that answer nothing or speak of something else, by form."""

import re

from bot.investigators.brief.phrases import any_of, anywhere, beginning, whole

_TO_ALL = (
    r"(?:,? (?:you|all|a lot|a million|again|everyone|everybody|folks|team|guys|both|so much"
    r"|for \w+))*"
)
_AWAY = r"""
    (?:i['’]m |am |will be |bin )?back (?:at|in|from|by)|lunch|mittags?pause
    (?:let me get a )?coffee|afk|gotta go|bye|good night|heading (?:out|home)|see you|signing off
    logging off|off to|(?:have to|gotta|must) (?:leave|run)|i feel|on hold with|standing down
    (?:i['’]?m|i am) off(?:line)?|(?:ich )?muss (?:kurz |gleich |jetzt )?(?:weg|los)
    je dois (?:filer|partir)|me tengo que ir|me voy
    (?:(?:i['’]m )?in (?:a |der )?|en )?(?:meeting|sitzung|réunion|reunión)\W*(?:\Z|,)
    (?:bin|komme) (?:gleich|um|ab|in)|je reviens|vuelvo
    (?:joining|still on|dialing into|on) the (?:call|bridge)
"""
_KIND = r"""
    sorry (?:again|about|for)|happy to hear|thank you for|we appreciate|same here|that worries me
    (?:i|we) (?:thought|wondered?) (?:so|that|the same)|that['’]?s? (?:is )?what \w+ (?:me|us|i|we)
    don['’]?t worry|no (?:problem|worries|harm)|kein problem|de nada|who cares|to be honest
"""
_HEARD = rf"""
    noted|(?:thanks?|thx|ty|cheers){_TO_ALL}|ok(?:ay)?|k|ack|got it|\+1|fair(?: enough)?
    lol|haha+|wow|ouch|oof|phew|hm+|uh|ugh|omg|whoa|yikes|damn|argh|ah|oh|sorry|brb|yay|woo+
    nice|great|cool|perfect|wonderful|super|good(?: (?:catch|point|question|work|job))?
    love (?:you|it)|hi|hey|hello|morning|alles klar|gracias|vale|merci|d['’]accord
    danke(?: (?:euch|dir|ihnen|schön|sehr|allen|an alle|für\w* [^.!?]*))?|:[\w+-]+:
"""
HEARD = any_of(
    rf"\W*{whole(_AWAY)}[^.!?]*[.!]*\s*",
    rf"\W*{whole(_KIND)}[^.!?]*[.!]*\s*",
    rf"\W*{whole(_HEARD)}[\s.!,:]*",
    r"\W*(?:了解(?:です|しました)?|ありがとう\w*|承知\w*|お疲れ\w*)[\s。]*",
)
"""What only takes note, at the beginning of a message."""
GREETS = beginning("hm+|sorry|hi|hello|hey|argh|oh|uh")
UNKNOWN = beginning(
    r"""
    no (?:idea|clue)|not (?:yet )?sure|unsure|dunno|beats me|unknown|still unclear
    i wonder|who knows
    (?:i |we )?(?:don['’]?t|do not) (?:really )?know|(?:i |we )?(?:can['’]?t|cannot) (?:say|tell)
    hard to (?:say|tell)
    (?:(?:good|same) question|bonne question|gute frage|buena pregunta)\W*\Z
    (?:why|what|who|how) indeed
    (?:(?:it|the|that) ?\w* )?(?:does|do)(?:n['’]t| not) say
    (?:it|the \w+|that) (?:has|shows|gives|tells) (?:no name|nobody|no one|no owner)
    keine ahnung|weiß (?:ich )?nicht|ni idea|no s[ée]|on ne sait pas|je ne sais pas|aucune idée
    """,
    r"\A\W*(?:わから|わかり|分から|分かり|不明)",
)
VAGUE = beginning(
    r"""
    hopefully|soon\W*\Z|we['’]ll see|let['’]s see|(?:probably |maybe )?worth (?:a|check|look)
    (?:it )?depends|(?:that|it)['’]s (?:for|up to)
    should be (?:checked|looked)|(?:i['’]d )?ask \w+\W*\Z
    .{0,20}\b(?:(?:has|have) to (?:say|decide)|decides|call i guess|entscheidet|müssen wir prüfen)
    .*\b(?:would have to (?:check|look|ask)|remains to be seen|needs checking|müsste man)
    """
)
_STILL = r"(?:(?:ok|sure|yes|still|just|now|we are|i am|i['’]m),? )*"
_AS_A_DEED = r"(?! (?:fine|good|bad|ok))"
_WILL = (
    r"(?:.{0,40}[.,] )?(?:let me|i['’]ll|i will|will|we['’]ll|going to|give me) "
    r"(?:just |quickly |have to )?"
)
AT_IT = beginning(
    rf"""
    {_STILL}(?:looking|checking|trying|digging|searching|asking|pulling|querying|counting){_AS_A_DEED}
    {_STILL}(?:grepping|summing|finding out|investigating|verifying|calling|working on){_AS_A_DEED}
    {_STILL}running (?:a|the) (?:query|search|report)
    {_WILL}(?:look|check|try|dig|search|ask|pull|query|count|grep|sum|find out|see|verify|get back)
    {_WILL}(?:investigate|a (?:sec|second|min|minute|moment))
    (?:one |a )?(?:sec(?:ond)?|moment|min(?:ute)?)\W*\Z|still (?:on|in|at|working|busy)|on it
    mom(?:ent|entito)?\W*\Z|warte|(?:ich )?(?:schaue?|prüfe?|zähle|suche|frage)
    estoy (?:mirando|en ello)|lo miro|miro|je (?:regarde|vérifie|cherche)
    """,
    r"\A\W*(?:確認中|調査中|確認します|調べます|見てみます|お待ち)",
)
_NO_DEEDS = (
    r"(?:no|any|some|every|phish|miss|morn|even|dur|accord|noth|wait|market|build|monitor"
    r"|stag|logg"
    r"|pric|bill|rout|cach|engineer|shipp|join|train|mean|follow)ing|noth|everyth|someth|anyth"
)
DEED = any_of(
    r"\A\W*(?:(?:also|now|just|and|i|we|i['’]ve|we['’]ve|have|has) )*(?:(?-i:[A-Z]?[a-z]{2,}ed)"
    r"|reset|shut|took|put|sent|frozen|taken|written|done|turned|set|rolled|made|told"
    r"|killed|wrote|ran|cut|gave|built|brought|rebuilt"
    rf"|(?!{_NO_DEEDS})\w{{3,}}ing)(?![\w-])",
    r"\A\W*(?:(?:ist|sind|habe|auf \S+) )?(?:ge\w{3,}t|\w{2,}ge\w{3,}(?:t|en)"
    r"|(?:zurück|ab|ein|aus|an|auf)ge\w*t)\b",
    r"\A\W*(?:já |ya |j['’]ai |on a )?\w{3,}(?:ei|é|í)\b",
    r"\A\W*(?:(?:he|ha|hemos|han) )?(?:l[oa]s? )?"
    r"\w{3,}(?:ado|ada|adas|ados|ido|idas?|uesto)\b",
    r"\A[^、。]{0,20}(?:しました|しています|中です|[をに][^、。]{1,8}ました)。?",
)
PLAN = beginning(
    r"i['’]ll|i will|we['’]ll|we will|will|going to|i['’]m (?:going to|\w+ing)|we['’]re \w+ing"
)
NEWS = beginning(
    r"""
    (?-i:[A-Z]{2,10}-\d+)|new wave|second|third|another|fyi|update|ticket|case|incident number
    (?:quick |short )?(?:summary|recap|interim|to sum up|zusammenfassung|resumen|résumé|resumo)
    found something|same again|and again|heads up|unrelated|and also|also seen|one more thing
    vorgang|auch|außerdem|también|además|aussi
    \d+ (?:of \d+ |more )?(?:pods?|nodes?|hosts?|instances?|replicas?|servers?|alerts?|tickets?)
    \w+ (?:more )?(?:tickets?|reports?|calls?|alerts?) (?:from|came|come)
    (?:and )?(?:one|two|three|some|\d+) more:?(?! (?:min|hour|sec|day|week))
    (?:two|three|some|\d+) more (?!min|hour|sec|day|week)\w+
    """,
    r"\A.{0,30}\b(?:in|as|under|opened|created|filed|see|ticket|vorgang"
    r"|incidencia) (?-i:[A-Z]{2,10}-\d+)\W*(?:\Z|,.{0,30}\Z)",
    r"\bbtw\b|\bby the way\b|\balso\W*\Z|\bas well\b|\basking the same\b|übrigens"
    r"|まとめ|总结",
    r"\A\W*チケット|\A[^。]{0,40}[\u30a0-\u9fff]も[\u4e00-\u9fff]",
)
_NAME = r"[\w/-]+(?:\.[\w/-]+){0,9}"
"""`web-1`, `db.example`, and not the end of a sentence."""
_STATES = (
    r"at|back|up|down|on|off|normal|slow|ok|fine|good|green|stable|clean|through|done"
    r"|over|gone|full"
    r"|flat|better|worse|odd|strange|weird|the same|isoliert|langsam|wieder|\d"
)
STATE = any_of(
    r"\A\W*(?:(?:the|our|my|der|die|das|el|la|los|le) )?"
    r"(?!(?:it|they|that|there|this|he|she|we|i|es|sie|er)\b)"
    rf"{_NAME}(?: {_NAME}){{0,3}} "
    r"(?:(?:is|are|was|were|ist|sind|looks?|went|has been|have) (?:still |now |all )?"
    rf"(?:{_STATES})"
    r"|at \d|al \d|\d+ ?%|looks? |(?:is|are|ist|sind) \w{3,}ed\b)",
    r"\A\W*\d+ of (?:the )?\d+ \w+",
    r"\A\W*(?:[\w/-]+ ){1,4}(?:down|up|back|falling|rising|dropped|grew|jumped) (?:to|from|at) \d",
    r"\A\W*(?:[\w/-]+ ){1,4}\d\S* now\b|\A.{0,30}\blogs?\b.{0,20}: `|\A.{0,12}日志.{0,6}[:：]",
    r"\A\W*(?:p\d\d|error rate|latency|queue|cpu|load|disk|memory|traffic|rate|lag"
    r"|fehler\w*|fallos|errors?)\b.{0,25}\d",
    r"\A\W*(?:[\w%./-]+ ){1,4}(?:done|finished|completed?|restored|gone|up|down|running|started"
    r"|fertig|erledigt|\w{2,}iert|ge\w{3,}t|lanzad[oa]|lancée?)(?:\W*\Z|, )",
    r"\A\W*(?:(?:the|our) )?(?:fix|patch|pr|mr|revert|change|config|workaround|rollback|hotfix"
    r"|deploy|build|rollout|backlog|post-?mortem|ticket|case|rule|flag|image"
    r"|restart)s? (?:\w{3,}ed|done|out|live|running"
    r"|through)\b",
)
PASTED = re.compile(r"\d\d:\d\d:\d\d\S*\s.*\b(?:WARN|ERROR|INFO|DEBUG)\b|\A\W*\d{4}-\d\d-\d\dT")
LOG_LINE = re.compile(r"\d\d:\d\d:\d\d|\b(?:WARN|ERROR|INFO|DEBUG)\b|\w=\w")
VERB = anywhere(
    r"""
    is|are|was|were|be|has|have|had|do|does|did|will|would|can|could|should|may|might|must
    says?|looks?|seems?|gets?|got|goes|went|shows?|needs?|wants?|fails?|works?|runs|asks?|means?
    keeps?|costs?|comes?|takes?|makes?|stops?|starts?|think|know|see|set|reset|put|sent|told|made
    found|took|ran|shut|cut|lost|began|came|gave|kept|left|read|said|saw|wrote|built|broke
    \w{3,}ed|\w{3,}ing
    ist|sind|war|hat|haben|hatte|wird|wurde|bin|liegt|läuft|geht|gehe|steht|kommt|macht|braucht
    bleibt|sieht|sich|gibt|muss|soll|es|está|son|fue|hay|tiene|creo|est|sont|ont|va|fait|peut
    """,
    r"(?:ます|ました|ません|です|でした|ている|した)(?:[。が]|\Z)",
    # `I feel`, `app-b answers`.
    r"\A\W*(?:i|we|you|he|she|they|it|ich|wir|yo|je)\b|\A\W*(?=\S*[-\d])[\w.-]+ [a-z]{3,}s\b",
)
