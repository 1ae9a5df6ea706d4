"""What one turn leaves for the next: JSON in the session, replaced as a whole or kept."""

from session import Outcome, Repository, TurnEnd
from tests.conformance.examples import a_session, acquired, stored


async def test_a_new_session_remembers_nothing(repository: Repository) -> None:
    session = await a_session(repository)
    assert session.memory == {}


async def test_the_memory_of_a_turn_replaces_the_one_before(repository: Repository) -> None:
    session = await a_session(repository)
    for memory in ({"read_up_to": "1712.0001", "seen": ["é", 1]}, {"read_up_to": "1712.0002"}):
        claim = await acquired(repository, session.id)
        end = TurnEnd(outcome=Outcome.ANSWERED, memory=memory, release=True)
        await repository.finish_turn(claim, end)
        assert (await stored(repository, session.id)).memory == memory


async def test_a_turn_without_memory_keeps_the_one_before(repository: Repository) -> None:
    session = await a_session(repository)
    for memory in ({"seen": ["10.0.0.1"]}, None):
        claim = await acquired(repository, session.id)
        end = TurnEnd(outcome=Outcome.FAILED, memory=memory, release=True)
        await repository.finish_turn(claim, end)
    assert (await stored(repository, session.id)).memory == {"seen": ["10.0.0.1"]}
