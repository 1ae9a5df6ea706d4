"""A man in the middle between the engine and the emulator: counts, loses, delays, refuses.

Bytes in, bytes out, by generic handlers, so that the engine's client is the real one, unpatched.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import grpc
from google.cloud.firestore_v1.types import firestore

STREAMING = ("BatchGetDocuments", "RunQuery")
_HEADERS = ("authorization", "google-cloud-resource-prefix", "x-goog-request-params")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of one call besides, or instead of, being forwarded."""

    before: grpc.StatusCode | None = None
    """Answered with this, and never forwarded."""
    after: grpc.StatusCode | None = None
    """Applied, and then answered with this."""
    late: grpc.StatusCode | None = None
    """Answered with this at once, and applied after `delay` nevertheless."""
    delay: float = 0.0
    """Seconds; forever if it is infinite."""
    details: str = "the proxy says so"


@dataclass(slots=True)
class Seen:
    """One call that went through, and what it cost."""

    method: str
    request: bytes = b""
    reads: int = 0
    writes: int = 0
    fate: Fate = field(default_factory=Fate)


Oracle = Callable[[str], Fate]


class Proxy:
    """Listens on a port of its own, or on the one it had, if it is started again."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._port = 0
        self._server: Any = None
        self._channel: Any = None
        self._late: set[asyncio.Task[None]] = set()
        self.oracle: Oracle = lambda method: Fate()
        self.seen: list[Seen] = []

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self._port}"

    @property
    def methods(self) -> list[str]:
        """The calls seen, in their order."""
        return [call.method for call in self.seen]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen."""
        self._channel = grpc.aio.insecure_channel(self._target)
        self._server = grpc.aio.server()
        self._server.add_generic_rpc_handlers((_Handlers(self),))
        self._port = self._server.add_insecure_port(f"127.0.0.1:{self._port}")
        await self._server.start()

    async def stop(self) -> None:
        """Refuse new connections and break off what is under way."""
        await self._server.stop(None)
        if self._late:
            await asyncio.wait(self._late)
        await self._channel.close()

    async def forward(self, method: str, request: bytes, context: Any, seen: Seen) -> list[bytes]:
        """Ask the server, and count what that costs."""
        metadata = [(key, value) for key, value in context if key in _HEADERS]
        path = f"/google.firestore.v1.Firestore/{method}"
        if method in STREAMING:
            answers = [
                answer
                async for answer in self._channel.unary_stream(path)(request, metadata=metadata)
            ]
        else:
            answers = [await self._channel.unary_unary(path)(request, metadata=metadata)]
        seen.reads, seen.writes = _cost(method, request, answers)
        return answers

    async def answer(self, method: str, request: bytes, context: Any) -> Sequence[bytes]:
        """Let one call meet its fate."""
        fate, metadata = self.oracle(method), list(context.invocation_metadata())
        seen = Seen(method, request, fate=fate)
        self.seen.append(seen)
        if fate.before is not None:
            await context.abort(fate.before, fate.details)
        if fate.late is not None:
            task = asyncio.ensure_future(self._apply_late(method, request, metadata, seen))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            await context.abort(fate.late, fate.details)
        if fate.delay:
            await asyncio.sleep(min(fate.delay, 3600.0))
        try:
            answers = await self.forward(method, request, metadata, seen)
        except grpc.aio.AioRpcError as error:
            await context.abort(error.code(), error.details())
            raise
        if fate.after is not None:
            await context.abort(fate.after, fate.details)
        return answers

    async def _apply_late(self, method: str, request: bytes, metadata: Any, seen: Seen) -> None:
        await asyncio.sleep(seen.fate.delay)
        try:
            await self.forward(method, request, metadata, seen)
        except grpc.aio.AioRpcError:
            return


class _Handlers(grpc.GenericRpcHandler):  # type: ignore[misc]
    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy

    def service(self, details: Any) -> Any:
        method = details.method.rpartition("/")[2]

        async def stream(request: bytes, context: Any) -> AsyncIterator[bytes]:
            for answer in await self._proxy.answer(method, request, context):
                yield answer

        async def unary(request: bytes, context: Any) -> bytes:
            [answer] = await self._proxy.answer(method, request, context)
            return answer

        if method in STREAMING:
            return grpc.unary_stream_rpc_method_handler(stream)
        return grpc.unary_unary_rpc_method_handler(unary)


def _cost(method: str, request: bytes, answers: Sequence[bytes]) -> tuple[int, int]:
    """Count document reads and writes as Google bills them: an empty query is one read.

    https://firebase.google.com/docs/firestore/pricing#operations
    """
    match method:
        case "Commit":
            return 0, len(firestore.CommitRequest.deserialize(request).writes)
        case "BatchGetDocuments":
            parsed = [
                firestore.BatchGetDocumentsResponse.deserialize(answer) for answer in answers
            ]
            return sum("found" in answer or "missing" in answer for answer in parsed), 0
        case "RunQuery":
            rows = [firestore.RunQueryResponse.deserialize(answer) for answer in answers]
            return max(1, sum("document" in row for row in rows)), 0
    return 0, 0
