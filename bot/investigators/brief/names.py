"""Finds whom a text calls by name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.document.thread import ThreadMessage

_MOST = 200
_WORD = re.compile(r"\w+")
_ASKS_YOU = (
    r"(?:please|pls|can|could|would|will|do|did|have|are|were|any|kannst|könntest|puedes|peux)\b"
)

_SOMEBODY = re.compile(r"(?:\s*@[\w.-]+[,:]?)+\s*")
_STRANGER = re.compile(r"(?<!\S)@(?!here\b|channel\b|everyone\b|all\b)[^\W\d]\w+")


@dataclass(frozen=True, slots=True)
class Names:
    """The people of a thread, by their names and first names in lower case."""

    ids: Mapping[str, frozenset[str]]
    _pattern: re.Pattern[str] | None
    _address: re.Pattern[str]

    @classmethod
    def of(cls, messages: Iterable[ThreadMessage]) -> "Names":
        """Collect the names of those who write."""
        ids: dict[str, set[str]] = {}
        for message in messages:
            whole = message.author.lower()
            for name in {whole, *whole.split()}:
                if len(name) > 1 and (name in ids or len(ids) < _MOST):
                    ids.setdefault(name, set()).add(message.author_id)
        either = "|".join(map(re.escape, sorted(ids, key=len, reverse=True)))
        pattern = re.compile(
            rf"@(?P<at>{either})(?!\w)"
            rf"|(?:\A|[.!?\n]|\b(?:hey|hi|hello|and|ok|herr|frau|hallo))\W*(?P<first>{either})"
            rf"(?:[,:]\s|\s{_ASKS_YOU})"
            rf"|,\s?(?P<last>{either})\W*\Z"
        )
        address = re.compile(rf"(?:\s*@(?:(?:{either})(?!\w)|[\w.-]+)[,:]?)+\s*", re.IGNORECASE)
        known = {name: frozenset(it) for name, it in ids.items()}
        return cls(known, pattern if ids else None, address if ids else _SOMEBODY)

    def called_in(self, text: str) -> frozenset[str]:
        """Return the ids of those whom a text speaks to; the name of who did not write yet."""
        if self._pattern is None:
            return frozenset()
        found = (it[it.lastgroup or 0] for it in self._pattern.finditer(text.lower()))
        called = frozenset().union(*(self.ids.get(name, frozenset()) for name in found))
        return called or frozenset(_STRANGER.findall(text))

    def without_address(self, text: str) -> str:
        """Leave away whom a text addresses at its beginning: `@Ann Lee yes` says `yes`."""
        found = self._address.match(text)
        return text[found.end() :] if found else text

    def are_in(self, text: str) -> bool:
        """Whether a text has somebody's name."""
        return any(len(word) > 2 and word in self.ids for word in _WORD.findall(text.lower()))

    def has_all(self, words: Iterable[str]) -> bool:
        """Whether all the words are names."""
        return all(word.lower() in self.ids for word in words)
