"""Passwords on command lines, each known by its program and its option."""

from bot.redact.rules import Rule, rule

_VALUE = (
    r"(?P<secret>(?<=')[^'\n]{1,128}(?=')|(?<=\")[^\"\n]{1,128}(?=\")"
    r"|(?!\[redacted|\$[{(A-Z])[^\s\"'|;&<>]{2,}+)"
)
_UP_TO = r"(?![\w.])[^\n|;&]{0,200}?\s"


def _option(programs: str, options: str, hints: str = "") -> Rule:
    """A program's option whose value is a word of its own, or joined by `=`."""
    words = hints or programs.replace("|", " ")
    return rule(
        "password",
        words,
        rf"(?<![\w-])(?:{programs}){_UP_TO}(?:{options})(?:\s{{1,3}}|=)[\"']?(?<!-){_VALUE}",
    )


def _joined(programs: str, options: str) -> Rule:
    """A program's option whose value follows without a space."""
    return rule(
        "password",
        programs.replace("|", " "),
        rf"(?<![\w-])(?:{programs})\w{{0,12}}{_UP_TO}(?:{options})=?[\"']?{_VALUE}",
    )


RULES = (
    _joined("mysql|mariadb", "-p"),
    _joined("sshpass", "-p"),
    _option(
        "sshpass|psexec|cqlsh|evil-winrm|crackmapexec|netexec|nxc|hydra|clickhouse-client", "-p"
    ),
    _option(r"mongo(?:sh|dump|restore|export|import)?", "-p", hints="mongo"),
    _option(
        r"(?:docker|podman|oc|helm\s+registry|az|skopeo|buildah|cf)\s+login",
        "-p|-t",
        hints="login",
    ),
    _option(r"sqlcmd|bcp|mosquitto_\w{3}", "-P", hints="sqlcmd bcp mosquitto"),
    _option(r"ldap(?:search|modify|add|delete|whoami|passwd)", "-w|-s", hints="ldap"),
    _option("redis-cli", "-a|--pass"),
    _option(r"snmp(?:get|walk|set|bulkwalk|getnext|trap)", "-c|-A|-X", hints="snmp"),
    _option("openssl", "-k|-K"),
    rule("password", "pass:", rf"(?<![\w-])-?pass(?:in|out)?\s{{0,2}}=?\s?pass:{_VALUE}"),
    rule(
        "password",
        "curl",
        rf"(?<![\w-])curl{_UP_TO}(?:-[a-zA-Z]{{0,6}}u\s{{0,3}}|--(?:proxy-)?user[\s=]{{1,3}})"
        rf"[\"']?(?!https?:)[^\s:\"'-][^\s:\"']{{0,63}}:(?P<secret>(?!\[redacted|\d{{1,6}}(?!\S))[^\s\"']++)",
    ),
    rule(
        "password",
        "+-a+ --auth",
        r"(?<![\w:/.-])https?\s(?:[^\n|;]{0,200}?\s)?(?:-a|--auth)[\s=]{1,3}[\"']?"
        r"[^\s:\"'-][^\s:\"']{0,63}:(?P<secret>(?!\[redacted)[^\s\"']++)",
    ),
    rule(
        "password",
        "rabbitmqctl",
        rf"\brabbitmqctl\s(?:-\S{{1,60}}\s){{0,3}}(?:add_user|change_password)\s\S{{1,64}}\s[\"']?{_VALUE}",
    ),
    rule(
        "secret",
        "kv+put kv+patch vault+write",
        rf"\bvault\s(?:kv\s(?:put|patch)|write)\s[^\n|;]{{0,200}}?\s[\w.-]{{1,80}}=[\"']?(?<!@){_VALUE}",
    ),
    _option("aws", "--secret-string"),
    rule(
        "secret",
        "securestring",
        rf"(?<![\w-])aws\sssm\s[^\n|;]{{0,200}}?\s--value[\s=][\"']?{_VALUE}",
    ),
    _option("gh", "--body|-b", hints="secret+set"),
    rule(
        "password",
        "smbclient rpcclient net",
        rf"(?<![\w-])(?:smbclient|rpcclient|net|smbmap){_UP_TO}-U\s?"
        r"[\"']?[^\s%\"']{1,64}%(?P<secret>[^\s\"']{2,}+)",
    ),
    rule(
        "password",
        "net+use",
        r"(?i:\bnet\s+use\s)[^\n]{0,100}?\\{1,2}\S{1,100}\s(?P<secret>(?![/*])\S{2,128})\s(?i:/user:)",
    ),
    rule(
        "password",
        "sqlplus",
        r"\bsqlplus\s(?:-\w+\s){0,3}[\"']?[\w$]{1,40}/(?P<secret>[^\s@\"']{2,128})",
    ),
    rule(
        "password",
        "thin: oci:",
        r"jdbc:oracle:(?:thin|oci):[\w$]{1,40}/(?P<secret>[^\s@\"']{2,128})@",
    ),
    rule(
        "password",
        "sudo",
        r"\becho\s(?:-\w+\s)?[\"']?(?P<secret>(?!\[redacted)[^\s\"'|]{3,128})[\"']?\s?\|\s?sudo\s(?:-\w+\s){0,3}?-\w*S",
    ),
    rule(
        "password",
        "chpasswd",
        r"[\"']?\b[a-z_][\w-]{0,31}:(?P<secret>(?!\[redacted)[^\s\"':|]{3,128})[\"']?\s?\|\s?(?:sudo\s)?chpasswd",
    ),
    rule(
        "password",
        "requirepass masterauth wpa-psk wpa_passphrase snmp-server+community snmp-server+host",
        r"(?<![\w-])(?:requirepass|masterauth|wpa-psk|wpa_passphrase\s\S{1,32}|snmp-server\scommunity)\s{1,3}"
        r"[\"']?(?P<secret>(?!\[redacted)[^\s\"']{4,128})",
    ),
    rule(
        "password",
        "password+ secret+",
        r"(?:enable|username\s\S{1,64})(?:\sprivilege\s\d{1,2})?\s(?:password|secret)\s[0-9]\s"
        r"(?P<secret>(?!\[redacted)\S{4,200})",
    ),
    _option("keytool|jarsigner", "-storepass|-keypass|-srcstorepass|-deststorepass"),
    _option("ssh-keygen", "-N|-P"),
    _option("zip|unzip|xfreerdp", "-P"),
    _option("rdesktop|useradd|usermod", "-p"),
    _option("schtasks", "/rp"),
    _joined("7z|7za|7zr", "-p"),
    rule("password", "/p:", rf"(?<![\w-])(?:xfreerdp|mstsc|wfreerdp){_UP_TO}/p:{_VALUE}"),
    rule("password", "lftp", rf"(?<![\w-])lftp{_UP_TO}-u\s[^\s,]{{1,64}},{_VALUE}"),
    rule(
        "password", "htpasswd", rf"(?<![\w-])htpasswd\s-\w*b\w*\s\S{{1,200}}\s\S{{1,64}}\s{_VALUE}"
    ),
    rule("password", "net+user", rf"(?i:\bnet\s+user\s)\S{{1,64}}\s[\"']?(?!/){_VALUE}"),
    rule(
        "token",
        "cargo+login _authtoken",
        rf"(?:\bcargo\slogin|:_authToken)\s{{1,3}}[\"']?{_VALUE}",
    ),
    rule("secret", "--from-literal", rf"--from-literal[\s=][\"']?[\w.-]{{1,253}}={_VALUE}"),
    rule("password", "identified", rf"(?i:\bidentified\s+by(?:\s+password)?)\s+[\"']?{_VALUE}"),
    rule(
        "password", "securestring", rf"(?i:ConvertTo-SecureString)\s[^\n\"']{{0,60}}?[\"']{_VALUE}"
    ),
    rule(
        "password",
        "securestring",
        rf"[\"']{_VALUE}[\"']\s{{0,3}}\|\s{{0,3}}(?i:ConvertTo-SecureString)",
    ),
    rule(
        "password",
        "send",
        r"(?i:\bsend)\s\\{0,3}[\"'](?P<secret>(?!\[redacted)[^\"'\\\n]{3,128})\\{1,3}[rn]",
    ),
)
