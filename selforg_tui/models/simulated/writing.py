"""The text of a contribution: whole sentences about the aspects it treats, on what it rests, and by whom it is done."""

from __future__ import annotations

import msgspec

from selforg_tui.core.keyed import Keyed
from selforg_tui.models.simulated.coverage import Reader
from selforg_tui.models.simulated.dice import Dice
from selforg_tui.models.simulated.meaning import sentences
from selforg_tui.models.simulated.phrases import Speech, capital, phrases
from selforg_tui.models.simulated.profiles import Profile
from selforg_tui.models.simulated.view import View
from selforg_tui.models.simulated.world import Aspect

_FIRST_SHARE = 0.6
"""Share of the words that the main aspect gets where others follow it."""
_BRIEFLY = ("second", "step", "link", "check", "action", "decision", "step", "step", "risk", "step")
"""The kinds of sentences in a paragraph on a further aspect, by weight."""
_FEWEST, _AT_LENGTH = 60, 90
"""Words below which a paragraph says what is to be done and no more, and from which the first one goes its voice's own way."""


_CONCRETE = frozenset(("step", "decision", "action", "check", "risk"))


class Part(msgspec.Struct):
    """A contribution, and the outputs that it could not do without."""

    text: str
    used: list[tuple[str, str]]
    """(label, the words of it that were used), the most essential first."""


