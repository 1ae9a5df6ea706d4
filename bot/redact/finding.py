"""Finds the secrets in a text, and puts a marker in the place of each."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from bot.redact import addresses, code, commands, contexts, files, tokens, vendors
from bot.redact.hints import Hints

MARKER = re.compile(r"\[redacted: ([^\]\n]{1,40})\]")
"""What stands in a secret's place; group 1 says what it was."""

# The surest rules come first: a later one sees the markers of those before it.
_RULES = (
    *(*tokens.RULES, *vendors.RULES, *files.RULES, *addresses.RULES),
    *(*commands.RULES, *code.RULES, *contexts.RULES),
)
_PASSES = 8
"""A marker may bring two halves of a command together: so all is looked at again."""
_HINTS = Hints(_RULES)


@dataclass(frozen=True, slots=True)
class Secret:
    """The place of a secret in a text, and its kind."""

    start: int
    end: int
    label: str

    @property
    def marker(self) -> str:
        """What is shown in its place."""
        return f"[redacted: {self.label}]"


def find(text: str) -> list[Secret]:
    """Return the secrets in `text`, in order; no two overlap.

    The work grows linearly with the text's length, whatever the text is.
    """
    hinted_at = _HINTS.in_text(text)
    if not hinted_at:
        return []
    marked = _Marked(text)
    for _ in range(_PASSES):
        before = marked.shown
        for number in hinted_at:
            rule = _RULES[number]
            if spans := list(rule.spans(marked.shown)):
                marked.add(spans, rule.label)
        if marked.shown == before:
            break
    return marked.secrets


def redact(text: str) -> str:
    """Return `text` with each secret replaced by a marker such as `[redacted: GitHub token]`.

    Works on Slack's raw text and on text a person sees, and a second pass changes nothing. The
    work grows linearly with the text's length, whatever the text is.
    """
    secrets = find(text)
    return replaced(text, secrets) if secrets else text


class _Marked:
    """A text and the secrets found in it so far; a rule sees the markers of those before it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.shown = text
        self.secrets: list[Secret] = []

    def add(self, spans: list[tuple[int, int]], label: str) -> None:
        """Note secrets by where they stand in `shown`; they swallow those inside them."""
        spans = _apart_from_markers(spans, self.shown)
        if not spans:
            return
        places = _Places(self.secrets)
        found = [Secret(places.start(start), places.end(end), label) for start, end in spans]
        swallowed = {old for new in found for old in places.between(new.start, new.end)}
        kept = [secret for secret in self.secrets if secret not in swallowed]
        self.secrets = sorted([*kept, *found], key=lambda secret: secret.start)
        self.shown = replaced(self._text, self.secrets)


def _apart_from_markers(spans: list[tuple[int, int]], shown: str) -> list[tuple[int, int]]:
    """Leave out what begins or ends inside a marker: that is no secret any more."""
    if "[redacted: " not in shown:
        return spans
    markers = [match.span() for match in MARKER.finditer(shown)]

    def is_inside(place: int) -> bool:
        number = bisect_right(markers, place, key=lambda marker: marker[0]) - 1
        return number >= 0 and markers[number][0] < place < markers[number][1]

    return [
        (start, end)
        for start, end in spans
        if not (is_inside(start) or is_inside(end) or shown.startswith("[redacted: ", start))
    ]


class _Places:
    """Turns places in a text with markers into places in the text as it was."""

    def __init__(self, secrets: list[Secret]) -> None:
        self._secrets = secrets
        self._starts: list[int] = []
        """Where each marker begins in the text that is shown."""
        shift = 0
        for secret in secrets:
            self._starts.append(secret.start + shift)
            shift += len(secret.marker) - (secret.end - secret.start)

    def start(self, place: int) -> int:
        """A place inside a marker becomes the begin of what it stands for."""
        secret, inside, after = self._at(place)
        if secret is None:
            return place
        return secret.start if inside < len(secret.marker) else secret.end + after

    def end(self, place: int) -> int:
        """A place inside a marker becomes the end of what it stands for."""
        secret, inside, after = self._at(place)
        if secret is None:
            return place
        return secret.start if inside == 0 else secret.end + max(after, 0)

    def between(self, start: int, end: int) -> list[Secret]:
        """The secrets that stand inside, places being those of the text as it was."""
        first = bisect_right([secret.end for secret in self._secrets], start)
        found = []
        for secret in self._secrets[first:]:
            if secret.start >= end:
                break
            found.append(secret)
        return found

    def _at(self, place: int) -> tuple[Secret | None, int, int]:
        """The last marker that begins at or before `place`, how far in it, how far behind it."""
        number = bisect_right(self._starts, place) - 1
        if number < 0:
            return None, 0, 0
        secret = self._secrets[number]
        inside = place - self._starts[number]
        return secret, inside, inside - len(secret.marker)


def replaced(text: str, secrets: list[Secret]) -> str:
    """Return `text` with a marker in each secret's place."""
    pieces: list[str] = []
    end = 0
    for secret in secrets:
        pieces += (text[end : secret.start], secret.marker)
        end = secret.end
    return "".join((*pieces, text[end:]))
