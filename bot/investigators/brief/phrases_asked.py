"""Phrases of questions without a question mark, and of questions that ask nothing."""

from bot.investigators.brief.phrases import any_of, beginning, whole

_AT_FIRST = r"(?:(?:oh|ah|hm+|wait|ok|so|and|but|yes|no|well|haha|lol),? )*"
_SURPRISE = r"""
    really|seriously|right|ok|okay|huh|what|yes|no|eh|wtf|correct|sure|hello|hi|hey|fair
    anyone|anybody|any ?(?:one|body) else|anything else|you know(?: what)?|guess what|isn['’]?t it
    makes? sense|sounds? (?:good|ok)|good question|pretty please|how are you(?: all| doing)?
    are you (?:serious|kidding|sure|joking)
    oder|nicht wahr|echt|wirklich|was|wie bitte|im ernst|¿?(?:en serio|verdad|no)|vraiment|え|本当
"""
_IRONY = r"""
    who cares|who knows\W*\Z|what could (?:possibly )?go wrong|how hard can it be|remember when
    can you (?:believe|imagine)|what(?:['’]s| is) not to love|why me\W*\Z
    (?:and |so )?why (?:is|does|do|are|must) (?:it|this|that|we|everything|things) (?:always|never)
    why (?:do|does) .{1,30} always|is there (?:anything|something) else
    can (?:we|i) help (?:you )?(?:with )?anything
"""
NO_QUESTION = any_of(rf"\A\W*{_AT_FIRST}{whole(_SURPRISE)}\W*\Z", rf"\A\W*{whole(_IRONY)}")
"""What wants no answer: surprise, politeness, irony, the end of a sentence."""
_LEADING_IN = (
    r"(?:(?:ok|so|and|also|but|hey|hi|then|now|wait|well|hm+|btw|one more thing|unrelated"
    r"|nice|good|(?:quick|stupid|silly|another) (?:q|question)|und|aber|y|et|e|a)[,:.]? )*"
)
_WHAT = r"(?:who|what|when|where|why|how|if|whether)"
_OF_OURS = r"(?:the|our|my|your|his|her|their|this|that|these|those)"
_A_THOUGHT = r"clear|odd|more|worse|interesting|funny|left is"
"""`what's odd: …` asks nothing."""
_SUBJECT = r"(?:we|you|they|there|he|she|i|any(?:one|body|thing)|some(?:one|body))"
_DONE_HOW = (
    r"(?:by|in|on|at|again|already|for|with|from|via|just|and|to|the|as|before|after|\w+ly)\b"
)
UNMARKED = any_of(
    rf"\A\W*{_LEADING_IN}"
    + whole(
        rf"""
        (?:can|could|would|will) (?:you|u) (?!believe|see)\w+
        (?:can|could|would|will) (?:some|any)(?:one|body) \w+
        some(?:one|body) (?:please|pls|can|could) \w+
        (?:do|does|did|has|have|is|was) (?:any|some)(?:one|body)
        (?:pls|please) (?:any|some)(?:one|body) \w+ \w+
        (?:pls|please) (?:send|give|tell|show|share|post|forward|mail) (?:me|us) \w+
        (?:need|we need|i need) (?:some|any)(?:one|body) to \w+
        (?:is|are|was|were|did|do(?! the)|has|have|had) {_OF_OURS} (?:[\w'’/-]+ ){{2,}}\w+
        did it (?!{_DONE_HOW})\w+ \w+
        how long (?:for|to) \w+ \w+
        (?:should|shall|can|could|may) (?:i|we) \w+
        (?:do|did|are|were|have|had|would) {_SUBJECT} \w+
        (?:is|was|will|has) (?:it|this|there|that|he|she|some(?:one|body)) \w+ \w+
        (?:will|can|could|should) (?:we|they|he|she|it) \w+ \w+
        (?:is|are|did|does|do|has|have) any \w+ \w+
        (?:is|are) \d\S* (?:still|too|enough|really) \w+
        does (?!(?:not|so|that)\b|the (?:trick|job))(?:[\w'’-]+ ){{2,3}}\w+
        (?:(?:i['’]?m |i am |was )?(?:just )?wondering|curious) {_WHAT}
        i wonder {_WHAT} \w+ \w+
        who(?:['’]s| \w+s| has| can| did| was| will| else| \w+ed| got| gave| made| took)
        what(?:['’]s| is| are| was| does| did) (?!{_A_THOUGHT})\w+
        (?:where|when|why|how) (?:is|are|was|were|do|does|did|can|should|will|come)|where['’]s
        how (?:many|much) (?:\w+ ){{0,4}}(?:is|are|do|did|does|have|has|were|was|got|will|can|in)
        how (?:would|could) (?:i|we|one|you) \w+
        what (?:can|could|do|should|will|would) (?:it|i|we|they|you) \w+
        what \w+ (?:do|does|did|is|are|was|were|can|should|will) (?:it|i|we|they|you) \w+
        what \w+ (?:it|them|this)\Z
        how long (?:is|do|does|did|until|till|will|has|have|was|were)|which \w+(?: \w+){{0,5}}\Z
        any (?:idea|news|update)s?|(?:any|some)(?:one|body) (?-i:[a-z]{{3,}}ed)
        (?:kann|könnte|kannst|könntest|könnt|können) (?:jemand|wer|du|sie|ihr|bitte|mal)
        (?:soll(?:en)?|müssen|dürfen|können|haben|brauchen) (?:ich|wir|man) (?:\w+ ){{2,10}}\w+\Z
        (?:wer|wann|warum|wieso|weshalb|wieviel|welche[rsmn]?) (?:\w+ ){{1,10}}\w+\Z
        ¿?(?:puedes?|podrías?|alguien (?:puede|sabe)|puede alguien|sabes? si|sabéis si) \w+
        (?:quelqu['’]un (?:peut|sait|a)|tu peux|tu sais|vous pouvez|est-ce qu\w+) \w+
        (?:alguém (?:sabe|pode|já)|czy (?:ktoś|możemy|mamy|da się)|qualcuno (?:sa|può)) \w+
        """
    ),
    r"\A.{2,80}(?:ますか|ですか|でしょうか?|ませんか|もらえますか|[吗嗎])\Z",
    r"\A.{8,200}\b(?:does any(?:one|body) know|any(?:one|body) knows?|weet iemand dat"
    r"|weiß (?:das )?(?:jemand|wer)|alguien (?:lo )?sabe|quelqu['’]un sait)\Z",
    r"\A.{2,120}, (?:we )?need (?:some|any)(?:one|body) to \w+ \w+",
)
"""Whole sentences that ask without a mark: `can you check the proxy`, `which pod`."""
BY_A_NAME = any_of(
    r"\A(?!(?:yes|no|ok|thanks|so|and|but|also|idk|dunno|i|we|you|they|that|this|it|not|see|\w+ing"
    r"|explains?|asks?|know|tell|sure|wonder)\b)[^\W\d]\w+ "
    r"(?:(?:can|could|would|will) (?:you|u) \w+ \w+"
    r"|(?:pls|please) (?!note|see|read|find|wait|hold|ignore|don['’]?t)\w+ \w+"
    r"|(?:why|when|where|how|what|who) (?:is|are|was|were|did|does|do) \w+ \w+)"
)
"""`nils why was it off`, `Kim can you check that`: the name goes before without a sign."""
REQUEST = beginning(
    r"""
    (?:pl(?:ea)?[sz]e?|kindly|bitte) (?!note|see|read|find|wait|hold|ignore|don['’]?t)\w+ \w+
    """
)
"""What asks something of whom it calls by name before: `@Kim pls pull the events`."""
NOT_UNMARKED = any_of(
    r"\b(?:because|let me know|i think|who cares)\b|(?<!\bor )\b(?:was|is) that\b|…\Z|:\Z"
)
ITS_OWN_ANSWER = beginning("because|since it|none|nope|no[.,]|yes[.,]|nothing|zero|simple|easy")
"""What follows a short question that its author answers: `the cause? simple, no disk`."""
FOR_A_DECISION = any_of(
    r"\b(?:should|shall|can|could|may) (?:we|i|someone|somebody|the)\b"
    r"|\bdo (?:we|i) (?:want|need|have to)\b"
    r"|\b(?:soll\w*|können|müssen|kann|darf|muss|podemos|debemos|peut-on|on peut|doit)\b",
    "ますか|べき",
)
"""`should we`, `können wir`: what somebody has to decide."""
FOR_LATER = any_of(
    r"\b(?:writes?|tells?|inform|post-?mortem|tickets?|reviews?|alerts?|monitor\w*"
    r"|next time|legal|reports?|schreibt|melde\w*|alarm\w*|überwach\w*"
    r"|escribe|avisamos|redacta|alerta|écrit|prévient|alerte)\b",
    "報告|監視|再発",
)
"""What people ask once the fire is out, and often nobody answers."""
TAKES_BACK = beginning(
    r"""
    (?:(?:ah|oh|ok|wait|uh|sorry|hm+),? )*(?:never ?mind|nvm|forget (?:it|that|about)|scratch that)
    (?:(?:ah|oh|ok|wait|uh|sorry|hm+),? )*(?:found (?:it|out)|figured|turns out|i see it|got it)
    ignore (?:that|me|my)|answering my|it (?:was|is) my|hat sich erledigt|schon gefunden|olvíd\w+
    laisse tomber
    """,
    r"\A\W*(?:ah,? it (?:was|is)\b|解決|失礼)",
)
