"""Answers as a model would give them."""

from typing import Any


def report(
    *facts: tuple[str, str, str], summary: str = "The database refuses connections.", **more: Any
) -> tuple[str, dict[str, Any]]:
    """Make a report whose facts are `(text, source, quote)`; its summary rests on the first."""
    return "report", {
        "summary": [{"text": summary, "rests_on": ["F1"]}],
        "scope": "production, 10:00 to 10:05 UTC",
        "facts": [
            {"text": text, "evidence": [{"source": source, "quote": quote}]}
            for text, source, quote in facts
        ],
        **more,
    }


def reply(text: str, source: str = "", quote: str = "") -> tuple[str, dict[str, Any]]:
    """Make a short answer."""
    evidence = [{"source": source, "quote": quote}] if source else []
    return "reply", {"text": text, "evidence": evidence}
