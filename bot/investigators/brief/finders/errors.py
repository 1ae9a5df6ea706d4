"""Finds error signatures: what somebody would search for."""

import errno
import re
from collections.abc import Iterator

from bot.investigators.brief.finders.canvas import END, START, Canvas
from bot.investigators.brief.indicators import Hit, Indicator, Kind

_NAMES = "|".join(name for name in errno.errorcode.values() if len(name) > 4)
_TEXTS = (
    "OOMKilled|NXDOMAIN|SERVFAIL|CrashLoopBackOff|ImagePullBackOff|ErrImagePull"
    "|segmentation fault|out of memory|connection refused|connection reset by peer"
    "|connection timed out|no route to host|no such host|network is unreachable|i/o timeout"
    "|context deadline exceeded|address already in use|read-only file system"
    "|temporary failure in name resolution|stale file handle|host key verification failed"
    "|deadlock detected|no space left on device|too many open files|too many connections"
    "|kernel panic|lock wait timeout exceeded|certificate has expired"
)
# What a cloud, a scheduler or a payment provider calls a failure, in one word of several.
_IN_ONE_WORD = (
    r"[A-Z][a-z0-9]{1,40}(?:[A-Z][A-Za-z0-9]{0,60})?"
    r"(?:Exceeded|Exhausted|Denied|NotFound|NotAvailable|NotMatch|Unavailable|Throttled|TimedOut|Unreachable"
    r"|BeingDeleted|Failure|Mismatch)"
    r"|(?:[A-Z][a-z0-9]{1,40}){0,3}"
    r"(?:Authori[sz]ation|Authentication|Validation|Provisioning|Deployment)Failed"
    r"|(?!is[A-Z]|has[A-Z]|on[A-Z])[a-z]{2,20}(?:[A-Z][A-Za-z0-9]{0,40})?Exceeded"
    r"|(?:Insufficient|Unauthorized|NoSuch|Invalid(?=\w{0,40}(?:Id|Token|Value|State|Request|Grant|Signature)\b)"
    r"|Failed(?=Scheduling|Mount|Create|Attach|Kill|Pull|Sync|Map|Binding|Delete))[A-Z][A-Za-z0-9]{2,40}"
    r"|No[A-Z][A-Za-z]{2,30}Available|Expired(?:[A-Z][a-z]{2,20})?Token"
)
_IN_CAPITALS = (
    r"(?:(?:[A-Z]{2,20}_){0,3}ERR|EXC|KERN|SEGV|NS_ERROR)_[A-Z][A-Z_]{2,40}|SIG(?:ABRT|BUS|FPE|ILL|KILL|SEGV|TRAP)"
    r"|(?:[A-Z]{2,20}_){1,5}(?:EXHAUSTED|EXCEEDED|UNAVAILABLE)"
    r"|PERMISSION_DENIED|FAILED_PRECONDITION|CERTIFICATE_VERIFY_FAILED|[A-Z_]{3,30}_HANDSHAKE_FAILURE"
    # Of Redis: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
    r"|MISCONF|CLUSTERDOWN|MASTERDOWN|NOAUTH|NOSCRIPT|NOREPLICAS|WRONGTYPE"
    r"|UNABLE_TO_[A-Z_]{5,40}|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT[A-Z_]{0,20}"
)
_ERROR = re.compile(
    rf"{START}(?<![.$])(?:[A-Z][A-Za-z0-9]{{0,60}}::){{0,5}}[A-Za-z_][A-Za-z0-9_.$]{{0,150}}(?:Error|Exception)"
    r"(?![A-Za-z0-9]|_[A-Za-z0-9])"
    rf"|{START}(?:[A-Za-z_][A-Za-z0-9_]{{0,60}}\.){{1,5}}(?:errors?|exceptions?)\.[A-Z][A-Za-z]{{3,60}}{END}"
    rf"|{START}(?i:HTTP(?:/\d(?:\.\d)?)?[ :]{{1,2}}(?:status )?[45]\d\ds?(?![A-Za-z0-9_]|\.\d)"
    r"|status(?:[ _]?code)?\"?[ =:]{1,2}[45]\d\d(?![A-Za-z0-9_]|\.\d)"
    r"|(?:fehler|erreur|errore?|エラー)(?:code)?:? ?[45]\d\d(?![A-Za-z0-9_]|[.,:]\d)"
    r"|[45]\d\d (?=bad gateway|service unavailable|gateway time-?out|internal server error"
    r"|too many requests|forbidden|unauthorized)"
    r"|(?:returned|returns|responds? with|responded with|code[=:]) ?5\d\d(?!\d|\.\d| ?ms)"
    r"|with code 4\d\d(?!\d|\.\d)"
    rf"|(?:{_TEXTS}){END})"
    rf"|{START}(?:ORA-\d{{5}}|AADSTS\d{{5,7}}|SQLSTATE\[?\s?[0-9A-Z]{{5}}(?![A-Za-z0-9])\]?"
    rf"|(?i:exit (?:code|status):?) (?:1[2-9]\d|2[0-4]\d)"
    r"|ENOTFOUND|EAI_AGAIN|CERT_HAS_EXPIRED|E11000|(?<=code )E[A-Z]{4,12}"
    rf"|{_IN_CAPITALS}|{_NAMES}){END}"
    rf"|{START}(?<![.$/:])(?:(?:[A-Z][A-Za-z0-9]{{0,60}}::){{0,3}}(?:{_IN_ONE_WORD})|PG::[A-Z][A-Za-z]{{3,40}})"
    rf"{END}(?![(:.]\w|\(\))"
)
_RAISED = re.compile(
    r"(?m)(?<![\w.:/])(?P<class>(?:[a-z_][a-z0-9_]{0,40}\.){1,4}(?:[A-Z][a-z0-9]{1,40}){1,4}(?:Timeout|TimedOut)(?=:\s)"
    r"|(?<=^)(?:[A-Z][A-Za-z0-9]{1,40}::){1,4}[A-Z][A-Za-z0-9]{2,60}(?=:? \())"
)
"""What a runtime prints last: `httpx.ConnectTimeout: …`, `ActiveRecord::StatementInvalid (…`."""
_DENIED = re.compile(
    r"(?:\b(?:no|not?|never|without|keine?[nrm]?|ohne|pas d[e'’]|sans|sin|sem|nessun|geen"
    r"|if it said)\s[\"'`*“]?"
    r"|没有 ?|无 ?|不是 ?)\Z",
    re.IGNORECASE,
)
"""Nobody saw it: `no HTTP 500`."""
_NAMED = re.compile(
    r"(?i:error_?code|an error occurred|rpc error: code|<code)[\"'\s:=(>]{1,5}"
    r"(?P<name>[A-Z][a-z0-9]{1,40}[A-Z][A-Za-z0-9.]{1,60}(?<!\.))(?![\w(])"
)
"""What stands where an answer names its error."""
_CODED = re.compile(
    r"HTTP|status|with|[45]\d\d|return|respon|code|fehler|erreur|error|エラー", re.IGNORECASE
)
_CODE = re.compile(r"(?<!\d)[45]\d\d(?!\d)")


def find_errors(canvas: Canvas) -> Iterator[Hit]:
    """Find exceptions, failing statuses of HTTP and the like; a status is `HTTP 503`."""
    for match in _NAMED.finditer(canvas.text):
        if not _ERROR.fullmatch(match["name"]):
            yield Hit(*match.span("name"), Indicator(Kind.ERROR, match["name"]))
    for match in _RAISED.finditer(canvas.text):
        if not _ERROR.fullmatch(match["class"]):
            yield Hit(*match.span("class"), Indicator(Kind.ERROR, match["class"]))
    for match in _ERROR.finditer(canvas.text):
        if _DENIED.search(canvas.before(match.start())):
            continue
        value = match[0].rstrip()
        code = _CODE.search(value) if _CODED.match(value) else None
        if code:
            value = f"HTTP {code[0]}"
        yield Hit(
            match.start(), match.start() + len(match[0].rstrip()), Indicator(Kind.ERROR, value)
        )
