"""Q and M of a verdict, as numbers and in words."""

from __future__ import annotations

from collections.abc import Mapping

from selforg_tui.core.court import Graded
from selforg_tui.tui.run.view import of_four


def quality(scores: Mapping[str, Graded] | None) -> tuple[float | None, float | None]:
    """Q and M; None without a verdict."""
    from selforg_tui.metrics.quality import m, q

    return (None, None) if scores is None else (q(scores), m(scores))


def in_words(scores: Mapping[str, Graded] | None) -> str:
    """`Q .81, M 1.00`."""
    q, m = quality(scores)
    return f"Q {of_four(q)}, M {of_four(m)}"
