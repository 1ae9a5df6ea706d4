"""Checks that an HTTP request comes from Slack: its age, and its signature over the raw bytes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slack_sdk.signature import Clock, SignatureVerifier

from bot.entry.refusals import Reason, Refusal

OLDEST_SECONDS = 300
"""https://docs.slack.dev/authentication/verifying-requests-from-slack"""

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class _At(Clock):
    seconds: float

    def now(self) -> float:
        return self.seconds


class Signatures:
    """Checks with each secret in turn: while a secret is renewed there are two."""

    def __init__(self, secrets: Sequence[str], now: Callable[[], float]) -> None:
        """`now` returns the wall clock's time in Unix seconds."""
        self._secrets = secrets
        self._now = now

    def refusal(
        self, body: bytes, *, timestamp: str | None, signature: str | None
    ) -> Refusal | None:
        """Return why a request is refused, or None if Slack signed it within five minutes."""
        if not (timestamp and signature and _TIMESTAMP.fullmatch(timestamp)):
            return Refusal(Reason.NO_SIGNATURE)
        now = self._now()
        if abs(age := now - int(timestamp)) > OLDEST_SECONDS:
            return Refusal(Reason.TOO_OLD if age > 0 else Reason.AHEAD, seconds=abs(round(age)))
        if not _SIGNATURE.fullmatch(signature) or not self._fits(body, timestamp, signature, now):
            return Refusal(Reason.DOES_NOT_FIT)
        return None

    def _fits(self, body: bytes, timestamp: str, signature: str, now: float) -> bool:
        verifiers = [SignatureVerifier(secret, _At(now)) for secret in self._secrets]
        try:
            return any(verifier.is_valid(body, timestamp, signature) for verifier in verifiers)
        except UnicodeDecodeError:
            # The verifier reads the body as text, and Slack sends nothing else.
            return False
