"""Tokens of further vendors, each known by the prefix that its vendor gives it."""

import base64
import binascii
import re

from bot.redact.random import is_token, looks_random
from bot.redact.rules import END, rule, token

_DIVIDER = re.compile(r"[_.$:-]")
_SHORTEST, _FEWEST_DIGITS = 16, 3
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

# Each is used by its vendor alone: the rest only has to hold digits.
_PREFIXES = (
    r"sntryu_ phx_ sgp_ cf[au]t_ lsv2_[ps][kt]_ nvapi- tvly-(?:dev-|prod-)? pcsk_ napi_ mdb_sa_sk_"
    r" pn[ub]_ hc[abx][il][ck]_ sb_secret_ tgp_v1_ rdme_ tfp_ duffel_(?:test|live)_ fio-u-"
    r" shippo_(?:test|live)_ FLWSECK(?:_TEST)?- EZ[AT]K CFPAT- p8e- lin_oauth_ dckr_oat_ CLOJARS_"
    r" CCIP(?:AT|RJ)_ ATBB vc[piark]_ vercel_blob_rw_ HRKU- NRII- NRAA- ABSK snyk_[us]at\. sk-lf-"
    r" access-(?:sandbox|development|production)- AQVN dG9rOj"
    r" access_token\$(?:production|sandbox)\$ v1\.0-(?=[0-9a-f]{24}-) K10(?=[0-9a-f]{40})"
    r" st\.(?=[0-9a-f]{24}\.)"
)
_HINTS = (
    "sntryu_ phx_ sgp_ cfat_ cfut_ lsv2_ nvapi- tvly- pcsk_ napi_ mdb_sa_sk_ pnu_ pnb_ hcai hcal"
    " hcbi hcbl hcxi hcxl sb_secret_ tgp_v1_ rdme_ tfp_ duffel_ shippo_ fio-u- flwseck ezak eztk"
    " cfpat- p8e- lin_oauth_ dckr_oat_ clojars_ ccipat_ cciprj_ atbb vcp_ vci_ vca_ vcr_ vck_"
    " vercel_blob_ hrku- nrii- nraa- absk snyk_ sk-lf- access-sandbox- access-development-"
    " access-production- aqvn dg9roj access_token$ v1.0- k10 st."
)
# Other words begin so too: the rest has to be random.
_SHORT_PREFIXES = r"mfa\. sl\.[A-Za-z] t1\.(?=[\w-]{20,200}\.) fw_ re_(?=\w{8}_) pypi- rnd_"


def _any_of(prefixes: str) -> str:
    """Begin with the first letters: the regex engine can then skip to them."""
    firsts = "".join(sorted({prefix[0] for prefix in prefixes.split()}))
    rests = "|".join(f"(?<={prefix[0]}){prefix[1:]}" for prefix in prefixes.split())
    return f"[{firsts}](?<![A-Za-z0-9].)(?:{rests})"


def _holds_digits(value: str) -> bool:
    return sum(it.isdigit() for it in value) >= _FEWEST_DIGITS


def _has_random_part(value: str) -> bool:
    """Look at the longest piece between dividers: names of code are no tokens."""
    longest = max(_DIVIDER.split(value), key=len)
    return len(longest) >= _SHORTEST and is_token(longest)


def _is_aws_secret(value: str) -> bool:
    """Tell it from a name of 40 letters: it is random, and most have a slash or a plus."""
    return ("/" in value or "+" in value) and looks_random(value)


def _is_users_token(value: str) -> bool:
    """Tell whether the first of three parts is somebody's id at Discord, in base64."""
    first = value.partition(".")[0]
    try:
        return base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).isdigit()
    except binascii.Error:
        return False


