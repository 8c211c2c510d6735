"""A write-up is told, counted and found apart from the team and from the judge."""

from __future__ import annotations

from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.fold import fold
from selforg_tui.core.ids import JUDGE_SEAT, WRITER_SEAT
from selforg_tui.metrics import spending
from selforg_tui.tui.run.agent.reply import reply
from selforg_tui.tui.run.agent.words import who
from selforg_tui.tui.run.cost.by_model import stacked
from selforg_tui.tui.run.cost.meter import meter
from selforg_tui.tui.run.cost.used import budget, done_of_promised
from selforg_tui.tui.run.cost.whole import dearest
from selforg_tui.tui.run.solution.provenance import Provenance
from selforg_tui.tui.run.solution.written_up import written_up
from selforg_tui.tui.run.surface.cells import Line
from selforg_tui.tui.run.time.marks import marks
from selforg_tui.tui.run.time.narration import narrated
from selforg_tui.tui.run.time.story import of_task
from selforg_tui.tui.run.view import View
from tests.sessions.builders import finished, started
from tests.tui.run.conftest import LiveStage
from tests.tui.run.made_session import made

CALL = "1/writeup/-1/1"
TEXT = "# Wards first\n\nOne piece."
STARTED, DONE = started(CALL), finished(CALL, TEXT)
WRITTEN = ev.WrittenUp(task=1, call=CALL, model="sim:strong", text=TEXT)
MISSING = ev.Unwritten(task=1, reason="The key was refused.")


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


def view(*more: ev.AnyEvent, chosen: int = 1, status: ev.Status | None = None) -> View:
    *before, end = made()
    assert isinstance(end, ev.SessionEnded)
    events = [*before, *more, *([replace(end, status=status)] if status else [])]
    state = fold([replace(event, seq=seq, t=max(event.t, before[-1].t if seq >= len(before) else 0)) for seq, event in enumerate(events)])
    return View(state, state.task, chosen, state.t)


async def test_where_it_comes_from_turns_with_it_also_where_time_stands_still() -> None:
    *before, end = made()
    events = [
        replace(event, seq=seq) for seq, event in enumerate([*before, *(replace(e, t=before[-1].t) for e in (STARTED, DONE, WRITTEN)), end])
    ]
    app = LiveStage(events=events)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("s")
        await pilot.pause()
        assert app.run_screen.resting
        card = app.run_screen.query_one(Provenance)
        names = text_of(card.lines[0])
        for key, said in (("w", "A model made this text"), ("w", names), ("w", "A model made this text"), ("slash", names)):
            await pilot.press(key)
            await pilot.pause()
            assert said in text_of(card.lines[0]), key


def test_the_judge_and_the_write_up_each_have_their_own_calls() -> None:
    judged, wrote = view(STARTED, DONE, WRITTEN, chosen=JUDGE_SEAT), view(STARTED, DONE, WRITTEN, chosen=WRITER_SEAT)
    assert [str(call.id) for call in wrote.calls(WRITER_SEAT)] == [CALL] == [wrote.task.write_up_call if wrote.task else ""]
    assert [call.kind for call in judged.calls(JUDGE_SEAT)] == ["judge"]
    assert (who(judged), who(wrote)) == ("Judge", "Write-up")
    shown = "\n".join(text_of(line) for line in reply(wrote, 80))
    assert "One piece." in shown and "write-up" in shown


def test_it_is_told_while_it_is_written_and_when_it_is_missing() -> None:
    assert narrated(view(STARTED))[0] == "One readable text is made of the solution …"
    assert narrated(view())[0] == narrated(view(STARTED, DONE, WRITTEN))[0] != ""
    assert "readable" not in narrated(view(STARTED, MISSING))[0]


def told(shown: View) -> list[str]:
    assert shown.task is not None
    return [one.text for one in of_task(shown.state, shown.task)]


def test_what_happened_has_it_or_why_there_is_none() -> None:
    assert told(view(STARTED, DONE, WRITTEN))[-1] == "The solution is written up as one text by sim:strong."
    assert told(view(MISSING))[-1] == "There is no write-up: The key was refused."
    again = ev.CallFailed(call=CALL, kind="rate_limit", text="Slow down.", retry_in=2.0)
    assert "Who writes up is asked again after 2.0 s: Slow down." in told(view(STARTED, again))
    assert not any("writ" in text for text in told(view()))


def test_it_is_no_verdict_on_the_line_of_time() -> None:
    assert marks(view(STARTED, DONE, WRITTEN).state) == marks(view().state)


def test_it_is_counted_apart_from_the_team() -> None:
    plain, wrote = view(), view(STARTED, DONE, WRITTEN)
    assert done_of_promised(wrote.state) == done_of_promised(plain.state)
    lines, before = ([text_of(line) for line in meter(each, 40)] for each in (wrote, plain))
    new = [line.split() for line in lines if line not in before]
    assert [line[:2] for line in new if line[0] in ("writing", "write-up")] == [["writing", "up"]]
    assert wrote.state.team == plain.state.team and wrote.state.judging == plain.state.judging
    assert any("write-up strong" in text_of(line) for line in stacked(wrote.state, 40))
    calls = spending.ended(wrote.state)
    assert [text_of(line).split()[0] for line in dearest(wrote, 80, calls)[0]].count("write-up") == 1
    used = (each.state.writing.imaginary_usd for each in (wrote, plain))
    assert sum(used) > 0 and budget(wrote.state, 0)["money"] > budget(plain.state, 0)["money"]


def test_a_simulated_text_says_so() -> None:
    task = view(STARTED, DONE, WRITTEN).task
    assert task is not None and "(SIMULATED)" in text_of(written_up(task, 100)[0])
    task = view(STARTED, replace(DONE, simulated=False), WRITTEN).task
    assert task is not None and "SIMULATED" not in text_of(written_up(task, 100)[0])
