"""A write that another thread carries out: its end is noted at once, and once."""

import asyncio
from typing import Any

import pytest

from session import StorageError
from session.writes import UnderWay


def under_way() -> UnderWay[str]:
    return UnderWay(asyncio.get_running_loop())


async def test_its_end_is_noted_in_the_very_step() -> None:
    write, noted = under_way(), list[str]()
    write.at_its_end(lambda ended: noted.append(ended.result()))
    write.end("stored", None)
    assert noted == ["stored"]
    assert await write == "stored"


async def test_its_failure_is_noted_and_raised() -> None:
    write, noted = under_way(), list[BaseException | None]()
    write.at_its_end(lambda ended: noted.append(ended.exception()))
    write.end(None, StorageError("disk full"))
    with pytest.raises(StorageError):
        await write
    assert [type(error) for error in noted] == [StorageError]


async def test_one_that_was_given_up_is_noted_once_and_ends_no_more() -> None:
    write, noted = under_way(), list[bool]()
    write.at_its_end(lambda ended: noted.append(ended.cancelled()))
    assert write.cancel()
    write.end("stored", None)
    assert not write.cancel()
    assert noted == [True]


async def test_a_note_that_fails_keeps_nobody_from_theirs() -> None:
    write, noted, told = under_way(), list[str](), list[Any]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))

    def fails(_: UnderWay[str]) -> None:
        raise KeyError("a bug")

    write.at_its_end(fails)
    write.at_its_end(lambda ended: noted.append(ended.result()))
    write.end("stored", None)
    assert noted == ["stored"]
    assert [str(context["exception"]) for context in told] == ["'a bug'"]
