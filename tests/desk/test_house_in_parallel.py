"""Two stewards at the same moment: one was quicker, the other is shown how it now is."""

from __future__ import annotations

import pytest

from ibasho.desk import house_actions
from ibasho.house.models import HouseRulesVersion
from ibasho.house.queries import next_rules
from ibasho.lib.stamps import stamp_of
from ibasho.moderation.models import LogEntry
from ibasho.people.queries import KeeperFacts
from tests.rooms.test_keepers_in_parallel import together

pytestmark = pytest.mark.django_db(transaction=True)


def _seen() -> str:
    version = next_rules()
    assert version is not None
    return stamp_of(house_actions.draft_facts(version))


def test_a_draft_is_published_once(house: object, steward: KeeperFacts) -> None:
    house_actions.draft_rules(steward)
    seen = _seen()
    together(
        *[lambda: house_actions.publish_rules(steward, effective_from=None, seen=seen) for _ in range(4)]
    )
    assert HouseRulesVersion.objects.filter(effective_from__isnull=False).count() == 2
    assert LogEntry.objects.filter(verb="publish_rules").count() == 1


def test_a_draft_is_thrown_away_once(house: object, steward: KeeperFacts) -> None:
    house_actions.draft_rules(steward)
    seen = _seen()
    together(*[lambda: house_actions.discard_draft(steward, seen=seen) for _ in range(4)])
    assert next_rules() is None
    assert LogEntry.objects.filter(verb="discard_rules").count() == 1
