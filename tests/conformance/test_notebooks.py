"""What one turn leaves for later: notebooks by name, replaced as a whole or kept, and audits."""

import pytest

from session import Claim, LockLostError, Notebook, NotStorableError, Outcome, Repository, TurnEnd
from tests.conformance.examples import a_message, a_session, acquired, asks, cli_session


async def a_turn(repository: Repository, claim: Claim, notebook: Notebook | None) -> None:
    """Run a turn that leaves a notebook, or none."""
    await repository.finish_turn(claim, TurnEnd(outcome=Outcome.ANSWERED, notebook=notebook))


async def test_a_new_session_has_no_notebook_and_no_audit(repository: Repository) -> None:
    claim = await acquired(repository, (await a_session(repository)).id)
    assert await repository.read_notebook(claim.session_id, "brief") is None
    assert await repository.read_audit(claim.session_id, claim.turn_id) is None


async def test_a_notebook_replaces_the_one_of_its_name(repository: Repository) -> None:
    claim = await acquired(repository, (await a_session(repository)).id)
    for value in ({"read_up_to": "1712.0001", "seen": ["é", 1]}, {"read_up_to": "1712.0002"}):
        await a_turn(repository, claim, Notebook(name="brief", value=value))
        assert await repository.read_notebook(claim.session_id, "brief") == value


async def test_a_turn_without_a_notebook_keeps_the_one_before(repository: Repository) -> None:
    claim = await acquired(repository, (await a_session(repository)).id)
    await a_turn(repository, claim, Notebook(name="brief", value={"seen": [1]}))
    await a_turn(repository, claim, None)
    assert await repository.read_notebook(claim.session_id, "brief") == {"seen": [1]}


async def test_each_investigator_and_each_session_has_its_own(repository: Repository) -> None:
    here = await acquired(repository, (await a_session(repository)).id)
    session, _ = await repository.create_session(cli_session())
    there = await acquired(repository, session.id)
    await a_turn(repository, here, Notebook(name="brief", value={"of": "brief"}))
    await a_turn(repository, here, Notebook(name="odd/name ü", value={"of": "odd"}))
    await a_turn(repository, there, Notebook(name="brief", value={"of": "cli"}))
    assert await repository.read_notebook(here.session_id, "brief") == {"of": "brief"}
    assert await repository.read_notebook(here.session_id, "odd/name ü") == {"of": "odd"}
    assert await repository.read_notebook(there.session_id, "brief") == {"of": "cli"}
    assert await repository.read_notebook(there.session_id, "odd/name ü") is None


async def test_an_answers_files_stand_beside_the_notebook(repository: Repository) -> None:
    claim = await acquired(repository, (await a_session(repository)).id)
    files = tuple(Notebook(name=f"file {number}", value={"no": number}) for number in range(3))
    notebook = Notebook(name="brief", value={"seen": [1]})
    end = TurnEnd(outcome=Outcome.ANSWERED, notebook=notebook, more_notebooks=files)
    await repository.finish_turn(claim, end)
    for kept in (notebook, *files):
        assert await repository.read_notebook(claim.session_id, kept.name) == kept.value
    too_big = Notebook(name="file 3", value={"text": "x" * 600_000})
    end = TurnEnd(outcome=Outcome.FAILED, more_notebooks=(too_big,))
    with pytest.raises(NotStorableError):
        await repository.finish_turn(claim, end)


async def test_each_turn_has_its_own_audit(repository: Repository) -> None:
    session = await a_session(repository)
    for number in (1, 2):
        claim = await acquired(repository, session.id)
        end = TurnEnd(outcome=Outcome.FAILED, audit={"calls": number}, release=True)
        await repository.finish_turn(claim, end)
    turns = await repository.turns(session.id)
    audits = [await repository.read_audit(session.id, turn.id) for turn in turns]
    assert audits == [{"calls": 1}, {"calls": 2}]


async def test_a_second_end_of_a_turn_keeps_its_audit(repository: Repository) -> None:
    claim = await acquired(repository, (await a_session(repository)).id)
    await repository.finish_turn(claim, TurnEnd(outcome=Outcome.FAILED, audit={"calls": 1}))
    await repository.finish_turn(claim, TurnEnd(outcome=Outcome.STOPPED))
    assert await repository.read_audit(claim.session_id, claim.turn_id) == {"calls": 1}


async def test_a_lost_lease_leaves_nothing_behind(repository: Repository) -> None:
    claim = await acquired(repository, (await a_session(repository)).id)
    assert await repository.release_lease(claim)
    assert await repository.acquire_lease(claim.session_id, asks("req_b")) is not None
    notebook = Notebook(name="brief", value={"late": True})
    end = TurnEnd(outcome=Outcome.ANSWERED, notebook=notebook, audit={"late": True})
    with pytest.raises(LockLostError):
        await repository.finish_turn(claim, end)
    assert await repository.read_notebook(claim.session_id, "brief") is None
    assert await repository.read_audit(claim.session_id, claim.turn_id) is None


async def test_they_go_with_their_session(repository: Repository) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    notebook = Notebook(name="brief", value={"seen": 1})
    end = TurnEnd(
        outcome=Outcome.FAILED,
        message_ids=(question.id,),
        notebook=notebook,
        audit={"calls": 1},
        release=True,
    )
    await repository.finish_turn(claim, end)
    later = repository.now().replace(year=2099)
    assert await repository.delete_session(claim.session_id, idle_since=later) is True
    await a_session(repository)
    assert await repository.read_notebook(claim.session_id, "brief") is None
    assert await repository.read_audit(claim.session_id, claim.turn_id) is None
