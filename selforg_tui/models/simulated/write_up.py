"""The write-up of a simulated model: what the parts say, sorted by what they are about, each sentence once."""

from __future__ import annotations

from selforg_tui.core.text import first_sentence
from selforg_tui.models.simulated.coverage import reader_of
from selforg_tui.models.simulated.meaning import sentences
from selforg_tui.models.simulated.phrases import capital
from selforg_tui.models.simulated.reading import Situation

_REST = -1
"""Where stands what is about nothing in particular."""


def written_up(found: Situation) -> str:
    """Markdown with a title and a section for each aspect, in the order in which the parts come to it. No word is its own but headings."""
    reader = reader_of(found.mission, found.task, found.level, found.values)
    sections: dict[int, list[str]] = {}
    said: set[str] = set()
    for part in found.parts:
        for paragraph in (piece.strip() for piece in part.split("\n\n") if piece.strip()):
            passages = reader.read(paragraph).passages
            about = passages[0].main if passages else _REST
            fresh = [text for text in sentences(paragraph) if " ".join(text.lower().split()) not in said]
            said.update(" ".join(text.lower().split()) for text in fresh)
            if fresh:
                sections.setdefault(about, []).append(" ".join(fresh))
    lines = [f"# {first_sentence(found.task).rstrip('.:')}"]
    for about, paragraphs in sections.items():
        lines += [f"## {capital(reader.world.aspects[about].facet.topic) if about >= 0 else 'Further points'}", *paragraphs]
    return "\n\n".join(lines)
