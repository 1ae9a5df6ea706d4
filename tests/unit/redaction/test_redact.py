"""Secrets never pass `redact`; what an investigation needs does."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redact import MARKER, redact, redact_value
from bot.redact.hints import Hints
from bot.redact.rules import rule
from tests.unit.redaction import kinds_corpus, vendors_corpus
from tests.unit.redaction.harmless_corpus import HARMLESS as HARMLESS_CORPUS
from tests.unit.redaction.more_harmless_corpus import MORE_HARMLESS
from tests.unit.redaction.more_secrets_corpus import MORE_SECRETS
from tests.unit.redaction.secrets_corpus import SECRETS

HEX32 = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
MIXED = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"

# Prefix and rest stand apart, so that scanners of this repository do not take them for real.
TOKENS = [
    ("Slack token", "xoxb-", "123456789012-1234567890123-abcDEF123456abcDEF123456"),
    ("Slack token", "xoxe.xoxp-", "1-Mi0yLTEyMzQ1Njc4OTAxMi0xMjM0NTY3ODkw"),
    ("Slack token", "xapp-", "1-A012ABCD0A0-123456789012-" + HEX32),
    ("Slack webhook", "https://hooks.slack.com/services/", "T00000000/B00000000/" + MIXED[:24]),
    ("GitHub token", "ghp_", MIXED),
    ("GitHub token", "github_pat_", "11ABCDEFG0" + MIXED),
    ("GitLab token", "glpat-", "abcDEF123456ghiJKL78"),
    ("Google API key", "AIza", "SyA1234567890abcdefghijklmnopqrstuv"),
    ("Google client secret", "GOCSPX-", "abcdefghij1234567890ABCDEFGH"),
    ("Stripe key", "sk_live_", "4eC39HqLyjWDarjtT1zdp7dc"),
    ("Anthropic key", "sk-ant-", "api03-" + MIXED + "-AA"),
    ("OpenAI key", "sk-proj-", MIXED),
    ("API key", "sk-", MIXED),
    ("npm token", "npm_", MIXED),
    ("PyPI token", "pypi-", "AgEIcHlwaS5vcmcC" + MIXED),
    ("Twilio key", "SK", HEX32),
    ("SendGrid key", "SG.", "abcDEF123456ghiJKL7890." + MIXED + "xyzXYZ1"),
    ("Hugging Face token", "hf_", MIXED),
    ("Vault token", "hvs.", "CAESI" + MIXED),
    ("Telegram token", "110201543:AA", "HdqTcvCH1vGWJxfSeofSAs0K5PALDsawx"),
    ("Azure secret", "abc8", "Q~" + MIXED[:34]),
    (
        "JSON web token",
        "eyJhbGciOiJIUzI1NiJ9.",
        "eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n",
    ),
]

IN_CONTEXT = [
    ("password=hunter2", "password=[redacted: secret]"),
    ("DB_PASSWORD: 'correct horse'", "DB_PASSWORD: '[redacted: secret]'"),
    ('{"api_key": "abc def", "n": 1}', '{"api_key": "[redacted: secret]", "n": 1}'),
    (r'{"msg": "{\"token\": \"abc\"}"}', r'{"msg": "{\"token\": \"[redacted: secret]\"}"}'),
    ("the password is `s3cret!x`", "the password is `[redacted: secret]`"),
    ('password="pa[ss] w\\ord"', 'password="[redacted: secret]"'),
    (r"password=pa\ss", "password=[redacted: secret]"),
    ("pw: Winter2026!", "pw: [redacted: secret]"),
    ("Server=db;Password=abcd;Database=x", "Server=db;Password=[redacted: secret];Database=x"),
    ("a.example/?token=ab12cd&amp;page=2", "a.example/?token=[redacted: secret]&amp;page=2"),
    ("aws_secret_access_key = wJalrXUtnFEMI/K7", "aws_secret_access_key = [redacted: secret]"),
    ("psql postgres://app:p@ss@db/prod", "psql postgres://app:[redacted: password]@db/prod"),
    ("<redis://:hunter2@cache:6379|cache>", "<redis://:[redacted: password]@cache:6379|cache>"),
    ("https://0123456789abcdef0123@git/", "https://[redacted: URL credentials]@git/"),
    ("Authorization: Bearer abc123def456", "Authorization: Bearer [redacted: authorization]"),
    ("sent Bearer abcdef1234567890abcdef", "sent Bearer [redacted: bearer token]"),
    ("curl -H 'Cookie: sid=abc; x=1' u", "curl -H 'Cookie: [redacted: cookie]' u"),
    ("curl -s -u ann:hunter2 https://x", "curl -s -u ann:[redacted: password] https://x"),
    ("mysql --password hunter2 --host db", "mysql --password [redacted: secret] --host db"),
]  # fmt: skip

HARMLESS = [
    "rolled back to 3f2a9c1e4b5d6f708192a3b4c5d6e7f8091a2b3c (was 9fceb02)",
    "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    f"md5 {HEX32} and request 0d9c6f2e-7b1a-4b6e-9f0a-1e2d3c4b5a69",
    "db-1.prod.acme.example answers on 10.2.3.4:5432, not on [2001:db8::1]:5432",
    "https://acme.example:8443/a/b@2x.png?page=2 and ann@acme.example",
    "arn:aws:iam::123456789012:role/deploy on i-0abcd1234ef567890, ticket SEC-42",
    "password: please reset it, the token: expired, wrong api key",
    "PWD=/home/ann max_tokens=4096 tokens: 5120 secretName: app-tls",
    "password=${DB_PASSWORD} token: {{ .Values.token }} api_key=<your key>",
    "Basic authentication is off; Bearer authentication-is-required",
    "the cookie: we set it too late; key: value; public key: fine",
    "the risk-assessment-of-the-whole-platform and sk-learn",
    "docker run -u 1000:1000 curl",
    "<@U012ABCDEF> see <#C012ABCDEF|incidents> at 1700000000.000100",
]


@pytest.mark.parametrize(("label", "prefix", "rest"), TOKENS)
def test_a_token_becomes_a_marker_that_says_what_it_was(
    label: str, prefix: str, rest: str
) -> None:
    assert redact(f"see {prefix}{rest}, please") == f"see [redacted: {label}], please"


@pytest.mark.parametrize(("text", "expected"), IN_CONTEXT)
def test_a_secret_is_known_by_what_stands_before_it(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(("text", "secret"), [*SECRETS, *MORE_SECRETS])
def test_a_secret_is_found_as_people_post_it(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in redact(text)
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize("text", [*HARMLESS, *HARMLESS_CORPUS, *MORE_HARMLESS])
def test_what_an_investigation_needs_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("text", vendors_corpus.TOKENS)
def test_a_vendors_token_is_known_by_its_prefix(text: str) -> None:
    for around in ("{}", "key {}.", '{{"a": "{}"}}', "A={}\n", "<{}>"):
        assert text not in redact(around.format(text))
        assert "[redacted: " in redact(around.format(text))


@pytest.mark.parametrize(("text", "secret"), vendors_corpus.NAMED)
def test_a_vendors_token_is_known_by_what_stands_before_it(text: str, secret: str) -> None:
    assert secret not in redact(text)


@pytest.mark.parametrize("text", vendors_corpus.HARMLESS)
def test_what_only_begins_like_a_vendors_token_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("text", kinds_corpus.WHOLE)
def test_a_secret_is_known_with_nothing_beside_it(text: str) -> None:
    for around in ("{}", "see {}", '"{}"', "`{}`,"):
        assert text not in redact(around.format(text))
        assert "[redacted: " in redact(around.format(text))


@pytest.mark.parametrize(("text", "secret"), kinds_corpus.INSIDE)
def test_a_secret_is_known_by_the_statement_that_it_stands_in(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in redact(text)
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize("text", kinds_corpus.HARMLESS)
def test_hashes_ids_and_names_are_no_secrets(text: str) -> None:
    assert redact(text) == text


def test_an_aws_secret_key_is_known_by_the_access_key_before_it() -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    text = redact(f"{'AKIA'}IOSFODNN7EXAMPLE,{secret}")
    assert text == f"{'AKIA'}IOSFODNN7EXAMPLE,[redacted: AWS secret key]"


def test_basic_credentials_are_known_by_what_they_decode_to() -> None:
    credentials = base64.b64encode(b"ann:hunter2").decode()
    assert redact(f"Basic {credentials}") == "Basic [redacted: basic credentials]"
    assert redact("Basic knowledge of it") == "Basic knowledge of it"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\\n"])
def test_a_private_key_goes_as_a_whole(newline: str) -> None:
    body = newline.join([MIXED * 2] * 5)
    kind = "RSA PRIVATE KEY"
    key = newline.join([f"-----BEGIN {kind}-----", body, f"-----END {kind}-----"])
    assert redact(f"found {key} here") == "found [redacted: private key] here"


def test_a_private_key_that_was_cut_off_goes_too_and_the_text_after_it_stays() -> None:
    text = f"-----BEGIN OPENSSH PRIVATE KEY-----\n{MIXED * 2}\n{MIXED * 2}\n\nwho posted this?"
    assert MIXED not in redact(text)
    assert redact(text).endswith("who posted this?")


def test_a_short_text_and_an_empty_one_stay() -> None:
    assert redact("") == ""
    assert redact("ok") == "ok"


@given(st.text(max_size=60), st.sampled_from(TOKENS), st.text(max_size=60))
def test_a_token_is_found_between_any_texts(
    before: str, token: tuple[str, ...], after: str
) -> None:
    _, prefix, rest = token
    assert prefix + rest not in redact(f"{before} {prefix}{rest} {after}")


FRAGMENTS = [
    *(prefix for _, prefix, _ in TOKENS),
    *(text for text, _ in IN_CONTEXT),
    *("password", "token", "secret", "=", ":", " ", '"', "'", "\\", "[redacted: x]", "[redacted"),
    *("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "Basic ", "a", "1", "é", "\n"),
    *(
        "mysql -p",
        "docker login -p",
        "redis-cli ",
        "sig=",
        "$6$",
        "kind: Secret\n",
        "data:\n a: b\n",
    ),
    *(
        "machine a login b ",
        "auth: ",
        "<password>",
        "name: token, value: ",
        "creds ",
        "AKIA",
        "\n",
    ),
    *(
        "AKIAZ7EXAMPLEKEY0001 ",
        "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0",
        "echo a | sudo ",
        "net use ",
    ),
    *("eyJ", "eyJhbGciOiJI.", "SG.", "://", "@", "curl ", "--", "&x=", ";", "Cookie: a=", "~Q~"),
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_a_second_pass_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_a_hostile_text_is_done_in_linear_time(fragment: str) -> None:
    """Quadratic work on 300 kB would outlast the suite's time limit many times over."""
    text = (fragment * 300_000)[:300_000]
    assert len(redact(text)) <= 20 * len(text)


