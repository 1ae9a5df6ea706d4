"""Delivery over HTTP: signed requests to the app's URL instead of Socket Mode."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import aiohttp

from simulator.clock import Clock
from simulator.delivery.envelopes import Parcel
from simulator.errors import Refused
from simulator.values import Json

SIGNING_SECRET = "51a7ed51a7ed51a7ed51a7ed51a7ed51"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`failure` is "" after a 2xx, else the reason that the next attempt names."""

    failure: str = ""
    may_retry: bool = True


class HttpEvents:
    """One app URL for events and clicks. Each call opens a connection of its own.

    https://docs.slack.dev/apis/events-api/ and
    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """

    def __init__(self, url: str, clock: Clock, *, timeout: float) -> None:
        self._url = url
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def verify(self) -> None:
        """The handshake that Slack makes before it accepts a URL; `Refused` if it fails, or if
        the URL leads off this machine.
        """
        if urlsplit(self._url).hostname not in ("127.0.0.1", "localhost"):
            raise Refused(f"{self._url} is not on 127.0.0.1; the simulator stays on this machine.")
        challenge = "simulated-challenge"
        body = json.dumps({"type": "url_verification", "token": "x", "challenge": challenge})
        try:
            async with (
                self._session() as http,
                http.post(
                    self._url, data=body, headers=self._headers(body, "application/json")
                ) as response,
            ):
                answer = await response.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Refused(f"{self._url} cannot be reached: {error!r}") from error
        if response.status != 200 or challenge not in answer:
            raise Refused(f"{self._url} did not answer the url_verification challenge.")

    async def send(self, parcel: Parcel, attempt: int, reason: str) -> Outcome:
        if parcel.kind == "interactive":
            body = urlencode({"payload": json.dumps(parcel.payload)})
            headers = self._headers(body, "application/x-www-form-urlencoded")
        else:
            body = json.dumps(parcel.payload)
            headers = self._headers(body, "application/json")
        if attempt:
            headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason}
        try:
            async with (
                self._session() as http,
                http.post(
                    self._url, data=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                return _outcome(response)
        except TimeoutError:
            return Outcome(failure="http_timeout")
        except aiohttp.ClientConnectionError:
            return Outcome(failure="connection_failed")

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(timeout=self._timeout)

    def _headers(self, body: str, content_type: str) -> Json:
        at = str(int(self._clock.now().timestamp()))
        signed = hmac.new(SIGNING_SECRET.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256)
        return {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={signed.hexdigest()}",
            "User-Agent": "Slackbot 1.0 (simulated)",
        }


def _outcome(response: aiohttp.ClientResponse) -> Outcome:
    if 200 <= response.status < 300:
        return Outcome()
    return Outcome(failure="http_error", may_retry=response.headers.get("x-slack-no-retry") != "1")
