"""The next checks, by rule: each has a reason in the thread, and is not done yet."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.investigators.brief.digest import Sighting
from bot.investigators.brief.effects import Effect, point_of
from bot.investigators.brief.indicators import Kind
from bot.investigators.brief.phrases import any_of
from bot.investigators.brief.reading import Entry


@dataclass(frozen=True, slots=True)
class Check:
    """Something worth checking, and the indicators it is about; texts are in `words`."""

    rule: str
    about: tuple[Sighting, ...]
    reason: Entry
    """The message that gives the reason."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """When a check about indicators of one kind is worth it, and what shows that it is done."""

    name: str
    kind: Kind
    reason: re.Pattern[str]
    """What a message that has the indicator has to say."""
    done: re.Pattern[str]
    """What a later message that has the indicator says when there is nothing left to check."""
    done_anywhere: re.Pattern[str] | None = None
    """The same for any later message."""
    holds: Callable[[Sighting], bool] = lambda sighting: True
    suspects_count: bool = False
    """Whether it is reason enough that somebody wrote the indicator defanged."""
    of_others: re.Pattern[str] | None = None
    """What a message names that tells of something else, if it does not name the indicator."""


_ALWAYS = re.compile("")
_ATTACK = any_of(
    r"\bc2\b|beacon|malicious|phish|attack|flood|ddos|spray|brute|\bscan|exfil|suspicious|malware|ransom|\bmin(?:er|ing)\b"
    r"|stolen|leak|compromis|unauthori[sz]ed|impossible travel|dropp(?:ed|er)|payload|trojan|hack"
    r"|botnet|spoof|fraud|not ours|unknown|weird|odd\b|block|login|logged in|credential|virus"
    r"|unusual|abuse|bitcoin|crypto|outsideaws|angriff|verdächtig|攻撃|不審|接続元"
)
_HARMLESS = any_of(
    r"false positive|(?:is|are) ours|our (?:office|own|vpn|proxy)|pentest|known good|benign|legit"
    r"|false alarm|(?:it|that) was me\b"
    r"|resolver|not malicious|fehlalarm|誤検知"
)
_LOOKED = (
    r"nobody (?:else|visited|clicked|opened|asked|connected|got)|only (?:host|one)|flow logs"
    r"|no (?:other|one else|hits?|clicks?|visits?|matches)|\b0 (?:hits|clicks|visits|matches)"
    r"|checked .{0,30}\blogs|sonst (?:niemand|keine)|keine weiteren|nadie más|personne d'autre"
)
_RESOLVERS = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9"})
_ACCUSED = any_of(r"\bc2\b|beacon|malicious")
_OTHER_SECRET = any_of(r"password|certificate|\bcerts?\b|\btokens?\b|database|passwort|zertifikat")
_FIXED_FORWARD = any_of(r"fix(?:ed|ing)? forward|hotfix(?:ed)?\b")
_ROTATED = any_of(r"rotat|revok|disabl|deactivat|inactive|\breset\b|is off\b|gesperrt|無効化")
_SECRET_ROTATED = any_of(
    r"(?:key|secret|token|password|credential|schlüssel|passwort)s?\b.{0,30}(?:rotat|revok|disabl|deactiv"
    r"|inactive|reset|changed)|(?:rotat|revok|disabl|deactivat|reset|chang)\w*\b.{0,30}(?:key|secret"
    r"|token|password|credential)"
)
_PATCHED = any_of(
    r"patched|not (?:affected|vulnerable)|upgraded|updated to|not exploitable|eingespielt"
)
_UNDONE = any_of(r"revert|roll(?:ed|ing)? ?(?:\S+ ){0,4}back|zurückgerollt|切り戻")
_BROKE = any_of(
    r"broke|introduc|culprit|bisect|regress|deploy|releas|went out|merged|rolled out"
    r"|since the|root cause"
)
_CHANGED = any_of(
    r"(?<!nothing )\b(?:changed|deployed|went (?:out|live)|merged|migrat(?:ed|ion)|upgraded"
    r"|geändert|cambi(?:ó|ado)|changé)\b|変更しま|デプロイし"
)

# In the order in which they are shown: what hurts most, and what is lost first, comes first.
_RULES = (
    _Rule("secret", Kind.SECRET, _ALWAYS, _ROTATED, done_anywhere=_SECRET_ROTATED),
    _Rule("access_key", Kind.ACCESS_KEY, _ALWAYS, _ROTATED, of_others=_OTHER_SECRET),
    _Rule(
        "public_ip",
        Kind.IP,
        _ATTACK,
        any_of(_HARMLESS.pattern, _LOOKED),
        holds=lambda seen: (
            seen.indicator.note in ("public", "documentation")
            and (seen.indicator.value not in _RESOLVERS or seen.is_suspect or _is_accused(seen))
        ),
        suspects_count=True,
    ),
    _Rule(
        "metadata_ip",
        Kind.IP,
        _ALWAYS,
        _HARMLESS,
        holds=lambda seen: seen.indicator.note == "cloud metadata",
    ),
    _Rule(
        "hash",
        Kind.HASH,
        any_of(_ATTACK.pattern, r"sample|\bfile\b|attachment|process|\.exe|\.dll"),
        any_of(_HARMLESS.pattern, _LOOKED, r"\bedr\b|digest"),
    ),
    _Rule(
        "suspect_name",
        Kind.DOMAIN,
        _ATTACK,
        any_of(_HARMLESS.pattern, _LOOKED),
        holds=lambda seen: seen.indicator.note not in ("internal", "reserved"),
        suspects_count=True,
    ),
    _Rule(
        "aws",
        Kind.AWS,
        _ATTACK,
        any_of(r"terminat", _HARMLESS.pattern),
        holds=lambda seen: seen.indicator.note != "account",
    ),
    _Rule("cve", Kind.CVE, _ALWAYS, _PATCHED),
    _Rule("commit", Kind.COMMIT, _BROKE, _UNDONE, done_anywhere=_FIXED_FORWARD),
    _Rule(
        "arn",
        Kind.ARN,
        any_of(_ATTACK.pattern, r"\bused (?:from|by)\b"),
        _ROTATED,
        of_others=any_of(_OTHER_SECRET.pattern, r"\bsecret|\bkeys?\b"),
    ),
    _Rule(
        "private_ip",
        Kind.IP,
        _ATTACK,
        any_of(_HARMLESS.pattern, r"isolat|offline|re-?imag|its owner|belongs to"),
        holds=lambda seen: seen.indicator.note in ("private", "CGNAT"),
    ),
)


def next_checks(
    sightings: Sequence[Sighting], limit: int, entries: Sequence[Entry] = ()
) -> list[Check]:
    """Return at most `limit` checks about indicators; `entries` are all messages of the thread."""
    return list(islice(_checks(sightings, entries), limit))


def _checks(sightings: Sequence[Sighting], entries: Sequence[Entry]) -> Iterator[Check]:
    for rule in _RULES:
        alike = [it for it in sightings if it.indicator.kind is rule.kind and rule.holds(it)]
        reasons = {it.indicator: reason for it in alike if (reason := _reason(rule, it))}
        wanted = [it for it in alike if it.indicator in reasons]
        about = tuple(it for it in wanted if not _is_done(rule, it, wanted, entries))
        if about:
            yield Check(rule.name, about, reasons[about[0].indicator])
    yield from _error_checks(sightings, entries)


def _is_accused(seen: Sighting) -> bool:
    return any(_ACCUSED.search(entry.text) for entry in seen.entries)


def _reason(rule: _Rule, seen: Sighting) -> Entry | None:
    for entry in seen.entries:
        if rule.reason.search(entry.text):
            return entry
    return seen.first if rule.suspects_count and seen.is_suspect else None


def _is_done(
    rule: _Rule, seen: Sighting, wanted: Sequence[Sighting], entries: Sequence[Entry]
) -> bool:
    """Whether somebody says so of the indicator, or in a message that must be about it.

    That is one which names no indicator, if no other of its kind has been wanted until then.
    """
    if any(rule.done.search(entry.said) for entry in seen.entries):
        return True
    until = min((it.first.when for it in wanted if it.indicator != seen.indicator), default=None)
    later = [entry for entry in entries if entry.when > seen.first.when]
    for entry in later:
        if rule.done_anywhere is not None and rule.done_anywhere.search(entry.said):
            return True
        is_alone = until is None or (seen.first.when < entry.when < until)
        if is_alone and rule.done.search(entry.said) and _leans_on(rule, entry):
            return True
    return False


def _leans_on(rule: _Rule, entry: Entry) -> bool:
    if entry.is_alert or any(hit.indicator.kind is not Kind.TICKET for hit in entry.hits):
        return False
    return rule.of_others is None or not rule.of_others.search(entry.said)


def _error_checks(sightings: Sequence[Sighting], entries: Sequence[Entry]) -> Iterator[Check]:
    """An error that came twice or by alert is worth a look, unless somebody told what it was."""
    about = tuple(
        seen
        for seen in sightings
        if seen.indicator.kind is Kind.ERROR
        and (seen.messages > 1 or seen.first.is_alert)
        and not any(_explains(entry) for entry in entries if entry.when > seen.first.when)
    )
    if about:
        yield Check("error", about, about[0].first)


def _explains(entry: Entry) -> bool:
    if entry.is_alert:
        return bool(re.search(r"\b(?:resolved|recovered|ok)\b", entry.text[:80], re.IGNORECASE))
    point = point_of(entry)
    is_told = point is not None and point.effect in (Effect.CAUSE, Effect.STATE)
    return is_told or bool(_CHANGED.search(entry.said))
