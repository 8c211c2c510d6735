"""What happens to the team of one session: when a shock strikes, whom it strikes, and who is left.

A shock strikes between two questions, never while one is under way: before the next one that would go out once its place in the plan is
reached; where several go out at once, before or after all of them. Draws are keyed, so that the same session has the same shocks.
"""

from __future__ import annotations

from collections import Counter, deque

from selforg_tui.core import events as ev
from selforg_tui.core.config import Level, ModelSpec, Shock
from selforg_tui.core.ids import JUDGE_SEAT, CallId, label
from selforg_tui.core.keyed import Keyed
from selforg_tui.core.shocks import in_words
from selforg_tui.engine.recorder import Recorder

SHARE = 4
"""A swap gives another model to one of so many agents, and to at least one."""


class Shocks:
    """The shocks of one session. `at_work`: how many agents may be asked.

    `by_hand`: where shocks arrive that somebody sets off meanwhile; they strike before the next question of a task.
    """

    def __init__(self, header: ev.Header, recorder: Recorder, at_work: int, by_hand: deque[Shock] | None = None) -> None:
        self._config, self._recorder, self._at_work = header.config, recorder, at_work
        self._planned = list(header.config.shocks)
        self._by_hand = by_hand if by_hand is not None else deque()
        self._swapped: dict[int, ModelSpec] = {}
        self._seated: dict[Level | None, tuple[ModelSpec, ...]] = {}
        self._built_on: set[tuple[int, int, int]] = set()
        self._task = self._contributions = self._asked = self._struck = 0
        self._level: Level | None = None
        self.removed: set[int] = set()
        """Seats that are no longer in the team."""
        self.notices: tuple[str, ...] = ()
        """What the team has been told since the session began."""

    def take(self, event: ev.AnyEvent) -> None:
        """Follow what happens in the session."""
        match event:
            case ev.TaskStarted():
                self._task, self._level, self._contributions, self._asked = event.task, event.level, 0, 0
            case ev.CallStarted(purpose="first"):
                self._asked += CallId.parse(event.call).seat > JUDGE_SEAT
            case ev.Decided():
                self._contributions += 1
            case ev.Edge(kind="depends"):
                self._built_on.add((event.task, event.parent, event.child))

    def strike(self) -> None:
        """Let those shocks happen whose place is reached; for the moment before a question, or a round of them, goes out."""
        while self._task and (found := self._next()) is not None:
            shock, planned = found
            self._happen(shock, planned)
            self._struck += 1

    def seating(self, level: Level | None) -> tuple[ModelSpec, ...]:
        """One model a seat, as it is now."""
        if level not in self._seated:
            self._seated[level] = tuple(self._swapped.get(seat, spec) for seat, spec in enumerate(self._config.seating(level), 1))
        return self._seated[level]

    def close(self) -> None:
        """Say which shocks never came to pass; for the end of a session."""
        left = [in_words(self._planned), *(f"{shock.kind} by hand" for shock in self._by_hand)]
        if any(left):
            what = "; ".join(filter(None, left))
            self._recorder.emit(ev.Warned(text=f"The session ended before a shock could strike: {what}. Nothing came of it."))

    def _next(self) -> tuple[Shock, bool] | None:
        """The next shock that is due, and whether it was planned. One whose place never came in its task is due in the next."""
        for place, shock in enumerate(self._planned):
            there = shock.task == self._task and self._contributions >= shock.after and self._asked >= shock.asked
            if there or shock.task < self._task:
                return self._planned.pop(place), True
        return (self._by_hand.popleft(), False) if self._by_hand else None

    def _happen(self, shock: Shock, planned: bool) -> None:
        seats: tuple[int, ...] = ()
        model = shock.model.name if shock.kind == "swap-model" and shock.model else ""
        match shock.kind:
            case "remove-random" | "remove-hub":
                seats, text = self._remove(hub=shock.kind == "remove-hub")
            case "swap-model":
                seats, text = self._swap(shock.model)
            case "notice":
                self.notices = (*self.notices, shock.text)
                text = f"From now on the team is told: {shock.text}"
        self._recorder.emit(
            ev.Shocked(
                task=self._task, kind=shock.kind, seats=seats, model=model, text=text, planned=planned,
                notice=shock.text if shock.kind == "notice" else "", after=self._contributions, asked=self._asked,
            )
        )  # fmt: skip

    def _remove(self, *, hub: bool) -> tuple[tuple[int, ...], str]:
        present = self._present()
        if len(present) < 2:
            return (), "Nobody is removed: the last agent stays."
        here = present[: self._at_work]
        dependents = Counter(parent for _, parent, _ in self._built_on if parent in here)
        if hub and dependents:
            seat = min(here, key=lambda seat: (-dependents[seat], seat))
            count = dependents[seat]
            why = f"it is the hub, {count} contribution{'s' * (count > 1)} of others depend{'s' * (count == 1)} on its own"
        else:
            seat = self._draw("remove").choice(here, "whom")
            why = "nobody depends on anybody yet, so it was drawn at random" if hub else "it was drawn at random"
        self.removed.add(seat)
        return (seat,), f"Agent {label(seat)} is removed: {why}."

    def _swap(self, model: ModelSpec | None) -> tuple[tuple[int, ...], str]:
        assert model is not None
        here = self._present()[: self._at_work]
        seated = self.seating(self._level)
        others = [seat for seat in here if seated[seat - 1].name != model.name]
        if not others:
            return (), f"Nobody changes: all agents answer with {model.name} already."
        wanted = max(1, (len(here) + SHARE // 2) // SHARE)
        seats = tuple(sorted(self._draw("swap").shuffled(others, "whom")[:wanted]))
        self._swapped.update(dict.fromkeys(seats, model))
        self._seated.clear()
        names = ", ".join(map(label, seats))
        return seats, f"Agent{'s' * (len(seats) > 1)} {names} answer{'s' * (len(seats) == 1)} with {model.name} from now on."

    def _present(self) -> list[int]:
        return [seat for seat in range(1, self._config.agents + 1) if seat not in self.removed]

    def _draw(self, purpose: str) -> Keyed:
        return Keyed(self._config.seed, self._task, "shock", self._struck, purpose)
