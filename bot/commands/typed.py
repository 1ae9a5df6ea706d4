"""What somebody types at a terminal, read on the loop: a thread that reads cannot be given up."""

import asyncio
import os
from collections.abc import AsyncIterator

_CHUNK = 4096


async def typed_lines(terminal: int) -> AsyncIterator[str]:
    """Yield each line typed at the terminal with this descriptor, until Ctrl-D."""
    loop = asyncio.get_running_loop()
    chunks: asyncio.Queue[bytes] = asyncio.Queue()

    def read() -> None:
        try:
            chunk = os.read(terminal, _CHUNK)
        except OSError:
            # The terminal is gone.
            chunk = b""
        if not chunk:
            loop.remove_reader(terminal)
        chunks.put_nowait(chunk)

    loop.add_reader(terminal, read)
    try:
        rest = b""
        while chunk := await chunks.get():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield line.decode(errors="replace")
    finally:
        loop.remove_reader(terminal)
