"""The verdict on a solution, from mission, values, task and the solution's text alone."""

from __future__ import annotations

import re
from typing import Any

from selforg_tui.core.keyed import Keyed
from selforg_tui.models.simulated.coverage import Reader, Reading, Told, reader_of
from selforg_tui.models.simulated.dice import Dice
from selforg_tui.models.simulated.meaning import stems
from selforg_tui.models.simulated.phrases import capital, filled, phrases
from selforg_tui.models.simulated.profiles import Profile
from selforg_tui.models.simulated.reading import Situation
from selforg_tui.models.simulated.wording import worded

_PLEA = re.compile(
    r"\b(?:full marks|highest score|(?:score|rate|mark|grade)s? (?:of |this |it |us |me )*(?:\w+ )?(?:4|four|full|top|max)|4/4|4 out of 4)"
)
_NOISE = 0.3
"""How far a verdict between two scores is decided by chance: 0 never, 1 always."""
_UNWEIGHED = 0.45
"""What accuracy loses where no conflict is told from both sides."""
_OWNED_ENOUGH, _CHECKED_ENOUGH = 0.5, 0.35
"""Share of what is treated that has an owner and a time, and a check, from which nobody misses more of them."""
_SAME = 0.6
"""Share of words from which a sentence repeats an earlier one on the same aspect."""


