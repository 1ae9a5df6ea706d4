"""How a question is tied to its answer: by place, names, promises, repetition."""

import pytest

from bot.investigators.brief.digest import digest
from bot.investigators.brief.evidence import Evidence, Measure, MoreThan, Sign
from bot.investigators.brief.reading import read_entries
from bot.investigators.brief.weights import ENOUGH, NEVER, OF_EVIDENCE, WEIGHTS, weight_of
from tests.unit.brief.incident import thread

Spoken = tuple[float, str, str]


def open_ones(*spoken: Spoken) -> list[str]:
    known = digest(read_entries(thread(*spoken), frozenset()))
    return [question.text for question in known.open_questions]


def answer(question: str, *spoken: Spoken) -> str | None:
    """The message that answers the first question which has these words."""
    known = digest(read_entries(thread(*spoken), frozenset()))
    (found,) = (it for it in known.questions if question in it.text)
    return found.answer.text if found.answer else None


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("can you check the proxy", ["can you check the proxy"]),
        ("ok. can somebody look at db-3", ["can somebody look at db-3"]),
        ("no... which job", ["which job"]),
        ("who owns that queue", ["who owns that queue"]),
        ("@Ann could you restart it please", ["@Ann could you restart it please"]),
        ("kannst du den Proxy neu starten", ["kannst du den Proxy neu starten"]),
        ("戻してもらえますか", ["戻してもらえますか"]),
        ("¿alguien entró?", ["¿alguien entró?"]),
        ("do we wait? or fail over?", ["do we wait? or fail over?"]),
        ("objections?", ["objections?"]),
        ("what a mess", []),
        ("when we deployed, it broke", []),
        ("what I see is a timeout", []),
        ("please do not pay", []),
        ("can you believe it", []),
        ("why is it always friday?", []),
        ("how hard can it be, right?", []),
        ("who cares about orders?", []),
        ("are you serious?", []),
        ("is there anything else we can help you with today?", []),
        ('a customer writes: "Why am I blocked? Is it down?"', []),
        ("the cause? simple, no disk", []),
        ("is 2FA on? forget it, they forced it on", []),
        ("* What is the impact?\n* Who is IC?\n* Was the page updated?", []),
        ("`a ?? b`, cart?.owner and WHERE id = ?", []),
    ],
)
def test_what_asks_and_what_only_looks_so(text: str, questions: list[str]) -> None:
    known = digest(read_entries(thread((0, "Ben", text)), frozenset()))
    assert [question.text for question in known.questions] == questions


def test_a_question_of_two_parts_needs_an_answer_to_each() -> None:
    asked = (0, "Ben", "which disk and how old is it?")
    assert open_ones(asked) == ["which disk and how old is it?"]
    assert open_ones(asked, (2, "Ann", "sdh")) == ["how old is it?"]
    assert not open_ones(asked, (2, "Ann", "sdh"), (4, "Ann", "it is 5 years old"))


def test_a_promise_is_kept_by_what_its_author_says_next() -> None:
    spoken = (
        (0, "Ben", "how many cards were hit?"),
        (1, "Ann", "counting"),
        (2, "Zoe", "the shop is slow"),
        (9, "Ann", "2,311 so far"),
    )
    assert answer("how many", *spoken) == "2,311 so far"
    assert open_ones(*spoken[:3]) == ["how many cards were hit?"]


def test_each_of_those_who_are_called_answers_their_own() -> None:
    spoken = (
        (0, "Luis", "ok"),
        (1, "Meg", "ok"),
        (2, "Hana", "Luis: error rate? Meg: how deep is the queue?"),
        (4, "Meg", "44k and growing"),
        (5, "Luis", "12 % of the carts"),
    )
    assert answer("error rate", *spoken) == "12 % of the carts"
    assert answer("how deep", *spoken) == "44k and growing"


def test_what_is_said_to_another_answers_nothing() -> None:
    asked = (0, "Ben", "where did the passwords come from?")
    assert open_ones((0, "Tom", "hi"), asked, (2, "Ann", "Tom, reset the passwords please"))


def test_doing_what_was_asked_for_answers() -> None:
    asked = (0, "Ben", "can somebody restart the worker?")
    assert not open_ones(asked, (3, "Ann", "restarted"))
    assert not open_ones((0, "Ben", "¿alguien puede bloquear la IP?"), (3, "Ann", "bloqueada"))
    assert not open_ones((0, "Ben", "Kann jemand die IP sperren?"), (3, "Ann", "gesperrt"))


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("did sentinel flip?", "primary is sess-2, it flipped 6 times"),
        ("did someone page the db team?", "login too. db team is paged"),
        ("and ap?", "ap too, just tried tokyo"),
        ("is this all regions or only eu?", "eu and ap. us looks fine"),
        ("who did the swap today?", "the cron did. it runs at 4"),
        ("when was it, and by whom?", "on 3 November by the support agent"),
        ("did he finish?", "graduated in 2024"),
        ("someone ran the loader by hand?", "airflow shows a manual trigger by svc-backfill"),
        ("is it all carriers?", "swedish ones only as far as I can tell"),
        ("is there a ticket?", "SOC-3381"),
    ],
)
def test_words_names_and_what_is_left_out_tie_an_answer(question: str, reply: str) -> None:
    assert not open_ones((0, "Ben", question), (2, "Ann", reply))


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("do we retry them?", "wrote it up in MED-61"),
        ("were the others sent?", "I'll never clean up DNS again"),
        ("is it in the cache?", "I feel terrible about this"),
        ("should we tell them?", "lunch, back in 30"),
        ("could you close those as well", "the client moved the meeting to Thursday"),
        ("when can it go on?", "hopefully soon"),
        ("did it come from the migration?", "adding it back"),
        ("do we get a credit for this?", "case closed on their side"),
        ("¿avisamos a los clientes?", "también hay tráfico de otra red"),
        ("Muss man das melden?", "Vorgang ITS-7 angelegt"),
    ],
)
def test_plans_breaks_and_news_answer_nothing(question: str, reply: str) -> None:
    assert open_ones((0, "Ben", question), (6, "Ann", reply)) == [question]


