"""Threads too long to write by hand: talk and log lines with few things in them that matter."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

_PEOPLE = ("Ida Holm", "Raj Patel", "Zoe Chen", "Max Ott", "Lia Rossi")
_TALK = (
    "still looking",
    "graphs look a bit better",
    "cpu is flat",
    "joining the call",
    "brb",
    "the dashboard is slow for me",
    "restarted the worker on my side",
    "nothing in the logs so far",
    "let me get a coffee",
    "trying again with more memory",
    "p99 went from 320 to 290 ms",
    "version 4.12.0.3 is what staging has",
    "main.py and config.json look the same in both",
    "logger.info was removed there",
    "the retry loop in cart.save is odd",
    "+1",
    "ok",
    "thanks",
    "see the screenshot",
    "queue length 1204, then 1180, then 1102",
    "12:04:33 to 12:09:10 was bad",
    "kubectl get pods shows 14 of 14",
    "cache hit rate 93.4 %",
    "we saw this in spring, not as bad",
    "the pod worker-7d9f8b6c5-x2k9q is the noisy one",
    "trace 4bf92f3577b34da6a3ce929d0e0e4736",
    "GET /api/v1/cart 200 31ms",
    "GC pause 0.4 s",
    "I would not touch it before the release",
)
_LOGS = (
    "2026-11-23T02:{minute:02}:07Z api WARN {number} ms id=0d9c6f2e-7b1a-4b6e-9f0a-{number:012}",
    "worker[{number}]: job {number} retried, attempt 3 of 5",
    "nginx: upstream response time 1.{number:03}, bytes {number}",
)
_PLANTED_IN_1000 = (
    (40, "first hit comes from 45.83.64.{0}", "ip 45.83.64.11", "11"),
    (120, "they resolve paste-cdn[.]xyz", "domain paste-cdn.xyz", ""),
    (260, "payload hxxps://paste-cdn[.]xyz/b64/run", "url https://paste-cdn.xyz/b64/run", ""),
    (
        333,
        "db-replica-4.prod.internal is the only one affected",
        "domain db-replica-4.prod.internal",
        "",
    ),
    (410, "deployed 7ac1e94f an hour before", "commit 7ac1e94f", ""),
    (512, "TimeoutError all over checkout", "error TimeoutError", ""),
    (640, "tracking it in OPS-7713", "ticket OPS-7713", ""),
    (720, "i-0aa11bb22cc33dd44 is isolated", "aws i-0aa11bb22cc33dd44", ""),
    (850, "CVE-2026-20931 would explain it", "cve CVE-2026-20931", ""),
    (960, "second source 2a0b:f4c2::19", "ip 2a0b:f4c2::19", ""),
)
_QUESTIONS_IN_1000 = (
    (200, "who can reach the vendor of the cache?", None),
    (450, "does the replica lag behind?", "yes, by 40 seconds"),
    (700, "when did the replica start to lag?", "at 02:31, right after the failover"),
    (930, "can somebody take the night shift?", None),
)


def generated() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and labels of each."""
    yield "thousand_messages", _long()
    yield "quiet_130", _quiet()


def _long() -> dict[str, Any]:
    dice = random.Random(7)
    texts = {place: text.format(tail) for place, text, _, tail in _PLANTED_IN_1000}
    texts |= {place: text for place, text, _ in _QUESTIONS_IN_1000}
    texts |= {place + 1: answer for place, _, answer in _QUESTIONS_IN_1000 if answer}
    return {
        "messages": list(_messages(1_000, dice, texts)),
        "indicators": [label for _, _, label, _ in _PLANTED_IN_1000],
        "open": [text for _, text, answer in _QUESTIONS_IN_1000 if answer is None],
        "answered": [text for _, text, answer in _QUESTIONS_IN_1000 if answer],
        "cut": 600,
        "new": [
            "OPS-7713",
            "i-0aa11bb22cc33dd44",
            "CVE-2026-20931",
            "2a0b:f4c2::19",
            "can somebody take the night shift?",
        ],
    }


def _quiet() -> dict[str, Any]:
    dice = random.Random(11)
    texts = {
        3: "the mail relay relay-2.corp refuses, 10.66.0.9",
        60: "is it only outgoing mail?",
        61: "yes, incoming is fine",
        100: "postfix says connection refused",
        118: "who owns that relay now?",
    }
    return {
        "messages": list(_messages(130, dice, texts)),
        "indicators": ["domain relay-2.corp", "ip 10.66.0.9", "error connection refused"],
        "open": ["who owns that relay now?"],
        "answered": ["is it only outgoing mail?"],
        "cut": 90,
        "new": ["connection refused", "who owns that relay now?"],
    }


def _messages(
    number: int, dice: random.Random, texts: dict[int, str]
) -> Iterator[tuple[float, str, str]]:
    for place in range(number):
        yield place * 0.7, _author(place), texts.get(place) or _noise(dice, place)


def _author(place: int) -> str:
    return _PEOPLE[place % len(_PEOPLE)]


def _noise(dice: random.Random, place: int) -> str:
    lines: Sequence[str] = _TALK if dice.random() < 0.7 else _LOGS
    return dice.choice(lines).format(minute=place % 60, number=dice.randrange(1000, 9999))
