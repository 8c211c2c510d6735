"""What a judge makes of the solution, and what was guessed before."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from selforg_tui.core.court import judges_in_words
from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.tui.run.judge.quality import quality as quality
from selforg_tui.tui.run.judge.verdict import verdict
from selforg_tui.tui.run.surface.cells import Line, flat
from selforg_tui.tui.run.surface.prose import Prose
from selforg_tui.tui.run.view import View


class Judge(Prose):
    """The verdict on the task that is looked at, or why there is none yet."""

    HELP = """Five scores from 1 to 4. Q = (accuracy + completeness + coherence + actionability) / 16; M = mission / 4. The judge sees \
mission, task and solution, and nothing of who wrote it. One verdict proves nothing: Q moves in steps of 1/16.

Of several judges the median counts, dimension by dimension; beside it stand the lowest and the highest score. Agree: the share of \
pairs of judges with the same score, and with scores at most one apart.

g takes your own guess of Q before the judge has spoken, and shows afterwards how far off it was. It is kept for as long as this screen \
is open, and never written to the session's log. j twice shows what each score stands for, in the words that the judge was given, its \
reasons, and the paper's nearest figure with all that differs."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.guesses: dict[int, float] = {}
        """What was guessed of Q, by task."""

    def key(self, view: View) -> Hashable:
        if view.task is None:
            return None
        number = view.task.number
        return (number, view.task.version, view.state.status, view.chosen == JUDGE_SEAT, self.guesses.get(number))

    def heading(self, view: View) -> str:
        name = judge_name(view)
        return f"Judge ── {name}" if name else "Judge"

    def body(self, view: View, width: int) -> Sequence[Line]:
        guess = self.guesses.get(view.task.number) if view.task else None
        return verdict(view, width, guess, self.size.height)

    def ask_for_guess(self, view: View) -> None:
        """Take a guess of Q of the task that is looked at, where the judge is still to speak."""
        from selforg_tui.tui.screens.guess import GuessPrompt

        task, header = view.task, view.state.header
        if task is None or header is None:
            return
        why = too_late(view)
        if why:
            self.app.notify(why, markup=False)
            return

        def take(guess: float | None) -> None:
            now = self.view or view  # a run goes on while one thinks
            same = now.task is not None and now.task.number == task.number
            if guess is None or not self.is_attached:
                return
            if same and too_late(now):
                self.app.notify("The judge was quicker: this guess does not count.", markup=False)
                return
            self.guesses[task.number] = guess
            self.follow(now, self._when, force=True)

        self.app.push_screen(GuessPrompt(task.number), take)


def too_late(view: View) -> str:
    """Why no guess is taken; empty where one is."""
    task, header = view.task, view.state.header
    if header is not None and header.config.judge is None:
        return "Nobody judges this session, so there is nothing to guess."
    if task is not None and (task.scores is not None or task.unscored):
        return "The judge has spoken on this task: a guess is made before."
    return "" if view.state.status is None else "The session has ended without a verdict on this task."


def judge_name(view: View) -> str:
    """Who judges, by the config or as it signed."""
    if view.task is not None and view.task.judged_by:
        return flat(view.task.judged_by)
    header = view.state.header
    return flat(judges_in_words(header.config)) if header is not None else ""