def test_a_quotation_of_the_question_ties_the_answer_to_it() -> None:
    spoken = [(n, "Zoe", f"node {n} of 24 is drained") for n in range(1, 9)]
    quoting = (30, "Ann", "> did the vendor answer the ticket?\nthey did, this morning")
    assert not open_ones((0, "Ben", "did the vendor answer the ticket?"), *spoken, quoting)


def test_the_next_figure_of_a_series_answers_nothing() -> None:
    asked = (5, "Ben", "can that happen on the rest as well?")
    assert open_ones((0, "Ann", "node 14"), asked, (6, "Ann", "node 17"))


def test_a_second_yes_of_the_same_person_still_answers() -> None:
    first, second = (0, "Ben", "is the shop up?"), (5, "Ben", "is the mail up?")
    assert not open_ones(first, (1, "Ann", "yes"), second, (6, "Ann", "yes"))


def test_a_question_that_is_asked_again_is_one_question() -> None:
    twice = (
        (0, "Ben", "who has access to the share?"),
        (20, "Zoe", "who has access to the share??"),
    )
    assert open_ones(*twice) == ["who has access to the share?"]
    assert not open_ones(*twice, (22, "Ann", "everybody in HR"))


def test_taking_a_question_back_leaves_the_others_open() -> None:
    asked = (0, "Ben", "who pays for this?"), (2, "Ben", "where is the key?")
    assert open_ones(*asked, (3, "Ben", "found it, in the vault")) == ["who pays for this?"]


def test_calling_a_person_or_repeating_in_surprise_asks_nothing() -> None:
    assert not open_ones((0, "Ann", "it flipped 6 times"), (1, "Ben", "6 times??"))
    assert not open_ones((0, "Ann", "looking"), (1, "Ben", "Ann?"))


def test_every_evidence_has_a_weight_or_ends_the_matter() -> None:
    assert OF_EVIDENCE.keys() | NEVER == set(Evidence)
    assert not OF_EVIDENCE.keys() & NEVER


def test_what_never_answers_is_outweighed_by_nothing() -> None:
    assert weight_of([Evidence.NEXT, Evidence.FITS, Evidence.SAYS_NOTHING]) is None
    both = WEIGHTS[Evidence.NEXT] + WEIGHTS[Evidence.FITS]
    assert weight_of([Evidence.NEXT, Evidence.FITS]) == both > ENOUGH


def test_an_asker_who_does_it_answers_the_question() -> None:
    hit = (0, "Ben", "203.0.113.7 is hitting us")
    assert not open_ones(hit, (1, "Ben", "who blocks it?"), (2, "Ben", "blocked it at the edge"))
    assert open_ones(hit, (1, "Ben", "who blocks it?"), (2, "Ben", "cpu is fine")) == [
        "who blocks it?"
    ]


def test_the_words_with_which_a_question_ends_agree_to_it() -> None:
    assert not open_ones((0, "Ben", "on garde le filtre, d'accord ?"), (1, "Ann", "d'accord"))


def test_a_bot_answers_only_if_somebody_calls_it() -> None:
    reply = (2, "Pager", "Search complete: one host only")
    asked = "can you search the proxy logs for it?"
    assert open_ones((0, "Ben", asked), reply) == [asked]
    assert not open_ones((0, "Ben", f"@Pager {asked}"), reply)


@pytest.mark.parametrize(
    "reply",
    [
        "can't see that from here, needs HR ops",
        "I have no memory of that",
        "kann ich dir grad nicht sagen",
        "different team, not ours",
        "one thing at a time",
        "summary so far: only the exports failed",
        "connections down to 9k on wrk-14",
    ],
)
def test_what_puts_it_off_or_tells_of_something_else_answers_nothing(reply: str) -> None:
    question = "does the snapshot cover the vault?"
    assert open_ones((0, "Ben", question), (6, "Ann", reply)) == [question]


def test_circumstances_alone_make_no_answer() -> None:
    around: set[Sign] = {
        Evidence.ONE_OF_SEVERAL,
        Evidence.ASKER_GOES_ON,
        MoreThan(Measure.LEFT, 20),
    }
    assert weight_of(around) is None
    assert weight_of(around | {Evidence.NEXT}) is not None
