"""A plan as lines of words: where nothing else can be shown, and for plain text."""

from bot import words
from bot.document.nodes import Block, Paragraph, Plan, Text
from bot.document.values import Document


def has_plan(document: Document) -> bool:
    """Say whether a plan stands in the document."""
    return any(isinstance(block, Plan) for block in document.blocks)


def with_plain_plans(document: Document) -> Document:
    """Return the document with each plan as a paragraph of lines."""
    if not has_plan(document):
        return document
    return document.part(map(as_paragraph, document.blocks))


def as_paragraph(block: Block) -> Block:
    """Return a plan as a paragraph, any other block as it is."""
    if not isinstance(block, Plan):
        return block
    return Paragraph((Text("\n".join(plan_lines(block))),))


def plan_lines(plan: Plan) -> list[str]:
    """Return the title, and a line for each item."""
    return [plan.title, *(words.plan_item(task.state, task.text) for task in plan.tasks)]
