"""The text of a contribution: whole sentences about the aspects it treats, on what it rests, and by whom it is done."""

from __future__ import annotations

import msgspec

from selforg_tui.core.keyed import Keyed
from selforg_tui.models.simulated.coverage import Reader
from selforg_tui.models.simulated.dice import Dice
from selforg_tui.models.simulated.phrases import phrases, say_anew
from selforg_tui.models.simulated.profiles import Profile
from selforg_tui.models.simulated.view import View
from selforg_tui.models.simulated.world import Aspect

_FIRST_SHARE = 0.6
"""Share of the words that the main aspect gets where others follow it."""
_HELPED = 0.5
"""How far the way to full depth is shortened where what an aspect rests on is there to be read."""
_FOLLOWS_NATURE = 0.6
"""Chance that an aspect is settled in the way that lies nearest in this task."""


class Part(msgspec.Struct):
    """A contribution, and the outputs that it could not do without."""

    text: str
    used: list[tuple[str, str]]
    """(label, the words of it that were used), the most essential first."""


class Writer:
    """Writes for one agent on one task."""

    def __init__(self, reader: Reader, view: View, profile: Profile, draw: Keyed, words: int) -> None:
        self._reader, self._view, self._profile, self._draw = reader, view, profile, draw
        self._world = reader.world
        self._room = max(10, round(words * profile.verbosity))
        self._used: list[tuple[str, str]] = []
        self._own_choices: dict[int, int] = {}
        self._stated: set[int] = set()
        """Aspects that this contribution itself has settled."""
        self._said: set[str] = set()

    def contribution(self, aspects: list[int]) -> Part:
        """A paragraph for each aspect, the first at greatest length."""
        paragraphs = []
        left = self._room
        for place, number in enumerate(aspects):
            last = place == len(aspects) - 1
            room = left if last else round(left * _FIRST_SHARE)
            sentences = self._paragraph(self._world.aspects[number], room, first=place == 0)
            paragraphs.append(" ".join(sentences))
            left -= sum(len(sentence.split()) for sentence in sentences)
            if left < 25:
                break
        return Part("\n\n".join(paragraphs), _distinct(self._used))

    def choice(self, number: int) -> int:
        """How this agent settles an aspect: as it was settled before it, where it could see that."""
        known = self._view.choices.get(number)
        if known:
            return known[0][0]
        if number not in self._own_choices:
            count = len(self._world.aspects[number].facet.choices)
            nature = Keyed(self._world.key).below(count, "nature", self._world.aspects[number].facet.id)
            free = self._draw.below(count, "choice", number)
            self._own_choices[number] = nature if self._draw.unit("by nature", number) < _FOLLOWS_NATURE else free
        return self._own_choices[number]

    def merge(self, conflicts: list[int], links: list[tuple[int, int]]) -> Part:
        """What joins the parts of others: contradictions resolved, the order of what rests on what."""
        draw, view = self._draw, self._view
        rows = [self._say("merge_opening", draw, subject=self._world.subject.name)]
        for number in conflicts[:3]:
            known = list(dict.fromkeys(choice for choice, _ in view.choices[number]))
            facet = self._world.aspects[number].facet
            texts = {"topic": facet.topic, "choice": facet.choices[known[0]], "other": facet.choices[known[1]], "when": self._when(number)}
            rows.append(self._say("merge_conflict", draw, number, **texts))
            self._used += [(label, facet.topic) for _, label in view.choices[number][:2]]
        for number, needed in links[:6]:
            topic, other = self._topic(number), self._topic(needed)
            rows.append(self._say("merge_link", draw, number, needed, topic=topic, needed=other, when=self._when(number)))
            self._used += [(view.by[place][0], self._topic(place)) for place in (needed, number) if view.by.get(place)]
            if draw.unit("owner", number) < self._profile.depth:
                rows.append(self._action(self._world.aspects[number]))
            if sum(len(row.split()) for row in rows) > self._room:
                break
        rows += self._concern(self._world.aspects[links[0][0] if links else conflicts[0]])
        return Part(" ".join(rows), _distinct(self._used))

    def redraft(self, aspects: list[int]) -> Part:
        """Its own draft, with general talk left out, and what it still lacks put in as far as there is room."""
        kept = []
        talk = set(phrases().groups["vague"])
        for paragraph in self._view.draft.split("\n\n"):
            for sentence in talk:
                paragraph = paragraph.replace(sentence, "").replace("  ", " ")
            kept.append(paragraph.strip())
        room = round(self._room * 1.35) - len(" ".join(kept).split())
        fresh = self._paragraph(self._world.aspects[aspects[0]], max(20, room), first=False) if aspects else []
        return Part("\n\n".join([*(part for part in kept if part), *([" ".join(fresh)] if fresh else [])]), [])

    def _paragraph(self, aspect: Aspect, room: int, *, first: bool) -> list[str]:
        draw, facet, at = self._draw, aspect.facet, aspect.index
        joined, helped = self._links(aspect, essential=first)
        skill = self._profile.depth + (1 - self._profile.depth) * _HELPED if helped else self._profile.depth
        steps = draw.shuffled(facet.steps, "steps", at)
        wrong = (1 - self._profile.care) * (0.5 if helped or not aspect.needs else 1.0)
        if draw.unit("slips", at) < wrong:
            steps[-1] = facet.slip
        concrete = [
            steps[0],
            *joined[:1],
            self._decision(aspect),
            *([steps[1]] if len(steps) > 1 else []),
            self._action(aspect),
            facet.check,
            *(self._concern(aspect) if first else []),
            *joined[1:],
            *steps[2:],
            facet.risk,
        ]
        rows = [self._opening(aspect) if first else self._say("second", draw, at, topic=facet.topic)]
        count = len(rows[0].split())
        concretely = Dice(draw, f"concrete {at}")
        for place, sentence in enumerate(concrete):
            sentence = sentence.replace("{subject}", self._world.subject.name)
            if concretely.unit(place) >= skill and sentence not in joined:
                sentence = self._say("vague", draw, at, place)
            length = len(sentence.split())
            if count + length > room * 1.08 and place > 0:
                continue
            rows.append(sentence)
            count += length
        return rows

    def _opening(self, aspect: Aspect) -> str:
        matters, draw = self._world.subject.matters, self._draw
        texts = {"topic": aspect.facet.topic, "subject": self._world.subject.name}
        if matters and draw.unit("opening") < 0.3:
            return self._say("opening_matter", draw, aspect.index, matter=draw.choice(matters, "matter"), **texts)
        return self._say("opening", draw, aspect.index, **texts)

    def _links(self, aspect: Aspect, *, essential: bool) -> tuple[list[str], bool]:
        """Sentences on what the aspect rests on, and whether any of it is there to be read."""
        rows, helped = [], False
        for needed in aspect.needs[:2]:
            topic, draw = self._topic(needed), self._draw
            label = next((label for label in self._view.by.get(needed, ()) if label), "")
            texts = {"topic": topic, "choice": self._world.aspects[needed].facet.choices[self.choice(needed)]}
            if label and draw.unit("joins", needed) < self._profile.depth:
                helped = True
                known = needed in self._view.choices
                rows.append(self._say("link" if known else "link_plain", draw, needed, label=label, **texts))
                if essential:
                    self._used.append((label, texts["choice"] if known else topic))
            elif needed in self._stated:
                rows.append(self._say("link_own", draw, needed, **texts))
            elif not label and draw.unit("assumes", needed) < 0.8:
                rows.append(self._say("assumption", draw, needed, **texts))
        return rows, helped

    def _decision(self, aspect: Aspect) -> str:
        texts = {"topic": aspect.facet.topic, "choice": aspect.facet.choices[self.choice(aspect.index)]}
        self._stated.add(aspect.index)
        return self._say("decision", self._draw, aspect.index, **texts)

    def _action(self, aspect: Aspect) -> str:
        owner = self._draw.choice(aspect.domain.people, "owner", aspect.index)
        return self._say("action", self._draw, aspect.index, owner=owner, when=self._when(aspect.index))

    def _when(self, number: int) -> str:
        return self._draw.choice(phrases().times[self._world.aspects[number].facet.phase - 1], "when", number)

    def _concern(self, aspect: Aspect) -> list[str]:
        """A sentence for a value that nobody has taken up yet as far as it saw."""
        concerns = self._world.concerns()
        open_ones = [at for at in range(len(concerns)) if at not in self._view.served] or list(range(len(concerns)))
        if not open_ones or self._draw.unit("concern") >= self._profile.following:
            return []
        text = concerns[self._draw.choice(open_ones, "which concern")].strip().rstrip(".")
        if self._world.values:
            return [self._say("value", self._draw, aspect.index, topic=aspect.facet.topic, value=text)]
        return [self._say("limit", self._draw, aspect.index, topic=aspect.facet.topic, limit=text)]

    def _say(self, group: str, draw: Keyed, *key: int, **texts: str) -> str:
        return say_anew(self._said, group, draw, *key, **texts)

    def _topic(self, number: int) -> str:
        return self._world.aspects[number].facet.topic


def _distinct(used: list[tuple[str, str]]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for label, words in used:
        if label:
            found.setdefault(label, words)
    return list(found.items())[:3]