RULES = (
    rule(
        "API token",
        _HINTS,
        rf"{_any_of(_PREFIXES)}[\w=+/.$:-]{{20,}}+",
        holds=_holds_digits,
    ),
    rule(
        "API token",
        "mfa. sl. t1. fw_ re_ pypi- rnd_",
        rf"{_any_of(_SHORT_PREFIXES)}[\w.-]{{20,}}+",
        holds=_has_random_part,
    ),
    rule(
        "Discord token",
        ".",
        r"[MNO](?<![\w.-].)[A-Za-z0-9_-]{19,29}\.[\w-]{6}\.[\w-]{25,}+",
        holds=_is_users_token,
    ),
    rule(
        "Vault token",
        "s.",
        r"s\.(?<![\w./-]s\.)[A-Za-z0-9]{24}(?![\w.])",
        holds=lambda value: looks_random(value[2:]),
    ),
    rule("Azure key", "jqqj99", r"(?<![A-Za-z0-9])[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{10,30}"),
    rule(
        "AWS secret key",
        "/ +",
        r"[A-Za-z0-9/+]{40}(?![\w/+=.-])(?<![\w/+=.:-].{40})",
        holds=looks_random,
    ),
    token("ElevenLabs key", "sk_", rf"[0-9a-f]{{48}}{END}"),
    token("NuGet key", "oy2", rf"[a-z0-9]{{43}}{END}"),
    token("Okta token", "SSWS ", r"00[\w-]{38,44}(?![\w-])"),
    token("Rancher token", r"token-[a-z0-9]{5}:", rf"[a-z0-9]{{54}}{END}", hints="token-"),
    token("Phabricator token", r"(?:cli|api)-", rf"[a-z0-9]{{28}}{END}", hints="cli- api-"),
    token("Asana token", r"[12]/\d{10,20}/\d{10,20}:", rf"[0-9a-f]{{32}}{END}", hints="1/ 2/"),
    rule(
        "X token",
        "aaaaaaaaaaaaaaaaaaa",
        r"(?<![A-Za-z0-9])A{19,22}[B-Zb-z0-9%][A-Za-z0-9%]{40,}+",
        holds=lambda value: looks_random(value.lstrip("A")),
    ),
    rule("New Relic key", "ffffnral", r"(?<![A-Za-z0-9])[0-9a-f]{36}FFFFNRAL(?![A-Za-z0-9])"),
    rule(
        "wallet key",
        "wif wallet bitcoin btc",
        r"[5KL](?<![A-Za-z0-9].)[1-9A-HJ-NP-Za-km-z]{50,51}(?![A-Za-z0-9])",
        holds=looks_random,
    ),
    token("RubyGems key", "rubygems_", rf"[0-9a-f]{{48}}{END}"),
    token("Groq key", "gsk_", r"[A-Za-z0-9]{40,}+"),
    token("xAI key", "xai-", r"[A-Za-z0-9]{60,}+"),
    token("Perplexity key", "pplx-", r"[A-Za-z0-9]{40,}+"),
    token("Replicate token", "r8_", r"[A-Za-z0-9]{30,}+"),
    token("Supabase token", "sbp_", rf"[0-9a-f]{{40}}{END}"),
    token("Netlify token", "nfp_", r"[A-Za-z0-9]{30,}+"),
    token("Fly token", "fm[12]_", r"[\w+/=,-]{40,}+", hints="fm1_ fm2_"),
    token("PlanetScale token", r"pscale_[a-z]{2,6}_", r"[\w.-]{30,}+", hints="pscale_"),
    token("Doppler token", r"dp\.[a-z]{2,5}\.", r"[A-Za-z0-9._-]{40,}+", hints="dp."),
    token("Pulumi token", "pul-", rf"[0-9a-f]{{40}}{END}"),
    token("Figma token", "figd_", r"[\w-]{36,}+"),
    token("Airtable token", r"pat[A-Za-z0-9]{14}\.", rf"[0-9a-f]{{64}}{END}", hints="pat"),
    token("Asana token", r"[12]/\d{10,20}:", rf"[0-9a-f]{{32}}{END}", hints="1/ 2/"),
    token("HubSpot token", r"pat-[a-z]{2}\d-", _UUID, hints="pat-"),
    token("Postman key", "PMAK-", r"[0-9a-f]{24}-[0-9a-f]{34}"),
    token("Brevo key", r"x(?:keysib|smtpsib)-", r"[0-9a-f]{64}-[A-Za-z0-9]{16}", hints="sib-"),
    token("Mapbox token", r"sk\.eyJ", r"[\w-]{20,200}\.[\w-]{20,}+", hints="sk.eyj"),
    token("Meta token", "EAA", r"[A-Za-z0-9_-]{50,}+"),
    token("LaunchDarkly key", "sdk-", _UUID),
    token("Buildkite token", r"bk(?:ua|at)_", rf"[0-9a-f]{{40}}{END}", hints="bkua_ bkat_"),
    token("Tailscale key", r"tskey-[a-z]{2,12}-", r"[\w-]{20,}+", hints="tskey-"),
    token("Dynatrace token", r"dt0[a-z]\d\d\.", r"[A-Z0-9]{24}\.[A-Z0-9]{64}", hints="dt0"),
    token("Sonar token", r"sq[aup]_", rf"[0-9a-f]{{40}}{END}", hints="squ_ sqa_ sqp_"),
    token("Artifactory key", "AKCp", r"[A-Za-z0-9]{60,}+"),
    token("Notion token", "secret_", r"[A-Za-z0-9]{43}(?![A-Za-z0-9])"),
    token("Firebase key", r"AAAA[\w-]{7}:", r"APA91b[\w-]{100,}+", hints=":apa91b"),
    rule(
        "webhook",
        "hooks.zapier.com hook. maker.ifttt.com",
        r"(?:hooks\.zapier\.com/hooks/catch/[\w/-]{6,}+|hook\.\w{2,6}\.make\.com/\w{20,}+"
        r"|maker\.ifttt\.com/\S{1,100}/key/[\w-]{20,}+)",
    ),
    rule("ngrok token", "authtoken", r"(?i:authtoken)[\s:=]{1,3}(?P<secret>\w{30,}+)"),
    rule("Opsgenie key", "geniekey", rf"(?i:geniekey)\s{{1,3}}(?P<secret>{_UUID})"),
    rule(
        "token",
        "_pat",
        r"(?<![a-z])[A-Z0-9_]{1,40}_PAT\s?[:=]\s?[\"'`]?(?P<secret>(?!\[redacted)[\w+/=.-]{16,}+)",
    ),
    rule(
        "secret",
        "admin",
        r"(?i:admin[ _-]?(?:api[ _-]?)?key)[\"'`]?\s?[:=]\s?[\"'`]?(?P<secret>[A-Za-z0-9]{20,}+)",
    ),
)
