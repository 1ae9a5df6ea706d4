"""Finds hashes of files and ids of commits."""

import re
from collections.abc import Iterator
from itertools import pairwise

from bot.investigators.brief.finders.canvas import Canvas
from bot.investigators.brief.indicators import Hit, Indicator, Kind

_HEX = re.compile(
    r"(?:(?<=sha256-)|(?<=sha1-)|(?<=sha-)|(?<=md5-)|(?<=git-)|(?<=main-)"
    r"|(?<![A-Za-z0-9+/$#%&\\-])(?<![A-Za-z0-9][_.]))"
    r"(?:[0-9A-Fa-f]{32,64}(?=\.(?:exe|dll|bin|sys|scr|js|vbs|ps1|zip|rar|docx?|xlsm?|pdf|elf)(?!\w))"
    r"|[0-9A-Fa-f]{7,128}(?![A-Za-z0-9+/=…]|[-_.][A-Za-z0-9]|\.\.\.|:\d))"
    # As git names the commit that it cannot apply.
    r"|(?<=apply )[0-9a-f]{7,12}(?=\.\.\. )"
)
_FUZZY = re.compile(
    r"(?<![\w:/+])\d{1,7}:[A-Za-z0-9+/]{12,80}:[A-Za-z0-9+/]{6,80}(?![A-Za-z0-9+/:])"
)
"""ssdeep: block size, hash, hash of double blocks."""
_HASHES = {32: "MD5", 40: "SHA-1", 64: "SHA-256", 96: "SHA-384", 128: "SHA-512"}
BEGINNING = ", its beginning"
"""How the note of a digest ends that somebody cut."""
_WHOLE = {"md5": 32, "sha1": 40, "sha256": 64}
_DIGEST_BEFORE = re.compile(r"(?<![A-Za-z0-9])(md5|sha1|sha256):\Z", re.IGNORECASE)
"""What follows is the beginning of a digest where it is short: `base@sha256:9c4e71b20d5f`."""

_COMMIT_CUE = re.compile(
    r"commit|deploy|revert|roll(?:ed|ing|s)?\b.{0,16}\bback|rollback|roll(?:ed|ing|s)?\s[`*]{0,2}\Z|\bgit\b|\bsha\b|\brev\b|revision"
    r"|merged?|\bHEAD\b|branch|releas|cherry|bisect|\bPR\b|checkout|@\Z|\bbuild|\bimage|\btag|\bfix"
    r"|\bship|version|running|pinned|\bbump|patch|\bdiff|regress|culprit|suspect|\b(?:good|bad):|verdächtig|coupable|\bbroke|introduc|\blanded"
    r"|push|\bsync|canary|rollout|rolled out|artifact|zurück"
    r"|\bstand\b|\b(?:prod|staging|canary|live|main|master)\b|\b(?:in|since|with|by|before|after)\s[`*]{0,2}\Z|コミット|デプロイ|ロールバック|戻|修正",
    re.IGNORECASE,
)
_HASH_CUE = re.compile(
    r"md5|sha-?(?:1|2|256|512)\b|hash|malware|sample|binary|payload|dropper|\bfile|virustotal|\bEDR\b"
    r"|\.exe|\.dll|\bIOC|\bvalue\b|checksum|digest|fingerprint|thumbprint|ハッシュ",
    re.IGNORECASE,
)
_OTHER_ID = re.compile(
    r"(?:container|request|req|trace|span|session|corr\w*|transaction|txn|\bid|uuid|guid|pod|device"
    r"|tenant|account|colou?r|key|token|\bmac|serial|etag|order|job|run|task|thread|traceparent"
    r"|nonce|cookie|cursor|message|[a-z]id|layer|crc\w*|ray|node|host|shard|volume|blob|chunk|block|basket|cart"
    r"|users?|customer|client|member|case|ticket|ref|index|addr\w*|slot|build|product|item|sku|lot|batch)"
    r"(?:[ _-]?id)?[\s\"'`]{0,2}[:=#]?[\s\"'`(]{0,3}\Z",
    re.IGNORECASE,
)
_COMMIT_AFTER = re.compile(
    r"[`*)]{0,3}\s?(?:(?:(?:is|was|the|a)\s){0,2}(?:commit|culprit|revision|deploy|release|merged"
    r"|reverted)|broke|introduc|fix|revert|went (?:out|live)|landed|is (?:fine|good|bad|live|out"
    r"|in prod)|was the|→|->|\.\.[0-9a-f]{7})",
    re.IGNORECASE,
)
_LONGEST_SHORT = 10
_FIGURE = re.compile(r"\d+(?:e\d+|[a-f])")
_FIELD_BEFORE = re.compile(
    r"[=\"'/\\@|{<;]\Z|(?<![.:]\s)\b[a-z_]{2,20}[:#]\s?\Z|[A-Za-z]\w*\[\Z|\b0x\Z"
)
_LOG_LINE = re.compile(
    r" (?:\(|(?:fix|feat|chore|refactor|docs|revert|merge|bump|add|remove|update|drop|switch|use"
    r"|cache|make|set|enable|disable|raise|lower)(?:es|ed|s)?\b)",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"[0-9a-f]{7,12}[`*]{0,2}(?:\s?(?:,|and|or|vs\.?|to|→|->|\.\.)\s?){1,2}[`*]{0,2}\Z"
)
_PAIR_AFTER = re.compile(
    r"[`*]{0,2}\s?(?:and|or|vs\.?|to|→|->|\.\.\.?)\s?[`*]{0,2}(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])"
    r"[0-9a-f]{7,12}(?![0-9A-Za-z])"
)


