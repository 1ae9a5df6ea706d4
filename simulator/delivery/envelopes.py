"""The envelopes and payloads in which events and clicks reach the app."""

import random
from dataclasses import dataclass, replace
from typing import Self

from simulator.values import Json, Message
from simulator.workspace.seed import APP_ID
from simulator.workspace.state import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """An event or a click on its way to the app. `retried` is false for clicks."""

    kind: str
    payload: Json
    event: str
    event_id: str
    channel: str | None
    ts: str | None
    accepts_response: bool = False
    retried: bool = True

    def of_team(self, team_id: str) -> Self:
        """The same from another workspace."""
        authorizations = [
            known | {"team_id": team_id} for known in self.payload.get("authorizations", [])
        ]
        teams = {"team_id": team_id, "context_team_id": team_id}
        payload = self.payload | teams | {"authorizations": authorizations}
        return replace(self, payload=payload)


def event_parcel(event: Json, workspace: Workspace, chance: random.Random, at: int) -> Parcel:
    """https://docs.slack.dev/apis/events-api/ (the callback's fields); `at` is in Unix seconds."""
    item = event.get("item")
    channel = event.get("channel") or (item.get("channel") if isinstance(item, dict) else None)
    known = workspace.channels.get(channel) if isinstance(channel, str) else None
    event_id = f"Ev0{chance.getrandbits(40):010X}"
    payload: Json = {
        "token": "simulated-verification-token",
        "team_id": workspace.team_id,
        "context_team_id": workspace.team_id,
        "context_enterprise_id": workspace.enterprise_id,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": at,
        "authorizations": [_authorization(workspace)],
        "is_ext_shared_channel": bool(known and known.is_ext_shared),
        "event_context": f"4-{chance.getrandbits(128):032x}",
    }
    if workspace.enterprise_id:
        payload["enterprise_id"] = workspace.enterprise_id
    return Parcel(
        kind="events_api",
        payload=payload,
        event=str(event["type"]),
        event_id=event_id,
        channel=known.id if known else None,
        ts=event.get("ts"),
    )


def _authorization(workspace: Workspace) -> Json:
    """On whose behalf the event comes: the app's own workspace, in a shared channel too."""
    return {
        "enterprise_id": workspace.enterprise_id,
        "team_id": workspace.team_id,
        "user_id": workspace.bot.id,
        "is_bot": True,
        "is_enterprise_install": workspace.is_org_wide,
    }


def payload_parcel(payload: Json, kind: str, chance: random.Random) -> Parcel:
    """Whatever is to be sent as it is; only events are sent again."""
    return Parcel(
        kind=kind,
        payload=payload,
        event=str(payload.get("type") or payload.get("command") or kind),
        event_id=str(payload.get("event_id") or f"Ev0{chance.getrandbits(40):010X}"),
        channel=None,
        ts=None,
        accepts_response=kind != "events_api",
        retried=kind == "events_api",
    )


def click_parcel(payload: Json, message: Message) -> Parcel:
    """A click comes once and may be answered in its ack."""
    return Parcel(
        kind="interactive",
        payload=payload,
        event="block_actions",
        event_id=str(payload["trigger_id"]),
        channel=message.channel,
        ts=message.ts,
        accepts_response=True,
        retried=False,
    )


def envelope_of(parcel: Parcel, envelope_id: str, attempt: int, reason: str) -> Json:
    """The Socket Mode frame; https://docs.slack.dev/apis/events-api/using-socket-mode"""
    envelope: Json = {
        "envelope_id": envelope_id,
        "payload": parcel.payload,
        "type": parcel.kind,
        "accepts_response_payload": parcel.accepts_response,
    }
    if parcel.kind == "events_api":
        envelope |= {"retry_attempt": attempt, "retry_reason": reason}
    return envelope
