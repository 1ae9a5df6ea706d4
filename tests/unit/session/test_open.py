"""From a URL to a store, or to an error that shows what a good URL looks like."""

import asyncio

import pytest

from session import NewMessage, SessionSource, StoreUrlError, open_repository
from session.models import NewSession
from session.open import parse_store_url
from tests.conformance.examples import cli_session, message


async def test_memory_is_opened_and_each_is_a_store_of_its_own() -> None:
    async with open_repository("memory://") as one, open_repository("memory://") as other:
        await one.create_session(cli_session())
        assert await other.get_session(cli_session().id) is None
        assert one.is_local
        assert "memory" in one.description


@pytest.mark.parametrize(
    "url",
    [
        "",
        "memory",
        "memory:",
        "memory://x",
        "sqlite",
        "sqlite://",
        "postgres://h/db",
        "://",
        "/x.db",
    ],
)
async def test_a_bad_url_shows_the_good_forms(url: str) -> None:
    with pytest.raises(StoreUrlError) as refused:
        async with open_repository(url):
            raise AssertionError("opened")
    text = str(refused.value)
    for form in ("memory://", "sqlite:///relative", "sqlite:////absolute", "firestore://project"):
        assert form in text
    assert isinstance(refused.value, ValueError)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("firestore://My_Proj", "a project's id has small letters, digits and hyphens"),
        ("firestore://proj/My_DB", "'My_DB' is not the id of a database"),
        ("firestore://proj/a/b", "'a/b' is not the id of a database"),
        ("firestore://", "it names no project"),
        ("Firestore://proj", "it must begin with"),
        ("firestore:/proj", "it must begin with"),
        ("sqlite://burrow.db", "a relative path takes three slashes"),
        ("sqlite:///", "it names no file"),
        ("sqlite:///data/", "it names no file"),
        ("sqlite:///:memory:", "it names no file"),
        ("sqlite:///burrow.db?mode=ro", "options are not known"),
        ("memory://x", "nothing may follow memory://"),
    ],
)
def test_a_bad_url_is_told_what_is_wrong_with_it(url: str, fault: str) -> None:
    with pytest.raises(StoreUrlError) as refused:
        parse_store_url(url)
    assert str(refused.value).startswith(f"{url!r} is not a store's URL: {fault}")


def test_a_password_in_a_bad_url_is_not_repeated() -> None:
    with pytest.raises(StoreUrlError) as refused:
        parse_store_url("postgres://burrow:hunter2@db/burrow")
    assert "hunter2" not in str(refused.value)


async def test_the_store_is_closed_whatever_happens() -> None:
    ended: list[str] = []

    async def write() -> None:
        await asyncio.sleep(0.001)
        ended.append("write")

    async def fail_with_a_write_under_way() -> None:
        async with open_repository("memory://") as repository:
            caller = asyncio.ensure_future(repository.tasks.run(write()))
            await asyncio.sleep(0)
            caller.cancel()
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        await fail_with_a_write_under_way()
    assert ended == ["write"]


def test_values_are_frozen() -> None:
    new: NewSession = cli_session()
    written: NewMessage = message()
    for value, name in ((new, "user_id"), (written, "text")):
        with pytest.raises(AttributeError):
            setattr(value, name, "other")
    assert new.source is SessionSource.CLI
