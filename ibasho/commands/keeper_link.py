"""`ibasho keeper-link`: a one-time link for a new keeper, or for one who cannot get in any more."""

from __future__ import annotations

import argparse

from ibasho.commands.database import reach_the_house
from ibasho.commands.one_secret import refuse_another_secret
from ibasho.lib import env
from ibasho.lib.errors import Refusal
from ibasho.people.accounts.links import link_url
from ibasho.people.actions import make_keeper_link
from ibasho.people.models import Role
from ibasho.people.queries import has_keepers
from ibasho.people.queries.keepers import keeper_named


def run(options: argparse.Namespace) -> int:
    reach_the_house()
    refuse_another_secret()
    print(link_url(_back_in(options.login) if options.login else _for_a_new_one(options.roles)))
    return 0


def _back_in(login_name: str) -> str:
    keeper = keeper_named(login_name)
    if keeper is None:
        raise env.Wrong(f"no keeper signs in as {login_name}: look at /desk/house/keepers/.")
    return make_keeper_link(None, keeper=keeper)


def _for_a_new_one(roles: str | None) -> str:
    if roles is None and has_keepers():
        raise env.Wrong("say for whom: --login NAME, or --roles moderator,facilitator,coordinator,steward.")
    try:
        return make_keeper_link(None, roles=Role.values if roles is None else roles.split(","))
    except Refusal as refusal:
        raise env.Wrong("roles are some of moderator,facilitator,coordinator,steward.") from refusal
