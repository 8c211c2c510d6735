"""Whatever models and files say, every panel stays itself: exact widths, no control characters, no markup taken for markup."""

from __future__ import annotations

import asyncio
import unicodedata

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.run.conftest import LiveStage

PIECES = st.sampled_from(
    [
        "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b]52;c;aGk=\x07", "\x9b2J", "\x1bP1;2q\x1b\\", "\x00", "\x08\x08", "\r", "\t",
        "\n\n", "\x7f", "[bold]loud[/]", "[link=http://x]y[/link]", "[@click=app.quit]press[/]", "[/]", "[", "\\[", "![i](http://x)",
        "<b>&amp;", "| a | b |\n|---|---|", "語語", "🙂👨‍👩‍👧", "🇩🇪", "e\u0301\u0301\u0301", "\u202eback\u202c", "\u2066iso\u2069",
        "\u200b\u200d\ufeff", "\u2028\u2029", "\u061c\u200f", "# ", "- ", "```\n", "**", "{}", "$primary", "%s", "\U000e0041", "ﷺ",
        "x" * 300, "word ", "\ud7ff",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, min_size=1, max_size=12).map("".join)
HUGE = "語" * 1_000 + "x" * 100_000
KEYS = ("enter", "2", "3", "4", "5", "h", "r", "c", "j", "s", "e", "M", "f5")
FORBIDDEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


@settings(max_examples=3, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=[HealthCheck.too_slow])
@given(
    TEXTS,
    TEXTS,
    TEXTS,
    st.permutations(KEYS).map(lambda keys: keys[:5]),
    st.sampled_from([(8, (80, 24)), (8, (120, 40)), (40, (100, 30)), (70, (60, 16))]),
)
@example(HUGE, "role " * 30, HUGE[:2000], ["enter", "2", "3", "s", "e"], (8, (120, 40)))
def test_nothing_but_its_own_cell_changes(text: str, role: str, reason: str, keys: list[str], form: tuple[int, tuple[int, int]]) -> None:
    agents, size = form
    asyncio.run(every_panel_stays_itself(LiveStage(agents, part=0.95, text=text or "-", role=role, reason=reason), size, keys))


async def every_panel_stays_itself(app: LiveStage, size: tuple[int, int], keys: list[str]) -> None:
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        faults(app, "first")
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
            faults(app, key)
            if key != "f5":
                await pilot.press("a")


def faults(app: LiveStage, where: str) -> None:
    """Looks at all that is on the screen, borders, titles and footer too."""
    strips = app.screen._compositor.render_strips(app.size)
    assert len(strips) == app.size.height
    for line in strips:
        text = "".join(segment.text for segment in line)
        assert cell_len(text) == app.size.width, (where, text)
        assert not [letter for letter in text if unicodedata.category(letter) in FORBIDDEN], (where, text)
        assert (
            not [segment for segment in line if segment.style and (segment.style.link or segment.style.meta.get("@click"))]
            or line is strips[-1]
        )
