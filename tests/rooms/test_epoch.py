"""The epoch: the same as long as no number went back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ibasho.rooms import epoch
from ibasho.rooms.models import Birthmark, Room

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def room(trial_room: Room) -> Room:
    return trial_room


def restarted() -> str:
    epoch.forget()
    return epoch.current()


def test_a_restart_keeps_the_epoch(room: Room) -> None:
    first = epoch.current()
    Room.objects.update(seq=7)
    epoch.note_seqs()
    assert restarted() == first
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", first)


def test_numbers_that_went_back_raise_the_epoch_once(room: Room) -> None:
    first = epoch.current()
    Room.objects.update(seq=7)
    epoch.note_seqs()
    Room.objects.update(seq=6)
    second = restarted()
    assert second != first
    assert restarted() == second


def test_a_running_process_does_not_note_lower_numbers(room: Room) -> None:
    first = epoch.current()
    Room.objects.update(seq=7)
    epoch.note_seqs()
    Room.objects.update(seq=6)
    epoch.note_seqs()
    assert restarted() != first


def test_another_database_is_another_epoch(room: Room) -> None:
    first = epoch.current()
    Birthmark.objects.update(mark="another")
    assert restarted() != first


def test_a_restore_begins_another_one(room: Room) -> None:
    first = epoch.current()
    epoch.begin_anew()
    assert epoch.current() == first  # until the next start
    assert restarted() != first


def test_a_new_folder_beside_the_same_database_is_of_the_same_epoch(
    room: Room, settings: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _go_back()
    first = epoch.current()
    settings.DATA_DIR = tmp_path_factory.mktemp("another machine")
    assert restarted() == first


def test_a_process_hears_that_another_has_counted_up(room: Room) -> None:
    first = epoch.current()
    Birthmark.objects.update(count=7)
    assert epoch.current() == first
    epoch.note_seqs()
    assert epoch.current() == restarted() != first


def _go_back() -> None:
    epoch.current()
    Room.objects.update(seq=7)
    epoch.note_seqs()
    Room.objects.update(seq=6)
    restarted()


def test_numbers_that_went_back_raise_the_epoch_once_whoever_sees_it_first(
    room: Room, settings: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first, folders = epoch.current(), [settings.DATA_DIR, tmp_path_factory.mktemp("another machine")]
    Room.objects.update(seq=7)
    for folder in folders:
        settings.DATA_DIR = folder
        restarted()
        epoch.note_seqs()
    Room.objects.update(seq=6)
    epochs = []
    for folder in folders:
        settings.DATA_DIR = folder
        epochs.append(restarted())
    assert epochs[0] == epochs[1] != first


def test_the_noted_numbers_are_for_the_house_alone(room: Room, data_folder: Path) -> None:
    epoch.current()
    assert (data_folder / "epoch.json").stat().st_mode & 0o777 == 0o600
    assert not (data_folder / "epoch.new").exists()
