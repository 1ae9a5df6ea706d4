"""The forms of the model's answer: a report, a short reply, or nothing.

The schema that the model gets has no limits of length: servers that hold a model to a schema take
minutes for them, and what is too long is cut here without another request.
"""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_ai import DeferredToolRequests


def _cut(most: int) -> Callable[[Any], Any]:
    """Return a validator that strips a text and cuts it, and cuts a list."""

    def cut(value: Any) -> Any:
        if isinstance(value, str):
            text = value.strip()
            return text if len(text) <= most else text[: most - 1] + "…"
        return value[:most] if isinstance(value, list) else value

    return cut


Short = Annotated[str, BeforeValidator(_cut(600))]
Line = Annotated[str, BeforeValidator(_cut(300))]
Long = Annotated[str, BeforeValidator(_cut(1_500))]
Lines = Annotated[list[Line], BeforeValidator(_cut(5))]


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Evidence(_Said):
    """Words that stand in a source."""

    source: str = Field(
        description="the handle of a message, file or image (m1) or of a tool result (t1)"
    )
    quote: str = Field(
        default="",
        description="words copied from that source, at least 12 characters or a whole value;"
        " empty for an image",
    )


class Fact(_Said):
    """Something that a source says."""

    text: Short
    evidence: Annotated[list[Evidence], BeforeValidator(_cut(3))] = Field(
        default_factory=list, description="one to three"
    )


class Hypothesis(_Said):
    """Something that may be, and what would confirm it."""

    text: Short
    confirm: Line = Field(default="", description="what would confirm or refute it")


class Sentence(_Said):
    """One sentence of the summary."""

    text: Short
    rests_on: Annotated[list[str], BeforeValidator(_cut(6))] = Field(
        default_factory=list,
        description="the facts (F1 for the first) and hypotheses (H1) that it rests on",
    )


class Report(_Said):
    """The result of an investigation."""

    summary: Annotated[list[Sentence], BeforeValidator(_cut(3))] = Field(
        description="at most three sentences"
    )
    scope: Line = Field(description="environment and time range you looked at; what you assumed")
    facts: Annotated[list[Fact], BeforeValidator(_cut(6))] = Field(
        default_factory=list, description="at most six"
    )
    hypotheses: Annotated[list[Hypothesis], BeforeValidator(_cut(4))] = Field(
        default_factory=list, description="at most four"
    )
    unknown: Lines = Field(default_factory=list)
    next_steps: Lines = Field(default_factory=list)


class Reply(_Said):
    """A short answer to a plain question."""

    text: Long
    evidence: Annotated[list[Evidence], BeforeValidator(_cut(3))] = Field(default_factory=list)


class Silence(_Said):
    """Nothing to say: only where nobody asked the bot."""

    reason: Line = ""


Answer = Report | Reply | Silence
RunEnd = Answer | DeferredToolRequests
"""How a run ends: with an answer, or with calls that people have to approve."""
