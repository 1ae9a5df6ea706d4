"""Notebooks and audits, which turns leave behind: each is a row of its own."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from session.engines.sqlite.transaction import Execute, Transaction
from session.messages import SessionId, TurnId
from session.models import Audit, Notebook
from session.readable import decoded
from session.storable import as_json


def write_notebook(tx: Transaction, session_id: SessionId, notebook: Notebook) -> None:
    """Replace a session's notebook of that name."""
    sql = "INSERT OR REPLACE INTO notebooks (session_id, name, value) VALUES (?, ?, ?)"
    tx.execute(sql, (session_id, notebook.name, as_json(notebook.value)))


def write_audit(tx: Transaction, session_id: SessionId, audit: Audit) -> None:
    """Replace a turn's audit."""
    sql = "INSERT OR REPLACE INTO audits (session_id, turn_id, value) VALUES (?, ?, ?)"
    tx.execute(sql, (session_id, audit.turn_id, as_json(audit.value)))


def notebook(execute: Execute, session_id: SessionId, name: str) -> Mapping[str, Any] | None:
    """Read one notebook's value."""
    sql = "SELECT value FROM notebooks WHERE session_id = ? AND name = ?"
    return _value(execute(sql, (session_id, name)).fetchone())


def audit(execute: Execute, session_id: SessionId, turn_id: TurnId) -> Mapping[str, Any] | None:
    """Read one turn's audit."""
    sql = "SELECT value FROM audits WHERE session_id = ? AND turn_id = ?"
    return _value(execute(sql, (session_id, turn_id)).fetchone())


def notebooks(execute: Execute, session_id: SessionId) -> Iterator[Notebook]:
    """Read a session's notebooks by name."""
    sql = "SELECT name, value FROM notebooks WHERE session_id = ? ORDER BY name"
    for row in execute(sql, (session_id,)).fetchall():
        yield Notebook(name=row["name"], value=decoded(row["value"], json.loads))


def audits(execute: Execute, session_id: SessionId) -> Iterator[Audit]:
    """Read the audits of a session's turns."""
    sql = "SELECT turn_id, value FROM audits WHERE session_id = ? ORDER BY turn_id"
    for row in execute(sql, (session_id,)).fetchall():
        yield Audit(turn_id=TurnId(row["turn_id"]), value=decoded(row["value"], json.loads))


def _value(row: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if row is None:
        return None
    value: Mapping[str, Any] = decoded(row["value"], json.loads)
    return value
