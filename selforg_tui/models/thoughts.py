"""What a model thinks aloud before it answers, kept apart from the answer."""

from __future__ import annotations

from selforg_tui.core.calls import Usage
from selforg_tui.models.tokens import estimate_tokens

MOST = 20_000
"""Characters of thoughts that are kept."""

OPEN, CLOSE = "<think>", "</think>"


class Thoughts:
    """Collects them, counts what it does not keep, and finds those that stand between tags at the beginning of the text."""

    __slots__ = ("_began", "_closed", "_held", "_kept", "_length", "_room", "answering")

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._room = MOST
        self._length = 0
        self._held = ""
        self._began = self._closed = False
        self.answering = False
        """No thoughts between tags can come any more: what follows is answer, and need not be looked at."""

    def add(self, piece: str) -> None:
        """A piece of thought, perhaps an empty one."""
        self._length += len(piece)
        if self._room > 0:
            self._kept.append(piece[: self._room])
            self._room -= len(piece)

    def answer_in(self, piece: str) -> str:
        """What of the next piece of text belongs to the answer."""
        if self.answering:
            return piece
        self._held += piece
        if not self._began:
            start = self._held.lstrip()
            if len(start) < len(OPEN) and OPEN.startswith(start):
                return ""  # it may yet become the tag
            if not start.startswith(OPEN):
                return self._begin_answer(self._held)
            self._began, self._held = True, start[len(OPEN) :]
        if not self._closed:
            thought, closed, rest = self._held.partition(CLOSE)
            if not closed:
                safe = max(0, len(self._held) - len(CLOSE))  # the end may be half a tag
                self.add(self._held[:safe])
                self._held = self._held[safe:]
                return ""
            self.add(thought)
            self._closed, self._held = True, rest
        self._held = self._held.lstrip()
        return self._begin_answer(self._held) if self._held else ""

    def rest(self) -> str:
        """What was held back and turned out to be answer, once the text has ended."""
        held, self._held = self._held, ""
        if self._began and not self._closed:
            self.add(held)
            return ""
        return held

    def whole(self) -> str:
        """The thoughts, as many as are kept."""
        text = "".join(self._kept).strip()
        return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")

    def tokens(self) -> int:
        """About how many tokens they were, those included that are not kept."""
        if not self._length:
            return 0
        text = "".join(self._kept)
        return round(estimate_tokens(text) * self._length / len(text))

    def counted(self, usage: Usage) -> Usage:
        """An estimate of the answer, with the thoughts added to it."""
        made = self.tokens()
        return Usage(usage.input, usage.output + made, reasoning=made, source=usage.source)

    def _begin_answer(self, text: str) -> str:
        self.answering, self._held = True, ""
        return text


def closed_only(text: str) -> tuple[str, str]:
    """Thought and answer of a text whose opening tag was left to the prompt, as some servers' templates do it."""
    thought, closed, answer = text.partition(CLOSE)
    if not closed or not answer.strip() or text.lstrip()[:1] in "{[`":
        return "", text
    return thought, answer.lstrip()
