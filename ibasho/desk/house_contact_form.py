"""The form of an escalation contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ibasho.desk.house_fields import DayHours, Telephone, Words, folded, hours_words
from ibasho.desk.house_forms import HouseForm
from ibasho.lib.spoken_time import days_over
from ibasho.moderation.escalation_contacts import ContactFacts
from ibasho.moderation.models.escalation import ALWAYS

_LONGEST = 254


class Mail(forms.CharField):
    """An address, in letters of either width."""

    inputmode = "email"

    def clean(self, value: Any) -> str:
        text = folded(value)
        if not text:
            return ""
        try:
            validate_email(text)
        except ValidationError:
            text = ""
        # a@[127.0.0.1] is an address by the book, and reaches nobody but this machine's own neighbours
        if not text or len(text) > _LONGEST or not text.isascii() or text.endswith("]"):
            raise ValidationError("メールのあて先を、「name@example.org」のように書いてください。")
        return text


class ContactForm(HouseForm):
    name = Words("名前", 40, help_text="当番が電話するときに見ます。")
    telephone = Telephone(label="電話番号", required=False)
    mail = Mail(
        label="メールのあて先",
        required=False,
        help_text="だれも見ないまま1分たつと、ここへ知らせます。メールをショートメッセージに変えるサービスのあて先も、書けます。",
    )
    hours = DayHours("知らせてよい時間")

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and not found.get("telephone") and not found.get("mail"):
            self.add_error("telephone", "電話番号かメールの、どちらかを書いてください。")
        if len(found.get("hours") or []) > 1:
            self.add_error("hours", "時間は、ひとつづきで書いてください。")
        return found

    def facts(self) -> ContactFacts:
        found = self.cleaned_data
        hours = days_over(found["hours"][0])[1] if found["hours"] else ALWAYS
        return ContactFacts(found["name"], found["telephone"], found["mail"], hours)


def contact_initial(facts: ContactFacts) -> dict[str, Any]:
    hours = [] if facts.hours == ALWAYS else [facts.hours]
    return {"name": facts.name, "telephone": facts.telephone, "mail": facts.mail, "hours": hours_words(hours)}
