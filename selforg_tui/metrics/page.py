"""The registry of measures as text: a list for the terminal, a part of docs/metrics.md."""

from __future__ import annotations

from collections.abc import Iterator

from selforg_tui.metrics.measure import Measure, explained
from selforg_tui.metrics.measures import MEASURES

BEGIN, END = "<!-- measures -->", "<!-- /measures -->"
"""Between these lines of docs/metrics.md stands what `markdown` makes."""


def groups() -> dict[str, list[Measure]]:
    """The measures by group, in order."""
    found: dict[str, list[Measure]] = {}
    for measure in MEASURES:
        found.setdefault(measure.group, []).append(measure)
    return found


def listed() -> Iterator[str]:
    """Lines for the terminal: each measure with all that is known of it."""
    for group, measures in groups().items():
        yield group.upper()
        for measure in measures:
            yield f"  {measure.title} ({measure.name})"
            yield from (f"    {what:<9}{text}" for what, text in explained(measure))
        yield ""


def markdown() -> str:
    """A heading for each group and an entry for each measure."""
    lines: list[str] = []
    for group, measures in groups().items():
        lines += [f"### {group.capitalize()}", ""]
        for measure in measures:
            facts = dict(explained(measure))
            lines += [f"**{measure.title}** `{measure.name}`: {facts.pop('meaning')}", ""]
            lines += [f"- {what}: {text}" for what, text in facts.items()]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def renewed(page: str) -> str:
    """The page with what stands between the marks made anew. Raises ValueError where it has no marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{markdown()}\n{END}{after}"