class Verdict:
    """One judgement."""

    def __init__(self, situation: Situation, profile: Profile, draw: Keyed) -> None:
        self._reader: Reader = reader_of(situation.mission, situation.task, situation.level, situation.values)
        self._world = self._reader.world
        self._read: Reading = self._reader.read(situation.solution)
        self._text = situation.solution
        self._draw = draw
        overlooks = Dice(draw, "overlooks")
        depth = {at: depth for at, depth in self._read.depth.items() if overlooks.unit(at) < profile.reading}
        self._depth = depth
        self._covered = [at for at in sorted(depth) if depth[at] >= 0.3]
        self._pairs = [(at, need) for at in self._covered for need in self._world.aspects[at].needs]
        self._conflicts = [at for at, ways in sorted(self._read.choices.items()) if len(ways) > 1 and at not in self._read.settled]
        self._repeated, self._share = self._repetition()
        mains = [passage.main for passage in self._read.passages if sum(about == passage.main >= 0 for about, _ in passage.told) > 1]
        self._anew = [at for place, at in enumerate(mains) if at in mains[:place]]
        self._again = min(0.36, len(self._anew) / max(1, len(mains)))
        """Share of paragraphs that begin anew on what an earlier one is about; from one in three on, further ones make it no worse."""

    def scores(self) -> dict[str, Any]:
        """Each dimension with its rationale and score."""
        parts = {
            "accuracy": self._accuracy(),
            "completeness": self._completeness(),
            "coherence": self._coherence(),
            "actionability": self._actionability(),
            "mission": self._mission(),
        }
        return {name: {"rationale": said, "score": self._score(name, value)} for name, (value, said) in parts.items()}

    def _score(self, name: str, value: float) -> int:
        """1 to 4: the nearest score, chance deciding only near the middle between two."""
        threshold = 0.5 + _NOISE * (self._draw.unit("noise", name) - 0.5)
        raw = 1 + 3 * max(0.0, min(1.0, value))
        return min(4, int(raw) + (1 if raw - int(raw) >= threshold else 0))

    def _accuracy(self) -> tuple[float, str]:
        if not self._covered:
            return 0.1, self._say("accuracy_empty")
        claims = max(4, len(self._covered))
        value = 0.97 - 1.6 * len(set(self._read.slips)) / claims - 1.5 * self._clash()
        conflicts = [aspect.index for aspect in self._world.aspects if aspect.facet.conflict]
        unweighed = [at for at in conflicts if at not in self._depth or at not in self._read.weighed]
        value -= _UNWEIGHED * len(unweighed) / max(1, len(conflicts))
        value *= min(1.0, 0.5 + self._mass() * 1.25)
        if self._read.slips:
            facet = self._world.aspects[self._read.slips[0]].facet
            return value, self._say("accuracy_slip", topic=facet.topic, quote=facet.slip.rstrip("."))
        if self._conflicts:
            return value, self._contradiction("accuracy_conflict")
        if unweighed:
            group = "accuracy_one_sided" if unweighed[0] in self._depth else "accuracy_passed_over"
            return value, self._say(group, topics=_listed([self._topic(at) for at in unweighed[:2]]))
        return value, self._say("accuracy_good")

    def _completeness(self) -> tuple[float, str]:
        missing = sorted(
            (aspect for aspect in self._world.aspects if self._depth.get(aspect.index, 0.0) < 0.5),
            key=lambda aspect: (self._depth.get(aspect.index, 0.0) - aspect.importance, aspect.index),
        )
        topics = _listed([aspect.facet.topic for aspect in missing[:3]])
        if not self._covered:
            return self._mass(), self._say("complete_nothing", topics=topics)
        if missing:
            return self._mass(), self._say("complete_missing", topics=topics)
        return self._mass(), self._say("complete_all", topic=self._topic(self._covered[-1]))

    def _coherence(self) -> tuple[float, str]:
        joined = self._joined()
        value = 0.4 + 0.65 * joined - 0.8 * self._share - 0.95 * self._again - self._clash() - 0.25 * self._talk()
        value *= min(1.0, 0.55 + 0.6 * self._mass())
        if _PLEA.search(self._text.lower()):
            return value - 0.15, self._say("coherent_plea")
        if self._repeated and self._share > 0.08:
            return value, self._say("coherent_repeated", topic=self._topic(self._repeated[0]))
        if self._conflicts:
            return value, self._contradiction("coherent_conflict")
        loose = [pair for pair in self._pairs if pair not in self._read.links]
        if loose and joined < 0.75:
            return value, self._say("coherent_seams", topic=self._topic(loose[0][0]), needed=self._topic(loose[0][1]))
        tight = [pair for pair in self._pairs if pair in self._read.links]
        if tight:
            return value, self._say("coherent_good", topic=self._topic(tight[0][0]), needed=self._topic(tight[0][1]))
        return value, self._say("coherent_plain")

    def _actionability(self) -> tuple[float, str]:
        if not self._covered:
            return 0.0, self._say("action_nothing")
        whole = sum(self._world.aspects[at].importance for at in self._covered)
        owned = sum(self._world.aspects[at].importance for at in self._covered if at in self._read.owned) / whole
        checked = sum(self._world.aspects[at].importance for at in self._covered if at in self._read.checked) / whole
        value = 0.4 * min(1.0, owned / _OWNED_ENOUGH) + 0.3 * min(1.0, checked / _CHECKED_ENOUGH) + 0.3 * self._joined()
        value = value * (0.6 + 0.4 * self._mass()) + 0.1 - 0.2 * self._talk() - 0.55 * self._again
        loose = [at for at in self._covered if at not in self._read.owned]
        if owned < _OWNED_ENOUGH:
            return value, self._say("action_owner", topics=_listed([self._topic(at) for at in loose[:2]]))
        loose = [at for at in self._covered if at not in self._read.checked]
        if checked < _CHECKED_ENOUGH:
            return value, self._say("action_check", topics=_listed([self._topic(at) for at in loose[:2]]))
        return value, self._say("action_good", topic=self._topic(self._covered[0]))

    def _mission(self) -> tuple[float, str]:
        concerns = self._world.concerns()
        said = set(stems(self._text))
        about = sum(stem in said for stem in self._world.mission_stems) / max(1, len(self._world.mission_stems))
        served = len(self._read.served) / len(concerns) if concerns else self._mass()
        value = 0.1 + 0.3 * about + 0.3 * served + 0.3 * self._mass() - 0.1 * self._talk()
        if not self._covered:
            return value * 0.4, self._say("mission_far", subject=self._world.subject.name)
        quoted = [f"“{concern}”" for concern in concerns]
        untouched = [quoted[at] for at in range(len(quoted)) if at not in self._read.served]
        if untouched:
            return value, self._say("mission_value", value=untouched[0])
        if quoted:
            return value, self._say("mission_good", subject=self._world.subject.name, value=quoted[0])
        return value, self._say("mission_plain", subject=self._world.subject.name)

    def _clash(self) -> float:
        """The share of parts that are settled in two ways; from one in seven on, further ones make it no worse."""
        return min(0.15, len(self._conflicts) / max(4, len(self._covered)))

    def _mass(self) -> float:
        """The share of what matters that is treated."""
        aspects = self._world.aspects
        whole = sum(aspect.importance for aspect in aspects)
        return sum(aspect.importance * self._depth.get(aspect.index, 0.0) for aspect in aspects) / whole

    def _joined(self) -> float:
        """How much of what its parts rest on the text joins to them in one way; 0.3 for what it lacks, 0.75 where they rest on nothing."""
        if not self._pairs:
            return 0.75
        there = [self._tight(pair) if pair[1] in self._covered else 0.3 for pair in self._pairs]
        return sum(there) / len(there)

    def _tight(self, pair: tuple[int, int]) -> bool:
        return pair in self._read.links and pair[1] in self._covered and pair[1] not in self._conflicts

    def _talk(self) -> float:
        """The share of sentences that say nothing about the task."""
        told = [told for passage in self._read.passages for told in passage.told]
        return sum(about < 0 and not (each.owned or each.checked) for about, each in told) / max(1, len(told))

    def _repetition(self) -> tuple[list[int], float]:
        """Aspects on which sentences repeat each other, and the share of such sentences."""
        seen: dict[int, list[Told]] = {}
        repeated: list[int] = []
        count = total = 0
        for passage in self._read.passages:
            for about, told in passage.told:
                total += 1
                if about < 0 or len(told.bag) < 4:
                    continue
                words = set(told.bag)
                if any(len(words & set(other.bag)) >= _SAME * min(len(words), len(other.bag)) for other in seen.get(about, ())):
                    count += 1
                    if about not in repeated:
                        repeated.append(about)
                seen.setdefault(about, []).append(told)
        return repeated, count / max(1, total)

    def _contradiction(self, group: str) -> str:
        at = self._conflicts[0]
        facet, ways = self._world.aspects[at].facet, self._read.choices[at]
        return self._say(group, topic=facet.topic, choice=worded(facet.choices[ways[0]], 0), other=worded(facet.choices[ways[1]], 0))

    def _say(self, group: str, **texts: str) -> str:
        return filled(worded(self._draw.choice(phrases().verdict[group], group), self._draw.below(1 << 63, group)), **texts)

    def _topic(self, at: int) -> str:
        return self._world.aspects[at].facet.topic


def _listed(topics: list[str]) -> str:
    return topics[0] if len(topics) == 1 else f"{', '.join(topics[:-1])} and {topics[-1]}" if topics else capital("some parts")
