"""Finds error signatures: what somebody would search for."""

import errno
import re
from collections.abc import Iterator

from bot.investigators.brief.finders.canvas import END, START, Canvas
from bot.investigators.brief.indicators import Hit, Indicator, Kind

_NAMES = "|".join(name for name in errno.errorcode.values() if len(name) > 4)
_ERROR = re.compile(
    rf"{START}(?<![.$])[A-Za-z_][A-Za-z0-9_.$]{{0,150}}(?:Error|Exception)(?![A-Za-z0-9]|_[A-Za-z0-9])"
    rf"|{START}(?:[A-Za-z_][A-Za-z0-9_]{{0,60}}\.){{1,5}}(?:errors?|exceptions?)\.[A-Z][A-Za-z]{{3,60}}{END}"
    rf"|{START}(?i:HTTP(?:/\d(?:\.\d)?)?[ :]{{1,2}}(?:status )?[45]\d\d(?![A-Za-z0-9_]|\.\d)"
    r"|status(?:[ _]?code)?\"?[ =:]{1,2}[45]\d\d(?![A-Za-z0-9_]|\.\d)"
    r"|[45]\d\d (?=bad gateway|service unavailable|gateway time-?out|internal server error"
    r"|too many requests|forbidden|unauthorized)"
    r"|(?:returned|returns|responds? with|responded with|code[=:]) ?5\d\d(?!\d|\.\d| ?ms)"
    r"|(?:OOMKilled|NXDOMAIN|SERVFAIL|CrashLoopBackOff|ImagePullBackOff|ErrImagePull|SIGKILL|SIGSEGV"
    r"|segmentation fault|out of memory|connection refused|connection reset by peer"
    r"|deadlock detected|no space left on device|too many open files|too many connections"
    r"|kernel panic|lock wait timeout exceeded"
    rf"|certificate has expired){END})"
    rf"|{START}(?:ORA-\d{{5}}|SQLSTATE\[?\s?[0-9A-Z]{{5}}(?![A-Za-z0-9])\]?"
    rf"|(?i:exit (?:code|status)) (?:1[2-9]\d|2[0-4]\d)"
    rf"|ENOTFOUND|EAI_AGAIN|CERT_HAS_EXPIRED|E11000|ERR_[A-Z][A-Z_]{{3,40}}|{_NAMES}){END}"
)
_CODE = re.compile(r"[45]\d\d")


def find_errors(canvas: Canvas) -> Iterator[Hit]:
    """Find exceptions, failing statuses of HTTP and the like; a status is `HTTP 503`."""
    for match in _ERROR.finditer(canvas.text):
        value = match[0].rstrip()
        code = _CODE.search(value) if value[0] in "HhSs45RrCc" and "Err" not in value else None
        if code and not re.match("SQL|SEG|SIG", value, re.IGNORECASE):
            value = f"HTTP {code[0]}"
        yield Hit(
            match.start(), match.start() + len(match[0].rstrip()), Indicator(Kind.ERROR, value)
        )
