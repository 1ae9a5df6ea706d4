"""What a tool server writes is read as far as it can be, and nobody waits for the rest."""

import pytest
from mcp_types import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from bot.investigators.agent.mcp.lines import UNREADABLE, message_in


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (rb'"half \ud83d"', "half \ufffd"),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (b'"\xff bytes"', "\ufffd bytes"),
        (b'"a tab\tin it"', "a tab\tin it"),
        (b"-Infinity", float("-inf")),
    ],
)
def test_an_answer_that_is_not_quite_well_formed_is_an_answer(value: bytes, read: object) -> None:
    message = message_in(b'{"jsonrpc": "2.0", "id": 3, "result": {"value": %s}}\n' % value)
    assert isinstance(message, JSONRPCResponse)
    assert (message.id, message.result) == (3, {"value": read})


DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    "line",
    [
        b'{"jsonrpc":"2.0","id":3,"result":"three errors"}',
        b'{"jsonrpc":"2.0","id":3,"result":{"content":[{"type":"te',
        b'{ "id" : 3 , "jsonrpc" : "2.0" , "result" : {"a" "b"} }',
        b'{"id":3,"result":{' + DEEP,
        b'{"result":{"rows":[{"id":7},]},"jsonrpc":"2.0","id":3}',
        b'{"error":{"code":"E"},"id":3,"jsonrpc":"2.0"}',
        b'{"jsonrpc":"1.0","id":3,"result":{}}',
        b'{"jsonrpc":"2.0","id":3}',
    ],
    ids=["text", "cut", "no comma", "deep", "JavaScript", "bad error", "version", "nothing"],
)
def test_an_answer_that_cannot_be_read_is_an_error_of_its_call(line: bytes) -> None:
    message = message_in(line)
    assert isinstance(message, JSONRPCError)
    assert (message.id, message.error.message) == (3, UNREADABLE)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"Listening on port 8080",
        b"3",
        b"null",
        b"[]",
        b'{"level": "info", "id": "a7"}',
        b'{"jsonrpc":"2.0","id":4,"method":5}',
        b'{"jsonrpc":"2.0","id":4,"method":"roots/list","params":{"a',
        b'{"rows":[{"id":7}',
        b'{"result":[{"id":7},{"id":8',
        b"[" * 100_000,
    ],
)
def test_what_answers_no_call_is_no_message(line: bytes) -> None:
    assert message_in(line) is None


def test_requests_and_notifications_of_a_server_are_read() -> None:
    asked = message_in(b'{"jsonrpc":"2.0","id":4,"method":"roots/list"}')
    told = message_in(b'{"jsonrpc":"2.0","method":"notifications/message","params":{}}')
    assert isinstance(asked, JSONRPCRequest)
    assert isinstance(told, JSONRPCNotification)
