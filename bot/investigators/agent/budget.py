"""The limits of one turn: requests, tool calls, tokens, time."""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic_ai.messages import ModelResponse
from pydantic_ai.usage import RequestUsage

from bot.investigators.agent import words

REQUESTS = 30
TOOL_CALLS = 60
TOKENS = 500_000
_LAST_SHARE = 0.15
_LAST_REQUESTS = 2
CHARACTERS_PER_TOKEN = 4


@dataclass(slots=True, kw_only=True)
class Budget:
    """Counts what a turn uses and says when it is time to answer.

    Cached input counts a tenth; where a server reports no usage, four characters are a token.
    """

    ends_at: float
    """On the monotonic clock, in seconds."""
    began_at: float
    monotonic: Callable[[], float]
    spend: Callable[[int], None] = lambda tokens: None
    """Told of the tokens of each request."""
    most_tokens: int = TOKENS
    requests: int = 0
    tool_calls: int = 0
    tokens: int = 0

    def count(self, response: ModelResponse, *, sent_characters: int) -> None:
        """Count one answer of the model."""
        self.requests += 1
        usage = response.usage
        if usage.input_tokens or usage.output_tokens:
            tokens = weighed(usage)
        else:
            answered = sum(len(str(getattr(part, "args", part))) for part in response.parts)
            tokens = (sent_characters + answered) // CHARACTERS_PER_TOKEN
        self.tokens += tokens
        self.spend(tokens)

    @property
    def seconds_left(self) -> float:
        """How long the turn may still take."""
        return max(0.0, self.ends_at - self.monotonic())

    @property
    def has_calls_left(self) -> bool:
        """Whether a tool may be called once more; one answer can ask for hundreds at once."""
        return self.tool_calls < TOOL_CALLS

    def ending(self) -> str | None:
        """Return which limit is near (the model is to answer now), or None."""
        if REQUESTS - self.requests <= max(_LAST_REQUESTS, REQUESTS * _LAST_SHARE):
            return words.REQUESTS_USED
        if self.most_tokens and self.tokens >= self.most_tokens * (1 - _LAST_SHARE):
            return words.TOKENS_USED
        if not self.has_calls_left:
            return words.CALLS_USED
        if self.seconds_left <= (self.ends_at - self.began_at) * _LAST_SHARE:
            return words.TIME_IS_UP
        return None

    @property
    def is_used_up(self) -> bool:
        """Whether not even one more request is allowed."""
        over_tokens = self.most_tokens and self.tokens >= self.most_tokens * 1.1
        return self.requests >= REQUESTS or bool(over_tokens) or not self.seconds_left


def weighed(usage: RequestUsage) -> int:
    """Return the tokens of one request, input from the cache counted as a tenth."""
    cached = min(usage.cache_read_tokens, usage.input_tokens)
    return usage.input_tokens - cached + cached // 10 + usage.output_tokens
