from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.fold import fold
from selforg_tui.sessions.player import SPEEDS, Player
from selforg_tui.sessions.reader import Recording
from tests.sessions.builders import session

END = session()[-1].t
TIMES = st.floats(-1, END + 1)
NOT_NOTICED = (ev.BlockAdded, ev.CallDelta, ev.CallFinished, ev.Unread, ev.Edge, ev.Warned, ev.TaskEnded)


def player(at: float = 0.0) -> Player:
    return Player(Recording(Path("s.jsonl"), session()), at)


@given(TIMES, st.lists(TIMES, max_size=6))
def test_the_state_at_a_time_is_the_fold_of_the_events_up_to_it(start: float, seeks: list[float]) -> None:
    played = player(start)
    for at in [start, *seeks]:
        played.seek(at)
        assert played.at == min(max(at, 0.0), END)
        assert played.state == fold([event for event in session() if event.t <= played.at])
        assert played.ended is (played.at >= END)


@given(st.lists(st.tuples(st.floats(0, 2), st.sampled_from(SPEEDS)), max_size=12))
def test_playing_comes_to_the_same_as_seeking(turns: list[tuple[float, float]]) -> None:
    played, at = player(), 0.0
    played.playing = True
    for seconds, speed in turns:
        played.speed = speed
        played.advance(seconds)
        at = min(END, at + seconds * speed)
        assert played.at == pytest.approx(at)
        assert played.state == fold([event for event in session() if event.t <= played.at])
    assert played.playing is not played.ended


def test_it_stops_at_the_end_and_stays_when_paused() -> None:
    played = player()
    played.advance(5)
    assert played.at == 0.0
    played.playing = True
    played.advance(1e9)
    assert (played.at, played.ended, played.playing, played.seconds) == (END, True, False, END)
    assert played.state == fold(session())


def test_steps_go_through_what_a_person_notices_and_pause() -> None:
    played = player()
    played.playing = True
    seen = []
    while not played.ended:
        played.step()
        assert not played.playing
        assert played.at == session()[played.state.seq].t
        assert played.state == fold(session()[: played.state.seq + 1])
        seen.append(played.state.seq)
    assert seen == [event.seq for event in session()[1:] if not isinstance(event, NOT_NOTICED)]
    back = []
    while played.state.seq:
        played.step(-1)
        back.append(played.state.seq)
    assert back == [0, *seen][-2::-1]
    played.step(-1)
    assert (played.state.seq, played.at) == (0, 0.0)


def test_several_steps_at_once() -> None:
    one, three = player(), player()
    for _ in range(3):
        one.step()
    three.step(3)
    assert one.state == three.state
    three.step(-2)
    assert three.state.seq < one.state.seq
    three.step(1000)
    assert three.ended


def test_going_back_gives_another_state_and_going_on_the_same() -> None:
    played = player(3.0)
    before = played.state
    played.seek(4.0)
    assert played.state is before
    played.seek(2.0)
    assert played.state is not before


def test_speeds() -> None:
    played = player()
    assert played.speed == 1.0
    for _ in range(20):
        played.faster()
    assert played.speed == SPEEDS[-1]
    played.faster(-1)
    assert played.speed == SPEEDS[-2]
    played.speed = 3.0
    played.faster()
    assert played.speed in (4.0, 8.0)
    for _ in range(20):
        played.faster(-1)
    assert played.speed == SPEEDS[0]


def test_times_that_go_back_do_not_keep_it_from_ending() -> None:
    events = [*session()[:-1], replace(session()[-1], t=0.5)]
    played = Player(Recording(Path("s.jsonl"), events))
    played.playing = True
    played.advance(1e9)
    assert played.ended and not played.playing


def test_what_the_session_is_about_is_known_before_its_first_event() -> None:
    late = [replace(event, t=event.t + 0.2) for event in session()]
    played = Player(Recording(Path("s.jsonl"), late), 5.0)
    played.seek(0.0)
    assert played.at == 0.0
    assert played.state.header is not None and not played.state.tasks
