"""What the model can answer with: a report, a short reply, or nothing."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Evidence(_Said):
    """Words that stand in a source."""

    source: str = Field(description="the handle of a message (m1) or of a tool result (t1)")
    quote: str = Field(
        default="",
        max_length=600,
        description="words copied from that source, at least 12 characters or a whole value",
    )


class Fact(_Said):
    """Something that a source says."""

    text: Short
    evidence: list[Evidence] = Field(min_length=1, max_length=3)


class Hypothesis(_Said):
    """Something that may be, and what would confirm it."""

    text: Short
    confirm: Line = Field(description="what would confirm or refute it")


class Sentence(_Said):
    """One sentence of the summary."""

    text: Short
    rests_on: list[str] = Field(
        default_factory=list,
        max_length=6,
        description="the facts (F1 for the first) and hypotheses (H1) that it rests on",
    )


class Report(_Said):
    """The result of an investigation."""

    summary: list[Sentence] = Field(min_length=1, max_length=3)
    scope: Line = Field(description="environment and time range you looked at; what you assumed")
    facts: list[Fact] = Field(default_factory=list, max_length=6)
    hypotheses: list[Hypothesis] = Field(default_factory=list, max_length=4)
    unknown: list[Line] = Field(default_factory=list, max_length=5)
    next_steps: list[Line] = Field(default_factory=list, max_length=5)


class Reply(_Said):
    """A short answer to a plain question."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1500)]
    evidence: list[Evidence] = Field(default_factory=list, max_length=3)


class Silence(_Said):
    """Nothing to say: only where nobody asked the bot."""

    reason: str = Field(default="", max_length=300)


Answer = Report | Reply | Silence
