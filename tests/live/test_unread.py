from __future__ import annotations

from ibasho.live.unread import ALL_UNREAD_BYTES, ANSWER_BYTES, FRAME_BYTES, UNREAD_BYTES, AllUnread, Backlog


class Reader:
    def __init__(self) -> None:
        self.unread = 0
        self.is_gone = False

    def let_go(self) -> None:
        self.is_gone = True


def test_the_amounts_are_those_that_were_promised() -> None:
    assert (UNREAD_BYTES, FRAME_BYTES, ALL_UNREAD_BYTES) == (256 * 1024, 16 * 1024, 64 * 1024 * 1024)


def test_a_reader_may_leave_256_kib_and_one_frame() -> None:
    backlog = Backlog()
    assert backlog.has_room(0, UNREAD_BYTES)
    assert backlog.has_room(UNREAD_BYTES, FRAME_BYTES)
    assert not backlog.has_room(UNREAD_BYTES + FRAME_BYTES, 1)


def test_the_answer_a_reader_asked_for_lies_there_besides() -> None:
    backlog = Backlog()
    assert backlog.has_room(0, ANSWER_BYTES, is_answer=True)
    assert backlog.has_room(ANSWER_BYTES, UNREAD_BYTES)
    assert backlog.has_room(ANSWER_BYTES + UNREAD_BYTES, FRAME_BYTES)
    assert not backlog.has_room(ANSWER_BYTES + UNREAD_BYTES + FRAME_BYTES, 1)


def test_what_was_taken_of_the_answer_gives_live_words_no_more_room() -> None:
    backlog = Backlog()
    assert backlog.has_room(0, ANSWER_BYTES, is_answer=True)
    assert backlog.has_room(1_000, UNREAD_BYTES)  # all but the last of the answer was taken
    assert not backlog.has_room(UNREAD_BYTES, FRAME_BYTES + 1)


def test_a_second_answer_makes_the_first_count() -> None:
    backlog = Backlog()
    assert backlog.has_room(0, ANSWER_BYTES, is_answer=True)
    assert backlog.has_room(ANSWER_BYTES, ANSWER_BYTES, is_answer=True)
    assert not backlog.has_room(2 * ANSWER_BYTES, ANSWER_BYTES, is_answer=True)


def test_an_answer_is_excused_only_as_far_as_a_catch_up_may_be_long() -> None:
    backlog = Backlog()
    assert not backlog.has_room(0, ANSWER_BYTES + UNREAD_BYTES + FRAME_BYTES + 1, is_answer=True)


def test_the_slowest_go_first_when_all_together_leave_too_much() -> None:
    everyone = AllUnread(most=1_000)
    readers = [Reader() for _ in range(5)]
    for size, reader in zip((100, 300, 200, 250, 150), readers):
        reader.unread = size
        everyone.note(reader, size)
    assert not any(reader.is_gone for reader in readers)
    readers[0].unread = 250
    everyone.note(readers[0], 250)
    assert [reader.is_gone for reader in readers] == [False, True, False, False, False]
    assert everyone.total == 850


def test_who_has_read_on_meanwhile_is_not_held_to_what_was() -> None:
    everyone = AllUnread(most=1_000)
    fast, slow = Reader(), Reader()
    everyone.note(fast, 900)
    slow.unread = 200
    everyone.note(slow, 200)
    assert (fast.is_gone, slow.is_gone, everyone.total) == (False, False, 200)


def test_who_has_gone_leaves_nothing_behind() -> None:
    everyone, reader = AllUnread(most=1_000), Reader()
    everyone.note(reader, 900)
    everyone.forget(reader)
    everyone.forget(reader)
    assert everyone.total == 0
