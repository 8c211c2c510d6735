"""How long solutions are. Judges like length: no Q should be read without it."""

from __future__ import annotations

from selforg_tui.core.state import TaskState


def words(text: str) -> int:
    """Words of a text, separated by white space (ours). Where a language writes without spaces it says little: see `characters`."""
    return len(text.split())


def solution_words(*tasks: TaskState) -> int | None:
    """Words of the solutions together, 0 or more (ours). None without a finished task, and while one is still being made."""
    return sum(words(task.solution) for task in tasks) if _finished(tasks) else None


def solution_characters(*tasks: TaskState) -> int | None:
    """Characters of the solutions together, 0 or more (ours). None without a finished task, and while one is still being made."""
    return sum(len(task.solution) for task in tasks) if _finished(tasks) else None


def _finished(tasks: tuple[TaskState, ...]) -> bool:
    return bool(tasks) and all(task.ended is not None for task in tasks)
