"""おしらせのメール: where to, if somebody wished for it, and each mail that is due."""

from __future__ import annotations

from django.db import models

from ibasho.events.models.sign_ups import SignUp
from ibasho.lib.kept import kept

_NEXT_DAY = "会のつぎの日。とめたとき、とりけしたときは、そのとき。"


class MailContact(models.Model):
    """The mail of one sign-up, sealed with the house secret. No keeper ever reads it.

    `knows` stands for the day, hour and place that whoever reads the mails has been told.
    """

    sign_up = kept(
        models.OneToOneField(SignUp, on_delete=models.CASCADE, related_name="mail_contact"),
        purpose="どの申し込みの おしらせかです。",
        until=_NEXT_DAY,
    )
    sealed = kept(
        models.TextField(),
        purpose="前の日のおしらせと、席があいたこと、予定がかわったこと、面談の時間、お返事があることを 送るためです。暗号にして、だれも 読みません。",
        until=_NEXT_DAY,
    )
    stop_hash = kept(
        models.CharField(max_length=64, unique=True),
        purpose="メールの中から とめられるようにするためです。",
        until=_NEXT_DAY,
    )
    knows = kept(
        models.CharField(max_length=64),
        purpose="予定がかわったときに、1回だけ 知らせるためです。",
        until=_NEXT_DAY,
    )
    given_on = kept(
        models.DateField(), purpose="申し込んだ日に、前の日のおしらせを 送らないためです。", until=_NEXT_DAY
    )

    def __str__(self) -> str:
        return str(self.given_on)


class DueMail(models.Model):
    """One mail that is to be sent: claimed by whoever sends it, and made once. `about` says which of its kind."""

    class What(models.TextChoices):
        REMINDER = "reminder", "前の日のおしらせ"
        OFFER = "offer", "席があいたこと"
        MOVED = "moved", "予定がかわったこと"
        CALLED_OFF = "called_off", "予定がなくなったこと"
        BROUGHT_BACK = "brought_back", "予定がもどったこと"
        TALK = "talk", "会の前のお話の時間"
        TALK_SOON = "talk_soon", "会の前のお話の、前の日のおしらせ"
        TALK_OFF = "talk_off", "会の前のお話がなくなったこと"
        ANSWERED = "answered", "お返事があること"

    contact = kept(
        models.ForeignKey(MailContact, on_delete=models.CASCADE, related_name="mails", db_index=False),
        purpose="だれへの おしらせかです。",
        until=_NEXT_DAY,
    )
    what = kept(
        models.CharField(max_length=12, choices=What.choices),
        purpose="何の おしらせかです。",
        until=_NEXT_DAY,
    )
    about = kept(models.BigIntegerField(), purpose="同じおしらせを 2回 送らないためです。", until=_NEXT_DAY)
    due_at = kept(models.DateTimeField(db_index=True), purpose="いつ送るかです。", until=_NEXT_DAY)
    claimed_until = kept(models.DateTimeField(null=True), purpose="2回 送らないためです。", until=_NEXT_DAY)
    tries = kept(
        models.PositiveSmallIntegerField(default=0),
        purpose="送れないときに、また送るためです。",
        until=_NEXT_DAY,
    )
    ended_at = kept(
        models.DateTimeField(null=True),
        purpose="送った時か、送らなくてよくなった時です。",
        until=_NEXT_DAY,
    )
    is_sent = kept(
        models.BooleanField(default=False), purpose="ほんとうに送ったかどうかです。", until=_NEXT_DAY
    )

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contact", "what", "about"], name="one_mail_a_piece_of_news"),
            models.CheckConstraint(
                name="a_sent_mail_has_ended",
                condition=models.Q(is_sent=False) | models.Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_what_display()
