import asyncio
import threading
from collections.abc import Iterator

import pytest
from asgiref.sync import async_to_sync

from ibasho.lib import pools
from tests.patience import PATIENCE_SECONDS


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    yield
    pools.shutdown()


async def test_work_gives_its_answer_or_its_exception() -> None:
    assert await pools.read(divmod, 7, 2) == (3, 1)
    assert await pools.write(int, "ff", base=16) == 255
    with pytest.raises(ZeroDivisionError):
        await pools.read(divmod, 1, 0)


async def test_readers_work_at_the_same_time_and_apart_from_the_writer() -> None:
    together = threading.Barrier(5)

    def meet() -> str:
        together.wait(PATIENCE_SECONDS)
        return threading.current_thread().name

    names = await asyncio.gather(pools.write(meet), *(pools.read(meet) for _ in range(4)))
    assert names[0].startswith("ibasho-write")
    assert all(name.startswith("ibasho-read") for name in names[1:])
    assert len(set(names)) == 5


async def test_the_writer_keeps_the_order() -> None:
    done: list[int] = []
    await asyncio.gather(*(pools.write(done.append, number) for number in range(50)))
    assert done == list(range(50))


async def test_a_page_may_hand_work_to_the_loop_and_wait_for_it() -> None:
    async def where() -> str:
        return threading.current_thread().name

    def page() -> tuple[str, str]:
        return threading.current_thread().name, async_to_sync(where)()

    its_own, the_loops = await pools.page(page)
    assert its_own.startswith("ibasho-page")
    assert the_loops == threading.current_thread().name


async def test_after_a_shutdown_work_begins_anew() -> None:
    first = await pools.write(threading.get_ident)
    pools.shutdown()
    assert not any(
        thread.name.startswith("ibasho-") and thread.ident == first for thread in threading.enumerate()
    )
    assert await pools.write(int, "1") == 1
