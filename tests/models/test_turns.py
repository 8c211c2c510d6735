"""Work is spread over the rounds of the loop, in order, and nobody is forgotten."""

from __future__ import annotations

import asyncio

from selforg_tui.models.turns import A_ROUND, Turns


async def test_a_round_holds_so_much_and_others_run_in_between() -> None:
    turns, happened = Turns(), list[str]()

    async def work(number: int) -> None:
        await turns.take(A_ROUND // 2)
        happened.append(str(number))

    async def other() -> None:
        while len(happened) < 12 and not all(worker.done() for worker in workers):
            happened.append(".")
            await asyncio.sleep(0)

    workers = [asyncio.create_task(work(number)) for number in range(6)]
    await asyncio.gather(other(), *workers)
    together = "".join(happened).strip(".").split(".")
    assert "".join(together) == "012345"
    assert max(len(group) for group in together) == 2


async def test_one_who_is_cancelled_while_waiting_costs_nothing() -> None:
    turns = Turns()
    _first, gone, here = (asyncio.create_task(turns.take(A_ROUND)) for _ in range(3))
    await asyncio.sleep(0)
    gone.cancel()
    async with asyncio.timeout(5):
        await here
    assert gone.cancelled()


async def test_work_larger_than_a_round_is_let_through() -> None:
    turns = Turns()
    async with asyncio.timeout(5):
        await asyncio.gather(*(turns.take(A_ROUND * 3) for _ in range(4)))
