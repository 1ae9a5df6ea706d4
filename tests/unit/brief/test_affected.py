"""What a case is about, as alerts label it and people speak of it."""

import pytest

from bot.investigators.brief.affected import Affected, affected
from bot.investigators.brief.reading import read_entries
from tests.unit.brief.incident import thread

ALERT = (
    "Severity: Critical\nHost: WKS-0142\n*User:* CORP\\ann.lee\nUser SID: S-1-5-21-36-33-30-1013\n"
    "Process: powershell.exe -enc SQBFAFgA\nParent Process: winword.exe\n"
    "File Path: C:\\Temp\\inv oice.docm\nRegistry Key: HKLM\\Software\\Run\\x\n"
    "AadUserId: 3f2504e0-4f89-11d3-9a0c-0305e82c3301\nService: checkout-api | Database: orders\n"
    '{"HostName": "web-1.corp.local", "AccountName": "svc_backup"}\nsrc_host=db-7 Count: 12\n'
    "[FIRING:1] Lag service=cart topic=orders.v2 lag=812344\nBenutzer: adm-hoffmann\n"
    "agent: portal-web-1"
)


def found(*spoken: tuple[float, str, str]) -> list[Affected]:
    return list(affected(read_entries(thread(*spoken), frozenset())))


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        ("host", "WKS-0142"),
        ("account", r"CORP\ann.lee"),
        ("SID", "S-1-5-21-36-33-30-1013"),
        ("process", "powershell.exe -enc SQBFAFgA"),
        ("process", "winword.exe"),
        ("file", r"C:\Temp\inv oice.docm"),
        ("registry key", r"HKLM\Software\Run\x"),
        ("id", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
        ("service", "checkout-api"),
        ("database", "orders"),
        ("host", "web-1.corp.local"),
        ("account", "svc_backup"),
        ("host", "db-7"),
        ("service", "cart"),
        ("database", "orders.v2"),
        ("account", "adm-hoffmann"),
        ("host", "portal-web-1"),
    ],
)
def test_what_an_alert_labels_is_affected(thing: str, name: str) -> None:
    assert (thing, name) in [(it.thing.value, it.name) for it in found((0, "Pager", ALERT))]


def test_the_query_of_a_url_labels_nothing() -> None:
    assert not found((0, "Ann", "see https://wiki.a.com/x?user=kmeyer&host=web&node=1"))


def test_a_machine_that_is_called_store_is_a_host() -> None:
    (host,) = found((0, "Ann", "store-07 is down"))
    assert host.thing.value == "host"


def test_a_model_of_which_there_are_several_is_no_host() -> None:
    spoken = (0.0, "Ann", "field is TL-480 mostly"), (1.0, "Ben", "I test it on a real TL-480")
    assert found(*spoken) == []


def test_a_thing_is_told_with_the_latest_state() -> None:
    (host,) = found(
        (0, "Ann", "web-12 is down"),
        (5, "Ben", "is web-12 isolated?"),
        (9, "Ben", "isolated web-12, restarted db"),
    )
    assert (host.name, host.state, host.messages) == ("web-12", "isolated", 3)
    assert host.stated_in is not None
    assert host.stated_in.message.author == "Ben"


@pytest.mark.parametrize(
    "text", ["the follow-up and post-mortem", "see step-1", "UTF-8 and SHA-256", "10-20 users"]
)
def test_words_with_a_hyphen_are_no_hosts(text: str) -> None:
    assert not found((0, "Ann", text))


def test_accounts_paths_and_keys_need_no_label() -> None:
    text = r"CORP\bob ran C:\Windows\Temp\m.exe, wrote HKCU\Run\m and /tmp/.x/miner"
    assert [it.name for it in found((0, "Ann", text))] == [
        r"HKCU\Run\m",
        r"C:\Windows\Temp\m.exe",
        "/tmp/.x/miner",
        r"CORP\bob",
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("user ann.lee logged in, then backup_svc", ["ann.lee", "backup_svc"]),
        ("he logged in as contractor_ts", ["contractor_ts"]),
        ("the user e.g. me, user-facing, the account self-service, sa-east-1", []),
        ("user_id=3 and more", []),
    ],
)
def test_accounts_are_named_by_people_too(text: str, names: list[str]) -> None:
    assert [it.name for it in found((0, "Ann", text))] == names


def test_what_is_named_is_shown_defanged() -> None:
    assert found((0, "Pager", "Host: evil-shop.net"))[0].name == "evil-shop[.]net"


@pytest.mark.parametrize(
    "text", ["see OPS-1234 and OPS-1234", "hash of the dropped file: sha256 x"]
)
def test_tickets_and_sentences_with_a_colon_are_nothing_affected(text: str) -> None:
    assert not found((0, "Ann", text), (1, "Ben", text))


def test_a_file_that_somebody_shares_is_not_affected() -> None:
    (it,) = found(
        (0, "Ann", "encrypted: C:\\Temp\\orders.docm\n[file: access.log]\n[file: s.png]")
    )
    assert it.name == "C:\\Temp\\orders.docm"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("web-1 is back, it was down for an hour", "back"),
        ("web-1 isn't down, it is slow", "slow"),
        ("web-1 is not down", ""),
        ("web-1 will be restarted tonight", ""),
        ("web-1 should be isolated", ""),
        ("restarted checkout on web-1", ""),
        ("web-2 and web-1 are degraded, cache-1 is fine", "degraded"),
        ("web-2 is healthy but web-1 still slow", "slow"),
        ("web-2, web-1 and web-3 are down", "down"),
        ("rebooted web-1, patched web-2", "rebooted"),
        ("web-1 läuft wieder", "läuft wieder"),
        ("web-1を再起動しました", "再起動"),
        ("web-1 is OOMKilled", "OOMKilled"),
    ],
)
def test_a_state_is_what_is_said_to_be_so(text: str, state: str) -> None:
    hosts = {it.name: it.state for it in found((0, "Ann", "web-1"), (1, "Ben", text))}
    assert hosts["web-1"] == state


def test_what_an_alert_labels_is_followed_by_its_name() -> None:
    (it,) = found((0, "Pager", "Service: checkout"), (5, "Ann", "checkout recovered"))
    assert (it.name, it.state, it.messages) == ("checkout", "recovered", 2)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"host":"web-2","service":"cart","user":"ben"}', {"web-2", "cart", "ben"}),
        ("ALERT: Database: orders-pg, Replica: orders-pg-2", {"orders-pg", "orders-pg-2"}),
        ("Region: eu-west-1 and us-east-2", set()),
        ("Resource: arn:aws:rds:eu-west-1:123456789012:db:orders-db-1", set()),
        ("DC01 and LAPTOP-7F3K2 are encrypted", {"DC01", "LAPTOP-7F3K2"}),
    ],
)
def test_a_label_has_its_own_value_and_a_region_is_no_host(text: str, names: set[str]) -> None:
    assert {it.name for it in found((0, "Pager", text))} == names
