"""The X-ray in words."""

from __future__ import annotations

from collections.abc import Iterable

from selforg_tui.core.ids import label
from selforg_tui.tui.run.agent.scene import Scene
from selforg_tui.tui.run.agent.shown import in_words


def sentence(found: Scene, sees: Iterable[str], given: bool) -> str:
    """The X-ray in words: what the agent sees before it decides, and what does not exist under the protocol."""
    who = label(found.seat)
    under = f"Under {found.title} " if found.supposed else ""
    if not found.asked:
        said = f"{who} is not asked to contribute under {found.title}, and sees nothing."
    else:
        words = in_words(sees)
        if given:
            words = "the role given to it" + ("" if words == "nothing of the others" else f" and {words}")
        said = f"{under}{who} {found.verb} {words}."
    absent = [section.none for section in found.sections if section.none]
    verb = "is" if absent[:1] == ["no plan"] else "are"
    where = "" if found.supposed else f" under {found.title}"
    return said + (f" There {verb} {' and '.join(absent)}{where}." if absent else "")


def total(found: Scene) -> str:
    """`sees 4 of 7 outputs · 0 of 8 intentions`, and what it will see once that is there."""
    parts = []
    for section in (found.section("outputs"), *(section for section in found.sections if section.name != "outputs")):
        there, clear = section.count("clear", "hidden"), section.count("clear")
        if there:
            name = {"history": "earlier tasks", "plan": "roles of the plan"}.get(section.name, section.name)
            parts.append(f"{clear} of {there} {name if there != 1 or section.name == 'plan' else name.removesuffix('s')}")
    coming = sum(section.count("to come") for section in found.sections)
    said = "sees " + " · ".join(parts) if parts else "sees nothing yet"
    return said + (f" · {coming} more once written" if coming else "")
