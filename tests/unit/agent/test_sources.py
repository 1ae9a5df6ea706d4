"""What counts as standing in a source, and what does not."""

import pytest

from bot.investigators.agent.sources import Source, Sources, Standing, addresses

LOG = """\
10:00:01Z ERROR db-7: "too many connections" for role=app status=503 (retry: 4)
pool | 98 %
"""
JSON = '{\n "state": "down",\n "count": 17,\n "hosts": [\n  "db-7",\n  "db-8"\n ]\n}'


def source(text: str, standing: Standing = Standing.WHOLE) -> Source:
    return Source(handle="t1", title="logs", text=text, standing=standing)


@pytest.mark.parametrize(
    "quote",
    [
        "too many connections",
        "ERROR db-7: “too many CONNECTIONS”",
        "db-7:\n   'too many  connections'",
        "too many connections for role=app",
        "503",
        "app",
        "98 %",
        "4",
    ],
)
def test_words_of_a_log_are_found_whatever_their_spaces_case_and_quotes(quote: str) -> None:
    assert source(LOG).holds(quote)


@pytest.mark.parametrize("quote", ["down", "17", "db-7", '"state": "down"'])
def test_a_whole_value_may_be_short(quote: str) -> None:
    assert source(JSON).holds(quote)


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "  ",
        "for",
        "the",
        "many",
        "50",
        "connections",
        "db",
        "too many connections for role=admin",
    ],
)
def test_a_word_out_of_a_sentence_and_invented_words_are_not_found(quote: str) -> None:
    assert not source(LOG).holds(quote)


@pytest.mark.parametrize("handle", ["t1", "T1", "[t1]", "(t1)", " t1.", "#t1"])
def test_a_handle_is_known_as_the_model_writes_it(handle: str) -> None:
    sources = Sources()
    sources.add(source(LOG))
    assert sources.find(handle) is not None


def test_failed_results_and_our_own_words_are_no_evidence() -> None:
    sources = Sources()
    sources.add(source(LOG, Standing.FAILED))
    assert sources.holding("too many connections") is None
    sources.add(source(LOG, Standing.OURS))
    assert sources.holding("too many connections") is None
    sources.add(source(LOG, Standing.CUT))
    assert sources.holding("too many connections") is not None


def test_only_a_whole_address_of_a_source_is_known() -> None:
    sources = Sources()
    sources.add(source("see https://a.example.com/x/y?z=1."))
    assert sources.has_url("https://a.example.com/x/y?z=1")
    assert not sources.has_url("https://a.example.com/x")
    assert not sources.has_url("https://a.example.com")


def test_addresses_end_where_the_sentence_does() -> None:
    assert addresses("(https://a.example.com/x), https://b.example.com/.") == {
        "https://a.example.com/x",
        "https://b.example.com",
    }
