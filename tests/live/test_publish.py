from __future__ import annotations

from collections.abc import Iterator

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from ibasho.live import hub as hubs
from ibasho.live.publish import hurry_facts, publish
from tests.live.hearing import change, hub_of, settle, sit, until

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_hub() -> Iterator[None]:
    yield
    hubs.make_current(None)


def test_one_transaction_hands_over_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        publish([change(1), change(2), change(3)])
    assert len(callbacks) == 1


def test_nothing_changed_hands_nothing_over(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        publish([])
    assert callbacks == []


def test_without_anyone_to_serve_nothing_happens(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        publish([change(1)])
        hurry_facts()


@pytest.mark.django_db(transaction=True)
async def test_what_was_rolled_back_is_never_heard_and_what_was_committed_is() -> None:
    here = hub_of()
    hubs.make_current(here)
    line, ear = sit(here)
    settle(here, line, 0)
    await sync_to_async(_roll_back)()
    await sync_to_async(_commit)()
    await until(lambda: ear.seqs)
    assert [frame["message"]["text"] for frame in ear.frames[1:]] == ["words 1"]


def _roll_back() -> None:
    try:
        with transaction.atomic():
            publish([change(1, text="never said")])
            raise LookupError
    except LookupError:
        return


def _commit() -> None:
    with transaction.atomic():
        publish([change(1)])


async def test_a_change_after_the_end_of_the_loop_is_no_fault() -> None:
    here = hub_of()

    class Ended:
        def call_soon_threadsafe(self, *args: object) -> None:
            raise RuntimeError("Event loop is closed")

    here.loop = Ended()  # type: ignore[assignment]
    here.hear([change(1)])
