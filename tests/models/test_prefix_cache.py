"""The rules by which real servers count what they have cached."""

from __future__ import annotations

from selforg_tui.models.simserver.prefix_cache import LOOKBACK, PrefixCache, block_ends
from selforg_tui.models.tokens import estimate_tokens

TOKEN = "abcd"


def tokens(count: int, mark: str = "") -> str:
    return (mark + TOKEN * count)[: 4 * count]


def test_blocks_have_128_tokens_in_every_script() -> None:
    for text in (TOKEN * 1000, "это совсем другое дело. " * 300, "保持病房运转 " * 500, "naïve – café … " * 400):
        ends = block_ends(text)
        assert len(ends) == estimate_tokens(text) // 128 or len(ends) == (estimate_tokens(text) - 1) // 128
        for number, end in enumerate(ends, 1):
            assert number * 128 <= estimate_tokens(text[:end]) <= number * 128 + 1
        assert block_ends(text + "more of it")[: len(ends)] == ends, "what is appended changes nothing before it"


def test_nothing_is_cached_before_the_first_token_of_the_first_answer() -> None:
    cache = PrefixCache()
    hit = cache.look_up("s", tokens(2000))
    assert cache.look_up("s", tokens(2000)).read == 0
    cache.remember(hit)
    assert cache.look_up("s", tokens(2000)).read == 1920, "15 whole blocks"


def test_the_minimum_is_1024() -> None:
    cache = PrefixCache()
    cache.remember(cache.look_up("s", tokens(1023)))
    assert cache.look_up("s", tokens(3000)).read == 0
    cache.remember(cache.look_up("s", tokens(1024)))
    assert cache.look_up("s", tokens(3000)).read == 1024


def test_a_scope_sees_its_own_only() -> None:
    cache = PrefixCache()
    cache.remember(cache.look_up("one", tokens(2000)))
    assert cache.look_up("two", tokens(2000)).read == 0
    assert cache.look_up("one", tokens(2000)).read == 1920


def test_a_difference_ends_the_prefix() -> None:
    cache = PrefixCache()
    cache.remember(cache.look_up("s", tokens(4000)))
    assert cache.look_up("s", tokens(1300) + tokens(2000, "!")).read == 1280
    assert cache.look_up("s", tokens(4000, "!")).read == 0


def test_only_what_a_breakpoint_marks_is_written_and_read() -> None:
    cache = PrefixCache()
    blocks = [tokens(600, "a"), tokens(600, "b"), tokens(300, "c")]
    unmarked = cache.look_up_marked("s", blocks, [])
    cache.remember(unmarked)
    assert (unmarked.read, unmarked.written) == (0, 0)
    marked = cache.look_up_marked("s", blocks, [1])
    cache.remember(marked)
    assert (marked.read, marked.written) == (0, 1200)
    assert cache.look_up_marked("s", blocks, []).read == 0
    again = cache.look_up_marked("s", [*blocks[:2], tokens(50, "d"), tokens(9, "e")], [2])
    assert (again.read, again.written) == (1200, 50)


def test_a_marked_prefix_below_the_minimum_is_not_cached() -> None:
    cache = PrefixCache()
    short = cache.look_up_marked("s", [tokens(1000), tokens(500)], [0])
    cache.remember(short)
    assert (short.written, cache.look_up_marked("s", [tokens(1000), tokens(500)], [0]).read) == (0, 0)


def test_a_breakpoint_looks_back_twenty_blocks() -> None:
    blocks = [tokens(1100, "a")] + [tokens(10, f"{number:04d}") for number in range(LOOKBACK + 1)]
    for more, read in ((LOOKBACK, 1100), (LOOKBACK + 1, 0)):
        cache = PrefixCache()
        cache.remember(cache.look_up_marked("s", blocks, [0]))
        assert cache.look_up_marked("s", blocks, [more]).read == read
