"""Every series that the bot exports: its name, what it counts, its labels with all their values.

docs/metrics.md is the same table for operators. Values that a label does not know are counted
under `other`, so that no label grows without bound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.installation import VERSION
from session import OPERATIONS

OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What all kinds have; `labels` names the values that stand at 0 from the start."""

    name: str
    help: str
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def known(self, label: str, value: object) -> str:
        """Return the label's value for this, which is one of those it knows, or `other`."""
        text = str(value)
        return text if text in self.labels[label] else OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter(Series):
    """Only rises, by what happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram(Series):
    """Counts durations by their length; `buckets` are upper bounds in seconds."""

    buckets: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Series):
    """Is read when it is asked for; `is_total` if it only rises."""

    is_total: bool = False


_ACK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 2.5, 3)
_WAIT = (0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900)
_STORE = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_SLACK = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

_RULES = (
    *("mention", "direct", "reply", "own", "other_bot", "no_author", "subtype", "channel"),
    *("no_mention", "addressed", "mention_only", "muted", "no_session", "external"),
    *("alert", "recovery", "not_in_alerts"),
    *("no_asker", "person_limit", "channel_limit", "deleted", "taken_back"),
)
_SLACK_METHODS = (
    *("agents.sessions.setStatus", "apps.connections.open", "auth.test", "bots.info"),
    *("chat.delete",),
    *("chat.getPermalink", "chat.postEphemeral", "chat.postMessage", "chat.update"),
    *("conversations.history", "conversations.info", "conversations.open"),
    *("conversations.replies", "files.completeUploadExternal", "files.delete"),
    *(
        "files.getUploadURLExternal",
        "files.info",
        "reactions.add",
        "reactions.remove",
        "users.info",
        OTHER,
    ),
)
_RETRY_REASONS = (
    *("none", "http_timeout", "too_many_redirects", "connection_failed", "ssl_error"),
    *("http_error", "unknown_error", OTHER),
)
"""https://docs.slack.dev/apis/events-api/#retries"""
_REFUSAL_REASONS = (
    *("no_signature", "too_old", "ahead", "does_not_fit", "too_large", "unreadable"),
    *("not_posted", "no_http"),
)

