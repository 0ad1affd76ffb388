"""What somebody hands in one after the other stands in that order, also right after a restart."""

from __future__ import annotations

import pytest
from django.db import transaction

from ibasho.house.models import HouseProfile
from ibasho.rooms.models import Message, Seat
from tests.faults.agreeing import AgreeingCompany

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]
RESTARTS = 12
AT_ONCE = 5  # as many as the limits let through without a wait


def test_an_outbox_sent_to_a_new_process_keeps_its_order(house: HouseProfile) -> None:
    company = AgreeingCompany()
    try:
        _hand_in_after_restarts(company)
        company.come_to_rest()
    finally:
        company.go_home()


def _hand_in_after_restarts(company: AgreeingCompany) -> None:
    tab = company.tabs[1]
    company.be_there(tab)
    with transaction.atomic():  # no newcomer any more, but a new process has to ask
        Seat.objects.filter(pk=tab.guest.seat).update(post_count=50)
    handed_in: list[str] = []
    for _ in range(RESTARTS):
        company.kill_house(0)
        company.be_there(tab)
        for _ in range(AT_ONCE):
            sent = company.words("つづき", "", "")
            handed_in.append(sent.said[0])
            tab.hand_in(sent)
        company.until(lambda: not tab.outbox, "no answer")
    stored = Message.objects.filter(room=company.room).order_by("position").values_list("text", flat=True)
    assert list(stored) == handed_in
