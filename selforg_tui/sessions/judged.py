"""A session with all verdicts that there are on it: those of its own court, later ones, and what people made of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from selforg_tui.core.config import ModelSpec, Task
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.ids import digest
from selforg_tui.core.state import TaskState
from selforg_tui.engine.rejudge import Solved
from selforg_tui.judging.rubric import DIMENSIONS
from selforg_tui.metrics import quality
from selforg_tui.metrics.agreement import Agreement, Noise, Verdict, agreement, noise
from selforg_tui.models.judge_choice import choose_judge
from selforg_tui.sessions import verdicts
from selforg_tui.sessions.guesses import Guesses
from selforg_tui.sessions.reader import read
from selforg_tui.settings.keys import Keys
from selforg_tui.settings.redact import redact


class Row(NamedTuple):
    """One verdict on a task, as it is shown. `q` of a person is never mixed with those of models."""

    kind: Literal["original", "later", "person"]
    who: str
    scores: dict[str, int] | None
    q: float | None
    why: str = ""
    """Why there are no scores."""
    simulated: bool = False
    at: str = ""


class Judged:
    """A session with all verdicts that there are on it. Raises StorageError where its file or the one beside it cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state = read(path).state()
        self.later = verdicts.read(path)

    @property
    def solved(self) -> list[Solved]:
        """The tasks that have a solution."""
        values, notices = self.state.started.config.values, [shock for shock in self.state.shocks if shock.kind == "notice"]
        return [
            Solved(
                task.number,
                Task(task.text, task.level),
                task.solution,
                (*values, *(shock.notice for shock in notices if shock.task <= task.number)),
            )
            for task in self.state.tasks
            if task.solution
        ]

    def known(self, task: TaskState) -> list[verdicts.Verdict]:
        """What models said later on the solution of this task as it stands in the log."""
        return [entry for entry in self.later.models if entry.task == task.number and entry.solution in ("", digest(task.solution))]

    def of_people(self, task: TaskState) -> list[verdicts.Person]:
        """What people said on it."""
        return [entry for entry in self.later.persons if entry.task == task.number and entry.solution in ("", digest(task.solution))]

    def guess(self, task: TaskState) -> verdicts.Guess | None:
        """What was guessed of its Q before the judge spoke."""
        return Guesses(self.path, self.state.started.id, self.later.guesses).of(task.number)

    def next_place(self) -> int:
        """The first place in the court that no judge had yet; 0 is the session's own."""
        return max([1, len(self.state.started.config.judges), *(entry.judge + 1 for entry in self.later.models)])

    def usual_judges(self, keys: Keys) -> tuple[ModelSpec, ...]:
        """Who is asked where nobody is named: the session's judges, else whoever would be chosen for its agents. Raises ConfigError."""
        config = self.state.started.config
        if config.judges:
            return tuple(dict.fromkeys(config.judges))
        judge, why = choose_judge(config.models, keys)
        if judge is None:
            raise ConfigError(why)
        return (judge,)

    def add(self, entries: Sequence[verdicts.Entry], keys: Keys) -> None:
        """Keep entries beside the log. Raises StorageError."""
        verdicts.append(self.path, entries, lambda text: redact(text, keys.values()))
        self.later = verdicts.read(self.path)

    def rows(self, task: TaskState) -> list[Row]:
        """All verdicts on a task: those of its own court, later ones, those of people."""
        rows = [
            Row("original", one.model, _plain(one.scores), quality.q(one.scores), one.unscored, one.simulated)
            for one in task.verdicts.values()
        ]
        if not rows:
            rows.append(Row("original", "", None, None, task.unscored or "The session ended before it was judged."))
        for entry in self.known(task):
            rows.append(Row("later", entry.model, _plain(entry.scores), quality.q(entry.scores), entry.unscored, entry.simulated, entry.at))
        for person in self.of_people(task):
            q = sum(person.scores.get(name, 0) for name in quality.QUALITY) / 16 if set(quality.QUALITY) <= person.scores.keys() else None
            rows.append(Row("person", "person", dict(person.scores), q, at=person.at))
        return rows

    def agreement(self) -> Agreement:
        """Of all models' verdicts, old and new."""
        return agreement([[scores for _, scores in self._of_models(task)] for task in self.state.tasks])

    def noise(self) -> list[Noise]:
        """Of each model that judged some solution several times; the session's own verdict is one of them."""
        return noise(map(self._of_models, self.state.tasks))

    def _of_models(self, task: TaskState) -> list[tuple[str, Verdict]]:
        own = [(one.model, one.scores) for one in task.verdicts.values()]
        later = [(entry.model, entry.scores) for entry in self.known(task)]
        return [(model, scores) for model, scores in own + later if scores and scores.keys() >= set(DIMENSIONS)]


def _plain(scores: Verdict | None) -> dict[str, int] | None:
    return {name: score.score for name, score in scores.items()} if scores else None
