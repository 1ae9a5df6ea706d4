"""Reads lines from a terminal on the event loop: a thread that reads could not be cancelled."""

import asyncio
import os
from collections.abc import AsyncIterator

_CHUNK = 4096
_LONGEST_LINE = 40_000


async def typed_lines(terminal: int) -> AsyncIterator[str]:
    """Yield each line typed at the terminal with this descriptor, until Ctrl-D."""
    loop = asyncio.get_running_loop()
    chunks: asyncio.Queue[bytes] = asyncio.Queue(maxsize=1)

    def read() -> None:
        # Until that chunk is dealt with: what is typed meanwhile waits in the terminal.
        loop.remove_reader(terminal)
        try:
            chunk = os.read(terminal, _CHUNK)
        except OSError:
            # The terminal is gone.
            chunk = b""
        chunks.put_nowait(chunk)

    async def next_chunk() -> bytes:
        loop.add_reader(terminal, read)
        return await chunks.get()

    try:
        rest = b""
        while chunk := await next_chunk():
            *lines, rest = (rest[-_LONGEST_LINE:] + chunk).split(b"\n")
            for line in lines:
                yield line.decode(errors="replace")
    finally:
        loop.remove_reader(terminal)