RECEIVED = Counter(
    name="burrowbot_messages_received_total",
    help="Messages and stop clicks from Slack by what became of them, and the rule that decided.",
    labels={
        "outcome": ("stored", "duplicate", "declined", "not_stored"),
        "rule": (*_RULES, "undecided"),
    },
)
CLOSED = Counter(
    name="burrowbot_messages_closed_total",
    help="Messages that were ended or parked, by outcome.",
    labels={"outcome": ("answered", "failed", "stopped", "parked", "declined", OTHER)},
)
ACK = Histogram(
    name="burrowbot_ack_seconds",
    help="From an event's arrival at the intake to its ack, or to our refusal to ack it.",
    labels={"outcome": ("stored", "declined", "not_stored")},
    buckets=_ACK,
)
FIRST_WORD = Histogram(
    name="burrowbot_first_word_seconds",
    help="From the moment a question is stored to the first post of its turn.",
    buckets=_WAIT,
)
ANSWER_SECONDS = Histogram(
    name="burrowbot_answer_seconds",
    help="From the moment a question is stored to its answer standing in the thread.",
    buckets=_WAIT,
)
ANSWERS = Counter(
    name="burrowbot_answers_total",
    help="Tries to deliver an answer, by outcome: owed ones are tried again.",
    labels={"outcome": ("delivered", "owed", "delivered_late", "not_delivered")},
)
TURNS_RUNNING = Reading(
    name="burrowbot_turns_running", help="Sessions that this instance works on now."
)
TURNS_QUEUED = Reading(
    name="burrowbot_turns_queued", help="Sessions that wait for one of this instance's MAX_TURNS."
)
LEASES_LOST = Counter(
    name="burrowbot_leases_lost_total",
    help="Turns that were cut off because their lease was taken, or not refreshed in time.",
    labels={"reason": ("taken", "not_refreshed")},
)
TAKEOVERS = Counter(
    name="burrowbot_takeovers_total",
    help="Turns that took up what another one, cut off by a crash or a lost lease, left.",
)
LATE_REFRESHES = Counter(
    name="burrowbot_lease_refreshes_late_total",
    help="Refreshes that came when less than half of the lease was left.",
)
OLDEST_OPEN = Reading(
    name="burrowbot_oldest_open_message_seconds",
    help="Age of the oldest message in the store that no turn has ended; 0 without one.",
)
STORE_SECONDS = Histogram(
    name="burrowbot_store_operation_seconds",
    help="How long the store's operations take, failed ones too.",
    labels={"operation": OPERATIONS},
    buckets=_STORE,
)
STORE_ERRORS = Counter(
    name="burrowbot_store_errors_total",
    help="Store operations that failed, or were given up after a second or more.",
    labels={"operation": OPERATIONS, "reason": ("failed", "given_up")},
)
SLACK_SECONDS = Histogram(
    name="burrowbot_slack_call_seconds",
    help="How long calls of Slack's Web API take.",
    labels={"method": _SLACK_METHODS},
    buckets=_SLACK,
)
SLACK_CALLS = Counter(
    name="burrowbot_slack_calls_total",
    help="Calls of Slack's Web API, by method and status.",
    labels={
        "method": _SLACK_METHODS,
        "status": (
            *("ok", "refused", "rate_limited", "server_error", "timeout", "unreachable"),
            "cancelled",
        ),
    },
)
SLACK_WAITS = Counter(
    name="burrowbot_slack_wait_seconds_total",
    help="Seconds that Slack asked us to wait (Retry-After), by method.",
    labels={"method": _SLACK_METHODS},
)
DELIVERIES = Counter(
    name="burrowbot_deliveries_total",
    help="What Slack delivered, by its retry number and by what it says of the try before.",
    labels={
        "transport": ("socket", "http"),
        "retry": ("0", "1", "2", "3", OTHER),
        "reason": _RETRY_REASONS,
    },
)
REFUSALS = Counter(
    name="burrowbot_requests_refused_total",
    help="Requests to HTTP_PORT that were refused before anything in them was read.",
    labels={"reason": _REFUSAL_REASONS},
)
CONNECTED = Reading(
    name="burrowbot_connected",
    help="Whether Slack reaches this instance that way now: 1 or 0.",
    labels={"transport": ("socket", "http")},
)
SOCKETS = Reading(
    name="burrowbot_sockets_open", help="Socket Mode connections of this instance that are open."
)
INSTANCES = Reading(
    name="burrowbot_instances", help="Bots that live on the same store, this one included."
)
LOG_LINES_DROPPED = Reading(
    name="burrowbot_log_lines_dropped_total",
    help="Lines of the log that nobody took in time.",
    is_total=True,
)
MODEL_REQUESTS = Counter(
    name="burrowbot_model_requests_total",
    help="Requests to the agent's model; one that failed may have been made again.",
    labels={"outcome": ("answered", "failed")},
)
MODEL_TOKENS = Counter(
    name="burrowbot_model_tokens_total",
    help="Tokens of the model; `estimated` where the provider reports none.",
    labels={"kind": ("input", "cached_input", "output", "estimated")},
)
TOOL_CALLS = Counter(
    name="burrowbot_tool_calls_total",
    help="Tool calls of the agent; of an unknown one nobody knows whether it was done.",
    labels={"outcome": ("done", "empty", "failed", "unknown", OTHER)},
)
APPROVALS = Counter(
    name="burrowbot_approvals_total",
    help="Calls that people are asked to approve, and what became of them.",
    labels={"outcome": ("asked", "approved", "denied", "expired", "withdrawn", OTHER)},
)
BUILD = Reading(
    name="burrowbot_build_info", help="Always 1; the version.", labels={"version": (VERSION,)}
)

ALL: Sequence[Counter | Histogram | Reading] = (
    *(RECEIVED, CLOSED, ACK, FIRST_WORD, ANSWER_SECONDS, ANSWERS),
    *(TURNS_RUNNING, TURNS_QUEUED, LEASES_LOST, TAKEOVERS, LATE_REFRESHES, OLDEST_OPEN),
    *(STORE_SECONDS, STORE_ERRORS, SLACK_SECONDS, SLACK_CALLS, SLACK_WAITS),
    *(DELIVERIES, REFUSALS, CONNECTED, SOCKETS, INSTANCES, LOG_LINES_DROPPED),
    *(MODEL_REQUESTS, MODEL_TOKENS, TOOL_CALLS, APPROVALS, BUILD),
)
