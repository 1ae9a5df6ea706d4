"""Names instead of ids: who is named in a document, and the document with their names."""

from collections.abc import Mapping
from dataclasses import replace

from bot.document.nodes import Inline, Person
from bot.document.runs import runs_of, with_runs
from bot.document.values import Document


def people_in(document: Document) -> set[str]:
    """Return the ids of the people whose names are not known yet."""
    return {
        node.user_id
        for block in document.blocks
        for run in runs_of(block)
        for node in run
        if isinstance(node, Person) and not node.name
    }


def with_names(document: Document, names: Mapping[str, str]) -> Document:
    """Return the document with the names by user id; a person without a name keeps the id."""
    if not people_in(document) & names.keys():
        return document

    def named(node: Inline) -> Inline:
        if isinstance(node, Person) and not node.name:
            return replace(node, name=names.get(node.user_id, ""))
        return node

    return Document(
        tuple(
            with_runs(block, [tuple(map(named, run)) for run in runs_of(block)])
            for block in document.blocks
        )
    )