def test_values_of_a_log_entry_are_redacted_at_any_depth() -> None:
    token = "xoxb-" + "1234567890-abcdef"
    entry = {"event": "post.failed", "args": [{"text": f"use {token}"}, (1, None, True)]}
    assert redact_value(entry) == {
        "event": "post.failed",
        "args": [{"text": "use [redacted: Slack token]"}, (1, None, True)],
    }


def test_a_value_under_a_secrets_name_goes_whatever_it_looks_like() -> None:
    entry = {"password": "abc", "db_password": 1234, "Authorization": "x", "token": None}
    marker = "[redacted: value]"
    assert redact_value(entry) == {
        "password": marker, "db_password": marker, "Authorization": marker, "token": None,
    }  # fmt: skip


def test_keys_are_redacted_too_and_counts_of_tokens_are_not() -> None:
    token = "xoxb-" + "1234567890-abcdef"
    assert redact_value({token: 1, "tokens": 5}) == {"[redacted: Slack token]": 1, "tokens": 5}


def test_a_value_that_holds_itself_ends() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert "nested too deep" in str(redact_value(loop))


def test_the_marker_can_be_found_again() -> None:
    match = MARKER.search(redact("password=hunter2"))
    assert match is not None
    assert match[1] == "secret"


@given(st.text(alphabet="kKeEysp: "))
def test_a_rule_is_tried_where_one_of_its_hints_stands(text: str) -> None:
    rules = [
        rule("a", "key keys", ""),
        rule("b", "s:", ""),
        rule("c", ": p", ""),
        rule("d", "y", ""),
    ]
    hinted = [
        number
        for number, each in enumerate(rules)
        if any(hint in text.lower() for hint in each.hints)
    ]
    assert Hints(rules).in_text(text) == hinted
