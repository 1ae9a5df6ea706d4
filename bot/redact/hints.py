"""Tells which rules may find something in a text: most texts hold a hint of none."""

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from bot.redact.rules import Rule

_Tree: TypeAlias = "dict[str, _Tree]"


class Hints:
    """The hints of all rules. To look for them is all the work that most texts cost."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules: dict[str, list[int]] = {}
        for number, rule in enumerate(rules):
            for hint in rule.hints:
                self._rules.setdefault(hint, []).append(number)
        self._any = re.compile(_any_of(self._rules))
        self._of_root = _by_root(self._rules)

    def in_text(self, text: str) -> list[int]:
        """Return the numbers of the rules that have a hint in `text`, in their order."""
        lowered = text.lower()
        first = self._any.search(lowered)
        if first is None:
            return []
        rest = lowered[first.start() :]
        roots = [root for root in self._of_root if root in rest]
        hints = (hint for root in roots for hint in self._of_root[root] if hint in rest)
        return sorted({number for hint in hints for number in self._rules[hint]})


def _by_root(hints: Iterable[str]) -> dict[str, list[str]]:
    """Return the hints that hold no other hint, each with those that hold it, itself included."""
    roots: dict[str, list[str]] = {}
    for hint in sorted(hints, key=len):
        roots.setdefault(next((root for root in roots if root in hint), hint), []).append(hint)
    return roots


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern that finds the first of these words in one pass over a text."""
    tree: _Tree = {}
    for word in words:
        node = tree
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}
    return _pattern(tree)


def _pattern(tree: _Tree) -> str:
    """Return the pattern of a tree of characters, in which an empty one ends a word."""
    if "" in tree:
        return ""
    branches = [re.escape(character) + _pattern(node) for character, node in tree.items()]
    return f"(?:{'|'.join(branches)})" if len(branches) > 1 else branches[0]
