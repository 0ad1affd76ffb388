"""Everything that can be done by and to a person. Each verb is one function and one transaction."""

from ibasho.people.actions.entering import enter
from ibasho.people.actions.erasing import erase, erase_again, purge_guests
from ibasho.people.actions.facts import bump_facts, next_facts
from ibasho.people.actions.keepers import (
    begin_keeper,
    end_keeper,
    end_keeper_link,
    end_keepers_again,
    give_role,
    lock_out_again,
    make_first_link,
    make_keeper_link,
    note_factor_taken_out,
    purge_links,
    recover_keeper,
    sign_out_all_keepers,
    sign_out_everybody,
    take_role,
    take_roles_again,
)
from ibasho.people.actions.leaving import come_back, go_away, sign_out
from ibasho.people.actions.phrase import forget_phrase, forget_phrases_again, give_phrase, return_with
from ibasho.people.actions.settings import (
    LOOK,
    SETTINGS,
    keep_device,
    keep_look,
    look_of,
    save_settings,
    seen_today,
)
from ibasho.people.actions.standpoint import choose_standpoint, turn_standpoint_if_due, turn_standpoints
from ibasho.people.actions.suspending import forget_ended_suspensions, suspend_until

__all__ = [
    "LOOK",
    "SETTINGS",
    "begin_keeper",
    "bump_facts",
    "choose_standpoint",
    "come_back",
    "end_keeper",
    "end_keeper_link",
    "end_keepers_again",
    "enter",
    "erase",
    "erase_again",
    "forget_ended_suspensions",
    "forget_phrase",
    "forget_phrases_again",
    "give_phrase",
    "give_role",
    "go_away",
    "keep_device",
    "keep_look",
    "lock_out_again",
    "look_of",
    "make_first_link",
    "make_keeper_link",
    "next_facts",
    "note_factor_taken_out",
    "purge_guests",
    "purge_links",
    "recover_keeper",
    "return_with",
    "save_settings",
    "seen_today",
    "sign_out",
    "sign_out_all_keepers",
    "sign_out_everybody",
    "suspend_until",
    "take_role",
    "take_roles_again",
    "turn_standpoint_if_due",
    "turn_standpoints",
]
