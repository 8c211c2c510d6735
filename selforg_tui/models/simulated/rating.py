"""What a simulated model thinks of the outputs of others: how much of the task and its values each covers."""

from __future__ import annotations

from typing import Any

from selforg_tui.core.keyed import Keyed
from selforg_tui.models.simulated.coverage import reader_of
from selforg_tui.models.simulated.dice import Dice
from selforg_tui.models.simulated.profiles import Profile
from selforg_tui.models.simulated.reading import Situation

_OF_TASK = 0.8
"""What the task weighs in a rating; the rest is the values'."""
_AT_BEST = 3
"""So many of the weightiest aspects, treated in full, are what one output can be expected to cover."""


def rate(situation: Situation, profile: Profile, draw: Keyed) -> dict[str, Any]:
    """A rating from 1 to 10 for each output, by what the profile notices in it and by how well it judges."""
    reader = reader_of(situation.mission, situation.task, situation.level, situation.values)
    weights = [aspect.importance for aspect in reader.world.aspects]
    best, concerns = sum(sorted(weights)[-_AT_BEST:]), reader.world.concerns()
    ratings = []
    for place, piece in enumerate(situation.outputs):
        notices, reading = Dice(draw, f"rates {place}"), reader.read(piece.text)
        covered = sum(weights[at] * depth for at, depth in reading.depth.items() if notices.unit(at) < profile.reading)
        served = len(reading.served) / len(concerns) if concerns else 1.0
        unsure = (1 - profile.self_assessment) * draw.bell("rating", place)
        worth = _OF_TASK * min(1.0, covered / best) + (1 - _OF_TASK) * served + unsure
        ratings.append({"output": piece.label, "affinity": 1 + round(9 * min(1.0, max(0.0, worth)))})
    return {"ratings": ratings}
