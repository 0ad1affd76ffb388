"""Every write of meetings, one verb family a file."""

from __future__ import annotations

from ibasho.events.actions.by_itself import forget_sign_ups, lapse_offers, release_newcomers_seats
from ibasho.events.actions.feeds import give_feed, give_sign_up_feed, stop_feed, stop_sign_up_feed
from ibasho.events.actions.locking import lock_event, settle_event
from ibasho.events.actions.revising import number_changes
from ibasho.events.actions.seats_of_one import answer_offer, set_auto_accept, withdraw
from ibasho.events.actions.signing_up import Signed, sign_up
from ibasho.events.actions.tying import erase_sign_ups, tie, untie, untie_over_the_wall
from ibasho.events.actions.visiting import tick, tick_unannounced, untick

__all__ = [
    "Signed",
    "answer_offer",
    "erase_sign_ups",
    "forget_sign_ups",
    "give_feed",
    "give_sign_up_feed",
    "lapse_offers",
    "lock_event",
    "number_changes",
    "release_newcomers_seats",
    "set_auto_accept",
    "settle_event",
    "sign_up",
    "stop_feed",
    "stop_sign_up_feed",
    "tick",
    "tick_unannounced",
    "tie",
    "untick",
    "untie",
    "untie_over_the_wall",
    "withdraw",
]