class Writer:
    """Writes for one agent on one task."""

    def __init__(self, reader: Reader, view: View, profile: Profile, draw: Keyed, words: int, speech: Speech | None = None) -> None:
        self._reader, self._view, self._profile, self._draw = reader, view, profile, draw
        self._world = reader.world
        self._room = max(10, round(words * profile.verbosity))
        self._used: list[tuple[str, str]] = []
        self._own_choices: dict[int, int] = {}
        self._stated: set[int] = set()
        """Aspects that this contribution itself has settled."""
        self._speech = speech or Speech(draw)

    def contribution(self, aspects: list[int]) -> Part:
        """A paragraph for each aspect, the first at greatest length."""
        paragraphs = []
        closing = self._concern(self._world.aspects[aspects[0]]) if len(aspects) > 1 else []
        left = self._room - sum(len(row.split()) for row in closing)
        for place, number in enumerate(aspects):
            last = place == len(aspects) - 1
            several = len(aspects) - place
            room = left if last else round(left * max(_FIRST_SHARE / (several - 1), 1.2 / several))
            rows = self._paragraph(self._world.aspects[number], room, first=place == 0, valued=not closing)
            paragraphs.append(" ".join(rows))
            left -= sum(len(row.split()) for row in rows)
            if left < 25:
                break
        paragraphs[-1] = " ".join([paragraphs[-1], *closing])
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
            self._own_choices[number] = nature if self._draw.unit("by nature", number) < self._profile.convention else free
        return self._own_choices[number]

    def merge(self, conflicts: list[int], links: list[tuple[int, int]]) -> Part:
        """What joins the parts of others: contradictions resolved, the order of what rests on what."""
        draw, view = self._draw, self._view
        rows = [self._speech.say("merge_opening", subject=self._world.subject.name)]
        for number in conflicts[:3]:
            known = list(dict.fromkeys(choice for choice, _ in view.choices[number]))
            facet = self._world.aspects[number].facet
            texts = {
                "topic": self._topic(number),
                "choice": self.way(number, known[0]),
                "other": self.way(number, known[1]),
                "when": self._when(number),
            }
            rows.append(self._speech.say("merge_conflict", number, **texts))
            self._used += [(label, facet.topic) for _, label in view.choices[number][:2]]
        for number, needed in links[:6]:
            topic, other = self._topic(number), self._topic(needed)
            rows.append(self._speech.say("merge_link", number, needed, topic=topic, needed=other, when=self._when(number)))
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
        for paragraph in self._view.draft.split("\n\n"):
            told = [(sentence, self._reader.told(sentence)) for sentence in sentences(paragraph)]
            kept.append(" ".join(text for text, each in told if each.weights or each.owned or each.checked))
        room = round(self._room * 1.35) - len(" ".join(kept).split())
        fresh = self._paragraph(self._world.aspects[aspects[0]], max(20, room), first=False, valued=False) if aspects else []
        return Part("\n\n".join([*(part for part in kept if part), *([" ".join(fresh)] if fresh else [])]), [])

    def _paragraph(self, aspect: Aspect, room: int, *, first: bool, valued: bool) -> list[str]:
        draw, facet, at = self._draw, aspect.facet, aspect.index
        links, known = self._links(aspect, essential=first)
        skill = self._profile.depth * (self._profile.guessing + (1 - self._profile.guessing) * known)
        steps = draw.shuffled(facet.steps, "steps", at)
        wrong = (1 - self._profile.care) * (1 - 0.5 * known)
        if draw.unit("slips", at) < wrong:
            steps[1] = facet.slip
        if room < _FEWEST:  # short of room, the shorter of what comes to mind
            steps[:3] = sorted(steps[:3], key=len)
        order = self._order(aspect, room, first=first, valued=valued)
        rows: list[str] = []
        count = 0
        kept_free = len(links[0].split()) if links else 0  # what it rests on is not crowded out either
        concretely = Dice(draw, f"concrete {at}")
        for place, kind in enumerate((*order, *("link" for _ in links[1:]), *("step" for _ in steps))):
            sentence = self._sentence(kind, aspect, steps, links)
            if not sentence:
                continue
            if kind in _CONCRETE and concretely.unit(place) >= skill:
                sentence = self._speech.say("vague", at, place)
            length = len(sentence.split())
            kept_free = 0 if kind == "link" else kept_free
            if count + length + kept_free > room * 1.08 and rows:
                continue
            rows.append(sentence)
            count += length
        return rows

    def _order(self, aspect: Aspect, room: int, *, first: bool, valued: bool) -> tuple[str, ...]:
        """The kinds of sentences of a paragraph, in their order; what there is no room for is left out later."""
        if first and room >= _AT_LENGTH:
            order = self._speech.voice.order
        elif room >= _FEWEST:
            order = _BRIEFLY[1:] if first else _BRIEFLY
        elif self._draw.unit("briefly", aspect.index) < 0.5:  # either who does it, or how one sees that it is done
            order = ("step", "action", *_BRIEFLY[2:])
        else:
            order = _BRIEFLY[1:]
        order = tuple(kind for kind in order if valued or kind != "value")
        if aspect.facet.conflict:  # what it is about comes before anything that could crowd it out
            return (order[0], "decision", *(kind for kind in order[1:] if kind != "decision"))
        return order

    def _sentence(self, kind: str, aspect: Aspect, steps: list[str], links: list[str]) -> str:
        """One sentence of a kind; empty where there is none. What is said is taken from `steps` and `links`."""
        at, facet = aspect.index, aspect.facet
        match kind:
            case "opening":
                return self._opening(aspect)
            case "second":
                return self._speech.say("second", at, topic=self._topic(at))
            case "step":
                return self._put(steps.pop(0), aspect) if steps else ""
            case "link":
                return links.pop(0) if links else ""
            case "decision":
                return self._decision(aspect)
            case "action":
                return self._action(aspect)
            case "check":
                check = self._worded(self._draw.choice(facet.checks, "check", at), aspect)
                return self._speech.say("check", at, check=check)
            case "value":
                return next(iter(self._concern(aspect)), "")
            case _:
                return self._put(self._draw.choice(facet.risks, "risk", at), aspect)

    def _put(self, text: str, aspect: Aspect) -> str:
        return capital(self._worded(text, aspect))

    def _worded(self, text: str, aspect: Aspect) -> str:
        said = self._speech.worded(text, aspect.index, text)
        return said.replace("{subject}", self._world.subject.name).replace("{matter}", aspect.matter)

    def _opening(self, aspect: Aspect) -> str:
        texts = {"topic": self._topic(aspect.index), "subject": self._world.subject.name, "matter": aspect.matter}
        return self._speech.say("opening", aspect.index, **texts)

    def _links(self, aspect: Aspect, *, essential: bool) -> tuple[list[str], float]:
        """Sentences on what the aspect rests on, and the share of it that this agent knows: work that it can read, or hearsay."""
        rows = []
        hearsay = self._profile.hearsay
        known_of = [1.0 if needed in self._stated else self._view.knows(needed, hearsay) for needed in aspect.needs]
        for needed in aspect.needs[:2]:
            topic, draw = self._topic(needed), self._draw
            label = next((label for label in self._view.by.get(needed, ()) if label), "")
            texts = {"topic": topic, "choice": self.way(needed, self.choice(needed))}
            if label and draw.unit("joins", needed) < self._profile.depth:
                known = needed in self._view.choices
                rows.append(self._speech.say("link" if known else "link_plain", needed, label=label, **texts))
                if essential:
                    self._used.append((label, texts["choice"] if known else topic))
            elif needed in self._stated:
                rows.append(self._speech.say("link_own", needed, **texts))
            elif not label and draw.unit("assumes", needed) < self._profile.assuming:
                rows.append(self._speech.say("assumption", needed, **texts))
            if not label and essential and (mark := next(iter(self._view.marked.get(needed, ())), "")):
                self._used.append((mark, topic))
        return rows, sum(known_of) / len(known_of) if known_of else 1.0

    def _decision(self, aspect: Aspect) -> str:
        """How it would settle the aspect; a conflict is weighed, or told from the side that lies nearer to this agent."""
        at, sides = aspect.index, aspect.facet.sides
        texts = {"topic": self._topic(at), "choice": self.way(at, self.choice(at))}
        self._stated.add(at)
        if not sides:
            return self._speech.say("decision", at, **texts)
        near = self._draw.below(2, "side", at)
        side, other = (self._speech.worded(sides[place], at, place) for place in (near, 1 - near))
        both = self._profile.depth * (1.0 if 1 - near in self._view.sides.get(at, ()) else self._profile.perception)
        if self._draw.unit("weighs", at) < both:
            return self._speech.say("weigh", at, side=side, other=other, **texts)
        return f"{capital(side)}. {self._speech.say('decision', at, **texts)}"

    def way(self, number: int, choice: int) -> str:
        """A way to settle an aspect, in one of its wordings."""
        return self._speech.worded(self._world.aspects[number].facet.choices[choice], number)

    def _action(self, aspect: Aspect) -> str:
        owner = self._draw.choice(aspect.domain.people, "owner", aspect.index)
        return self._speech.say("action", aspect.index, owner=owner, when=self._when(aspect.index))

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
            return [self._speech.say("value", aspect.index, topic=self._topic(aspect.index), value=text)]
        return [self._speech.say("limit", aspect.index, topic=self._topic(aspect.index), limit=text)]

    def _topic(self, number: int) -> str:
        return self._draw.choice(self._world.aspects[number].facet.topics, "topic", number)


def _distinct(used: list[tuple[str, str]]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for label, words in used:
        if label:
            found.setdefault(label, words)
    return list(found.items())[:3]
