"""The workspace as a test drives it: people who act, messages to wait for, faults."""

import asyncio
import inspect
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from simulator.api.faults import MethodFault
from simulator.controls.contract import Connection, Controls
from simulator.controls.person import Person
from simulator.delivery.faults import EnvelopeFault
from simulator.errors import WaitedInVain
from simulator.values import Happening, Json, Message, Reaction


class Slack(Controls):
    """One workspace, in this process or another: the verbs of `Controls`, and what is handy in a
    test.
    """

    @property
    @abstractmethod
    def connection(self) -> Connection:
        """What an app needs to reach the workspace."""

    @property
    def base_url(self) -> str:
        """For the app's Web API client, with the trailing slash."""
        return self.connection.base_url

    @property
    def bot_token(self) -> str:
        return self.connection.bot_token

    @property
    def app_token(self) -> str:
        return self.connection.app_token

    def user(self, name: str) -> Person:
        return Person(name, self)

    async def alert(
        self,
        channel: str,
        text: str,
        *,
        bot: str = "pager",
        thread_ts: str | None = None,
        blocks: Sequence[Json] = (),
        attachments: Sequence[Json] = (),
        is_classic: bool = True,
    ) -> Message:
        """Another app's post."""
        return await self.post_alert(
            bot,
            channel,
            text,
            thread_ts=thread_ts,
            blocks=blocks,
            attachments=attachments,
            is_classic=is_classic,
        )

    async def thread(self, message: Message) -> list[Message]:
        """The whole thread of a message, root first."""
        return await self.messages(message.channel, message.root_ts)

    async def reactions(self, message: Message) -> list[Reaction]:
        return await self.reactions_on(message.channel, message.ts)

    async def transcript(self, message: Message | None = None) -> str:
        """A message's thread, or the whole workspace, as a person would read it."""
        if message is None:
            return await self.transcript_of()
        return await self.transcript_of(message.channel, message.root_ts)

    async def wait_for_reply(
        self, to: Message, *, containing: str | None = None, timeout: float = 10.0
    ) -> Message:
        """The bot's first post (that shows `containing`) in the thread, later than `to`."""
        return (await self.wait_for_replies(to, containing=containing, timeout=timeout))[0]

    async def wait_for_replies(
        self, to: Message, *, count: int = 1, containing: str | None = None, timeout: float = 10.0
    ) -> list[Message]:
        return await self.wait_for_posts(
            to.channel,
            to.root_ts,
            after=to.ts,
            count=count,
            containing=containing,
            timeout=timeout,
        )

    async def wait_until(
        self, predicate: Callable[[], bool | Awaitable[bool]], *, timeout: float = 10.0
    ) -> None:
        """Until `predicate` holds. It is asked again after whatever happens here, and every
        50 ms for the sake of what happens elsewhere. `WaitedInVain` when the time is up.
        """
        try:
            async with asyncio.timeout(timeout), self.stream() as happenings:
                while not await _holds(predicate):
                    await _next_or_pause(happenings, 0.05)
        except TimeoutError:
            raise WaitedInVain(
                f"It did not come true within {timeout} s. Workspace:\n{await self.transcript()}"
            ) from None

    async def hold(self, method: str, seconds: float | None, *, calls: int | None = 1) -> None:
        """The next `calls` calls (None: all) are applied `seconds` later (None: on `release`),
        even if their client has gone by then. A `call_held` happening tells that one has come.
        """
        await self.fail_method(MethodFault(method=method, calls=calls, seconds=seconds))

    async def release(self) -> None:
        """Apply the calls that are being held."""
        await self.release_calls()

    async def fail(
        self,
        method: str,
        error: str | None = None,
        *,
        status: int | None = None,
        page: str | None = None,
        calls: int | None = 1,
    ) -> None:
        """The next calls answer with a Slack error name, with an HTTP status, or with the page of
        a proxy in between.
        """
        await self.fail_method(
            MethodFault(method=method, calls=calls, error=error, status=status, page=page)
        )

    async def rate_limit(
        self, method: str, *, retry_after: int = 1, calls: int | None = 1
    ) -> None:
        await self.fail_method(MethodFault(method=method, calls=calls, retry_after=retry_after))

    async def cut(self, method: str, *, calls: int | None = 1) -> None:
        """The connection breaks before the call is applied."""
        await self.fail_method(MethodFault(method=method, calls=calls, cut="before"))

    async def lose_answer(self, method: str, *, calls: int | None = 1) -> None:
        """The call is applied, then the connection breaks."""
        await self.fail_method(MethodFault(method=method, calls=calls, cut="after"))

    async def drop(self, count: int = 1, *, event: str | None = None) -> None:
        """The next envelopes are never written, so they come again after the ack clock."""
        await self.fail_envelopes(EnvelopeFault(action="drop", count=count, event=event))

    async def delay(self, seconds: float, count: int = 1, *, event: str | None = None) -> None:
        await self.fail_envelopes(
            EnvelopeFault(action="delay", count=count, event=event, seconds=seconds)
        )

    async def duplicate(self, count: int = 1, *, event: str | None = None) -> None:
        await self.fail_envelopes(EnvelopeFault(action="duplicate", count=count, event=event))

    async def reorder(self, count: int = 1, *, event: str | None = None) -> None:
        await self.fail_envelopes(EnvelopeFault(action="reorder", count=count, event=event))

    async def ignore_acks(self, count: int = 1, *, event: str | None = None) -> None:
        await self.fail_envelopes(EnvelopeFault(action="ignore_ack", count=count, event=event))

    @asynccontextmanager
    async def lines(self) -> AsyncIterator[AsyncIterator[str]]:
        """What people in Slack would see from now on, line by line, as it happens."""
        async with self.stream() as happenings:
            yield (happening.line async for happening in happenings if happening.line)


async def _holds(predicate: Callable[[], bool | Awaitable[bool]]) -> bool:
    result = predicate()
    return await result if inspect.isawaitable(result) else bool(result)


async def _next_or_pause(happenings: AsyncIterator[Happening], seconds: float) -> None:
    try:
        await asyncio.wait_for(anext(happenings), seconds)
    except TimeoutError:
        return
