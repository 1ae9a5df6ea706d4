"""Tokens of further vendors, each known by the prefix that its vendor gives it."""

from bot.redact.rules import END, rule, token

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

RULES = (
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
