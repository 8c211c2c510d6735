"""How well what is really on the screen can be read: cells as painted, and the contrast of each letter with its ground."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich._palettes import STANDARD_PALETTE
from rich.color import Color, ColorSystem
from rich.color_triplet import ColorTriplet
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.app import App
from textual.color import Color as Shade
from textual.constants import DIM_FACTOR
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import SystemModalScreen
from textual.theme import Theme

from selforg_tui.tui.theme_file import COLOURS, TEXTUALS

LEAST = 4.5
"""WCAG 2.1, 1.4.3, level AA for text of ordinary size."""
DECORATION = {
    "frames, branches of the tree, tracks: where things stand says the same": "".join(map(chr, range(0x2500, 0x2580))),
    "the empty part of bars: the full part and a figure say the same": "░",
    "text that is hidden: there is nothing to be read, and a word beside it says so": "▒",
    "edges and scrollbars of Textual's widgets": "▁▂▃▄▅▆▇▔▏▎▍▌▋▊▉▐▕▀▖▗▘▝",
}
"""By reason: what needs no contrast."""
_ORNAMENT = frozenset("".join(DECORATION.values()))
_COMMON: list[tuple[int, int, int]] = [STANDARD_PALETTE[number] for number in range(16)]
PALETTE = TerminalTheme(_COMMON[0], _COMMON[7], _COMMON[:8], _COMMON[8:])
"""The sixteen colours as the first terminals of 16 had them, and as the rounding to 16 supposes."""

Sight = Callable[[Color], Color]
"""What becomes of a colour on its way to the eye."""


def as_is(colour: Color) -> Color:
    """A terminal of 16 million colours."""
    return colour


def of_256(colour: Color) -> Color:
    """A terminal of 256."""
    return colour.downgrade(ColorSystem.EIGHT_BIT)


def of_16(colour: Color) -> Color:
    """A terminal of 16."""
    return colour.downgrade(ColorSystem.STANDARD)


def grey(colour: Color) -> Color:
    """What NO_COLOR leaves of it."""
    return Shade.from_rich_color(colour).monochrome.rich_color


def of_16_in_grey(colour: Color) -> Color:
    """A terminal of 16 with NO_COLOR."""
    return of_16(grey(colour))


@dataclass(frozen=True, slots=True)
class Faint:
    """A piece of text that cannot be read."""

    text: str
    ink: str
    ground: str
    ratio: float

    def __str__(self) -> str:
        return f"{self.ratio:.2f} {self.ink} on {self.ground}: {self.text!r}"


def luminance(colour: ColorTriplet) -> float:
    """Relative luminance as WCAG 2.1 defines it, 0 to 1."""
    parts = [value / 255 for value in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def painted(app: App[Any]) -> Iterator[tuple[str, Style]]:
    """All pieces of the screen with the style that goes to the terminal: blended, and through all filters.

    What lies under a question is put out of sight on purpose, so only the question counts.
    """
    strips = app.screen._compositor.render_strips(app.size)
    whole = Region(0, 0, *app.size)
    regions = [whole]
    if app.screen.is_modal:  # the palette's container is not shown, what it holds is
        parts = [part for part in app.screen.children if part.region.area] or [part for part in app.screen.query("*") if part.region.area]
        regions = [Region.from_union([part.region for part in parts]).intersection(whole)]
    for region in regions:
        for strip in strips[region.y : region.bottom]:
            for text, style, _ in strip.crop(region.x, region.right):
                yield text, style or Style.null()


def inks(style: Style, sight: Sight = as_is) -> tuple[ColorTriplet, ColorTriplet]:
    """Ink and ground of a style. A cell without colours would have those of the terminal, which nobody knows: that is a fault."""
    assert style.color is not None and style.bgcolor is not None and not style.bgcolor.is_default, f"no colour of its own: {style}"
    ink, ground = sight(style.color), sight(style.bgcolor)
    if style.reverse:
        ink, ground = ground, ink
    front, back = (colour.get_truecolor(PALETTE) for colour in (ink, ground))
    if style.dim:
        front = ColorTriplet(*(round(low + (high - low) * DIM_FACTOR) for low, high in zip(back, front, strict=True)))
    return front, back


def faint(app: App[Any], sight: Sight = as_is, least: float = LEAST) -> list[Faint]:
    """What on this screen has less contrast than `least`, once for each pair of colours."""
    found = [judged(text, *inks(style, sight)) for style, text in written(app).items()]
    return [each for each in {(each.ink, each.ground): each for each in found}.values() if each.ratio < least]


def judged(text: str, ink: ColorTriplet, ground: ColorTriplet) -> Faint:
    """How well this can be read."""
    return Faint(text[:30], ink.hex, ground.hex, contrast(ink, ground))


def written(app: App[Any]) -> dict[Style, str]:
    """A text for each style in which there is something to be read."""
    found: dict[Style, str] = {}
    for text, style in painted(app):
        if any(not letter.isspace() and letter not in _ORNAMENT for letter in text):
            found.setdefault(style, text.strip())
    return found


class Probe:
    """A theme in which every variable has a colour of its own, so that a colour on the screen tells which variable it is."""

    def __init__(self, like: Theme) -> None:
        names = [*COLOURS, *(name for name, value in like.variables.items() if value.startswith("#") and name not in TEXTUALS)]
        shades = {name: f"#{(number * 0x9E3779) % 0x1000000:06x}" for number, name in enumerate(names, 1)}
        others = {name: shades[known] for name, known in TEXTUALS.items()}
        basic: dict[str, Any] = {name: shades[name] for name in COLOURS}
        self.theme = Theme(
            "probe",
            dark=like.dark,
            variables={**like.variables, **others, **{name: shades[name] for name in names if name not in COLOURS}},
            **basic,
        )
        self._names = {ColorTriplet(*Shade.parse(shade).rgb): name for name, shade in shades.items()}

    def origin(self, style: Style) -> tuple[str, str] | None:
        """The variables of ink and ground; None where one of them is blended of several."""
        ink, ground = (next((name for known, name in self._names.items() if same(known, colour)), None) for colour in inks(style))
        return (ink, ground) if ink is not None and ground is not None else None


def same(one: ColorTriplet, other: ColorTriplet) -> bool:
    """Equal but for the rounding of Textual, which turns colours into another space and back."""
    return all(abs(a - b) <= 2 for a, b in zip(one, other, strict=True))


def worn_by(theme: Theme, pair: tuple[str, str], sight: Sight = as_is) -> tuple[ColorTriplet, ColorTriplet]:
    """Ink and ground that these variables are in a theme."""
    known = {**{name: str(getattr(theme, name)) for name in COLOURS}, **theme.variables}
    ink, ground = (sight(Color.from_rgb(*Shade.parse(known[name]).rgb)).get_truecolor(PALETTE) for name in pair)
    return ink, ground


Settle = Callable[[Pilot[Any]], Awaitable[None]]


async def looked_at(
    pilot: Pilot[Any], steps: Sequence[str], themes: Sequence[Theme], sights: Mapping[str, Sequence[Sight]], settle: Settle
) -> list[str]:
    """Press the keys of one step after the other, and look after each; what cannot be read, with theme and step.

    The screen wears a probe: where ink and ground are variables, their contrast is known for every theme (as each of `sights[its name]`
    shows it) without painting it once more. Where a colour is blended, the screen is painted in every theme.
    """
    app, probe, told, seen = pilot.app, Probe(themes[0]), list[str](), set[object]()
    app.register_theme(probe.theme)
    await wear(pilot, "probe")
    for step in steps:
        await pilot.press(*step.split())
        await settle(pilot)
        blended = set[object]()
        for style, text in written(app).items():
            pair = probe.origin(style)
            if pair is None:
                blended.add(inks(style))
            elif pair not in seen:
                seen.add(pair)
                for theme, sight in ((each, sight) for each in themes for sight in sights[each.name]):
                    found = judged(text, *worn_by(theme, pair, sight))
                    if found.ratio < LEAST:
                        told.append(f"{theme.name} ({sight.__name__}), after [{step}]: {found}, which is ${pair[0]} on ${pair[1]}")
        if not blended <= seen:
            seen |= blended
            for theme in themes:
                await wear(pilot, theme.name)
                told += [
                    f"{theme.name} ({sight.__name__}), after [{step}]: {each}" for sight in sights[theme.name] for each in faint(app, sight)
                ]
            await wear(pilot, "probe")
    return told


async def wear(pilot: Pilot[Any], name: str) -> None:
    """Change to a theme and wait until it is painted."""
    pilot.app.theme = name
    await pilot.pause()
    if isinstance(pilot.app.screen, SystemModalScreen):  # an open palette keeps its colours; opened in this theme, it would have these
        pilot.app.stylesheet.update(pilot.app.screen)
    await pilot.pause()
