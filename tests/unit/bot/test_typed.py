"""What is typed at a terminal comes line by line, however much of it is there."""

import asyncio
import os
import pty

from bot.commands.typed import typed_lines


async def test_each_line_comes_in_order_and_the_end_ends_it() -> None:
    theirs, ours = pty.openpty()
    try:
        lines = typed_lines(ours)
        typed = [f"question {number}" for number in range(300)]

        async def type_them() -> None:
            for line in typed:
                await asyncio.to_thread(os.write, theirs, f"{line}\n".encode())
            await asyncio.to_thread(os.write, theirs, b"\x04")

        async with asyncio.timeout(30):
            typing = asyncio.create_task(type_them())
            assert [line async for line in lines] == typed
            await typing
    finally:
        os.close(theirs)
        os.close(ours)
