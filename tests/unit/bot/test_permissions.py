"""Who may ask where, from the variables or from one file; a bad file is told key by key."""

from pathlib import Path

import pytest

from bot.config import Settings
from bot.config.permissions import MOST_BYTES, Permissions
from bot.errors import ConfigurationError
from bot.intake.admission import Admission
from bot.intake.policy import Policy
from bot.intake.rules import Rule
from bot.slack.people import People, Person
from session import Resolver
from tests.unit.bot.examples import ME
from tests.unit.bot.stories import in_memory
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import scripted_api

WHOLE = """
external = false
channels = ["C0INC", "C0SEC", "C0PARTNER"]
askers = ["U0ANN", "U0BEN", "U0GIL"]
approvers = ["U0ANN"]

[channel.C0SEC]
askers = ["U0CLEO"]

[channel.C0PARTNER]
external = true
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "permissions.toml"


def read(file: Path, text: str) -> Settings:
    file.write_text(text)
    return Settings.isolated(permissions=str(file))


def refused(file: Path, text: str | bytes) -> str:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigurationError) as caught:
        Settings.isolated(permissions=str(file))
    return str(caught.value)


def test_the_file_says_what_the_variables_would(file: Path) -> None:
    settings = read(file, WHOLE)
    assert settings.allowed_channels == {"C0INC", "C0SEC", "C0PARTNER"}
    assert settings.approvers == {"U0ANN"}
    assert not settings.allow_external


def test_without_a_file_the_variables_say_it() -> None:
    settings = Settings.isolated(
        allow_external=True, allowed_channels="C0INC", approvers="U0ANN, W0BEN"
    )
    access = settings.access
    assert access == Permissions(
        external=True, channels=frozenset({"C0INC"}), approvers=frozenset({"U0ANN", "W0BEN"})
    )
    assert access.lets_ask("U0ANYBODY", "C0INC")


@in_virtual_time
async def test_a_channels_own_key_takes_the_place_of_the_one_above(tmp_path: Path) -> None:
    access = read(tmp_path / "permissions.toml", WHOLE).access
    async with scripted_api() as (_, client):
        people, repository = People(client, ME, now), in_memory()
        admission = Admission(
            Policy(me=ME, permissions=access), Resolver(repository), repository, people
        )

        def rule(user: str, channel: str, *, full: bool = True) -> Rule | None:
            person = Person(id=user, name=user, is_full_member=full)
            return admission.refuses(person, channel)

        assert rule("U0ANN", "C0INC") is rule("U0ANN", "D0ANN") is None
        assert rule("U0DAN", "C0INC") is rule("U0DAN", "D0DAN") is Rule.NO_ASKER
        assert rule("U0ANN", "C0SEC") is Rule.NO_ASKER
        assert rule("U0CLEO", "C0SEC") is None
        assert rule("U0GIL", "C0INC", full=False) is Rule.EXTERNAL
        assert rule("U0GIL", "C0PARTNER", full=False) is None
        assert rule("U0PAT", "C0PARTNER", full=False) is Rule.NO_ASKER


@pytest.mark.parametrize("key", ["allow_external", "allowed_channels", "approvers"])
def test_the_file_and_a_variable_at_once_are_refused(file: Path, key: str) -> None:
    file.write_text("external = true")
    value = {"allow_external": False, "allowed_channels": "C1A", "approvers": "U1A"}[key]
    with pytest.raises(
        ConfigurationError, match=f"PERMISSIONS is set together with {key.upper()}:"
    ):
        Settings.isolated(permissions=str(file), **{key: value})


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ('askers = "U0ANN"', "askers", "it takes a list of user ids"),
        ("askers = []", "askers", "leave it out for all"),
        ('askers = ["@ann"]', "askers", "'@ann' is not one of the user ids"),
        ('approvers = ["S0GROUP"]', "approvers", "'S0GROUP' is not one of the user ids"),
        ("approvers = [7]", "approvers", "7 is not one of the user ids"),
        ('channels = ["#incidents"]', "channels", "'#incidents' is not one of the channel ids"),
        ('channels = ["D0ANN"]', "channels", "'D0ANN' is not one of the channel ids"),
        ('external = "yes"', "external", "it takes true or false, not 'yes'"),
        ("extern = true", "extern", "no such key (did you mean external?)"),
        (r'"a\nb\u001b[31m" = 1', r'"a\nb\u001b[31m"', "no such key"),
        ('"" = 1', '""', "no such key"),
        (r'[channel."a\nb"]', r'"channel.a\nb"', "that is not one of the channel ids"),
        ("[channel.incidents]", "channel.incidents", "that is not one of the channel ids"),
        ("channel = 3", "channel", "it takes tables"),
        ("channel.C0INC = 3", "channel.C0INC", "it takes a table"),
        ('[channel.C0INC]\napprovers = ["U0ANN"]', "channel.C0INC.approvers", "no such key"),
        ("[channel.C0INC]\naskers = [true]", "channel.C0INC.askers", "True is not one of"),
        ("[channel.C0INC]\nexternal = 1", "channel.C0INC.external", "true or false, not 1"),
        ('channels = ["C0SEC"]\n[channel.C0INC]', "channel.C0INC", "does not name that channel"),
    ],
)
def test_a_bad_entry_is_one_sentence_with_the_file_and_the_key(
    file: Path, text: str, key: str, says: str
) -> None:
    said = refused(file, text)
    assert said.startswith(f"PERMISSIONS: {file}: {key}: ")
    assert says in said
    assert "\n" not in said


def test_every_fault_is_told(file: Path) -> None:
    assert len(refused(file, 'askers = []\nexternal = 1\nchannels = ["x"]').splitlines()) == 3


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe", "is not UTF-8"),
        (b"askers = [", "is not valid TOML"),
        (b"a = 1\na = 2", "is not valid TOML"),
        (b"#" * (MOST_BYTES + 1), "is larger than 256 KiB"),
        (b"a=" + b"[" * 100_000, "is not valid TOML"),
        (b"a=" + b"9" * 5_000, "is not valid TOML"),
    ],
)
def test_a_file_that_says_nothing_is_one_sentence(file: Path, content: bytes, says: str) -> None:
    said = refused(file, content)
    assert said.startswith(f"PERMISSIONS: {file} {says}")
    assert "\n" not in said


def test_a_file_that_begins_with_the_mark_of_windows_editors_is_read(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfexternal = true")
    assert Settings.isolated(permissions=str(file)).allow_external


def test_a_missing_file_and_a_folder_are_one_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(ConfigurationError, match=r"cannot be read: .+\.$"):
            Settings.isolated(permissions=str(path))


def test_what_may_be_a_secret_is_not_repeated(file: Path) -> None:
    assert "xoxb-1" not in refused(file, 'askers = ["xoxb-1-secret"]')
