"""Giving, using and giving up the recovery phrase."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction

from ibasho.lib.errors import Refusal
from ibasho.people import erased
from ibasho.people.models import Kind, Person
from ibasho.people.phrase import hash_phrase, new_phrase

NOT_FOUND = "この合言葉では、入れませんでした。書いた紙と、もう一度見くらべてみてください。"


def give_phrase(person: Person) -> str:
    """A new phrase, to be shown this once; the one before no longer opens anything.

    Raises Refusal `not_found` for a keeper, who has other ways in.
    """
    if person.kind == Kind.KEEPER:
        raise Refusal("not_found")
    while True:
        phrase = new_phrase()
        try:
            _keep_hash(person, hash_phrase(phrase))
        except IntegrityError:  # somebody has this very phrase
            continue
        return phrase


def forget_phrase(person: Person) -> None:
    """From now on nothing but this browser leads back."""
    _keep_hash(person, None)


def forget_phrases_again(person_ids: Collection[int]) -> None:
    """After a restore: a phrase that was given up since the copy opens nothing. The one after it is lost."""
    for person in Person.objects.filter(pk__in=person_ids):
        forget_phrase(person)


def return_with(phrase: str) -> Person:
    """Whose phrase this is. Every no is the same Refusal `not_found` after the same work."""
    person = Person.objects.filter(phrase_hash=hash_phrase(phrase)).first()
    if person is None:
        raise Refusal("not_found", NOT_FOUND)
    return person


def _keep_hash(person: Person, phrase_hash: str | None) -> None:
    kind = person.kind
    if kind != Kind.KEEPER:
        kind = Kind.MEMBER if phrase_hash else Kind.GUEST
    with transaction.atomic():
        rows = Person.objects.filter(pk=person.pk)
        erased.note("phrase", *rows.exclude(phrase_hash=None).values_list("phrase_hash", flat=True))
        rows.update(phrase_hash=phrase_hash, kind=kind)
    person.phrase_hash, person.kind = phrase_hash, kind
