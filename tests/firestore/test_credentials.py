"""Credentials: files that are no good, none at all, and a metadata server that takes its time."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from google.auth.compute_engine import Credentials as MachineCredentials

from session import StorageError, StoreSettingsError
from session.engines.firestore.credentials import find_credentials
from tests.e2e.commands import command
from tests.support.firestore_emulator import HOST_VARIABLE

VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
KEY = {
    "type": "service_account",
    "project_id": "demo",
    "private_key": "-----BEGIN PRIVATE KEY-----\nnothing\n-----END PRIVATE KEY-----\n",
    "client_email": "burrow@demo.iam.gserviceaccount.com",
    "token_uri": "https://oauth2.googleapis.com/token",
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (HOST_VARIABLE, VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "gcloud"))


def folder(path: Path) -> None:
    path.mkdir()


def nothing(path: Path) -> None:
    pass


def text(content: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_text(content)

    write.__name__ = content[:20]
    return write


def latin(path: Path) -> None:
    path.write_bytes(b'{"type": "\xe9"}')


BAD_FILES = [
    (folder, "it is a folder"),
    (nothing, "there is no such file"),
    (latin, "it is not JSON"),
    (text(""), "it is not JSON"),
    (text("-----BEGIN PRIVATE KEY-----"), "it is not JSON"),
    (text("[]"), "it is not a key file that Google made"),
    (text("42"), "it is not a key file that Google made"),
    (text("null"), "it is not a key file that Google made"),
    (text("{}"), "it is not a key file that Google made"),
    (text('{"type": []}'), "it is not a key file that Google made"),
    (text('{"type": "service_account"}'), "it is not a key file that Google made"),
    (text('{"type": "authorized_user"}'), "it is not a key file that Google made"),
    (text('{"type": "external_account"}'), "it is not a key file that Google made"),
    (text('{"type": "impersonated_service_account"}'), "it is not a key file that Google made"),
    (text(json.dumps(KEY)), "it is not a key file that Google made"),
]


@pytest.mark.parametrize(("make", "says"), BAD_FILES)
async def test_a_file_that_is_no_good_is_named_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, make: Callable[[Path], None], says: str
) -> None:
    file = tmp_path / "key.json"
    make(file)
    monkeypatch.setenv(VARIABLE, str(file))
    with pytest.raises(StoreSettingsError) as refused:
        await find_credentials("demo", "(default)", patience=30)
    assert f"Google's credentials file {file} cannot be used: {says}. Set" in str(refused.value)


async def test_the_file_of_gcloud_is_named_too(tmp_path: Path) -> None:
    usual = tmp_path / "gcloud" / "application_default_credentials.json"
    usual.parent.mkdir()
    usual.write_text("[]")
    with pytest.raises(StoreSettingsError, match=f"{usual} cannot be used"):
        await find_credentials("demo", "(default)", patience=30)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="takes another user's rights")
async def test_a_file_that_may_not_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "key.json"
    file.write_text("{}")
    tmp_path.chmod(0)
    monkeypatch.setenv(VARIABLE, str(file))
    os.seteuid(65534)
    try:
        with pytest.raises(StoreSettingsError, match=r"it cannot be read \(Permission denied\)"):
            await find_credentials("demo", "(default)", patience=30)
    finally:
        os.seteuid(0)
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    "words",
    [["run"], ["sessions"], ["where", "C0123ABCD", "1712345678.000200"], ["copy", "{}", "{}/b"]],
    ids=lambda words: words[0],
)
async def test_every_command_ends_with_the_sentence_and_code_2(
    tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "key.json").write_text("[]")
    env = {
        VARIABLE: "key.json",
        "SESSION_STORE": "firestore://demo",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
    }
    words = [word.format("firestore://demo") for word in words]
    told = await command(*words, folder=tmp_path, env=env)
    assert told.code == 2
    assert "Google's credentials file key.json cannot be used" in told.err
    assert "Traceback" not in told.err


class MetadataServer:
    """Google's metadata server, as machines of Google's have it, on a port of this one."""

    def __init__(self, *, silent_for: float) -> None:
        self._begins_at = time.monotonic() + silent_for
        self._token = json.dumps({"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readuntil(b"\r\n\r\n")).decode().partition("\r\n")[0]
        if time.monotonic() >= self._begins_at:
            body = self._token if "token" in line else "demo"
            kind = "application/json" if "token" in line else "text/plain"
            if "recursive=true" in line:
                body, kind = json.dumps({"email": "a@b", "scopes": []}), "application/json"
            writer.write(
                f"HTTP/1.1 200 OK\r\nMetadata-Flavor: Google\r\nContent-Type: {kind}\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
            )
            await writer.drain()
            writer.close()
        else:
            # Accepted, and never answered.
            await reader.read()
            writer.close()


@asynccontextmanager
async def metadata_server(
    monkeypatch: pytest.MonkeyPatch, *, silent_for: float
) -> AsyncIterator[None]:
    server = await asyncio.start_server(
        MetadataServer(silent_for=silent_for).answer, "127.0.0.1", 0
    )
    host, port = server.sockets[0].getsockname()
    monkeypatch.setenv("GCE_METADATA_IP", f"{host}:{port}")
    monkeypatch.setattr(
        "google.auth.compute_engine._metadata._GCE_METADATA_HOST", f"{host}:{port}"
    )
    async with server:
        yield


async def test_a_bot_waits_for_a_metadata_server_that_takes_its_time_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with metadata_server(monkeypatch, silent_for=4):
        found = await find_credentials("demo", "(default)", patience=30)
    assert isinstance(found, MachineCredentials)
    assert found.token == "t", "the first call need not ask for it"
    said = [line for line in caplog.messages if "asking the metadata server for 30 s" in line]
    assert len(said) == 1


async def test_a_command_does_not_wait_for_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with metadata_server(monkeypatch, silent_for=60):
        began = time.monotonic()
        with pytest.raises(StorageError, match=r"No valid Google credentials.*project demo"):
            await find_credentials("demo", "(default)", patience=1)
    assert time.monotonic() - began < 10
    assert not [line for line in caplog.messages if "asking the metadata server" in line]
