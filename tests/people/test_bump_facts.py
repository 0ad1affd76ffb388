import pytest
from django.db import transaction

from ibasho.people.actions import bump_facts, next_facts
from ibasho.people.models import Person
from ibasho.people.queries import facts_after

pytestmark = pytest.mark.django_db


def test_numbers_only_grow_and_reach_only_those_meant(regular: Person, other_regular: Person) -> None:
    start, _ = facts_after(0)
    with transaction.atomic():
        first = bump_facts([regular.pk])
        second = next_facts()
    assert (first, second) == (start + 1, start + 2)
    assert facts_after(start) == (second, [regular.pk])
    assert facts_after(second) == (second, [])


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_a_mistake() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        next_facts()
