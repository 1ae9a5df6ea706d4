"""Reads `.env`. One sentence refuses a file that cannot be read, or a probable mistake."""

import io
import re
import stat
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

from bot.errors import ConfigurationError

MOST_BYTES = 1024 * 1024
_UNITS = ("_SECONDS", "_DAYS")
_ALIKE = 0.88
"""How alike, from 0 to 1, a name must be to count as a slip: one wrong letter in eight, or so."""
_SHORTEST_SLIP = 5
"""Shorter names are too often one letter away from somebody else's."""


def read_dotenv(path: Path, ours: Collection[str]) -> dict[str, str]:
    """Return the names and values in the file, in any case; no file is an empty one.

    Raises `ConfigurationError` for a file that cannot be read, for a line that is no
    `NAME=value`, and for a name that is probably meant to be among `ours`.
    """
    text = _text_of(path)
    bindings = [binding for binding in parse_stream(io.StringIO(text)) if _says_something(binding)]
    faults = [*_faulty_lines(path, bindings), *_slips(path, bindings, ours)]
    if faults:
        raise ConfigurationError("\n".join(faults))
    values = dotenv_values(stream=io.StringIO(text))
    return {name: value for name, value in values.items() if value is not None}


def _text_of(path: Path) -> str:
    try:
        kind = path.stat().st_mode
    except FileNotFoundError:
        if path.is_symlink():
            raise ConfigurationError(f"{path} is a link to a file that does not exist.") from None
        return ""
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read ({error.strerror}).") from None
    if stat.S_ISDIR(kind):
        raise ConfigurationError(
            f"{path} is a folder: it must be a text file with lines NAME=value. Docker makes a"
            " folder where the file to be mounted does not exist."
        )
    if not (stat.S_ISREG(kind) or stat.S_ISCHR(kind)):
        raise ConfigurationError(f"{path} is not a file: it must be a text file in UTF-8.")
    return _decoded(path)


def _decoded(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read ({error.strerror}): the user that runs Burrow must be allowed"
            " to read it."
        ) from None
    if len(content) > MOST_BYTES:
        raise ConfigurationError(f"{path} is longer than 1 MiB: it takes lines NAME=value.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf_8(path, f"byte {error.start} is not text") from None
    if "\0" in text:
        raise _not_utf_8(path, "it holds a zero byte")
    return text


def _not_utf_8(path: Path, reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"{path} cannot be read ({reason}; PowerShell's > writes UTF-16): it must be a text file"
        " in UTF-8."
    )


def _says_something(binding: Binding) -> bool:
    return binding.error or binding.key is not None


def _faulty_lines(path: Path, bindings: list[Binding]) -> list[str]:
    """Name lines by their numbers alone: they may hold secrets."""
    return [
        f"{path}, line {binding.original.line}, cannot be read: it takes NAME=value, or a comment"
        " that begins with #."
        for binding in bindings
        if binding.error or (binding.value is None and binding.key)
    ]


def _slips(path: Path, bindings: list[Binding], ours: Collection[str]) -> list[str]:
    names = Counter(binding.key.upper() for binding in bindings if binding.key)
    twice = [
        f"{name} stands in {path} {count} times: keep one of the lines."
        for name, count in names.items()
        if count > 1 and name in ours
    ]
    unknown = [
        f"{path} sets {name}, which Burrow does not know: did you mean {meant}?"
        for name in names
        if name not in ours and (meant := probably_meant(name, ours))
    ]
    return twice + unknown


def probably_meant(name: str, ours: Collection[str]) -> str | None:
    """Return which of our names this one is a slip of, or None if it is somebody else's."""
    own_prefix = name.removeprefix("BURROW_")
    for meant in (own_prefix, *(own_prefix + unit for unit in _UNITS)):
        if meant in ours:
            return meant
    if len(name) < _SHORTEST_SLIP:
        return None
    # Only few start with such a name, and none needs to pay for the import.
    from difflib import get_close_matches

    folded: Mapping[str, str] = {_folded(known): known for known in ours}
    found = get_close_matches(_folded(own_prefix), folded, n=1, cutoff=_ALIKE)
    return folded[found[0]] if found else None


def _folded(name: str) -> str:
    """Return the name without what people mix up: doubled letters, y and ie, - and _."""
    sound = name.replace("-", "_").replace(".", "_").replace("IE", "I").replace("Y", "I")
    return re.sub(r"(.)\1", r"\1", sound)
