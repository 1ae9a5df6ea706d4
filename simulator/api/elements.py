"""Refuses the contents of one block as Slack does. Each check yields the problems it finds.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Callable, Iterator
from typing import Any

from simulator.api.rich_text import rich_text_problems
from simulator.values import Json

MAX_ID = 255
MAX_SECTION_TEXT = 3_000
MAX_TABLE_CHARACTERS = 10_000
WITH_OPTIONS = {
    "static_select": 100,
    "multi_static_select": 100,
    "overflow": 5,
    "checkboxes": 10,
    "radio_buttons": 10,
}
"""Menus, and how many options each holds at most."""
INTERACTIVE = frozenset(
    {
        *WITH_OPTIONS,
        *("button", "workflow_button", "datepicker", "datetimepicker", "timepicker"),
        *("external_select", "users_select", "conversations_select", "channels_select"),
        *("multi_external_select", "multi_users_select"),
        *("multi_conversations_select", "multi_channels_select"),
    }
)
TASK_STATUSES = ("pending", "in_progress", "complete", "error")
Check = Callable[[Json, str], Iterator[str]]


def characters(part: Any) -> int:
    if isinstance(part, dict):
        return sum(
            len(value) if name == "text" and isinstance(value, str) else characters(value)
            for name, value in part.items()
        )
    return sum(characters(item) for item in part) if isinstance(part, list) else 0


def too_long(value: Any, at: str, limit: int) -> Iterator[str]:
    if len(value or "") > limit:
        yield f"must be less than {limit + 1} characters [json-pointer:{at}]"


def _amount(items: Any, at: str, most: int) -> Iterator[str]:
    if not isinstance(items, list) or not items:
        yield f"no fewer than 1 items allowed [json-pointer:{at}]"
    elif len(items) > most:
        yield f"no more than {most} items allowed [json-pointer:{at}]"


def _section(block: Json, at: str) -> Iterator[str]:
    if "text" not in block and not block.get("fields"):
        yield f"missing required field: text or fields [json-pointer:{at}]"
    if "text" in block:
        yield from _text(block["text"], f"{at}/text", MAX_SECTION_TEXT)
    fields = block.get("fields") or []
    if fields:
        yield from _amount(fields, f"{at}/fields", 10)
    for index, field in enumerate(fields):
        yield from _text(field, f"{at}/fields/{index}", 2_000)
    if accessory := block.get("accessory"):
        yield from _element(accessory, f"{at}/accessory")


def _header(block: Json, at: str) -> Iterator[str]:
    yield from _text(block.get("text"), f"{at}/text", 150, kinds=("plain_text",))


def _markdown(block: Json, at: str) -> Iterator[str]:
    if not isinstance(block.get("text"), str) or not block["text"]:
        yield f"missing required field: text [json-pointer:{at}/text]"


def _context(block: Json, at: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from _amount(elements, f"{at}/elements", 10)
    for index, element in enumerate(elements or []):
        if element.get("type") != "image":
            yield from _text(element, f"{at}/elements/{index}", MAX_SECTION_TEXT)


def _actions(block: Json, at: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from _amount(elements, f"{at}/elements", 25)
    ids: set[str] = set()
    for index, element in enumerate(elements or []):
        where = f"{at}/elements/{index}"
        yield from _element(element, where)
        action_id = element.get("action_id")
        if action_id and action_id in ids:
            yield f"action_id already exists [json-pointer:{where}/action_id]"
        ids.add(action_id or "")


def _context_actions(block: Json, at: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from _amount(elements, f"{at}/elements", 5)
    for index, element in enumerate(elements or []):
        if element.get("type") not in ("feedback_buttons", "icon_button"):
            yield f"unsupported type: {element.get('type')} [json-pointer:{at}/elements/{index}]"


def _element(element: Json, at: str) -> Iterator[str]:
    kind = str(element.get("type"))
    if kind not in INTERACTIVE and kind != "image":
        yield f"unsupported type: {kind} [json-pointer:{at}/type]"
    if kind == "button":
        yield from _text(element.get("text"), f"{at}/text", 75, kinds=("plain_text",))
        yield from too_long(element.get("url"), f"{at}/url", 3_000)
        if element.get("style") not in (None, "primary", "danger"):
            yield f"failed to match any allowed value [json-pointer:{at}/style]"
    if kind in WITH_OPTIONS and not element.get("option_groups"):
        yield from _options(element.get("options"), f"{at}/options", WITH_OPTIONS[kind])
    yield from too_long(element.get("action_id"), f"{at}/action_id", MAX_ID)
    if isinstance(element.get("value"), str):
        yield from too_long(element["value"], f"{at}/value", 2_000)


def _options(options: Any, at: str, most: int) -> Iterator[str]:
    yield from _amount(options, at, most)
    for index, option in enumerate(options or []):
        kinds = ("mrkdwn", "plain_text")
        yield from _text(option.get("text"), f"{at}/{index}/text", 75, kinds=kinds)
        yield from too_long(option.get("value"), f"{at}/{index}/value", 150)


def _image(block: Json, at: str) -> Iterator[str]:
    if not (block.get("image_url") or block.get("slack_file")):
        yield f"missing required field: image_url [json-pointer:{at}]"
    if not block.get("alt_text"):
        yield f"missing required field: alt_text [json-pointer:{at}]"
    yield from too_long(block.get("image_url"), f"{at}/image_url", 3_000)
    yield from too_long(block.get("alt_text"), f"{at}/alt_text", 2_000)


def _table(block: Json, at: str) -> Iterator[str]:
    rows = block.get("rows")
    yield from _amount(rows, f"{at}/rows", 100)
    if block.get("column_settings"):
        yield from _amount(block["column_settings"], f"{at}/column_settings", 20)
    for number, row in enumerate(rows or []):
        yield from _amount(row, f"{at}/rows/{number}", 20)
        for column, cell in enumerate(row if isinstance(row, list) else []):
            yield from _cell(cell, f"{at}/rows/{number}/{column}")
    if characters(rows or []) > MAX_TABLE_CHARACTERS:
        yield f"no more than {MAX_TABLE_CHARACTERS} characters allowed [json-pointer:{at}/rows]"


def _cell(cell: Any, at: str) -> Iterator[str]:
    match cell.get("type") if isinstance(cell, dict) else None:
        case "raw_text":
            if not isinstance(cell.get("text"), str) or not cell["text"]:
                yield f"must be more than 0 characters [json-pointer:{at}/text]"
        case "rich_text":
            yield from rich_text_problems(cell, at)
        case _:
            yield f"failed to match any allowed schemas [json-pointer:{at}]"


def _plan(block: Json, at: str) -> Iterator[str]:
    """https://docs.slack.dev/reference/block-kit/blocks/plan-block"""
    yield from _title(block, at)
    ids: set[str] = set()
    for index, task in enumerate(block.get("tasks") or []):
        where = f"{at}/tasks/{index}"
        if not isinstance(task, dict) or task.get("type") != "task_card":
            yield f"failed to match any allowed schemas [json-pointer:{where}]"
            continue
        yield from _task_card(task, where)
        if task.get("task_id") in ids:
            yield f"task_id already exists [json-pointer:{where}/task_id]"
        ids.add(str(task.get("task_id")))


