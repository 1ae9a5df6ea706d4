"""The current request id follows the scope and the task."""

import asyncio
import re

from session import current_request_id, new_request_id, request_scope


def test_there_is_none_outside_of_a_scope() -> None:
    assert current_request_id() is None


def test_a_scope_makes_a_fresh_id_or_takes_a_known_one() -> None:
    with request_scope() as fresh:
        assert current_request_id() == fresh
        assert re.fullmatch(r"req_[0-9a-f]{16}", fresh)
    with request_scope("req_known") as known:
        assert current_request_id() == known == "req_known"
    assert new_request_id() != fresh


def test_scopes_nest_and_end_whatever_happens() -> None:
    with request_scope("req_outer"):
        try:
            with request_scope("req_inner"):
                assert current_request_id() == "req_inner"
                raise RuntimeError
        except RuntimeError:
            pass
        assert current_request_id() == "req_outer"
    assert current_request_id() is None


async def test_each_task_has_its_own() -> None:
    async def act(name: str) -> str | None:
        with request_scope(name):
            await asyncio.sleep(0)
            return current_request_id()

    names = [f"req_{number}" for number in range(10)]
    assert await asyncio.gather(*map(act, names)) == names


async def test_a_task_that_is_started_inside_inherits_it() -> None:
    async def current() -> str | None:
        return current_request_id()

    with request_scope("req_outer"):
        started = asyncio.ensure_future(current())
    assert await started == "req_outer"
