"""Numbers by name and day: each repository's own, and everybody's sum."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from session import Count, NotStorableError, Repository, open_repository
from session.copy import copy_sessions
from tests.conformance.harness import Harness

TODAY = date(2026, 3, 1)
YESTERDAY = TODAY - timedelta(days=1)


async def test_a_number_replaces_the_one_of_its_name_and_day(repository: Repository) -> None:
    assert await repository.total("tokens", TODAY) == 0
    for value in (7, 12):
        await repository.put_count("tokens", TODAY, value)
    await repository.put_count("tokens", YESTERDAY, 100)
    await repository.put_count("odd/name: ü", TODAY, 1_000)
    assert await repository.total("tokens", TODAY) == 12
    assert await repository.total("tokens", YESTERDAY) == 100
    assert await repository.total("odd/name: ü", TODAY) == 1_000


async def test_the_sum_is_over_all_repositories_those_that_are_closed_too(
    shared: Harness, repository: Repository
) -> None:
    await repository.put_count("tokens", TODAY, 2**61)
    for value in (2**61, 2**62 + 5, 2**62):
        another = await shared.connect()
        await another.put_count("tokens", TODAY, value)
        assert await another.total("tokens", TODAY) > value
        await another.aclose()
    assert await repository.total("tokens", TODAY) == 3 * 2**62 + 5
    again = await shared.reopen()
    await again.put_count("tokens", TODAY, 1)
    assert await again.total("tokens", TODAY) == 3 * 2**62 + 6


async def test_all_are_found_page_by_page_in_the_order_of_their_days(
    repository: Repository,
) -> None:
    for back in (3, 0, 2, 1):
        await repository.put_count("tokens", TODAY - timedelta(days=back), back)
    found, after = list[Count](), None
    while page := await repository.scan_counts(after=after, limit=3):
        found += page
        after = page[-1].id
    assert [count.value for count in found] == [3, 2, 1, 0]
    assert {count.name for count in found} == {"tokens"}
    assert await repository.scan_counts(limit=0) == []


async def test_earlier_days_are_deleted(repository: Repository) -> None:
    for back in range(4):
        await repository.put_count("tokens", TODAY - timedelta(days=back), 10 + back)
    assert await repository.delete_counts(before=YESTERDAY) == 2
    assert await repository.delete_counts(before=YESTERDAY) == 0
    assert [count.day for count in await repository.scan_counts()] == [YESTERDAY, TODAY]


@pytest.mark.parametrize(("name", "value"), [("x" * 2_000, 1), ("half \ud83d", 1), ("n", -1)])
async def test_what_cannot_be_stored_is_refused(
    repository: Repository, name: str, value: int
) -> None:
    with pytest.raises(NotStorableError):
        await repository.put_count(name, TODAY, value)
    with pytest.raises(NotStorableError):
        await repository.put_count("n", TODAY, 2**63)
    assert await repository.scan_counts() == []


async def test_they_move_to_another_store_as_they_are(
    repository: Repository, tmp_path: Path
) -> None:
    await repository.put_count("tokens", TODAY, 7)
    async with open_repository(f"sqlite:///{tmp_path}/copy.db") as target:
        dry = await copy_sessions(repository, target, dry_run=True)
        assert (dry.counts, await target.scan_counts()) == (1, [])
        first = await copy_sessions(repository, target)
        assert await target.scan_counts() == await repository.scan_counts()
        await target.put_count("tokens", TODAY, 3)
        again = await copy_sessions(repository, target)
        assert await target.total("tokens", TODAY) == 10
        assert first.digest == again.digest is not None
        await repository.put_count("tokens", TODAY, 8)
        changed = await copy_sessions(repository, target)
        assert len(changed.unequal) == 1
        assert not changed.is_whole
