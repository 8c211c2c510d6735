"""What a call is shown, read off the names that a log gives to it (`protocols.base.shown_as`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from selforg_tui.core.ids import label


def numbered(names: Iterable[str], kind: str = "") -> dict[int, str]:
    """By seat, those of the names in a log that are of a kind: outputs for ''."""
    start = f"{kind} " if kind else ""
    found = {}
    for name in names:
        rest = name.removeprefix(start)
        if name.startswith(start) and rest.isdigit():
            found[int(rest)] = name
    return found


def in_words(sees: Iterable[str]) -> str:
    """`01 02 04 in full`, `8 intentions`, `the roles of 1 earlier task`: what a call is shown, in a few words."""
    sees = list(sees)
    parts: list[str] = []
    outputs = sorted(numbered(sees))
    if outputs:
        parts.append(f"{' '.join(map(label, outputs))} in full" if len(outputs) <= 8 else f"{len(outputs)} outputs in full")
    kinds: tuple[tuple[str, Callable[[int], str]], ...] = (
        ("intention ", lambda n: _many(n, "intention")),
        ("signal ", lambda n: _many(n, "signal")),
        ("mark ", lambda n: _many(n, "mark")),
        ("roles of task ", lambda n: f"the roles of {_many(n, 'earlier task')}"),
    )
    for start, words in kinds:
        if count := sum(name.startswith(start) for name in sees):
            parts.append(words(count))
    return " and ".join(parts) or "nothing of the others"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
