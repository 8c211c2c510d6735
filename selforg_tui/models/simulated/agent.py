"""What an agent makes of its turn: take something up, join what is there, or stay out with a true reason."""

from __future__ import annotations

from typing import Any

from selforg_tui.core.keyed import Keyed, unit
from selforg_tui.models.simulated.coverage import Reader, reader_of
from selforg_tui.models.simulated.dice import Dice
from selforg_tui.models.simulated.meaning import sentences
from selforg_tui.models.simulated.naming import Names
from selforg_tui.models.simulated.phrases import Speech
from selforg_tui.models.simulated.profiles import Profile
from selforg_tui.models.simulated.reading import Situation
from selforg_tui.models.simulated.view import SKETCHED, View, look
from selforg_tui.models.simulated.writing import Part, Writer

_COVERED = 0.6
"""From here on an aspect counts as done by others."""
_PLACES = 64


class Agent:
    """One turn of one agent."""

    def __init__(self, situation: Situation, profile: Profile, draw: Keyed, temperature: float | None) -> None:
        self._situation, self._profile, self._draw = situation, profile, draw
        self._reader: Reader = reader_of(situation.mission, situation.task, situation.level, situation.values)
        self._world = self._reader.world
        self._view: View = look(situation, self._reader, profile, draw)
        self._tastes = Dice(draw, "taste")
        self._spread = profile.taste * (1 + 2 * (0.7 if temperature is None else min(1.5, temperature))) / 3
        self._speech = Speech(draw)
        self._names = Names(situation, self._world, self._view, draw)
        self._subject = self._world.subject.name

    def contribute(self) -> dict[str, Any]:
        """The decision."""
        view, situation = self._view, self._situation
        if view.draft:
            return self._redraft()
        given = self._given()
        if given:
            return self._participate(given, situation.given.role if situation.given else "", self._reason("reason_given", given[0]))
        gains = self._gains()
        chosen = self._chosen(gains, self._wanted())
        worth = sum(gains[at] for at in chosen[:2]) / max(1, min(2, len(chosen)))
        conflicts, links = self._seams()
        joining = self._profile.joining * (len(links) + 3 * len(conflicts))
        informed = bool(view.done or view.announced)
        unsure = (1 - self._profile.self_assessment) * self._draw.bell("own worth")
        if informed and joining > worth and joining + unsure >= self._profile.modesty:
            return self._merge(conflicts, links)
        if informed and situation.free and max(0.0, worth + unsure) < self._profile.modesty:
            out = self._stay_out()
            if out:
                return out
        return self._participate(chosen, self._names.kept(chosen[0]), self._why(chosen[0]))

    def intend(self) -> dict[str, Any]:
        """The intention."""
        gains = self._gains()
        chosen = self._chosen(gains, min(2, self._wanted()))
        first = self._world.aspects[chosen[0]].facet
        texts = {"topic": self._topic(chosen[0]), "subject": self._subject}
        texts["choice"] = self._speech.worded(first.choices[self._writer().choice(chosen[0])], chosen[0])
        if len(chosen) > 1:
            text = self._speech.say("intention_two", second=self._topic(chosen[1]), **texts)
        else:
            text = self._speech.say("intention", **texts)
        return {"participate": True, "role": self._names.role(chosen[0]), "intention": text}

    def signal(self) -> dict[str, Any]:
        """The role it tends to, and how much it expects to add in it, over the most that anybody could."""
        gains = self._gains()
        (first,) = self._chosen(gains, 1)
        most = max(aspect.importance for aspect in self._world.aspects)
        unsure = (1 - self._profile.self_assessment) * self._draw.bell("own worth")
        worth = min(gains[first], self._world.aspects[first].importance) / most + unsure
        return {"role": self._names.kept(first), "intensity": round(min(1.0, max(0.05, worth)), 2)}

    def plan(self) -> dict[str, Any]:
        """Who does what: the aspects that the planner thinks of, spread over the seats, in the order of their phases."""
        draw = self._draw
        seats = [seat for seat in range(1, max(1, self._situation.agents) + 1) if seat not in self._situation.gone]
        perceived = set(self._view.perceived)
        perceived.update(aspect.index for aspect in self._world.aspects if draw.unit("plans for", aspect.index) < self._profile.planning)
        ranked = sorted(perceived, key=lambda at: (-self._world.aspects[at].importance * self._taste(at), at))
        hands: list[list[int]] = [[] for _ in range(min(len(seats), len(ranked)))]
        for at in ranked:
            free = [hand for hand in hands if not hand]
            near = [hand for hand in hands if len(hand) == 1 and hand[0] in self._world.neighbours[at]]
            room = free or near or [hand for hand in hands if len(hand) == 1]
            if room:
                room[0].append(at)
        hands.sort(key=lambda hand: (self._world.aspects[hand[0]].facet.phase, hand[0]))
        taken: set[str] = set()
        assignments = []
        for seat, hand in zip(seats, hands, strict=False):
            role = next(
                (name for turn in range(8) if (name := self._names.role(hand[0], seat, turn)) not in taken), self._names.role(hand[0], seat)
            )
            taken.add(role)
            texts = {"topic": self._topic(hand[0]), "subject": self._subject}
            text = (
                self._speech.say("brief_two", seat, second=self._topic(hand[1]), **texts)
                if len(hand) > 1
                else self._speech.say("brief", seat, **texts)
            )
            text = " ".join([text, *self._counted_on(hand, seat)])
            phase = self._world.aspects[hand[0]].facet.phase
            assignments.append({"seat": f"{seat:02d}", "role": role, "phase": phase, "brief": text})
        return {"assignments": assignments}

    def _counted_on(self, hand: list[int], seat: int) -> list[str]:
        """What the planner lets a seat know of the ways in which the things its part rests on will be settled."""
        needs = [needed for at in hand for needed in self._world.aspects[at].needs if needed not in hand]
        known = [at for at in dict.fromkeys(needs) if self._draw.unit("counts on", seat, at) < self._profile.planning]
        writer = self._writer()
        return [
            self._speech.say("brief_rests", seat, at, topic=self._topic(at), choice=writer.way(at, writer.choice(at))) for at in known[:2]
        ]

    def _gains(self) -> dict[int, float]:
        """What treating each aspect would add, as this agent sees it."""
        view = self._view
        gains: dict[int, float] = {}
        misjudges = Dice(self._draw, "misjudges")
        for at in view.perceived:
            overlooked = (1 - self._profile.self_assessment) * misjudges.unit(at)
            gain = self._world.aspects[at].importance * (1 - min(1.0, view.done.get(at, 0.0) * (1 - overlooked) / 0.9))
            others = len(view.announced.get(at, ()))
            if others and self._draw.unit("leaves to others", at) < self._profile.following:
                keeps = at in view.mine and self._draw.unit("keeps", at) < 1 / (others + 1)
                gain *= 1.0 if keeps else 1 - self._profile.deference
            elif at in view.mine:
                gain *= 2.0
            if at in view.habits:
                gain *= self._profile.habit
            needs = self._world.aspects[at].needs
            guessed = sum(1 - view.knows(needed, self._profile.hearsay) for needed in needs)
            gain *= 1 - self._profile.foresight * guessed / max(1, len(needs))
            gains[at] = gain
        return gains

    def _taste(self, at: int) -> float:
        """What it likes to work on: its own liking, and what would come to anybody's mind first."""
        common = unit(self._world.key, "obvious", self._world.aspects[at].facet.id) if self._profile.obvious else 0.0
        liking = self._profile.obvious * common + (1 - self._profile.obvious) * self._tastes.unit(at)
        return 1 + self._spread * (2 * liking - 1)

    def _chosen(self, gains: dict[int, float], wanted: int) -> list[int]:
        """The most rewarding aspect to its taste, and what goes with it."""
        first = max(gains, key=lambda at: (gains[at] * self._taste(at), -at))
        chosen = [first]
        while len(chosen) < min(wanted, len(gains)):
            near = frozenset().union(*(self._world.neighbours[at] for at in chosen))
            rest = [at for at in gains if at not in chosen]
            best = max(rest, key=lambda at: (gains[at] * self._taste(at) * (self._profile.neighbour if at in near else 1.0), -at))
            if gains[best] < 0.3:
                break
            chosen.append(best)
        return chosen

    def _wanted(self) -> int:
        """How many aspects fall to one of so many agents, as far as there is room for them."""
        share = -(-len(self._view.perceived) // max(1, self._situation.agents))
        words = self._situation.words
        fewest = self._profile.words_a_facet + 6 * (self._world.full - 2.5)
        return max(1, min(max(share, words // self._profile.most_words_a_facet), int(words / fewest)))

    def _given(self) -> list[int]:
        """The aspects that a given role asks for, and what goes with them; none where there is no role, or it is not kept to."""
        piece = self._situation.given
        if piece is None or self._draw.unit("keeps to its role") >= self._profile.following:
            return []
        brief = "\n".join(line for line in piece.text.splitlines() if not line.startswith("Phase:")).removeprefix("Brief: ")
        asked = next(iter(sentences(brief)), "")  # what follows says what to count on
        named = list(dict.fromkeys(self._reader.topic(piece.role)[:1] + [at for at in self._reader.topic(asked) if self._named(at, asked)]))
        if not named:
            return self._chosen(self._gains(), 1)
        return named[: max(self._wanted(), 1)]

    def _named(self, at: int, brief: str) -> bool:
        return self._reader.told(brief).weights.get(at, 0.0) >= 1.5

    def _seams(self) -> tuple[list[int], list[tuple[int, int]]]:
        """Contradictions and missing links that it notices between the parts of others."""
        view, skill = self._view, self._profile.depth * self._profile.reading
        conflicts = [
            at
            for at, known in sorted(view.choices.items())
            if len({choice for choice, _ in known}) > 1 and at not in view.settled and self._draw.unit("sees conflict", at) < skill
        ]
        done = {at for at, depth in view.done.items() if depth >= SKETCHED}
        sees = Dice(self._draw, "sees seam")
        links = [
            (aspect.index, needed)
            for aspect in self._world.aspects
            for needed in aspect.needs
            if aspect.index in done and needed in done and (aspect.index, needed) not in view.links
            if sees.unit(aspect.index * _PLACES + needed) < skill
        ]
        return conflicts, links

    def _participate(self, aspects: list[int], role: str, reason: str) -> dict[str, Any]:
        return _decision(role, reason, self._writer().contribution(aspects))

    def _writer(self) -> Writer:
        return Writer(self._reader, self._view, self._profile, self._draw, self._situation.words, self._speech)

    def _merge(self, conflicts: list[int], links: list[tuple[int, int]]) -> dict[str, Any]:
        part = self._writer().merge(conflicts, links)
        role = self._names.merging()
        if conflicts:
            known = self._view.choices[conflicts[0]]
            label = known[0][1]
            other = next((name for choice, name in known if choice != known[0][0]), "another")
            texts = {"topic": self._topic(conflicts[0]), "label": label or "one part", "other": other or "another"}
            return _decision(role, self._speech.say("reason_contradiction", **texts), part)
        label, other = [*(name for name, _ in part.used), "one part", "another"][:2]
        return _decision(role, self._speech.say("reason_merge", label=label, other=other), part)

    def _redraft(self) -> dict[str, Any]:
        """Go over its own draft: what it says stays, what it lacks comes in; or leave it as it is."""
        gains = self._gains()
        chosen = self._chosen(gains, 1)
        long_enough = len(self._view.draft.split()) > self._situation.words * self._profile.verbosity * 1.2
        if self._situation.free and (long_enough or gains[chosen[0]] < self._profile.modesty):
            return _out(self._names.role(chosen[0]), self._speech.say("reason_out_draft"))
        part = self._writer().redraft(chosen)
        return _decision(self._names.role(chosen[0]), self._reason("reason_draft", chosen[0]), part)

    def _stay_out(self) -> dict[str, Any] | None:
        """A reason that names whose work covers what it would have done; None where it could name nobody."""
        view = self._view
        order = sorted(view.perceived, key=lambda at: (-self._world.aspects[at].importance * self._taste(at), at))
        covered = [at for at in order if view.done.get(at, 0.0) >= _COVERED and any(view.by[at])]
        if covered:
            first = covered[0]
            label = next(name for name in view.by[first] if name)
            second = next((at for at in covered[1:] if any(name and name != label for name in view.by[at])), None)
            texts = {"topic": self._topic(first), "label": label}
            if second is not None:
                other = next(name for name in view.by[second] if name and name != label)
                reason = self._speech.say("reason_out_two", second=self._topic(second), other=other, **texts)
            else:
                reason = self._speech.say("reason_out", **texts)
            return _out(self._names.role(first), reason)
        announced = [at for at in order if view.announced.get(at)]
        if announced:
            first = announced[0]
            label = view.announced[first][0]
            group = "reason_out_marked" if view.is_mark(label) else "reason_out_intended"
            reason = self._speech.say(group, topic=self._topic(first), label=label)
            return _out(self._names.role(first), reason)
        return None

    def _why(self, at: int) -> str:
        view, aspect = self._view, self._world.aspects[at]
        if view.done.get(at, 0.0) >= SKETCHED and any(view.by[at]):
            return self._reason("reason_deepen", at, label=next(name for name in view.by[at] if name))
        for needed in (*aspect.needs, *sorted(view.done, key=lambda other: -view.done[other])):
            label = next((name for name in view.by.get(needed, ()) if name), "")
            if label and view.done[needed] >= SKETCHED:
                return self._reason("reason_after", at, label=label, covered=self._topic(needed))
        if at in view.announced:
            label = view.announced[at][0]
            return self._reason("reason_marked_too" if view.is_mark(label) else "reason_shared", at, label=label)
        others = [(place, names[0]) for place, names in view.announced.items() if place != at]
        if others:
            place, label = others[self._draw.below(len(others), "whose")]
            group = "reason_marked" if view.is_mark(label) else "reason_intended"
            return self._reason(group, at, label=label, covered=self._topic(place))
        return self._reason("reason_open", at)

    def _reason(self, group: str, at: int, **texts: str) -> str:
        return self._speech.say(group, at, topic=self._topic(at), subject=self._subject, **texts)

    def _topic(self, at: int) -> str:
        return self._draw.choice(self._world.aspects[at].facet.topics, "topic", at)


def _decision(role: str, reason: str, part: Part) -> dict[str, Any]:
    return {
        "participate": True,
        "role": role,
        "reason": reason,
        "depends_on": [{"output": label, "used": words} for label, words in part.used],
        "contribution": part.text,
    }


def _out(role: str, reason: str) -> dict[str, Any]:
    return {"participate": False, "role": role, "reason": reason, "depends_on": [], "contribution": ""}
