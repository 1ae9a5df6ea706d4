"""What becomes a document is safe: no secret, nothing hidden, no forged link."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from bot.document.plain import plain_text
from bot.document.sentences import sentence
from bot.document.values import (
    Code,
    Document,
    Heading,
    Item,
    Link,
    Listing,
    Paragraph,
    Person,
    Small,
    Table,
    Text,
    Time,
    TimeForm,
)
from tests.unit.document.examples import documents

TOKEN = "xoxb-" + "123456789012-1234567890123-abcDEF123456abcDEF123456"


def said(*nodes: Text | Link | Person | Time) -> tuple[object, ...]:
    (block,) = Document((Paragraph(nodes),)).blocks
    assert isinstance(block, Paragraph)
    return block.content


@pytest.mark.parametrize("place", [1, 4, 5, 10, 30, len(TOKEN) - 1])
def test_a_secret_that_is_spread_over_nodes_is_found(place: int) -> None:
    first, second = TOKEN[:place], TOKEN[place:]
    assert said(Text(f"see {first}"), Text(second, bold=True), Text(" so")) == (
        Text("see [redacted: Slack token] so"),
    )
    assert said(Text(first, code=True), Link("https://a.example", second)) == (
        Text("[redacted: Slack token]", code=True),
        Link("https://a.example"),
    )


def test_a_secret_hidden_by_an_invisible_character_is_found() -> None:
    assert said(Text("\u200b".join(TOKEN))) == (Text("[redacted: Slack token]"),)


def test_a_secret_is_found_in_every_kind_of_block() -> None:
    document = Document(
        (
            Heading(TOKEN),
            Code(f"export X={TOKEN}"),
            Small((Text(TOKEN),)),
            Listing((Item((Text(TOKEN),)),)),
            Table(((Text(TOKEN),),), (((Text(TOKEN),),),)),
            Paragraph((Person("U1", TOKEN), Link(f"https://a.example/{TOKEN}", "here"))),
            Paragraph((Time(datetime.now(UTC), url=f"https://a.example/{TOKEN}"),)),
        )
    )
    assert TOKEN not in str(document)
    assert TOKEN not in str(Document((Paragraph((Person("U1"),)),)).with_names({"U1": TOKEN}))


def test_an_address_that_holds_a_secret_leads_nowhere() -> None:
    assert said(Link("https://ann:hunter2x@db.example/", "the database")) == (
        Text("the database (https://ann:[redacted: password]@db.example/)"),
    )


def test_what_a_column_or_the_first_cell_names_as_a_secret_is_one() -> None:
    document = Document(
        (
            Table(
                ((Text("user"),), (Text("password"),)),
                (((Text("ann"),), (Text("hunter2!"),)), ((Text("api key"),), (Text("abc12345"),))),
            ),
        )
    )
    assert "hunter2" not in plain_text(document)
    assert "abc12345" not in plain_text(document)
    assert "ann" in plain_text(document)


def test_a_moment_is_no_secret_whatever_the_first_cell_says() -> None:
    when = Time(datetime(2026, 11, 23, 2, 52, tzinfo=UTC), TimeForm.DATE_AND_CLOCK)
    row = ((Text("AWS secret key"),), (when,))
    (table,) = Document((Table(((Text("type"),), (Text("seen"),)), (row,)),)).blocks
    assert isinstance(table, Table)
    assert table.rows[0][1] == (when,)


def test_an_access_key_id_is_masked_after_eight_characters() -> None:
    key_id, secret = "AKIA" + "Z7EXAMPLEKEY0001", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    assert said(Text(f"{key_id} is off")) == (Text("AKIAZ7EX… is off"),)
    assert said(Text(f"{key_id} "), Text(secret, code=True)) == (
        Text("AKIAZ7EX… "),
        Text("[redacted: AWS secret key]", code=True),
    )


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("pay\u200bpal.example", "paypal.example"),
        ("a\u00adb\u2060c\ufeffd", "abcd"),
        ("\x1b[31mred\x1b[0m\x07", "red"),
        ("a\r\nb\u2028c", "a\nb\nc"),
        ("half \ud83d and \x00", "half \ufffd and \ufffd"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("👩‍💻 ❤️ 1️⃣ می‌خواهم क्‍ष", "👩‍💻 ❤️ 1️⃣ می‌خواهم क्‍ष"),
        ("cdn\u200d.example", "cdn.example"),
        ("naïve – 東京\tok", "naïve – 東京\tok"),
    ],
)
def test_only_what_can_be_seen_stays(text: str, visible: str) -> None:
    assert said(Text(text)) == (Text(visible),)


EVIL = "https://evil.example/login"


@pytest.mark.parametrize(
    "label",
    [
        "pay.bank.example",
        "https://pay.bank.example/x",
        "your account at pay.bank.example",
        "pay[.]bank[.]example",
        "pay(dot)bank (dot) example",
        "pay\u3002bank\uff61example",
        "\uff50\uff41\uff59\uff0ebank\uff0eexample",
        "pay\u2024bank\u2024example",
        "10.0.0.1",
        "http://2130706433/",
        "http://localhost",
        "http://[::1]/x",
        "EVIL.example.bank.example",
        "evil.example@bank.example",
        "bank dot com",
        "pay dot bank DOT com",
        "bank_dot_com",
        "bank -dot- com",
        "bank punkt de",
        "bank . com",
        "bank .com",
        "bank\u00b7com",
        "bank \u2022 com",
        "bank\u30fbcom",
        "bank\ua4f8com",
        "bank%2ecom",
        "bank%E3%80%82com",
        "localhost",
        "localhost:8080",
        "10 dot 0 dot 0 dot 1",
        "10 . 0 . 0 . 1",
        "①⓪.0.0.1",
        "fe80::1",
        "[2001:db8::7]:443",
        "hxxps://bank.com",
        "xn--bnk-7ka.com",
        "b\u0430nk.com",
        "user@bank.com",
    ],
)
def test_a_link_whose_words_name_another_host_shows_where_it_leads(label: str) -> None:
    assert said(Link(EVIL, label)) == (Text(f"{label} ("), Link(EVIL), Text(")"))


@pytest.mark.parametrize(
    "label",
    [
        *("the login", "evil.example", "EVIL.example/login", "v1.2.3", ""),
        *("evil dot example", "evil\u00b7example", "ann@evil.example", "evil.example:443"),
        *(
            "It is down. Come here",
            "Grafana \u00b7 payments",
            "10:20:30",
            "std::string",
            "b. 3 of 4",
        ),
        *(
            "the .env file",
            "kube-system/coredns",
            "db-7:5432",
            "50% of it",
            "café menu",
            "d41d8cd9",
        ),
    ],
)
def test_a_link_that_leads_where_it_says_stays(label: str) -> None:
    assert said(Link(EVIL, label)) == (Link(EVIL, label),)


@pytest.mark.parametrize("scheme", ["https://", "https:\\\\", "https:/\\"])
def test_an_address_that_begins_with_another_hosts_name_is_no_link(scheme: str) -> None:
    url = f"{scheme}bank.example@evil.example/x"
    assert said(Link(url, "the bank")) == (Text(f"the bank ({url})"),)
    assert said(Link(url)) == (Text(url),)


def test_a_path_with_an_at_sign_is_no_other_host() -> None:
    link = Link("https://evil.example/@ann", "her page")
    assert said(link) == (link,)


def test_mail_to_somebody_goes_to_whom_its_words_name() -> None:
    honest = Link("mailto:ann@acme.example?subject=x", "Ann@acme.example")
    assert said(honest) == (honest,)
    forged = Link("mailto:eve@acme.example", "ann@acme.example")
    assert said(forged) == (Text("ann@acme.example ("), Link("mailto:eve@acme.example"), Text(")"))


def test_an_address_that_looks_like_another_one_is_spelled_out() -> None:
    (link,) = said(Link("https://b\u0430nk.com/login"))
    assert link == Link("https://xn--bnk-6cd.com/login")
    same = Link("https://müller.example/", "müller.example")
    assert said(same) == (same,)
    russian = Link("https://пример.рф/", "")
    assert said(russian) == (russian,)


def test_a_host_may_name_its_domain() -> None:
    assert said(Link("https://www.acme.example/", "acme.example")) != ()
    (link,) = said(Link("https://www.acme.example/", "acme.example"))
    assert isinstance(link, Link)


def test_words_beside_a_link_do_not_lend_it_a_host() -> None:
    assert said(Link(EVIL, "bank"), Text(".example")) == (
        Text("bank ("),
        Link(EVIL),
        Text(").example"),
    )


def test_a_link_does_not_hide_in_the_path_of_the_one_before() -> None:
    before = Link("https://a.example/", "a.example/")
    assert said(before, Link(EVIL, "bank.example")) == (
        before,
        Text("bank.example ("),
        Link(EVIL),
        Text(")"),
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "../x", "data:,x"])
def test_an_address_that_no_one_should_follow_is_text(url: str) -> None:
    assert said(Link(url, "here")) == (Text(f"here ({url})"),)


@settings(deadline=None, max_examples=40)
@given(documents)
def test_a_document_made_of_a_documents_blocks_is_the_same(document: Document) -> None:
    assert Document(document.blocks) == document


def test_documents_can_be_joined() -> None:
    assert plain_text(sentence("One.") + sentence("Two.")) == "One.\n\nTwo."
    assert not Document()


def test_people_get_their_names() -> None:
    document = Document((Paragraph((Person("U1"), Person("U2"), Person("U3", "Cy"))),))
    assert document.people == {"U1", "U2"}
    assert plain_text(document.with_names({"U1": "Ann\u202e"})) == "@Ann@U2@Cy"


def test_a_sentence_of_ours_knows_code_and_bullets_and_nothing_else() -> None:
    assert sentence("Stopped by _ann_ *now*: `x`\n\u2022 one\n\u2022 `two`\nend").blocks == (
        Paragraph((Text("Stopped by _ann_ *now*: "), Text("x", code=True))),
        Listing((Item((Text("one"),)), Item((Text("two", code=True),)))),
        Paragraph((Text("end"),)),
    )


def test_a_sentence_with_slacks_markup_names_people_and_pings_nobody() -> None:
    assert sentence("Asking <@U012ABC> and <!here> in `<!channel>` <b>").blocks == (
        Paragraph(
            (
                Text("Asking "),
                Person("U012ABC"),
                Text(" and @here in "),
                Text("<!channel>", code=True),
                Text(" <b>"),
            )
        ),
    )


def test_nodes_of_an_unknown_kind_are_read_as_their_text() -> None:
    stored = [
        {"kind": "poll", "title": "Who?", "options": ["a", {"kind": "x", "text": "b"}]},
        {"kind": "paragraph", "content": ["so ", {"kind": "emoji", "text": "🔥"}], "mood": 1},
        {"kind": "paragraph"},
        {"kind": "time"},
        17,
    ]
    assert plain_text(Document.from_json(stored)) == "Who? a b\n\nso 🔥"


@pytest.mark.parametrize(
    "stored", [None, {}, [[]], [{"kind": []}], [{"kind": "table", "rows": 4}]]
)
def test_what_is_no_document_is_read_as_an_empty_one(stored: object) -> None:
    assert plain_text(Document.from_json(stored)) == ""


def test_a_time_needs_its_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        Time(datetime(2026, 11, 27))  # noqa: DTZ001 - that is the point
