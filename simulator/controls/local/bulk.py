"""Many mentions at once, carried out in this process."""

from collections.abc import Sequence

from simulator.controls.bursts import run_burst
from simulator.controls.contract import Burst
from simulator.controls.local.base import Local
from simulator.values import Content, Message


class LocalBulk(Local):
    """See `Bulk` for what the verbs do."""

    async def clear_logs(self) -> None:
        self._wiring.web_api.log.clear()
        self._wiring.deliverer.forget()

    async def prepare_threads(self, count: int, *, channels: int = 1) -> list[Message]:
        everyone = {self._workspace.find_user(name).id for name in ("ann", "ben", "chloe")}
        members = everyone | {self._workspace.bot.id}
        rooms = [
            self._workspace.new_channel(f"load-{number + 1}", "channel", members)
            for number in range(channels)
        ]
        ann = self._workspace.find_user("ann")
        return [
            self._workspace.post(
                rooms[number % channels],
                Content(text=f"Thread {number + 1}"),
                user=ann,
                quietly=True,
            )
            for number in range(count)
        ]

    async def burst(
        self,
        mentions: int,
        *,
        threads: Sequence[Message] = (),
        thread_count: int | None = None,
        channels: int = 1,
        text: str = "mention {n}",
        answer_contains: str | None = None,
        timeout: float = 60.0,
    ) -> Burst:
        roots = threads or await self.prepare_threads(thread_count or mentions, channels=channels)
        return await run_burst(
            self._wiring,
            mentions,
            roots,
            text=text,
            answer_contains=answer_contains,
            timeout=timeout,
        )
