"""Phrases of replies that answer: one pattern for each form, English first, then the others."""

import re

from bot.investigators.brief.phrases import any_of, anywhere, beginning

_UNIT = (
    r"(?:s|sec\w*|m|min\w*|h|hours?|days?|weeks?|months?|years?|tag(?:en)?|jahren?|stunden?"
    r"|minut[eo][ns]|horas)"
)
_IS = r"(?:did|does|do|is|was|are|were|has|have|can|will|would)(?:n['’]t)?"
_NUMBER = r"(?<![\w.-])(?!\d+[.-]\d+[.-]\d)~?\d[\d.,]*(?:k|m|g|gb|tb|mb| ?%)?(?![\w.:-])"
"""No address, version or date."""

YES_OR_NO = beginning(
    r"""
    (?:(?:oh|ah|hm+|well|sorry|fyi|ok|tja|uh),?\ )?(?:y|n|yes|yep|yup|yeah|no|nope|nah)
    correct|right|exactly|indeed|confirmed|negative|affirmative|agreed|true|false|definitely
    not (?:yet|really|in|any|at|that|as|us|our|by|on)|nor|never|both|neither|already|partly
    probably|likely|unlikely|maybe|unfortunately|fortunately|luckily|afraid|looks like it
    only|just|all of|none|some of|nothing|nobody|no one
    (?:i )?(?:think|believe|guess|hope|fear) (?:so|not)
    (?:it|that|there)['’]s|there (?:is|are|was|were)
    (?:does|did|do|has|have|had|is|are|was|were|wo|ca|could|would)n['’]t|cannot|can not
    it (?:is|was|does|did|has|should|will|would|can|could|(?:is|was|does|do)n['’]t)
    they (?:are|were|do|did|have|never|don['’]t)|s?he (?:is|was|has|did)
    (?:we|i) (?:do|did|have|are|am|can|could|should|would|might)
    (?:we|i) (?:do|did|have|would|ca)n['’]t
    i['’]d|\w{3,}ed (?:it|them|that|those|both)|[\w.-]+ (?:yes|no|ja|nein)
    (?:please )?(?:go (?:ahead|for it)|do (?:it|so|that)|ship it|lgtm(?!['’])|fine by me|approved)
    don['’]?t|hold (?:off|on)|better not|wait|then go|done|still(?! (?:look|check|try))
    looks? (?:good|fine|ok|clean|bad)|all (?:good|green|clear|done)
    ja|nein|doch|jein|noch nicht|bereits|genau|stimmt|klar|natürlich|nichts|niemand|kein\w*
    würde ich|eher (?:ja|nein|nicht)|denke (?:ja|schon|nicht)|lieber|mach (?:mal|das)
    sí|si|claro|todavía no|aún no|oui|non|pas encore
    """,
    r".*(?:\bso|[,:–-]) (?:yes|yeah|no|ja|nein)\b",
    # `Tom is`, `my colleague did, yesterday`.
    rf"\A\W*(?:[\w'’-]+ ){{1,4}}{_IS}(?:\W*\Z|,)",
    r"\A\W*(?:👍|👎|:\+1:|:-1:|はい|いいえ|いや|ええ|まだ|そうです|あります|います|大丈夫)",
    r"\A.{0,20}(?:ません|ないです|なしです)。?\Z|\A.{0,12}ない(?:ので|から|。|、|\Z)",
)
BEGINS_WITH_YES = beginning(
    r"""
    y|n|yes|yep|yup|yeah|no(?! (?:idea|clue|lo s|s[ée]\b))|nope|nah|correct|right|exactly|indeed
    confirmed|negative|affirmative|agreed|true|false|sure|definitely|ja|nein|doch|sí|si|claro|oui|non|はい|いいえ
    """
)
BEGINS_WITH_AMOUNT = beginning(
    r"""
    all|both|most|half|only|just|every|each|many|few|several|about|around|roughly|maybe|probably
    at least|alle|beide|nur|etwa|ungefähr|rund|fast|todos|todas|ambos|solo|unos|tous|toutes
    seulement|environ|presque
    """
)
ACCEPTED = beginning(
    r"""
    (?:(?:ok|okay|sure|yes|yep),? )?(?:on it|doing (?:it|so|that|now)|will do|done|sure|of course)
    taking (?:it|this|that|over)|i['’]?ll|i will|i can|me|mine|my turn
    (?:it['’]s |already |all )?(?:done|sent|posted|started|moved)|(?:it['’]s )?(?:up|in)\W*\Z
    mache? ich|erledigt|bin dran|übernehme|ich|hecho|listo|voy|yo|ya está|c['’]est fait|moi
    """,
    r"\A.{0,30}(?:対応します|完了|しました|やります|戻しました|私が)",
)
PERSON = beginning(
    r"""
    me|mine|my (?:team|colleague|boss)|[iw]e? \w+|i['’](?:m|ll|ve)|it was|that was|no[tr] (?:me|us)
    (?:[\w'’,-]+ ){0,4}(?:no(?:body| one)|(?:some|every)(?:body|one)|team|people)
    (?:[\w'’,-]+ ){0,4}(?:users?|accounts?|customers?|mailbox(?:es)?|colleagues?|staff|lab)
    all of|(?:[\w'’,-]+ ){0,4}(?:niemand|alle|nadie|personne)
    (?:\w+ ){0,2}(?:ich|wir|yo|moi)|@\w+
    (?:the |our |my )?[\w-]+ (?:does|did|is|was|has|will|can|do)\W*(?:\Z|[.,])
    """,
    r"\A\W*(?-i:[A-Z]\w+)(?: (?-i:[A-Z]\w+))?(?: (?:did|has|is|was|owns?|\w+ed)\b|[,.!]|\Z)",
    # A name inside a sentence, `r.ono`, and `paging Ulf`.
    r"(?<=[a-z,;] )(?-i:[A-Z][a-zà-ÿ]+)\b|\b[a-z]\.[a-z]{2,}\b(?!\.)",
    r"\bby (?!the way|an? |hand|now|then|\d)\w+",
    r"\b(?:paging|paged|called|asked|told|frau|herr|mr|mrs|ms) (?-i:[A-Z])|さん|私",
)
MOMENT = anywhere(
    rf"""
    \d+ ?(?:more )?{_UNIT}|20\d\d-\d\d-\d\d|half a day|last night|ago|yesterday|since
    \d{{1,2}}\.? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|okt|nov|dec|dez)\w*
    (?:mon|tues|wednes|thurs|fri|satur|sun)day|gestern|seit|desde|ayer|depuis|hier soir
    """,
    r"\b\d{1,2}[:h]\d{2}",
    r"\A\W*(?:\w+\W+){0,2}(?:today|tonight|tomorrow|now|after|before|until|around|morning|noon"
    r"|night|soon|never|heute|morgen|nach|vor|gegen|hoy|mañana|environ)\b",
    r"昨日|今日|明日|来週|時|\d月",
)
AMOUNT = beginning(
    r"""
    (?:[\w'’]+[^\w'’]+){0,4}?(?:all|none|both|nothing|most|half|few|some|many|dozens?|hundreds?|zero)
    (?:[\w'’]+[^\w'’]+){0,4}?(?:one|two|three|four|five|six|ten|alle|keine?|zwei|drei|hälfte)
    nobody|everything|everybody
    """,
    rf"\A[^.;]{{0,60}}{_NUMBER}",
    r"全部|すべて|なし|\d件|\d人|\d台|\A\W*\d+で",
)
PLACE = beginning(
    r"""
    (?:it['’]?s |they['’]?re |look )?(?:in|on|at|from|here|there|under|behind|mostly|safe)
    bei|im|auf|aus|en|dans
    """,
    r"\A\W*\S*/\S+|\b(?:from|for|to|at|in|on) (?:the|an?|our) |[でに]",
)
REASON = anywhere(
    r"""
    because|since|due to|thanks to|as (?:the|it|we|they)|so that|caused?|the reason
    weil|wegen|da (?:der|die|das)|seit|porque|parce que|à cause
    """,
    "ため|から|ので",
)
CHOICE = beginning(
    r"it['’]?s|it (?:is|was)|that['’]?s|all|both|none|only|just|these|those|the \w+"
)
CONDITION = anywhere(
    r"""
    (?:is|are|was|were|looks?|went|works?|ist|sind|läuft|está|están)\b[^.!?]{0,20}\b(?:ok|okay|fine|good)
    (?:is|are|was|were|looks?|went)\b[^.!?]{0,20}\b(?:green|clean|up|down|back|safe|broken|red|bad)
    (?:is|are|was|were|went)\b[^.!?]{0,20}\b(?:affected|healthy|gone|lost|intact|reachable|zero)
    works|fails|failing
    """,
    r"\b\d+ ?%|正常|無事",
)
HEDGED = anywhere(
    r"""
    as far as (?:i|we)|afaik|iirc|i (?:think|guess|believe|suppose|assume)|i['’]d say|apparently
    should (?:be )?(?:ok|okay|fine|enough|work|hold|last)
    looks? like|seems like|pretty sure|not that i know|tbh
    ich (?:glaube|denke)|wohl|vermutlich|creo que|je crois
    """,
    "と思います|はずです|のようです",
)
POINTS_BACK = beginning(
    r"""
    it|its|it['’]s|they|that|that['’]s|those|these|this|he|she|there|there['’]s|his|her|their
    (?:läuft|geht|hängt|steht|kommt|funktioniert)
    (?:draws|needs|runs|works|uses|takes|has|goes|writes|reads|sends|gets|comes|returns|hangs)
    see above|as i said|like i said|one of|the (?:second|first|other|last|latter|former) one
    es|er|sie|das|son|era|ese|c['’]est
    """,
    r"\A\W*(?:それ|その)|\b(?<!new )ones?\b|\A\W*(?:[\w'’]+ ){1,3}(?:it|them|they)\b",
)
DONE_TO_IT = beginning(
    r"(?:(?:i|we|just) )?\w{3,}ed (?:it|them|that|those|both|her|him)|(?!join)\w{3,}ing\W*\Z",
    r"(?:\A\W*|, )(?-i:[a-zA-Z][a-z]{2,}ed)(?:\W*\Z|,| (?:since|in|at|on|by|before|after|last"
    r"|yesterday|today|again|too)\b)",
)
CHANGED = any_of(
    r"\A\W*(?:[\w'’/.-]+ ){0,3}\w{3,}(?:ed|iert|ado|ada)\b(?! (?:the|an?|our|my|his|her|it)\b)"
)
FOUND_OUT = beginning(
    r"""
    (?:(?:i|we|just|also|have|i['’]ve) )*(?:checked|grepped|tested|looked|verified|confirmed|found)
    (?:(?:i|we|just|also|have|i['’]ve) )*(?:asked|searched|queried|tried|counted|measured|compared)
    (?:i|we|just) (?:read|saw)|geprüft|getestet|nachgesehen|gefunden|vérifié|comprobado
    (?:\S+ ){1,4}(?:says?|shows?|reports?|tells? (?:me|us)|zeigt|sagt|dice|dit)
    """,
    r"\baccording to\b",
)
SEVERAL = re.compile(r"\b(?:yes|no|ja|nein)\b", re.IGNORECASE)
