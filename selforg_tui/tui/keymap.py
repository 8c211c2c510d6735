"""Keys of one's own: which actions there are, by id, and what the user's config gives them."""

from __future__ import annotations

import importlib
import pkgutil
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

from textual.dom import DOMNode
from textual.keys import Keys

import selforg_tui.tui
from selforg_tui.tui.palette import own_bindings

_NAMED = {key.value for key in Keys} | {"plus", "minus", "equals_sign"}
_MODIFIERS = ("ctrl", "shift", "alt")


class Action(NamedTuple):
    """Something that a key does."""

    id: str
    keys: tuple[str, ...]
    what: str
    about: str
    place: str
    """The class that acts, for telling which keys meet."""


@cache
def actions() -> tuple[Action, ...]:
    """All of them, by id. Imports every screen, so only for those who need the list."""
    for module in pkgutil.walk_packages(selforg_tui.tui.__path__, "selforg_tui.tui."):
        importlib.import_module(module.name)
    found: dict[tuple[str, str], Action] = {}
    for kind in _kinds(DOMNode):
        for binding in own_bindings(kind) if "BINDINGS" in vars(kind) else ():
            if binding.id:
                known = found.get((binding.id, binding.description))
                keys = tuple(dict.fromkeys((*(known.keys if known else ()), binding.key)))
                found[binding.id, binding.description] = Action(binding.id, keys, binding.description, binding.tooltip, kind.__name__)
    return tuple(sorted(found.values(), key=lambda action: action.id))


def checked(wished: Mapping[str, object]) -> tuple[dict[str, str], str]:
    """The part of a keymap that can be used, and in one message what is wrong with the rest; empty where nothing is."""
    known = {action.id: action for action in actions()}
    good: dict[str, str] = {}
    wrong: list[str] = []
    for name, keys in wished.items():
        if name not in known:
            close = get_close_matches(name, known, 1)
            wrong.append(f"there is no action '{name}'" + (f" (did you mean '{close[0]}'?)" if close else ""))
        elif not isinstance(keys, str) or not keys or not all(_is_key(key) for key in keys.split(",")):
            wrong.append(f"'{name}' has no key '{keys}'")
        else:
            good[name] = keys
    wrong += _clashes(good, known)
    if not wrong:
        return good, ""
    return good, f"In [keymap] of config.toml: {'; '.join(wrong)}. 'selforg-tui keys' lists actions and keys; the rest holds."


def _clashes(good: dict[str, str], known: dict[str, Action]) -> list[str]:
    """Takes out of `good` what would hide another action of the same place."""
    told = []
    for name in list(good):
        mine = {_long(key) for key in good[name].split(",")}
        for other in known.values():
            theirs = {_long(key) for key in good[other.id].split(",")} if other.id in good else set(other.keys)
            if other.id != name and other.place == known[name].place and mine & theirs and name in good:
                told.append(f"'{name}' and '{other.id}' would both have the key {min(mine & theirs)}, so '{name}' keeps its own")
                del good[name]
    return told


def _is_key(key: str) -> bool:
    *modifiers, last = key.strip().split("+") if len(key.strip()) > 1 else [key.strip()]
    return all(modifier in _MODIFIERS for modifier in modifiers) and (len(last) == 1 or _long(last) in _NAMED or key.strip() in _NAMED)


def _long(key: str) -> str:
    """`?` as `question_mark`, which is how Textual names it."""
    key = key.strip()
    if len(key) != 1 or key.isalnum():
        return key
    return unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")


def _kinds(kind: type[DOMNode]) -> list[type[DOMNode]]:
    below = [one for child in kind.__subclasses__() for one in _kinds(child)]
    return [*([kind] if kind.__module__.startswith("selforg_tui.") else []), *below]
