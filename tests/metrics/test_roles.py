from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.metrics.roles import names, normalised, role_uniqueness, unique_roles, used_once

WORDS = st.lists(
    st.sampled_from(
        ["risk", "risks", "Analysts", "analyst", "strategies", "C++", "coaches", "Nurses", "médecins", "स्थिति", "リーダー", "3rd", "ß"]
    )
    | st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1, max_size=8),
    min_size=1,
    max_size=5,
)


@pytest.mark.parametrize(
    ("role", "same"),
    [
        ("Risk Analysts", "analyst, risk"),
        ("risk_analyst", "Risk-Analyst"),
        ("Strategy lead", "lead (strategies)"),
        ("coach", "coaches"),
        ("movie critic", "movies critics"),
        ("process owner", "processes owner"),
        ("nurse's advocate", "nurse advocate"),
        ("nurse’s advocate", "advocates: nurse"),
        ("ＣＯＤＥＲ", "coder"),
        ("cafe\u0301 owner", "café owner"),
        ("STRASSE", "straße"),
        ("स्थिति विश्लेषक", "विश्लेषक, स्थिति"),
    ],
)
def test_the_same_role_in_other_forms(role: str, same: str) -> None:
    assert normalised(role) == normalised(same)


@pytest.mark.parametrize(
    ("role", "other"),
    [
        ("news editor", "new editor"),
        ("fils", "fil"),
        ("C++ developer", "C developer"),
        ("C# developer", "C++ developer"),
        ("bus driver", "bu driver"),
        ("access lead", "acces lead"),
        ("médecins", "médecin"),
        ("Haus", "Hau"),
        ("स्थिति", "स्थिती"),
        ("कमल", "मकल"),
        ("निति", "तिनि"),
        ("🚀", "🐝"),
        ("", "a"),
    ],
)
def test_other_roles_stay_apart(role: str, other: str) -> None:
    assert normalised(role) != normalised(other)


@given(st.text(max_size=40))
def test_twice_is_once(role: str) -> None:
    assert normalised(normalised(role)) == normalised(role)


@given(WORDS, st.randoms(use_true_random=False))
def test_order_case_and_punctuation_do_not_matter(words: list[str], random: object) -> None:
    shuffled = list(words)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    if any(normalised(word) and normalised(word)[0].isalnum() for word in words):
        assert normalised(" ".join(words)) == normalised(" ".join(shuffled))
        assert normalised(" ".join(words)) == normalised(f"({'; '.join(words)})")
    if " ".join(words).isascii():
        assert normalised(" ".join(words)) == normalised(" ".join(words).swapcase())


@given(st.lists(st.sampled_from(["planner", "Planners", "risk analyst", "analysts (risk)", "coder"]), max_size=12))
def test_raw_names_are_one_step_away_and_none_is_lost(taken: list[str]) -> None:
    found = names(taken)
    assert sum(found.values(), Counter()) == Counter(taken)
    assert all(normalised(raw) == name for name, each in found.items() for raw in each)
    assert len(found) == unique_roles(taken)
    assert [each.total() for each in found.values()] == sorted((each.total() for each in found.values()), reverse=True)


def test_names_worked_by_hand() -> None:
    assert names(["Risk Analysts", "coder", "analyst, risk", "Risk Analysts"]) == {
        "analyst risk": {"Risk Analysts": 2, "analyst, risk": 1},
        "coder": {"coder": 1},
    }
    assert names([]) == {}


def test_used_once_worked_by_hand() -> None:
    # Roles: planner (twice, in two forms), coder, nurse; two of three are used once. Of four taken three are unique.
    taken = ["planner", "Planners", "coder", "nurse"]
    assert (unique_roles(taken), used_once(taken), role_uniqueness(taken)) == (3, 2 / 3, 3 / 4)
    assert used_once(["a", "a"]) == 0 and used_once([]) is None and unique_roles([]) == 0
