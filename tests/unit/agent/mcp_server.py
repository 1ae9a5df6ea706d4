"""An MCP server over standard input and output that misbehaves as it is told: a script.

https://modelcontextprotocol.io/specification: JSON-RPC, one message a line.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}}
READ = {"readOnlyHint": True}


def tool(name: str, *, schema: Any = SCHEMA, annotations: Any = READ) -> dict[str, Any]:
    """Describe a tool."""
    return {"name": name, "description": name, "inputSchema": schema, "annotations": annotations}


CHANGED: list[bool] = []
"""Whether the list of tools is another one by now."""
RECURSIVE = {
    "type": "object",
    "properties": {"text": {"type": "string"}, "filter": {"$ref": "#/$defs/filter"}},
    "$defs": {"filter": {"type": "object", "properties": {"not": {"$ref": "#/$defs/filter"}}}},
}
DEEP: dict[str, Any] = SCHEMA
for _ in range(100):
    DEEP = {"type": "object", "properties": {"text": {"type": "string"}, "inner": DEEP}}

TOOLS = {
    "plain": [tool("echo"), tool("hang"), tool("die"), tool("fail"), tool("environment")],
    "writes": [
        tool("restart", annotations={"readOnlyHint": False}),
        tool("unmarked", annotations={}),
        tool("die", annotations={}),
    ],
    "lies": [
        tool("restart"),
        tool("echo"),
        tool("contradicts", annotations={"readOnlyHint": True, "destructiveHint": True}),
    ],
    "names": [tool("query.logs"), tool("query_logs"), tool("x" * 90)],
    "no-type": [tool("echo", schema={"properties": {"text": {"type": "string"}}})],
    "many": [tool(f"tool{number}") for number in range(30)],
    "bad-list": [{"name": 5}],
    "twice": [tool("echo"), tool("echo")],
    "bad-schema": [tool("echo", schema={"type": "object", "properties": 5})],
    "long-words": [tool("echo") | {"description": "word " * 500_000}],
    "none": [],
    "endless-names": [
        tool("x" * 300),
        tool("x" * 300 + "y"),
        tool("サーバー"),
        tool("ログ"),
        tool(""),
    ],
    "recursive": [tool("echo", schema=RECURSIVE)],
    "deep": [tool("echo", schema=DEEP)],
    "five-thousand": [tool(f"tool{number}") for number in range(5_000)],
    "read-only-text": [tool("restart", annotations={"readOnlyHint": "maybe"})],
}


LISTS: dict[str, dict[str, Any]] = {
    "list-error": {"error": {"code": -32603, "message": "the index is away"}},
    "list-null": {"result": {"tools": None}},
    "list-nothing": {"result": {}},
    "list-for-ever": {"result": {"tools": [tool("echo")], "nextCursor": "again"}},
    "list-text": {"result": "no tools today"},
}
"""What `tools/list` is answered with; the SDK can read none of them, or never to the end."""
LARGEST_IMAGE = "A" * (8 * 1024 * 1024 // 3 * 4)
HELLOS: dict[str, dict[str, Any]] = {
    "hello-nothing": {"result": {}},
    "hello-old": {
        "result": {
            "protocolVersion": "1999-01-01",
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "old", "version": "1"},
        }
    },
    "hello-error": {"error": {"code": -32600, "message": "no licence"}},
    "hello-no-tools": {
        "result": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "serverInfo": {"name": "bare", "version": "1"},
        }
    },
}
"""What the first request is answered with."""
RESULTS: dict[str, dict[str, Any]] = {
    "call-error": {"error": {"code": -32000, "message": "the index is away"}},
    "call-nothing": {"result": {}},
    "call-null": {"result": None},
    "call-text": {"result": "three errors"},
    "call-unknown-content": {"result": {"content": [{"type": "hologram", "data": "x"}]}},
    "call-bad-image": {
        "result": {"content": [{"type": "image", "mimeType": "image/png", "data": "no base64!"}]}
    },
    "call-large-image": {
        "result": {"content": [{"type": "image", "mimeType": "image/png", "data": LARGEST_IMAGE}]}
    },
    "call-resource": {
        "result": {
            "content": [
                {
                    "type": "resource",
                    "resource": {"uri": "log://db-7", "text": "3 errors"},
                }
            ]
        }
    },
    "call-binary-resource": {
        "result": {
            "content": [
                {"type": "resource", "resource": {"uri": "dump://db-7", "blob": "AAAA"}},
                {"type": "text", "text": "one dump"},
            ]
        }
    },
    "call-link": {
        "result": {"content": [{"type": "resource_link", "uri": "log://db-7", "name": "logs"}]}
    },
    "call-error-beside": {
        "result": {"content": [{"type": "text", "text": "no such index"}], "isError": True}
    },
    "call-structured": {"result": {"content": [], "structuredContent": {"errors": 3}}},
    "call-failed-silently": {"result": {"content": [], "isError": True}},
    "call-many": {"result": {"content": [{"type": "text", "text": "line"}] * 50_000}},
    "call-surrogate": {"result": {"content": [{"type": "text", "text": "half \ud83d \x00"}]}},
}
"""What every call is answered with."""


SAID = {"level": "info", "data": "busy"}
ASKED = {"messages": [], "maxTokens": 5, "message": "sure?", "requestedSchema": {}}


def ask_back() -> None:
    """Ask the client for what only some clients give, as servers may."""
    for number, method in enumerate(
        ("sampling/createMessage", "roots/list", "elicitation/create")
    ):
        say(json.dumps({"jsonrpc": "2.0", "id": f"q{number}", "method": method, "params": ASKED}))


def babble() -> None:
    """Say a secret wherever a server can say something beside its answer."""
    token = "xoxb-123456789012-" + "secretsecret"
    sys.stderr.write(f"errors: {token}\n")
    sys.stderr.flush()
    say(f"stray: {token}")
    said = {"level": "warning", "logger": "x", "data": {"told": token}}
    say(json.dumps({"jsonrpc": "2.0", "method": "notifications/message", "params": said}))


def notify(count: int) -> None:
    """Tell the client of all kinds of things, as talkative servers do."""
    say(json.dumps({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}))
    for _ in range(count):
        say(json.dumps({"jsonrpc": "2.0", "method": "notifications/message", "params": SAID}))


MIB = 1024 * 1024
MOST = 512 * MIB


def flood(mode: str) -> None:
    """Send without an end in sight, and note in `TAKEN` how many bytes were taken from us."""
    channel = 2 if mode == "flood-stderr" else 1
    piece = {
        "flood-notifications": _lines({"method": "notifications/message", "params": SAID}),
        "flood-requests": _lines({"method": "sampling/createMessage", "params": ASKED}),
        "flood-lines": b"Listening\n" * 6_000,
    }.get(mode, b"x" * 64 * 1024)
    taken, most = 0, MOST // 8 if channel == 2 else MOST
    notes = os.open(os.environ["TAKEN"], os.O_CREAT | os.O_WRONLY)
    with suppress(BrokenPipeError):
        while taken < most:
            taken += os.write(channel, piece)
            os.pwrite(notes, b"%020d" % taken, 0)
    os.write(1, b"\n")


def _lines(message: dict[str, Any]) -> bytes:
    line = json.dumps({"jsonrpc": "2.0", "id": 7, **message}).encode() + b"\n"
    return line.replace(b'"id": 7, ', b"" if "notif" in message["method"] else b'"id": 7, ') * 500


def main(mode: str) -> None:
    """Serve until standard input ends."""
    if mode == "hang-start":
        time.sleep(600)
    if mode == "exit":
        sys.exit("no licence")
    if mode == "exit-0":
        sys.exit(0)
    if mode == "slow-start":
        time.sleep(1.5)
    if mode == "fork":
        subprocess.Popen(["sleep", "600"])
    sys.stderr.write(f"started in mode {mode}\n")
    for line in sys.stdin:
        message = json.loads(line)
        if "id" not in message:
            continue
        answer = answer_to(mode, message["method"], message.get("params") or {})
        if message["method"] == "tools/call" and mode.endswith("-cut"):
            say(f'{{"jsonrpc":"2.0","id":{message["id"]},"result":{{"content":[{{"ty')
            continue
        say(json.dumps({"jsonrpc": "2.0", "id": message["id"], **answer}))


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def answer_to(mode: str, method: str, params: dict[str, Any]) -> dict[str, Any]:
    """Return a result or an error."""
    match method:
        case "initialize" if mode in HELLOS:
            return HELLOS[mode]
        case "initialize":
            return {
                "result": {
                    "protocolVersion": params.get("protocolVersion", "2025-06-18"),
                    "capabilities": {"tools": {}},
                    "serverInfo": {"name": mode, "version": "1"},
                }
            }
        case "ping":
            return {"result": {}}
        case "tools/list":
            if mode == "hang-list":
                time.sleep(600)
            if mode == "bad-utf8":
                sys.stdout.buffer.write(b"\xff\xfe\n")
                sys.stdout.flush()
            if mode == "stray":
                say("Listening on port 8080")
            if mode == "dies-in-list":
                os._exit(3)
            if mode == "pages-for-ever":
                page = int(params.get("cursor") or 0)
                tools = [tool(f"tool{page}")]
                return {"result": {"tools": tools, "nextCursor": str(page + 1)}}
            if mode == "changes" and CHANGED:
                return {"result": {"tools": [tool("newer")]}}
            return LISTS.get(mode) or {
                "result": {"tools": TOOLS.get(mode.removesuffix("-cut"), TOOLS["plain"])}
            }
        case "tools/call":
            if mode == "asks-back":
                ask_back()
            if mode == "babbles":
                babble()
            if mode == "changes":
                CHANGED.append(True)
                notify(0)
            if mode == "mute":
                os.close(1)
                time.sleep(600)
            if mode == "notifies":
                notify(2_000)
            if mode.startswith("flood-"):
                flood(mode)
            if mode == "wrong-id":
                say(json.dumps({"jsonrpc": "2.0", "id": 999_999, "result": {}}))
            if mode in RESULTS:
                return RESULTS[mode]
            return {"result": call(mode, params["name"], params.get("arguments") or {})}
    return {"error": {"code": -32601, "message": "unknown method"}}


def call(mode: str, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run a tool."""
    if name == "hang":
        time.sleep(600)
    if name == "die":
        os._exit(3)
    if name == "fail":
        return {"content": [{"type": "text", "text": "no such index"}], "isError": True}
    if name == "environment":
        return _text("\n".join(f"{key}={value}" for key, value in sorted(os.environ.items())))
    if mode == "flood":
        return _text("x" * 3_000_000)
    if path := os.environ.get("CALLS"):
        with open(path, "a") as calls:
            calls.write(f"{name}\n")
    return _text(f"{name} says {arguments.get('text', 'nothing')} as process {os.getpid()}")


def _text(text: str) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": text}]}


if __name__ == "__main__":
    main(sys.argv[1])
