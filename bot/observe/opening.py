"""Opens the metrics, if METRICS asks for them."""

from typing import TYPE_CHECKING

from bot.errors import ConfigurationError

if TYPE_CHECKING:
    from bot.observe.exporter import Exporter

_MISSING = (
    "METRICS=true needs the package prometheus-client, which is not installed here:"
    " `pip install prometheus-client`, or remove METRICS."
)


def open_exporter() -> "Exporter":
    """Make the recorder that METRICS=true asks for.

    Its library is imported only here. Raises `ConfigurationError` if that is not installed.
    """
    try:
        from bot.observe.exporter import Exporter
    except ModuleNotFoundError as error:
        if error.name != "prometheus_client":
            raise
        raise ConfigurationError(_MISSING) from error
    return Exporter()
