"""The command `burrow`, and `python -m bot`: makes a sound start, then runs the command line."""

import os
import signal
import sys
import threading
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

_PARENT = Path(__file__).resolve().parent.parent
_PACKAGES = ("session", "simulator")
_SERVING = ("run", "demo")
_USAGE = 2
_STOPPED = 3


def main() -> int:
    """Run the command line and return its exit code."""
    _leave_at_once_on_signals()
    _fill_closed_streams()
    trouble = _missing_folder()
    if trouble is None:
        _look_here_last()
        trouble = _hidden_package()
    if trouble is not None:
        print(trouble, file=sys.stderr)  # noqa: T201 - the command line cannot be imported
        return _USAGE
    _have_a_home()
    _import_structlog_without_rich()
    from bot.commands import main as run

    return _without_waiting(run())


def _leave_at_once_on_signals() -> None:
    """Heed signals from the first line on: to import what a command needs takes a moment.

    Nothing is open yet, so there is nothing to end. The command takes them over.
    """
    if (sys.argv[1:2] or ["run"])[0] not in _SERVING:
        signal.signal(signal.SIGINT, lambda *_: os._exit(_STOPPED))
        return
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        # Under nohup a terminal that closes means nothing.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda *_: os._exit(0))


def _fill_closed_streams() -> None:
    """Put nothing where stdin, stdout or stderr is closed.

    The next file or socket would get that number, and what a library prints would go there.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _without_waiting(code: int) -> int:
    """Return the code, or exit with it while a thread hangs: Python would wait for it."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError, ValueError):
            stream.flush()
    others = (thread for thread in threading.enumerate() if thread is not threading.main_thread())
    if not all(thread.daemon for thread in others):
        os._exit(code)
    return code


def _missing_folder() -> str | None:
    """Say that the folder of the start is gone, or may not be looked into: paths begin there."""
    try:
        Path.cwd()
    except OSError as error:
        return f"The folder of this start cannot be used ({error.strerror}): change into another."
    return None


def _look_here_last() -> None:
    """Look for modules in the folder of the start last, as the command `burrow` does.

    `python -m` looks there first, and a `session.py` or a `yaml.py` of somebody's own would run
    in place of ours or of a library's.
    """
    if sys.path and Path(sys.path[0] or ".").resolve() == Path.cwd():
        sys.path.append(sys.path.pop(0))


def _hidden_package() -> str | None:
    """Say which file hides one of our packages, as one that PYTHONPATH names may."""
    for name in _PACKAGES:
        spec = find_spec(name)
        origin = Path(spec.origin).resolve() if spec and spec.origin else None
        if origin and origin.parent.parent != _PARENT:
            return (
                f"{origin} hides Burrow's package `{name}`: rename it, or leave its folder out of"
                " PYTHONPATH."
            )
    return None


def _have_a_home() -> None:
    """Let `~` mean something where neither HOME nor a passwd entry exists.

    In a container with any user id there is none, and libraries ask for it when imported.
    """
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = "/"  # noqa: TID251 - no setting of ours; libraries look there


def _import_structlog_without_rich() -> None:
    """Spare each start the import of rich, which structlog would draw traces with.

    A command that draws imports it later.
    """
    if "rich" not in sys.modules:
        sys.modules["rich"] = None  # type: ignore[assignment]  # so an import of it fails
        try:
            import structlog.dev  # noqa: F401 - it looks for rich now, and never again
        finally:
            del sys.modules["rich"]


if __name__ == "__main__":
    sys.exit(main())
