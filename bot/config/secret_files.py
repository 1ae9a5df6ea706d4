"""Secrets that stand in files: NAME_FILE names the file that holds the value of NAME."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from bot.config.showing import may_hold_a_secret
from bot.errors import ConfigurationError

MOST_BYTES = 64 * 1024
_SUFFIX = "_FILE"
_KEY = "_API_KEY"
_OTHER_KEYS = ("HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_BEARER_TOKEN_BEDROCK")


def read_secret_files(given: Mapping[str, str], secrets: Collection[str]) -> dict[str, str]:
    """Return the values of all `NAME_FILE` in `given`, under NAME.

    NAME is one of `secrets` or a model provider's key. Raises `ConfigurationError` with a
    sentence for each file that cannot be used and each name that is given both ways.
    """
    read: dict[str, str] = {}
    faults: list[str] = []
    for name in _names(given, secrets):
        try:
            read[name] = _value(name, given)
        except ConfigurationError as error:
            faults.append(str(error))
    if faults:
        raise ConfigurationError("\n".join(faults))
    return read


def is_provider_key(name: str) -> bool:
    """Tell whether a variable holds a model provider's key, which is not a setting of ours."""
    return name.endswith(_KEY) or name in _OTHER_KEYS


def in_quotes(value: str) -> bool:
    """Tell whether a value stands in quotes, as `docker run --env-file` hands them on."""
    return len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"


def _names(given: Mapping[str, str], secrets: Collection[str]) -> Iterable[str]:
    for variable, path in sorted(given.items()):
        name = variable.removesuffix(_SUFFIX)
        if path and name != variable and (name in secrets or is_provider_key(name)):
            yield name


def _value(name: str, values: Mapping[str, str]) -> str:
    variable, path = name + _SUFFIX, Path(values[name + _SUFFIX])
    if values.get(name):
        raise ConfigurationError(f"{name} and {variable} are both set: keep one of them.")
    said = variable if may_hold_a_secret(path) else f"{variable}={path}"
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        value = content.decode("utf-8-sig").strip()
    except IsADirectoryError:
        raise ConfigurationError(f"{said} is a folder: it takes a file.") from None
    except OSError as error:
        if said == variable:
            raise ConfigurationError(
                f"{variable} seems to hold a secret itself: put it into {name}, or name the file"
                " that holds it."
            ) from None
        raise ConfigurationError(
            f"{said} cannot be read ({error.strerror}): it takes a file that the user"
            " who runs Burrow may read."
        ) from None
    except ValueError:
        raise ConfigurationError(f"{said} is not a text file in UTF-8.") from None
    if not value:
        raise ConfigurationError(f"{said} is empty: it takes a file with the secret.")
    if in_quotes(value):
        raise ConfigurationError(f"{said} holds a value in quotes: remove the quotes.")
    if len(content) > MOST_BYTES:
        raise ConfigurationError(
            f"{said} is longer than 64 KiB: it takes a file with the secret alone."
        )
    if "\n" in value or "\0" in value:
        raise ConfigurationError(
            f"{said} holds more than one line: it takes a file with the secret alone."
        )
    return value
