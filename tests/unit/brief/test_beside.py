"""What other cases saw of the same, and the runbook that fits, as people read it in a brief."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.document.plain import plain_text
from bot.document.thread import Elsewhere
from bot.investigators.brief import BriefInvestigator
from bot.investigators.brief.first_steps import first_steps
from bot.investigators.brief.runbooks import Runbook, Runbooks
from bot.investigators.contract import EarlierCase, Finding, SeenBefore
from bot.messages import ALERT
from session import Sighting
from tests.unit.brief.incident import BURROW, NIGHT, case, thread

SPOKEN = (
    (0.0, "Pager", "FIRING: checkout 5xx above 5%\nservice: checkout-api"),
    (1.0, "Ann Keller", "traffic to evil-shop[.]net and 45.61.136[.]9, it drops c2.evil[.]top"),
    (2.0, "Ben Okafor", "@Burrow what is it?"),
)
STEPS = "# Steps\n\n1. Roll back\n2. [ ] Page the `payments` team\n   - by phone\n3. Tell support"
CHECKOUT = Runbook(
    name="checkout",
    title="Checkout answers with 5xx",
    when="HighErrorRate on checkout-api",
    owner="payments",
    link="https://wiki.northwind.com/checkout",
    text=STEPS,
)
LEAKED = Runbook(name="leak", title="A leaked AWS key", when="access key in a log", text="Off")


class Others:
    """Other cases that are known already."""

    def __init__(self, *cases: EarlierCase, has_more: bool = False) -> None:
        self.seen = SeenBefore(cases=cases, has_more=has_more)
        self.asked: list[list[str]] = []

    async def seen_before(self, keys: Collection[str]) -> SeenBefore:
        self.asked.append(list(keys))
        return self.seen


def earlier(channel: str, *keys: str, days: float, place: int = 1) -> EarlierCase:
    """A case in a channel that saw these so many days before the night."""
    seen_at = NIGHT + timedelta(minutes=2) - timedelta(days=days)
    link = f"https://northwind.slack.com/archives/C0{channel.strip('#').upper()}/p{place}"
    return EarlierCase(
        where=Elsewhere(channel=channel, link=link),
        sightings=tuple(Sighting(key=key, seen_at=seen_at) for key in keys),
    )


async def told(
    others: Others | None = None,
    *runbooks: Runbook,
    spoken: tuple[tuple[float, str, str], ...] = SPOKEN,
    after: Finding | None = None,
    asks: bool = True,
) -> Finding:
    messages = thread(*spoken)
    its_case = replace(case(messages, after=after, asks=asks), sightings=others or Others())
    investigator = BriefInvestigator(runbooks=Runbooks(runbooks) if runbooks else None)
    *_, finding = [step async for step in investigator.investigate(its_case)]
    assert isinstance(finding, Finding)
    return finding


def text_of(finding: Finding) -> str:
    if finding.document is None:
        return finding.text
    return plain_text(finding.document, with_times_links=False)


DOMAIN, ADDRESS, OTHER = "domain evil-shop.net", "ip 45.61.136.9", "domain c2.evil.top"


async def test_the_brief_says_where_else_an_indicator_was_seen() -> None:
    others = Others(
        earlier("#payments", DOMAIN, days=12),
        earlier("#security", DOMAIN, days=30),
        earlier("#general", DOMAIN, days=31),
    )
    text = text_of(await told(others))
    assert "Also seen elsewhere" in text
    assert (
        "evil-shop[.]net also in #payments, 12 days ago"
        " (https://northwind.slack.com/archives/C0PAYMENTS/p1), and in 2 more" in text
    )
    assert [set(keys) for keys in others.asked] == [{OTHER, DOMAIN, ADDRESS}]


async def test_indicators_that_the_same_cases_saw_share_a_line() -> None:
    others = Others(earlier("#payments", DOMAIN, ADDRESS, OTHER, days=0.1))
    text = text_of(await told(others))
    assert text.count("also in #payments") == 1
    assert "and 45[.]61[.]136[.]9 also in #payments, 2 h ago" in text
    assert "in 1 more" not in text


async def test_more_than_twenty_are_not_counted() -> None:
    cases = [earlier("#payments", DOMAIN, days=n + 1, place=n) for n in range(20)]
    text = text_of(await told(Others(*cases, has_more=True)))
    assert "1 days ago" not in text
    assert "and in 19 more" in text
    assert "More than 20 other threads saw some of these." in text


async def test_a_thread_that_was_read_itself_is_not_elsewhere() -> None:
    root = thread(*SPOKEN)[0]
    here = replace(
        earlier("#incidents", DOMAIN, days=1),
        where=Elsewhere(channel="#incidents", link=root.link),
    )
    assert "Also seen elsewhere" not in text_of(await told(Others(here)))


async def test_a_case_that_saw_only_messages_of_this_one_is_not_elsewhere() -> None:
    before = earlier("#incidents", DOMAIN, days=1)
    said_at = thread(*SPOKEN)[1].sent_at
    same = replace(before, sightings=(Sighting(key=DOMAIN, seen_at=said_at),))
    assert "Also seen elsewhere" not in text_of(await told(Others(same)))
    assert "Also seen elsewhere" in text_of(await told(Others(before)))


async def test_a_follow_up_tells_only_what_is_new() -> None:
    others = Others(earlier("#payments", DOMAIN, days=12))
    first = await told(others)
    later = (*SPOKEN, (3.0, BURROW, "Case brief"), (9.0, "Ann Keller", "@Burrow any news?"))
    assert "also in" not in text_of(await told(others, spoken=later, after=first))
    again = Others(earlier("#payments", DOMAIN, days=-4 / (24 * 60)))
    text = text_of(await told(again, spoken=later, after=first))
    assert "evil-shop[.]net also in #payments, 3 min ago" in text


async def test_a_plain_reply_asks_nobody() -> None:
    others = Others(earlier("#payments", DOMAIN, days=12))
    first = await told(others)
    await told(others, after=first, asks=False)
    assert len(others.asked) == 1


async def test_an_alert_that_begins_a_case_gets_both() -> None:
    messages = thread((0.0, "Pager", "FIRING: checkout 5xx, client evil-shop[.]net"))
    begun = case(messages, asks=False)
    alert = replace(begun.new[0], kind=ALERT)
    others = Others(earlier("#payments", DOMAIN, days=12.1))
    its_case = replace(begun, new=(alert,), sightings=others)
    investigator = BriefInvestigator(runbooks=Runbooks([CHECKOUT]))
    *_, finding = [step async for step in investigator.investigate(its_case)]
    assert isinstance(finding, Finding)
    assert "also in #payments, 12 days ago" in text_of(finding)
    assert "☐ Roll back" in text_of(finding)
    assert finding.sightings == ()


async def test_an_alert_to_which_nothing_is_known_is_told_so() -> None:
    messages = thread((0.0, "Pager", "The queue is stuck"))
    begun = case(messages, asks=False)
    its_case = replace(begun, new=(replace(begun.new[0], kind=ALERT),), sightings=Others())
    *_, finding = [step async for step in BriefInvestigator().investigate(its_case)]
    assert isinstance(finding, Finding)
    assert "I found nothing to add to what this alert says." in text_of(finding)


async def test_the_case_is_remembered_by_its_indicators() -> None:
    finding = await told()
    assert finding.sightings is not None
    assert {it.key: it.seen_at for it in finding.sightings} == {
        key: thread(*SPOKEN)[1].sent_at for key in (DOMAIN, ADDRESS, OTHER)
    }


async def test_a_plain_reply_forgets_nothing_of_the_channel_that_it_does_not_read() -> None:
    first = await told()
    assert (await told(after=first, asks=False)).sightings is not None
    of_channel = replace(first, notebook={**(first.notebook or {}), "channel": True})
    assert (await told(after=of_channel, asks=False)).sightings is None


async def test_alerts_alone_are_remembered_by_nothing() -> None:
    finding = await told(spoken=((0, "Pager", "evil-shop[.]net"), (1, "Pager", "45.61.136[.]9")))
    assert finding.sightings == ()


async def test_the_runbook_that_fits_stands_with_its_reason_and_first_steps() -> None:
    text = text_of(await told(None, LEAKED, CHECKOUT))
    assert (
        "Runbook\n\nCheckout answers with 5xx (https://wiki.northwind.com/checkout) fits: this is"
        " about checkout, 5xx and api. Owner: payments." in text
    )
    assert "☐ Roll back\n• ☐ Page the payments team\n• ☐ Tell support" in text
    assert "by phone" not in text
    assert "leaked" not in text


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        (
            "## Symptoms\n- slow\n\n## What to do\n- [ ] roll back\n- [x] page",
            ("roll back", "page"),
        ),
        ("Check this:\n\n* logs\n\nThen:\n\n1. restart\n2. watch", ("restart", "watch")),
        ("1. Run\n\n   ```\n   kubectl get pods\n   ```\n2. Wait", ("Run", "Wait")),
        ("- only\n- these", ("only", "these")),
        ("No list at all.", ()),
        ("1. " + "word " * 100, ("word " * 26 + "word…",)),
    ],
)
def test_the_first_steps_of_a_runbook(text: str, steps: tuple[str, ...]) -> None:
    assert first_steps(text, 4) == steps


@pytest.mark.parametrize(
    ("alerts", "said", "found"),
    [
        ("[FIRING] HighErrorRate checkout", "", "checkout"),
        ("", "the access key leaked, it is in a log", "leak"),
        ("checkout 5xx", "a leaked AWS key in checkout, 5xx", "checkout"),
        ("disk of db-7 is full", "who is on it?", None),
        ("checkout", "", None),
        ("[FIRING] HighErrorRate on billing", "", "checkout"),
        ("[Triggered] high error rate of the billing api", "", None),
        ("checkout-api: high error rate", "", "checkout"),
        ("証明書の期限切れ", "", "証明書"),
        ("", "", None),
    ],
)
def test_the_runbook_is_chosen_by_alerts_first(alerts: str, said: str, found: str | None) -> None:
    certificate = Runbook(name="証明書", title="証明書の期限", text="更新する")
    best = Runbooks([LEAKED, certificate, CHECKOUT]).best(alerts, said)
    assert (best.runbook.name if best else None) == found


async def test_a_runbook_that_shares_one_word_is_not_shown() -> None:
    text = text_of(await told(None, replace(CHECKOUT, title="Checkout refunds", when="too late")))
    assert "Runbook" not in text


async def test_a_runbook_is_shown_once() -> None:
    first = await told(None, CHECKOUT)
    later = (*SPOKEN, (3.0, BURROW, "Case brief"), (9.0, "Ann Keller", "@Burrow any news?"))
    assert "Roll back" not in text_of(await told(None, CHECKOUT, spoken=later, after=first))
    other = replace(CHECKOUT, name="other")
    assert "Roll back" in text_of(await told(None, other, spoken=later, after=first))


async def test_both_are_said_where_there_is_nothing_else() -> None:
    spoken = ((0.0, "Ann Keller", "@Burrow checkout 5xx again, is evil-shop[.]net known?"),)
    others = Others(earlier("#payments", DOMAIN, days=12.1))
    text = text_of(await told(others, CHECKOUT, spoken=spoken))
    assert "There is nothing else in this thread yet." in text
    assert "evil-shop[.]net also in #payments, 12 days ago" in text
    assert "☐ Roll back" in text


async def test_the_footer_tells_that_other_threads_were_asked() -> None:
    assert "from this thread alone" in text_of(await told())
    others = Others(earlier("#payments", DOMAIN, days=12))
    assert "and from other threads and a runbook where it says so" in text_of(await told(others))
