"""What stood for the hour of a talk could be tried out by whoever read the table; now the house secret goes into it."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ibasho.lib import env

_OF_TALKS = ("talk", "talk_soon", "talk_off")


def put_under_the_secret(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The number of an hour that is arranged no more only has to differ from others, in all its mails alike."""
    for mail, talk in _mails(apps):
        is_present = talk is not None and mail.about == _plain(talk)
        _renumber(mail, _keyed(talk) if is_present else _short(f"talk once {mail.about}"))


def take_from_under_the_secret(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for mail, talk in _mails(apps):
        if talk is not None and mail.about == _keyed(talk):
            _renumber(mail, _plain(talk))


def _mails(apps: Apps) -> Iterator[tuple[Any, Any]]:
    talks = {talk.sign_up_id: talk for talk in apps.get_model("events", "Interview").objects.all()}
    mails = apps.get_model("events", "DueMail").objects.filter(what__in=_OF_TALKS).select_related("contact")
    return ((mail, talks.get(mail.contact.sign_up_id)) for mail in list(mails))


def _renumber(mail: Any, about: int) -> None:
    mail.about = about
    mail.save(update_fields=["about"])


def _plain(talk: Any) -> int:
    return int(hashlib.sha256(f"{talk.pk} {talk.at.timestamp()}".encode()).hexdigest()[:15], 16)


def _keyed(talk: Any) -> int:
    return _short(f"talk {talk.pk} {talk.at.timestamp()}")


def _short(words: str) -> int:
    return int(env.derived(settings.HOUSE_SECRET, words)[:15], 16)


class Migration(migrations.Migration):
    dependencies = [("events", "0027_places_sealed_alone")]
    operations = [migrations.RunPython(put_under_the_secret, take_from_under_the_secret)]
