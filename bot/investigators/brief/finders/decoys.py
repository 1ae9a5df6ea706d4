"""Hides what only looks like an indicator: reverse names, keys of Kubernetes, places in code."""

import re
from collections.abc import Iterator

from bot.investigators.brief.finders.canvas import START, Canvas

_NETWORK_SCHEMES = (
    r"postgres(?:ql)?|mysql|mariadb|rediss?|amqps?|mongodb(?:\+srv)?|kafka|ldaps?|ssh|smb|rdp|tcp|udp"
    r"|tls|nats|mqtts?|rtsp|git|svn|sqlserver|oracle|grpcs?|cassandra|clickhouse|elasticsearch|dns"
    r"|irc|stratum(?:\+tcp)?|oci|socks[45]?|telnet|vnc|jdbc:[a-z]{2,20}"
)
_API_GROUPS = (
    r"(?:kubernetes|k8s|cert-manager|istio|argoproj|cilium|knative|karpenter|projectcalico|fluxcd"
    r"|crossplane|linkerd|openebs|velero|kyverno|traefik|keda|longhorn)\.(?:io|sh|dev)"
)
_REGISTRIES = (
    r"(?:(?:index\.|registry-1\.)?docker\.io|(?:[a-z-]+\.)?gcr\.io|ghcr\.io|quay\.io|public\.ecr\.aws"
    r"|registry\.k8s\.io|mcr\.microsoft\.com|\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com"
    r"|[a-z0-9-]+-docker\.pkg\.dev)"
)
_KERBEROS = "cifs|host|http|ldap|mssqlsvc|termsrv|wsman|gc|dns|restrictedkrbhost"
_NAME = r"(?<![\w.-])(?:[\w-]{1,63}\.)"
"""The labels of a name that begins here; a count follows."""
_LABEL = r"[\w.-]{1,100}"
_FORGES = r"(?:github\.com|gitlab\.com|bitbucket\.org|golang\.org|gopkg\.in|google\.golang\.org)"
# A hint that must stand in the text, in lower case, and the decoy. Each is of bounded length.
_DECOYS = (
    # Reverse names name an address that nobody speaks of.
    (".arpa", rf"{START}(?:[\dA-Fa-f]{{1,3}}\.){{1,32}}(?:in-addr|ip6)\.arpa\.?"),
    # Object ids: numbers under the arcs of ISO.
    (
        ".",
        rf"{START}(?<!\.)(?:1\.3\.6\.1|2\.5\.(?:4|29)|1\.2\.840|2\.16\.840)(?:\.\d{{1,9}}){{0,20}}",
    ),
    # A scheme that leads to no host: `containerd://1.6.20.3`.
    (
        "://",
        rf"{START}(?!(?:{_NETWORK_SCHEMES}|https?|ftps?|sftp|wss?)://)"
        r"[a-z][a-z0-9+]{1,30}://\S{1,500}",
    ),
    # A login before a host: `postgres://app@`. What was found in it is blank by now.
    ("://", rf"{START}(?:{_NETWORK_SCHEMES})://(?:[^\s/@]{{0,200}} {{0,60}}@)?"),
    # git and scp: `git@gitlab.com:team/app.git`.
    ("git@", rf"{START}git@{_LABEL}:[\w.~/-]{{1,200}}"),
    ("@", rf"(?<![\w.-])[\w.-]{{1,40}}@(?={_LABEL}:[/~])"),
    ("@", r"(?:(?<=ssh )|(?<=scp )|(?<=sftp )|(?<=rsync ))[\w.-]{1,40}@"),
    ("@", rf"\b(?i:message-id|in-reply-to|references):\s{{0,3}}<?[\w.+$=-]{{1,100}}@{_LABEL}>?"),
    # Labels, taints and API groups of Kubernetes; images of public registries.
    ("/", rf"{_NAME}{{0,5}}{_API_GROUPS}/{_LABEL}(?:[:=]{_LABEL})?"),
    (".", rf"{_NAME}{{1,5}}{_API_GROUPS}(?![\w/.-])"),
    (":", rf"{_NAME}{{1,5}}[a-z]{{2,10}}/{_LABEL}:(?:NoExecute|NoSchedule|PreferNoSchedule)"),
    ("apiversion", r"(?i:apiVersion\"?:\s?\"?)(?:[\w-]{1,63}\.){1,5}[a-z]{2,10}/v\d\w{0,10}"),
    ("/", rf"{START}{_REGISTRIES}(?=/)"),
    # Modules of Go: `github.com/team/lib@v1.2.3`.
    ("/", rf"{START}{_FORGES}(?=/[\w.-]+/[\w.-])"),
    # The services of a cloud, as its log names them.
    ("amazonaws", r"(?<![\w.-])[a-z0-9-]{1,30}\.amazonaws\.com(?![\w.-])"),
    # A frame of a stack trace: `at cart.save (src/cart.ts:10:3)`.
    ("at ", r"\bat [\w.$<>/@-]{1,150}(?= ?\([^()\s]{1,200}\))"),
    # The same in Go: `shop.de/ledger/post.(*Writer).Flush(0x0)`.
    (".(", r"(?<![\w./-])[\w.-]{1,60}(?:/[\w.-]{1,60}){1,6}\.\(\*?\w{1,60}\)\.\w{1,60}"),
    # The service before the host in a name of Kerberos.
    ("/", rf"(?<![\w./:-])(?i:{_KERBEROS})/(?=[\w-]{{1,63}}\.)"),
    # The contents before and after a change, in a diff of git.
    ("index ", r"(?m)^index [0-9a-f]{7,40}\.\.[0-9a-f]{7,40}(?: \d{6})?$"),
    # The slashes of a share, and those of `src=//host/a.js`.
    ("\\\\", r"\\\\(?=[\w-]{1,63}\.)"),
    ("//", r"(?<=[\"'=(])//(?=[\w-]{1,63}\.)"),
    # Ids of things, accounts, machines and traces.
    ("-", r"(?<![\w-])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![\w-])"),
    ("s-1-", r"(?<![\w-])S-1-\d{1,2}(?:-\d{1,10}){1,15}(?![\w-])"),
    ("", r"(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5,31}[0-9A-Fa-f]{2}(?![\w:])"),
    ("00-", r"(?<![\w.+-])00-[0-9a-f]{32}-[0-9a-f]{16}-0\d(?!\w)"),
)
_COMPILED = tuple((hint, re.compile(decoy)) for hint, decoy in _DECOYS)


def hide_decoys(canvas: Canvas) -> None:
    """Hide them, unless somebody made them harmless: then they are what they look like."""
    lowered = canvas.text.lower()
    for hint, decoy in _COMPILED:
        if hint in lowered:
            canvas.hide(_stretches(canvas, decoy))


def _stretches(canvas: Canvas, decoy: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for match in decoy.finditer(canvas.text):
        if not canvas.written.is_defanged(*match.span()):
            yield match.span()
