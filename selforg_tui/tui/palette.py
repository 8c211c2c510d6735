"""The command palette: every action there is on a screen, whether or not its part has the focus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget

_ELSEWHERE = ("app.focus", "screen.")
"""Actions that move about on a screen, and are no commands."""


class Extra(NamedTuple):
    """A command without a key."""

    title: str
    about: str
    run: Callable[[], Any]


def commands(app: App[Any], screen: Screen[Any], keymap: Mapping[str, str], extras: Iterable[Extra]) -> Iterator[SystemCommand]:
    """What has a key where the palette was opened; then what other parts of the screen can do; then what has none.

    `keymap`: the user's keys, by id. A screen adds commands by a method `extra_commands`.
    """
    seen: set[str] = set()
    for node, binding, enabled, tooltip in screen.active_bindings.values():
        ours = binding.id is not None or (isinstance(node, Screen) and not binding.action.startswith(_ELSEWHERE))
        if ours and enabled and binding.description and binding.description not in seen:
            seen.add(binding.description)
            yield _command(app.get_key_display(binding), binding, tooltip, partial(app.run_action, binding.action, node))
    for part in screen.query(Widget):
        for binding in own_bindings(type(part)):
            if binding.id and binding.description and binding.description not in seen and _can(part, binding):
                seen.add(binding.description)
                key = keymap.get(binding.id) or app.get_key_display(binding)
                yield _command(key, binding, binding.tooltip, partial(_go_and_do, app, part, binding.action))
    for extra in (*extras, *getattr(screen, "extra_commands", tuple)()):
        if extra.title not in seen:
            seen.add(extra.title)
            yield SystemCommand(extra.title, extra.about, extra.run)


def own_bindings(kind: type[Any]) -> list[Binding]:
    """The bindings that a class of ours declares itself, or takes from classes of ours."""
    found = []
    for one in kind.__mro__:
        if one.__module__.startswith("selforg_tui.") and "BINDINGS" in vars(one):
            found += [binding for binding in Binding.make_bindings(vars(one)["BINDINGS"]) if isinstance(binding, Binding)]
    return found


def _command(key: str, binding: Binding, tooltip: str, run: Callable[[], Any]) -> SystemCommand:
    return SystemCommand(binding.description, f"{tooltip} · Key: {key}" if tooltip else f"Key: {key}", run)


def _can(part: Widget, binding: Binding) -> bool:
    name, _, _ = binding.action.partition("(")
    return "." not in name and bool(part.check_action(name, ()) if "(" not in binding.action else True)


async def _go_and_do(app: App[Any], part: Widget, action: str) -> None:
    """Show the part where it is hidden, then let it act."""
    if not part.display or not part.region.area:
        reveal = getattr(part.screen, "action_show", None)
        if reveal is not None and part.id:
            reveal(part.id)
    part.focus()
    await app.run_action(action, part)