def find_hashes(canvas: Canvas) -> Iterator[Hit]:
    """Find hashes and commits; an id of anything else is neither."""
    for match in _FUZZY.finditer(canvas.text):
        if re.search("[A-Za-z]", match[0]):
            yield _hit(match, Indicator(Kind.HASH, match[0], "ssdeep"))
    for match in _HEX.finditer(canvas.text):
        found = _read(canvas, match)
        if found is not None:
            yield _hit(match, found)


def _read(canvas: Canvas, match: re.Match[str]) -> Indicator | None:
    value = match[0].lower()
    before = canvas.before(match.start())
    digest = _DIGEST_BEFORE.search(before)
    if digest and len(value) < (whole := _WHOLE[digest[1].lower()]):
        return Indicator(Kind.HASH, value, f"{_HASHES[whole]}{BEGINNING}")
    if len(value) <= 12:
        is_commit = _is_short_commit(canvas, match, before)
        return Indicator(Kind.COMMIT, value) if is_commit else None
    if len(value) not in _HASHES or _is_dummy(value):
        return None
    cue = _nearest(before)
    if len(value) == 40 and (cue == "commit" or _COMMIT_AFTER.match(canvas.after(match.end()))):
        return Indicator(Kind.COMMIT, value)
    if cue != "hash" and _OTHER_ID.search(before):
        return None
    return Indicator(Kind.HASH, value, _HASHES[len(value)])


def _nearest(before: str) -> str:
    """Say which cue stands nearest to a value: `commit`, `hash` or none."""
    commit = max((cue.end() for cue in _COMMIT_CUE.finditer(before)), default=-1)
    digest = max((cue.end() for cue in _HASH_CUE.finditer(before)), default=-1)
    if commit == digest:
        return ""
    return "commit" if commit > digest else "hash"


def _is_short_commit(canvas: Canvas, match: re.Match[str], before: str) -> bool:
    value = match[0]
    if value.isdigit():
        return bool(re.search(r"\b(?:commit|revision|sha)[\s:=`]{1,3}\Z", before, re.IGNORECASE))
    if value in canvas.names.commits:
        return True
    if not value.islower() or value.isalpha() or _OTHER_ID.search(before):
        return False
    after = canvas.after(match.end())
    return bool(
        _COMMIT_CUE.search(before)
        or _COMMIT_AFTER.match(after)
        or _PAIR.search(before)
        or _PAIR_AFTER.match(after)
        or (not before.strip() and _LOG_LINE.match(after))
        or _looks_made_by_git(value, before, after)
    )


def _looks_made_by_git(value: str, before: str, after: str) -> bool:
    """Tell an abbreviated commit in a sentence from a field, a figure or another program's id."""
    if len(value) > _LONGEST_SHORT or sum(map(str.isdigit, value)) < 2 or _FIGURE.fullmatch(value):
        return False
    return not (_FIELD_BEFORE.search(before) or after.startswith(("…", "@", "/", "\\", "'", '"')))


def _is_dummy(value: str) -> bool:
    """Tell what somebody typed from what a hash function made: `00112233…`, `deadbeef` × 4."""
    if len(set(value)) <= 5:
        return True
    half = len(value) // 2
    if any(value == (value[:unit] * len(value))[: len(value)] for unit in range(1, half + 1)):
        return True
    steps = [(int(after, 16) - int(before, 16)) % 16 for before, after in pairwise(value)]
    return sum(step in (0, 1, 15) for step in steps) >= len(steps) - 2


def _hit(match: re.Match[str], indicator: Indicator) -> Hit:
    return Hit(match.start(), match.end(), indicator)