def _task_card(block: Json, at: str) -> Iterator[str]:
    """https://docs.slack.dev/reference/block-kit/blocks/task-card-block"""
    yield from _title(block, at)
    if not isinstance(block.get("task_id"), str) or not block["task_id"]:
        yield f"missing required field: task_id [json-pointer:{at}]"
    if block.get("status") not in TASK_STATUSES:
        yield f"failed to match any allowed value [json-pointer:{at}/status]"
    for name in ("details", "output"):
        if name in block:
            yield from rich_text_problems(block[name], f"{at}/{name}")


def _title(block: Json, at: str) -> Iterator[str]:
    if not isinstance(block.get("title"), str) or not block["title"]:
        yield f"missing required field: title [json-pointer:{at}]"


CHECKS: dict[str, Check] = {
    "section": _section,
    "header": _header,
    "markdown": _markdown,
    "context": _context,
    "context_actions": _context_actions,
    "actions": _actions,
    "image": _image,
    "table": _table,
    "rich_text": rich_text_problems,
    "plan": _plan,
    "task_card": _task_card,
}


def _text(
    text: Any, at: str, limit: int, kinds: tuple[str, ...] = ("mrkdwn", "plain_text")
) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in kinds:
        yield f"missing or unsupported text object [json-pointer:{at}]"
        return
    content = text.get("text")
    if not isinstance(content, str) or not content:
        yield f"must be more than 0 characters [json-pointer:{at}/text]"
    else:
        yield from too_long(content, f"{at}/text", limit)
