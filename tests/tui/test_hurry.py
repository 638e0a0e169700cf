"""A large change is drawn at once and in the loop; a small one, and one right after another, is not."""

import asyncio
import threading

import pytest

from isotimer.tui.hurry import LEAST_S, Hurry


class _Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


async def _from_a_thread(hurry: Hurry, *values: float) -> None:
    thread = threading.Thread(target=lambda: [hurry.hear(v) for v in values])
    thread.start()
    await asyncio.to_thread(thread.join)
    await asyncio.sleep(0)


@pytest.mark.parametrize(("values", "pictures"), [((5.0,), 0), ((50.0,), 1), ((50.0, 60.0, 70.0), 1)])
async def test_what_is_far_is_drawn_once_in_the_loops_thread(
    values: tuple[float, ...], pictures: int
) -> None:
    drawn: list[threading.Thread] = []
    hurry = Hurry(lambda v: v > 10, lambda: drawn.append(threading.current_thread()), _Clock())
    await _from_a_thread(hurry, *values)
    assert drawn == [threading.current_thread()] * pictures


async def test_the_next_one_waits_for_its_turn() -> None:
    clock, drawn = _Clock(), []
    hurry = Hurry(lambda v: True, lambda: drawn.append(clock.now_s), clock)
    for away_s in (0.0, LEAST_S / 2, 2 * LEAST_S):
        clock.now_s = 100.0 + away_s
        await _from_a_thread(hurry, 1.0)
    assert drawn == [100.0, 100.0 + 2 * LEAST_S]


def test_a_loop_that_is_closed_is_no_trouble() -> None:
    drawn: list[float] = []

    async def make() -> Hurry:
        return Hurry(lambda v: True, lambda: drawn.append(1.0))

    asyncio.run(make()).hear(1.0)
    assert not drawn
