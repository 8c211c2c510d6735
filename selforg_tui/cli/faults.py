"""What becomes of an error: a sentence for the person, an exit code for the script, a traceback for the log file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from selforg_tui.core.errors import ConfigError, ModelFailure, SelforgError, StorageError
from selforg_tui.settings.diagnostics import record

if TYPE_CHECKING:
    from selforg_tui.core.events import Status

DONE: Final = 0
FAULT: Final = 1
WRONG_USE: Final = 2
LIMIT: Final = 3
MODELS_FAILED: Final = 4
CANNOT_STORE: Final = 5
INTERRUPTED: Final = 130

OF_STATUS: dict[Status, int] = {
    "done": DONE,
    "done_with_failures": DONE,
    "limit": LIMIT,
    "failed": MODELS_FAILED,
    "interrupted": INTERRUPTED,
}
_OF_ERROR: dict[type[SelforgError], int] = {ConfigError: WRONG_USE, ModelFailure: MODELS_FAILED, StorageError: CANNOT_STORE}


def note(text: str) -> None:
    """See `output.note`; loaded only where there is something to say, since the app starts through here."""
    from selforg_tui.cli import output

    output.note(text)


def guarded(work: Callable[[], int]) -> int:
    """The exit code of the work; its errors are told in a sentence or two."""
    try:
        return work()
    except KeyboardInterrupt:
        note("Stopped.")
        return INTERRUPTED
    except SelforgError as problem:
        record(problem)
        note(str(problem))
        return next((code for kind, code in _OF_ERROR.items() if isinstance(problem, kind)), WRONG_USE)
    except Exception as problem:
        log = record(problem)
        where = f"details are in {log}" if log else "and its log file cannot be written"
        note(f"This is a fault of selforg-tui ({type(problem).__name__}); {where}. Please report it.")
        return FAULT
