"""Names for roles: those that a field has, or made for this mission, and if there is one, a name that nobody else has yet."""

from __future__ import annotations

from selforg_tui.core.keyed import Keyed
from selforg_tui.models.simulated.phrases import phrases
from selforg_tui.models.simulated.reading import Situation
from selforg_tui.models.simulated.view import View
from selforg_tui.models.simulated.world import World

_NAMES = 6
"""How many names it tries for a role that nobody has yet."""


class Names:
    """What one agent calls its roles."""

    def __init__(self, situation: Situation, world: World, view: View, draw: Keyed) -> None:
        self._situation, self._world, self._view, self._draw = situation, world, view, draw

    def role(self, at: int, *key: int) -> str:
        """A name for who treats an aspect that nobody else has yet: one that the field has, or one made for this mission."""
        names = (self._name(at, turn, *key) for turn in range(_NAMES))
        return next((name for name in names if name not in self._view.roles), self._name(at, 0, *key))

    def kept(self, at: int) -> str:
        """The role that it signalled itself, where it holds to it; else a new one."""
        own = next((piece.role for piece in self._situation.signals if piece.label == self._situation.seat), "")
        return own if own and at in self._view.mine else self.role(at)

    def _name(self, at: int, *key: int) -> str:
        facet, draw = self._world.aspects[at].facet, self._draw.at("role", at, *key)
        if draw.unit("kind") < 0.35:
            return self._with_noun(draw.choice(facet.roles, "name"), *key)
        return self._with_noun(f"{draw.choice(facet.crafts, 'craft')} {draw.choice(phrases().groups['functions'], 'function')}", *key)

    def _with_noun(self, role: str, *key: int) -> str:
        noun = self._world.subject.noun.lower()
        fits = noun and noun not in role and len(role.split()) <= 3 and not role.startswith(("bridge", "listener"))
        return f"{noun} {role}" if fits and self._draw.unit("with noun", role, *key) < 0.35 else role

    def merging(self) -> str:
        """A name for who joins the parts of others, one that nobody else has if there is one."""
        keys = [("merge role", *(() if turn == 0 else (turn,))) for turn in range(_NAMES)]
        names = [self._with_noun(self._draw.choice(phrases().groups["merge_roles"], *key)) for key in keys]
        return next((name for name in names if name not in self._view.roles), names[0])
