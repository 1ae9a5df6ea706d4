"""Patterns of names and values of secrets: rules are built of them."""

import re

# Spelt with its first letters in front: the regex engine can then skip to them.
NAME = (
    r"[AaEeHhLlMmPpSsTtXx_-](?i:(?<=p)(?:assw(?:or)?d|assphrase|asswort)|(?<=[_-])pass"
    r"|(?<=p)(?<![a-z]p)wd?|(?<=t)oken"
    r"|(?<=s)ecret(?:[ _-]?(?:access[ _-]?)?key(?:[ _-]?base)?|_id)?"
    r"|(?:(?<=a)(?:pi|ccess|uth|ccount)|(?<=s)igning|(?<=p)rivate|(?<=e)ncryption|(?<=m)aster|(?<=h)mac"
    r"|(?<=l)icense|(?<=s)ubscription)"
    r"[. _-]?key|(?<=x)-amz-signature|(?<=s)haredaccesssignature)"
)
NAME_HINTS = "passw passphrase _pass -pass pwd pw secret token key signature"
SENSITIVE_KEY = re.compile(rf"(?:{NAME}|(?i:authorization|cookie|credentials?))\Z")

# Between a name and its value: the name's own quote (escaped in JSON) or emphasis, then = : or =>
GAP = r"""\\{0,3}["'`*_]{0,3}\s{0,3}"""
# Not a secret: a variable, a template, a placeholder, a link, a path, an id of an access key.
NOT = (
    r"(?!\$[{(]|\$[A-Z_]{2}|%[s(]|\{\{|\*{3}|\.{3}|/|https?://"
    r"|A(?:KIA|SIA|BIA|CCA|ROA|IDA)[A-Z0-9]{16,17}(?![A-Za-z0-9])"
    r"|(?i:null|none|nil|true|false|undefined|required|missing|expired|invalid)(?![A-Za-z0-9]))"
)
# A bare value ends at white space, a quote, `<`, `>`, a marker, `&next=` or an escaped line end.
BARE = (
    r"""(?:(?!\[redacted|[&;,](?:amp;)?\s?[\w.-]{1,40}=)[^\s"'`<>\\]"""
    r"""|\\(?![nrt"'`\\]))"""
)
QUOTED = "(?:{})".format(
    "|".join(
        rf"""(?<={quote})(?:(?!\[redacted)[^{quote}\\\n]|\\[^"'\n]){{1,512}}"""
        rf"""(?=\\{{0,3}}{quote}|\[redacted)"""
        for quote in "\"'`"
    )
)
# Letters and digits mixed, or a sign that no word has: no word, no plain number.
MIXED = (
    r"(?=\S{0,80}?[0-9!#$%^&*+~])(?=\S{0,80}?[A-Za-z])(?![A-Z]{1,10}-\d{1,6}(?![\w-]))"
    r"(?!\d{4}-\d\d-\d\d)(?!\d{1,4}[a-z]{1,3}(?!\w))"
)
