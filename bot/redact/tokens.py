"""Secrets that are known by their own form."""

from bot.redact.rules import END, rule, token

# An id alone is no secret: people need it to find and disable the key.
_AWS_ID = rf"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{{16}}{END}"
_AWS_SECRET = (
    r"(?<![A-Za-z0-9/+=])(?P<secret>(?=[a-z0-9/+]{0,39}[A-Z])(?=[A-Z0-9/+]{0,39}[a-z])"
    r"[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"
)

RULES = (
    rule(
        "private key",
        "private+key",
        r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:"
        r"(?:(?!-----BEGIN )[\s\S]){0,20000}?-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
        r"|(?:(?:\\[nr]|\s){0,9}[A-Za-z0-9+/=]{16,}+)*+(?:(?:\\[nr]|\s){0,9}[A-Za-z0-9+/]{1,15}=)?)",
    ),
    token("age key", "AGE-SECRET-KEY-1", r"[0-9A-Z]{58}"),
    rule(
        "Slack webhook",
        "hooks.slack",
        r"(?:https?://)?hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[\w/+-]{16,}+",
    ),
    rule("Discord webhook", "api/webhooks/", r"discord(?:app)?\.com/api/webhooks/\d+/[\w-]{20,}+"),
    rule("Teams webhook", "webhook.office.com", r"webhook\.office\.com/webhookb2/[\w@/-]{30,}+"),
    token("Slack token", r"xox[a-z]{1,2}[-.]", r"[A-Za-z0-9.%-]{8,}+", hints="xox"),
    token("Slack token", r"xapp-\d-|xwfp-", r"[A-Za-z0-9-]{8,}+", hints="xapp- xwfp-"),
    rule("AWS secret key", "akia asia", rf"{_AWS_ID}(?s:.{{1,80}}?){_AWS_SECRET}"),
    rule("AWS secret key", "akia asia", rf"{_AWS_SECRET}(?s:.{{1,40}}?){_AWS_ID}"),
    token(
        "AWS session token",
        r"FwoGZXIvYXdz|IQoJb3JpZ2lu|AQoDYXdz|FQoGZXIvYXdz",
        r"[A-Za-z0-9/+=]{50,}+",
        hints="fwogzxivyxdz iqojb3jpz2lu aqodyxdz fqogzxivyxdz",
    ),
    token("GitHub token", r"gh[pousr]_", r"[A-Za-z0-9]{30,}+", hints="ghp_ gho_ ghu_ ghs_ ghr_"),
    token("GitHub token", "github_pat_", r"[A-Za-z0-9_]{22,}+"),
    token(
        "GitLab token",
        r"gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rtr?|soat|wt)-",
        r"[\w.-]{20,}+",
        hints="gl",
    ),
    token("GitLab token", "GR1348941", r"[\w-]{20,}+"),
    token("Google API key", "AIza", r"[\w-]{35}(?![\w-])"),
    token("Google client secret", "GOCSPX-", r"[\w-]{20,}+"),
    token("Google access token", r"ya29\.", r"[\w.-]{20,}+", hints="ya29."),
    token("Google refresh token", "1//0", r"[\w-]{30,}+"),
    token("Stripe key", r"[rs]k_(?:live|test)_", r"[A-Za-z0-9]{10,}+", hints="k_live_ k_test_"),
    token("webhook secret", "whsec_", r"[A-Za-z0-9+/=_-]{16,}+"),
    token("Anthropic key", "sk-ant-", r"[\w-]{16,}+"),
    token("OpenAI key", r"sk-(?:proj|svcacct|admin)-", r"[\w-]{16,}+", hints="sk-"),
    token("API key", r"sk-(?=[A-Za-z-]{0,40}\d)", r"(?:or-v1-)?[A-Za-z0-9]{24,}+", hints="sk-"),
    token("Hugging Face token", "hf_", r"[A-Za-z0-9]{30,}+"),
    token("npm token", "npm_", rf"[A-Za-z0-9]{{36}}{END}"),
    token("PyPI token", "pypi-AgE", r"[\w-]{40,}+"),
    token("Twilio key", "SK", rf"[0-9a-f]{{32}}{END}"),
    token("SendGrid key", r"SG\.", r"[\w-]{16,32}\.[\w-]{32,}+", hints="sg."),
    rule("Mailchimp key", "-us", rf"(?<![0-9a-f])[0-9a-f]{{32}}-us\d{{1,2}}{END}"),
    token("Mailgun key", "key-", rf"[0-9a-f]{{32}}{END}"),
    token("DigitalOcean token", r"do[opr]_v1_", r"[0-9a-f]{64}", hints="_v1_"),
    token("Vault token", r"hv[bsr]\.", r"[\w-]{24,}+", hints="hvb. hvs. hvr."),
    token("Databricks token", "dapi", rf"[0-9a-f]{{32}}{END}"),
    token("New Relic key", "NRAK-", r"[A-Z0-9]{27}"),
    token("Grafana token", r"glsa_|glc_", r"[\w=-]{32,}+", hints="glsa_ glc_"),
    token("Linear key", "lin_api_", r"[A-Za-z0-9]{32,}+"),
    token("Notion token", "ntn_", r"[A-Za-z0-9]{40,}+"),
    token("Shopify token", r"shp(?:at|ca|pa|ss)_", r"[0-9a-fA-F]{32}", hints="shp"),
    token("Square token", r"sq0[a-z]{3}-", r"[\w-]{22,}+", hints="sq0"),
    token("Telegram token", r"\d{8,10}:AA", r"[\w-]{33}(?![\w-])", hints=":aa"),
    token("Docker token", "dckr_pat_", r"[\w-]{20,}+"),
    token("Atlassian token", "ATATT3|ATCTT3", r"[\w=-]{60,}+", hints="atatt3 atctt3"),
    token("Sentry token", "sntrys_", r"[\w+/=-]{40,}+"),
    token("1Password token", "ops_eyJ", r"[\w=-]{60,}+"),
    token("Terraform token", r"[A-Za-z0-9]{14}\.atlasv1\.", r"[\w-]{50,}+", hints=".atlasv1."),
    rule(
        "signature",
        "sig= signature=",
        r"(?<![A-Za-z0-9])(?i:sig|signature)=(?P<secret>(?=[\w%+/=-]{0,99}[0-9%A-Z])[\w%+/=-]{10,}+)",
    ),
    rule(
        "password hash",
        "$",
        r"\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|md5|sha1|scrypt|argon2(?:id|i|d)|pbkdf2[\w-]{0,20}|P|H)"
        r"\$[./A-Za-z0-9$=,+-]{8,}+",
    ),
    rule("password hash", "$krb5", r"\$krb5\w{2,10}\$[^\s\"']{20,}+"),
    rule(
        "password hash",
        "sha} md5} sha256} sha512} crypt}",
        r"\{(?i:s?sha(?:256|384|512)?|s?md5|crypt)\}[A-Za-z0-9+/=$.]{16,}+",
    ),
    rule(
        "password hash",
        "pbkdf2_",
        r"(?<!\w)pbkdf2_\w{2,20}\$\d{1,10}\$(?P<secret>[\w./+-]{1,64}\$[\w./+=-]{8,}+)",
    ),
    rule("password hash", ":", r"(?<=\d:)[0-9a-fA-F]{32}:[0-9a-fA-F]{32}(?=:)"),
    rule(
        "private key",
        "private-lines",
        r"Private-Lines: \d{1,3}\s{1,2}(?P<secret>(?:[A-Za-z0-9+/=]{4,80}\r?\n?){1,60}+)",
    ),
    rule("Azure secret", "q~", r"(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])"),
    rule(
        "JSON web token",
        "eyj",
        r"(?<![\w-])eyJ[\w-]{8,}+\.(?:[\w-]{8,}+\.[\w-]*+(?:\.[\w-]*+){0,2}"
        r"|\.[\w-]{8,}+\.[\w-]{8,}+\.[\w-]*+)",
    ),
    rule("signed session", "eyj", r"(?<![\w-])\.?eyJ[\w-]{8,}+\.[\w-]{6}\.[\w-]{20,}+"),
)
