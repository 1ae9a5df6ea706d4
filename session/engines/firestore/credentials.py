"""Google's credentials: found within a time limit, and what is wrong with them in one sentence.

Where they are looked for: https://cloud.google.com/docs/authentication/application-default-credentials
"""

import asyncio
import json
import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import google.auth
from google.auth import _cloud_sdk, environment_vars
from google.auth.compute_engine import Credentials as MachineCredentials
from google.auth.credentials import Credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, TransportError
from google.auth.transport.requests import Request
from google.cloud.firestore_v1 import AsyncClient

from session.access import Access
from session.engines.firestore.errors import LOGIN, explain
from session.errors import StorageError, StoreSettingsError

log = logging.getLogger(__name__)

PATIENCE = {Access.SERVE: 30.0, Access.MOVE: 1.0, Access.LOOK: 1.0}
"""Seconds in which Google's metadata server may begin to answer: on GKE it often takes three after
a pod's start. Off Google's machines nothing answers there."""

_LONGEST_ATTEMPT = 3.0
_PAUSE = 0.5


async def find_credentials(project: str, database: str, *, patience: float) -> Credentials:
    """Find the credentials that Google's libraries use here, within `patience` seconds.

    Raises `StoreSettingsError` for a file that is no good, and `StorageError` if there are none.
    """
    gives_up_at, has_said = time.monotonic() + patience, False
    while True:
        remaining = gives_up_at - time.monotonic()
        try:
            return await asyncio.to_thread(_find, min(_LONGEST_ATTEMPT, max(remaining, _PAUSE)))
        except GoogleAuthError as error:
            if time.monotonic() + _PAUSE >= gives_up_at:
                raise StorageError(explain(error, project, database)) from error
        if not has_said:
            log.warning("No Google credentials yet: asking the metadata server for %g s", patience)
            has_said = True
        await asyncio.sleep(_PAUSE)


def _find(timeout: float) -> Credentials:
    request, file = _BriefRequest(timeout), _file()
    if file is not None:
        _check(file)
    try:
        found, _ = google.auth.default(scopes=AsyncClient.SCOPE, request=request)
    except (GoogleAuthError, AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        if file is None:
            raise
        raise _unusable(file, "it is not a key file that Google made") from error
    if isinstance(found, MachineCredentials):
        # The first token takes as long as the first answer, and a call to the store is shorter.
        found.refresh(request)
    return found


def _file() -> Path | None:
    """Name the file that Google's libraries are going to read, if any.

    They ask the environment by themselves; we only to tell which file is no good.
    """
    named = os.environ.get(environment_vars.CREDENTIALS)  # noqa: TID251
    if named:
        return Path(named)
    usual = Path(_cloud_sdk.get_application_default_credentials_path())
    return usual if usual.is_file() else None


def _check(file: Path) -> None:
    """Raise `StoreSettingsError` for a file that Google's libraries would stumble over."""
    try:
        content = json.loads(file.read_text())
    except FileNotFoundError as error:
        raise _unusable(file, "there is no such file") from error
    except IsADirectoryError as error:
        raise _unusable(file, "it is a folder") from error
    except OSError as error:
        raise _unusable(file, f"it cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise _unusable(file, "it is not JSON") from error
    if not isinstance(content, dict):
        raise _unusable(file, "it is not a key file that Google made")


def _unusable(file: Path, reason: str) -> StoreSettingsError:
    return StoreSettingsError(
        f"Google's credentials file {file} cannot be used: {reason}. {LOGIN}."
    )


# Untyped in the library.
_ask: Any = Request.__call__


class _BriefRequest(Request):
    """Asks the metadata server once and for `limit` seconds: Google's own search retries it."""

    def __init__(self, limit: float) -> None:
        super().__init__()
        self._limit = limit

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **kwargs: Any,
    ) -> Any:
        brief = min(timeout or self._limit, self._limit)
        try:
            return _ask(self, url, method, body, headers, brief, **kwargs)
        except TransportError as error:
            raise DefaultCredentialsError("no metadata server answers here") from error
