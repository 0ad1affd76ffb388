"""Every write of meetings, one verb family a file."""

from __future__ import annotations

from ibasho.events.actions.after_restore import (
    clear_sign_ups_again,
    untie_again,
    withdraw_sign_ups_again,
)
from ibasho.events.actions.again import sign_up_again
from ibasho.events.actions.by_itself import forget_sign_ups, lapse_offers, release_newcomers_seats
from ibasho.events.actions.carding import answer_card, forget_cards
from ibasho.events.actions.coming_back import come_back, forget_ways_back
from ibasho.events.actions.consents import (
    bring_back_consent,
    retire_consent,
    withdraw_consent,
    write_consent,
)
from ibasho.events.actions.contacting import forget_contact
from ibasho.events.actions.facilitating import plan_facilitator
from ibasho.events.actions.feeds import give_feed, give_sign_up_feed, stop_feed, stop_sign_up_feed
from ibasho.events.actions.intake import (
    arrange_interview,
    drop_interview,
    finish_interview,
    keep_that_day,
    let_into_line,
    refer,
    reopen_interview,
    take_back_entry,
    take_back_referral,
    wish_other_day,
)
from ibasho.events.actions.locking import lock_event, settle_event
from ibasho.events.actions.mails import (
    forget_mails,
    queue_mails,
    send_mails,
    send_mails_aside,
    set_mail,
    stop_mail,
    stop_mail_by,
)
from ibasho.events.actions.own_rooms import GUEST_LIST, admit, keep_meeting_rooms
from ibasho.events.actions.planning import (
    bring_back_event,
    call_off_event,
    change_event,
    create_event,
    lay_out_materials,
    publish_event,
    settle_now,
    take_back_event,
)
from ibasho.events.actions.revising import number_changes
from ibasho.events.actions.seats_of_one import answer_offer, let_rest_go, set_auto_accept, withdraw
from ibasho.events.actions.series import (
    change_series,
    create_series,
    leave_out,
    make_dates,
    publish_series,
    put_back,
    take_back_series,
)
from ibasho.events.actions.sheets import (
    add_question,
    add_sheet,
    bring_back_sheet,
    change_question,
    copy_sheet,
    move_question,
    name_sheet,
    remove_question,
    retire_sheet,
)
from ibasho.events.actions.signing_up import Signed, sign_up
from ibasho.events.actions.tying import erase_sign_ups, tie, untie, untie_over_the_wall
from ibasho.events.actions.visiting import tick, tick_unannounced, untick
from ibasho.events.actions.worrying import read_worry, unread_worry

__all__ = [
    "GUEST_LIST",
    "Signed",
    "add_question",
    "add_sheet",
    "admit",
    "answer_card",
    "answer_offer",
    "arrange_interview",
    "bring_back_consent",
    "bring_back_event",
    "bring_back_sheet",
    "call_off_event",
    "change_event",
    "change_question",
    "change_series",
    "clear_sign_ups_again",
    "come_back",
    "copy_sheet",
    "create_event",
    "create_series",
    "drop_interview",
    "erase_sign_ups",
    "finish_interview",
    "forget_cards",
    "forget_contact",
    "forget_mails",
    "forget_sign_ups",
    "forget_ways_back",
    "give_feed",
    "give_sign_up_feed",
    "keep_meeting_rooms",
    "keep_that_day",
    "lapse_offers",
    "lay_out_materials",
    "leave_out",
    "let_into_line",
    "let_rest_go",
    "lock_event",
    "make_dates",
    "move_question",
    "name_sheet",
    "number_changes",
    "plan_facilitator",
    "publish_event",
    "publish_series",
    "put_back",
    "queue_mails",
    "read_worry",
    "refer",
    "release_newcomers_seats",
    "remove_question",
    "reopen_interview",
    "retire_consent",
    "retire_sheet",
    "send_mails",
    "send_mails_aside",
    "set_auto_accept",
    "set_mail",
    "settle_event",
    "settle_now",
    "sign_up",
    "sign_up_again",
    "stop_feed",
    "stop_mail",
    "stop_mail_by",
    "stop_sign_up_feed",
    "take_back_entry",
    "take_back_event",
    "take_back_referral",
    "take_back_series",
    "tick",
    "tick_unannounced",
    "tie",
    "unread_worry",
    "untick",
    "untie",
    "untie_again",
    "untie_over_the_wall",
    "wish_other_day",
    "withdraw",
    "withdraw_consent",
    "withdraw_sign_ups_again",
    "write_consent",
]
