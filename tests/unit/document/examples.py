"""Documents of every shape, for tests that hold for all of them."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.document.values import (
    Break,
    Code,
    Document,
    Heading,
    Item,
    Link,
    Listing,
    Paragraph,
    Person,
    Plan,
    PlanItem,
    PlanState,
    Quote,
    Rule,
    Small,
    Table,
    Text,
    Time,
    TimeForm,
)

HOSTILE = [
    *("<!channel>", "<@U0ANN>", "<!subteam^S1>", "<https://evil.example|ok>", "&", "<", ">", "|"),
    *("*", "_", "`", "```", "\n", "\n\n", "\t", "\\", '"', "\u202e", "\u200b", "\x00", "\ud800"),
    *("🔥", "👩‍💻", "שלום", "東京", "e\u0301"),
    *("word ", "a sentence. ", "https://a.example/x?y=1&z=2", "1. ", "- ", "| a | b |", " "),
    "x" * 90,
]  # fmt: skip
URLS = [
    "https://northwind.example/archives/C1/p1700000000000100?thread_ts=1.1&cid=C1",
    "https://a.example/" + "x" * 300,
    "mailto:ann@acme.example",
    "javascript:alert(1)",
    "",
]

MIN, MAX = datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2040-01-01")

words = st.one_of(
    st.text(max_size=60), st.lists(st.sampled_from(HOSTILE), max_size=12).map("".join)
)
long_words = st.builds(lambda text, times: text * times, words, st.integers(1, 80))
texts = st.builds(
    Text, st.one_of(words, words, long_words), st.booleans(), st.booleans(), code=st.booleans()
)
times = st.builds(
    Time,
    st.datetimes(MIN, MAX, timezones=st.just(UTC)),
    st.sampled_from(TimeForm),
    st.sampled_from(URLS),
)
links = st.builds(Link, st.sampled_from(URLS), words, st.booleans(), st.booleans())
people = st.builds(Person, st.sampled_from(["U1", "U0ANN", "<@U2>"]), words)
runs = st.lists(st.one_of(texts, texts, links, times, people), max_size=8).map(tuple)
items = st.lists(st.builds(Item, runs, st.integers(0, 4)), max_size=12).map(tuple)
blocks = st.one_of(
    st.builds(Heading, words, st.integers(-1, 9)),
    st.builds(Heading, long_words),
    st.builds(Paragraph, runs),
    st.builds(Small, runs),
    st.builds(Quote, runs),
    st.builds(Listing, items, st.booleans(), st.integers(-1, 40)),
    st.builds(Code, long_words, words),
    st.builds(
        Table,
        st.lists(runs, max_size=25).map(tuple),
        st.lists(st.lists(runs, max_size=6).map(tuple), max_size=12).map(tuple),
    ),
    st.builds(
        Plan,
        words,
        st.lists(
            st.builds(PlanItem, text=words, state=st.sampled_from(PlanState)), max_size=30
        ).map(tuple),
    ),
    st.just(Rule()),
    st.just(Break()),
)
documents = st.lists(blocks, max_size=7).map(lambda some: Document(tuple(some)))
