"""Phrases that put an answer off: nobody knows, will look, another knows, is away."""

from bot.investigators.brief.phrases import any_of, anywhere

_FIND_OUT = (
    r"(?:look|check|ask|see|pull|find|dig|go through|try|get back|come back|investigate|verify"
    r"|confirm|clarify|poke|ping|raise|file|sum|count|grep|search|figure|let you know|read|query"
    r"|report back|follow up|chase|put it to|discuss|think)"
)
_FINDING_OUT = (
    r"(?:look|check|ask|digg|investigat|verify|confirm|clarify|count|search|grepp|query|wait)ing"
)
_BY_THEMSELVES = r"(?:already |just |quickly |better |now |first |have to |need to |try to )?"
UNSURE = anywhere(
    r"""
    not (?:so |entirely |100 ?% )?sure|good point|idk|ianal|no memory of|would (?:show|tell)
    (?:can['’]?t|cannot|couldn['’]?t) (?:see|judge|answer|remember)|don['’]?t remember
    (?:no|not a) (?:lawyer|expert)|not my (?:area|field|topic|job|thing)
    no recuerdo|me souviens (?:pas|plus)|erinnere mich nicht|weiß ich nicht mehr
    no (?:idea|clue)|don['’]?t (?:really )?know(?: yet)?|dunno
    unclear|unknown|(?:can['’]?t|cannot) (?:say|tell|yet)|hard to (?:say|tell)|good question
    not yet known|no one knows|nobody knows|i wonder|beats me|too early to (?:say|tell)
    haven['’]?t (?:checked|looked)|keine ahnung|weiß (?:ich )?(?:noch )?nicht|unklar|nicht sicher
    gute frage|(?:\w+ )?nicht sagen|guter punkt|no sabría|buen punto
    ni idea|no (?:lo )?s[ée]|no está claro|buena pregunta|ne sa(?:it|is) pas
    on sait pas|aucune idée|pas sûre?|bonne question|não sei|sei lá|boa pergunta|sem ideia
    non (?:lo )?so|boh|bella domanda|nie wiem|nie mam pojęcia|pojęcia nie mam|dobre pytanie
    weet (?:ik|het) niet|geen idee|vet inte|ingen aning|pata nahi|patha nahi|bilmiyorum
    """,
    "分か(?:り|ら)|わか(?:り|ら)(?:ま|な)|不明|未確認|不知道|不清楚|不确定|没查|모르|не знаю",
)
"""Somewhere in a statement: its author does not know."""
PUTS_OFF = anywhere(
    rf"""
    (?:let me|give me|i['’]?ll|we['’]?ll|will|i['’]?d have to|would have to|have to|need to|must)
    \s{_BY_THEMSELVES}{_FIND_OUT}
    """.replace("\n", "").replace("    ", ""),
    rf"\b(?:i|we) (?:look|check|ask)\b|\b{_FINDING_OUT}\b",
    r"\bone (?:thing|step) at a time\b|\bfirst things first\b|\bone after the other\b"
    r"|\bdon['’]?t (?:ask|remind)\b|\bnot now\b|\bon hold with\b",
    r"\b(?:later|tomorrow|hold on|one sec|(?:one |a )moment|sec|asap)\b",
    r"\blet['’]?s (?:discuss|see|talk|wait|park)\b|\bwait for\b"
    r"|\b(?:next|this) (?:week|sprint)\b",
    r"\b(?:schaue?|prüfe?|frage?|kläre?|klären|zähle|suche|melde mich|später"
    r"|baue gerade|lasse prüfen|muss(?: ich)? (?:erst|noch|mal|nach)\w*)\b",
    r"\b(?:l[oa] (?:miro|pregunto|consulto|compruebo|reviso)|miro|mirando|reviso|pregunto"
    r"|consulto|mañana|luego|más tarde)\b",
    r"\b(?:je|on) (?:regarde|vérifie|demande|cherche|creuse)\b|\bdemain\b|\bplus tard\b",
    r"\b(?:vou (?:ver|checar|confirmar|perguntar|olhar)|vejo|amanhã|depois)\b",
    r"\b(?:controllo|chiedo|verifico|domani|sprawdz(?:ę|am)|zapytam|jutro|kijk|vraag het|morgen"
    r"|kollar|frågar|dekh(?:ta|ti) h|check kart|puchta|nikal rah)\w*",
    "調べ|確認(?:し|中)|調査|聞いて|後で|あとで|我(?:去)?(?:查|问|看)|稍后|明天再|查一下|확인",
)
"""Somewhere in a statement: its author will find out, or come back to it."""
_SOMEBODY = r"(?:the |our |my )?[\w-]+(?: [\w-]+)?"
ELSEWHERE = any_of(
    rf"\b{_SOMEBODY} (?:would|should|might|may|must|will|could) know\b",
    r"(?-i:\b[A-Z]\w+|team|support|vendor|legal|they|he|she) knows?\b(?! that)",
    r"\A\W*(?:hm+\W+)?(?:i['’]d )?(?:better )?(?:ask|try|ping) "
    r"(?!for|them to|works|fails|is|times)[\w@]+",
    r"\b(?:not (?:my|our) (?:call|decision|area)|['’]s (?:call|decision)\b)",
    r"\b(?:is|are|['’]s) (?:for|up to|with|on) (?-i:@|[A-Z]\w+|the \w+|legal|them|finance)",
    r"\b(?:decides?|has to (?:say|decide)|have to (?:say|decide)|would have to (?:say|tell))\b",
    r"\b(?:depends on|needs? to come from|don['’]t have access|no access)\b",
    r"\bmaybe (?-i:[A-Z]\w+)\W|\b(?:different|another|other) (?:team|department|group)\b"
    r"|\b(?:question for|\w+ question\W*\Z|owned by|managed by|run by|belongs to|not ours)\b"
    r"|\bused to\W*\Z"
    r"|\bneeds? (?:the |somebody |someone )?(?-i:[A-Z]{2}|[A-Z][a-z]+)",
    r"\b(?:weiß (?:nur )?(?:der|die|das|wohl)|entscheidet|müsste (?:der|die|das)|fragt? mal)\b",
    r"\b(?:lo decide|lo sabe|pregunta a|c['’]est (?:à|au) \S+ de|faut demander|décide)\b",
    r"(?:に聞いて|問い合わせて)",
)
"""Somebody else knows, or decides; its author does not say what."""
AWAY = any_of(
    r"\b(?:(?:is|she['’]s|he['’]s|i['’]?m|i am|am|are|bin|ist|but) (?:\w+ )?(?:(?:at|on) (?:lunch"
    r"|a break|break|pto)|on (?:sick )?leave|on holidays?|on vacation|asleep|away|out|off(?:line)?"
    r"|in (?:a |the |back to back )?"
    r"(?:\w+ )?meetings?|in (?:der |einer )?(?:sitzung|besprechung)|im urlaub|in pause))\b",
    r"(?:\A|[.!,;] )\W*(?:lunch|afk|brb|gotta (?:run|go)|back (?:at|in|by)|off to|good ?night"
    r"|mahlzeit|feierabend|mittagspause|coffee|bed|morning problem|na urlopie)\b",
    r"\b(?:de vacaciones|me voy|en congé|en réunion|en pause|em reunião|de férias)\b",
)
"""Its author is away, or the person who would know."""
GUESSES = anywhere(
    r"""
    (?:i|we) (?:guess|believe|suppose|assume|hope|think)|afaik|iirc
    (?:could|might|may|must) be|perhaps|possibly|presumably|apparently|in theory|supposed to
    should(?: be| work| have| do)?\W*\Z
    glaub\w*|denke|vermut\w+|wahrscheinlich|müsste|eigentlich|supongo|creo|debería|quizás?|tal vez
    puede ser|je (?:crois|pense)|sans doute|peut-être|devrait|acho que|deve ser|talvez|credo|forse
    """,
    "たぶん|多分|おそらく|かも|はず|と思|应该|可能|大概|好像|아마",
)
"""Somewhere in a statement: its author guesses: `should be`, `I believe not`, `could be`."""
