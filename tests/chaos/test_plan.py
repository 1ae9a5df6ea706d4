"""The plan of a campaign depends on its seed and on nothing else."""

from tests.chaos.asking import CardEnd, Death, askings
from tests.chaos.plan import Kind, Plan, plan_of


def a_plan(seed: int) -> Plan:
    return plan_of(seed, messages=600, seconds=45, lease=10)


def test_the_same_seed_makes_the_same_plan() -> None:
    assert a_plan(7) == a_plan(7)
    assert a_plan(7) != a_plan(8)


def test_even_a_short_campaign_has_every_kind_of_fault() -> None:
    for seed in range(20):
        assert {one.kind for one in a_plan(seed).faults} == set(Kind)


def test_all_messages_are_written_and_each_thread_begins_with_a_mention() -> None:
    for seed in range(20):
        plan = a_plan(seed)
        everything = (*plan.sayings, *plan.calm)
        assert [one.number for one in everything] == list(range(600))
        begun: set[int] = set()
        for saying in everything:
            assert saying.mentions or saying.thread in begun
            begun.add(saying.thread)


def test_every_campaign_has_each_way_of_ending_a_card_and_each_moment_of_a_death() -> None:
    for seed in range(20):
        wanted = askings(seed, messages=600, seconds=45)
        assert wanted == askings(seed, messages=600, seconds=45)
        assert {one.end for one in wanted} == set(CardEnd)
        assert set(Death) <= {one.death for one in wanted}
        for one in wanted:
            decided = {click.call for click in one.clicks}
            assert decided == (
                set(range(1, one.calls + 1)) if one.end is CardEnd.DECIDED else set()
            )
