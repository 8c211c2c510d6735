"""Figures three lines high, for what is to be read from the back of a room."""

from __future__ import annotations

HEIGHT = 3
_SHAPES = {
    "0": ("╭─╮", "│ │", "╰─╯"),
    "1": ("╶╮ ", " │ ", "╶┴╴"),
    "2": ("╶─╮", "┌─┘", "╰─╴"),
    "3": ("╶─╮", " ─┤", "╶─╯"),
    "4": ("╷ ╷", "╰─┤", "  ╵"),
    "5": ("╭─╴", "╰─╮", "╶─╯"),
    "6": ("╭─╴", "├─╮", "╰─╯"),
    "7": ("╶─┐", "  │", "  ╵"),
    "8": ("╭─╮", "├─┤", "╰─╯"),
    "9": ("╭─╮", "╰─┤", "╶─╯"),
    ".": (" ", " ", "•"),
    "–": ("   ", "╶─╴", "   "),
}


def large(text: str) -> tuple[str, str, str]:
    """Three lines of equal width; what has no shape stands in the lowest line as it is."""
    shapes = [_SHAPES.get(letter, (" ", " ", letter)) for letter in text]
    return "".join(shape[0] for shape in shapes), "".join(shape[1] for shape in shapes), "".join(shape[2] for shape in shapes)
