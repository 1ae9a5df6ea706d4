"""Reads settings from their sources: the environment, then `.env`, then files with secrets."""

from collections.abc import Collection, MutableMapping
from pathlib import Path

from bot.config.dotenv import read_dotenv
from bot.config.secret_files import in_quotes, is_provider_key, read_secret_files
from bot.errors import ConfigurationError


def read_given(
    names: Collection[str],
    secrets: Collection[str],
    env_file: Path | None,
    environment: MutableMapping[str, str],
) -> dict[str, str]:
    """Return the values given for `names`, without those that are empty.

    What else stands in `env_file`, and the model providers' keys that stand in files, is put
    into `environment`, where libraries look for it; what is there already stays. Raises
    `ConfigurationError`.
    """
    ours = {*names, *(f"{name}_FILE" for name in secrets)}
    in_file = read_dotenv(env_file, ours) if env_file else {}
    for name, value in in_file.items():
        if name.upper() not in ours:
            environment.setdefault(name, value)
    given = _ours(in_file, ours) | _ours(environment, ours)
    keys = _keys(environment)
    _refuse_quotes(given | keys)
    environment.update(keys | read_secret_files(keys, ()))
    given |= read_secret_files(given, secrets)
    return {name: value for name, value in given.items() if name in names}


def _ours(variables: MutableMapping[str, str], ours: Collection[str]) -> dict[str, str]:
    """Return our variables, whatever the case of their names, without space around values."""
    upper = {name.upper(): value.strip() for name, value in variables.items()}
    return {name: value for name, value in upper.items() if name in ours and value}


def _keys(variables: MutableMapping[str, str]) -> dict[str, str]:
    """Return the providers' keys, and the names of files with keys, without space around them.

    Files and secret stores bring keys with a line end.
    """
    return {
        name: value.strip()
        for name, value in variables.items()
        if is_provider_key(name.removesuffix("_FILE"))
    }


def _refuse_quotes(given: MutableMapping[str, str]) -> None:
    faults = [
        f"{name} is in quotes: remove them (docker run --env-file hands them on)."
        for name, value in given.items()
        if in_quotes(value)
    ]
    if faults:
        raise ConfigurationError("\n".join(faults))
