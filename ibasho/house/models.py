"""The house itself: who runs it, its promises, where else one can turn, and letters to a person."""

from __future__ import annotations

from urllib.parse import quote

from django.db import models
from django.db.models import F, Q

from ibasho.lib.beside import beside
from ibasho.lib.kept import kept
from ibasho.people.models import Keeper, Person

_NOTE = "30日。返事を したときは、返事から30日。"
_WISH = "返事が とどくまで。長くても 30日。"


class HouseProfile(models.Model):
    """One row: the name plate."""

    about_no_person = "家の名前と、運営のことです。"

    name = models.CharField(max_length=60)
    welcome = models.CharField(max_length=60, help_text="玄関の大きな文字。改行で2行まで。")
    lead = models.TextField()
    about = models.TextField()
    run_by = models.CharField(max_length=120)
    run_by_about = models.TextField(blank=True)
    other_ways = models.TextField(blank=True, help_text="電話・来所など、ほかの入口。1行に1つ。")
    minimum_age = models.PositiveSmallIntegerField(default=15)
    staff_hours = models.CharField(max_length=120)
    is_specimen = models.BooleanField(default=False, help_text="見本の家。使う前に、ことばを書きかえます。")

    def __str__(self) -> str:
        return self.name


class HouseRulesVersion(models.Model):
    """The house rules as they stood. Never changed once in force; a change is a new version."""

    about_no_person = "この場所の約束です。"

    number = models.PositiveIntegerField(unique=True)
    effective_from = models.DateTimeField(null=True, db_index=True, help_text="空のあいだは下書き。")
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"約束 {self.number}"


class HouseRule(models.Model):
    """One promise. `key` stays the same between versions, so that a difference can be shown."""

    about_no_person = "この場所の約束です。"

    version = models.ForeignKey(HouseRulesVersion, on_delete=models.CASCADE, related_name="clauses")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    group = models.CharField(max_length=40)
    text = models.TextField(help_text="｜漢字《かんじ》でふりがな、空白で文節の切れめ。")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="one_clause_per_key"),
            models.UniqueConstraint(fields=["version", "position"], name="one_clause_per_position"),
        ]

    def __str__(self) -> str:
        return self.key


class RulesAcknowledgement(models.Model):
    """Somebody said yes to a version; the hash says to which words."""

    person = kept(
        models.ForeignKey(Person, on_delete=models.CASCADE, related_name="acknowledgements"),
        purpose="約束を 読んだことを おぼえるためです。",
        until="あなたの記録を 消すまで。",
    )
    version = kept(
        models.ForeignKey(HouseRulesVersion, on_delete=models.PROTECT),
        purpose="どの約束を 読んだかです。",
        until="あなたの記録を 消すまで。",
    )
    hash = kept(
        models.CharField(max_length=64),
        purpose="そのときの言葉と 同じだと たしかめるためです。",
        until="あなたの記録を 消すまで。",
    )
    acknowledged_on = kept(
        models.DateField(), purpose="約束を 読んだ日です。", until="あなたの記録を 消すまで。"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "version"], name="one_acknowledgement_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.version}"


class Helpline(models.Model):
    """A place outside the house to turn to. Wrong hours hurt, so every row is dated and sourced."""

    about_no_person = "外の相談窓口です。"

    class Way(models.TextChoices):
        CALL = "call", "電話"
        TEXT = "text", "文字"
        WEB = "web", "ページ"

    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=80)
    way = models.CharField(max_length=4, choices=Way.choices)
    number = models.CharField(max_length=20, blank=True)
    url = models.URLField(blank=True)
    note = models.CharField(max_length=160, blank=True)
    hours_text = models.CharField(max_length=80)
    for_life = models.BooleanField(default=False, help_text="119・110 のような、命の危険のときの番号。")
    source_url = models.URLField()
    checked_on = models.DateField()
    is_specimen = models.BooleanField(
        default=False, help_text="見本。この家のスタッフが、まだ自分で確かめていません。"
    )

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def facts_text(self) -> str:
        """When it answers, and what one should know before."""
        return beside(self.hours_text, self.note)

    @property
    def call_text(self) -> str:
        """What the link says: the number, or what one does there; never the name, which may be read as advice."""
        return self.number or ("文字で話す" if self.way == self.Way.TEXT else "ページを開く")

    @property
    def call_href(self) -> str:
        """Where the link leads; in an address a bare # would begin another part of it. Empty without a way there."""
        return f"tel:{quote(self.number.replace('-', ''))}" if self.number else self.url


class HelplineHours(models.Model):
    """When a helpline answers. Minutes from midnight; `closes` may pass 24:00 (1440)."""

    about_no_person = "外の相談窓口の時間です。"

    helpline = models.ForeignKey(Helpline, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(help_text="0=月 … 6=日")
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="helpline_hours_in_order",
                condition=models.Q(weekday__lte=6, opens__lt=1440, closes__lte=2880)
                & models.Q(closes__gt=models.F("opens")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}–{self.closes}"


class ScreeningWord(models.Model):
    """A word of the house's own, and what is done when somebody writes it. Never a pattern."""

    about_no_person = "この家で気をつける言葉です。だれのことも書いてありません。"

    class Action(models.TextChoices):
        ASK = "ask", "送る前に、書いた人に聞く"
        HOLD = "hold", "スタッフが見てから出す"
        SHOW = "show", "そのまま出して、スタッフに知らせる"

    word = models.CharField(max_length=40, help_text="決めた人が書いたままの言葉。")
    folded = models.CharField(max_length=120, unique=True, help_text="くらべるときの形。")
    action = models.CharField(max_length=4, choices=Action.choices)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["folded"]
        constraints = [
            models.CheckConstraint(
                name="screening_word_has_an_action", condition=models.Q(action__in=["ask", "hold", "show"])
            ),
            models.CheckConstraint(name="screening_word_has_letters", condition=~models.Q(folded="")),
        ]

    def __str__(self) -> str:
        return self.word


class Notice(models.Model):
    """A letter to one person. It stays until it was seen."""

    id = kept(models.UUIDField(primary_key=True), purpose="お知らせの番号です。", until="読んでから14日。")
    person = kept(
        models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices"),
        purpose="あなたに とどけるためです。",
        until="読んでから14日。",
    )
    code = kept(models.CharField(max_length=40), purpose="お知らせの種類です。", until="読んでから14日。")
    text = kept(models.TextField(), purpose="お知らせの言葉です。", until="読んでから14日。")
    act = kept(
        models.CharField(max_length=16, blank=True, default=""),
        purpose="見直しを お願いするための番号です。",
        until="読んでから14日。",
    )
    room = kept(
        models.CharField(max_length=40, blank=True, default=""),
        purpose="どの部屋に よばれているかです。",
        until="読んでから14日。",
    )
    at = kept(models.DateTimeField(), purpose="お知らせした時です。", until="読んでから14日。")
    seen_on = kept(models.DateField(null=True), purpose="お知らせを 読んだ日です。", until="読んでから14日。")

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return self.code


class Note(models.Model):
    """ひとことメモ to the keepers. The row is tied to nobody; only who would like an answer has an `AnswerWish`."""

    text = kept(
        models.TextField(), purpose="スタッフが 読むためです。だれが書いたかは 残しません。", until=_NOTE
    )
    written_on = kept(models.DateField(), purpose="消す日を 決めるためです。", until=_NOTE)
    about_dying = kept(
        models.BooleanField(default=False), purpose="スタッフが 先に読むためです。", until=_NOTE
    )
    marks = kept(
        models.CharField(max_length=80, blank=True, default=""),
        purpose="スタッフが、心づもりをしてから 読むためです。",
        until=_NOTE,
    )
    read_on = kept(models.DateField(null=True), purpose="読んだかどうかです。", until=_NOTE)

    def __str__(self) -> str:
        return "note"


class AnswerWish(models.Model):
    """返事がほしい: whose note this is, until the answer is theirs. No keeper is ever shown it."""

    note = kept(
        models.OneToOneField(Note, on_delete=models.CASCADE, related_name="wish"),
        purpose="どのメモに 返事が ほしいかです。",
        until=_WISH,
    )
    person = kept(
        models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+"),
        purpose="返事を あなたに とどけるためです。スタッフには 見えません。",
        until=_WISH,
    )

    def __str__(self) -> str:
        return f"wish for {self.note_id}"


class NoteAnswer(models.Model):
    """返事: written by one keeper, handed over by another, once. Kept as it was for as long as it may be asked about."""

    note = kept(
        models.OneToOneField(Note, on_delete=models.CASCADE, related_name="answer"),
        purpose="どのメモへの 返事かです。",
        until=_NOTE,
    )
    text = kept(models.TextField(), purpose="返事の言葉です。わたしたあとは 変えられません。", until=_NOTE)
    marks = kept(
        models.CharField(max_length=80, blank=True, default=""),
        purpose="もうひとりの スタッフが、気をつけて 読むためです。",
        until=_NOTE,
    )
    author = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが 書いたかです。",
        until=_NOTE,
    )
    sent_by = kept(
        models.ForeignKey(Keeper, on_delete=models.SET_NULL, null=True, related_name="+"),
        purpose="どのスタッフが 読んで、わたしたかです。",
        until=_NOTE,
    )
    sent_on = kept(models.DateField(null=True), purpose="わたした日です。", until=_NOTE)

    class Meta:
        constraints = [
            models.CheckConstraint(name="an_answer_is_read_by_two", condition=~Q(sent_by=F("author")))
        ]

    def __str__(self) -> str:
        return f"answer to {self.note_id}"

    def may_be_taken_back_by(self, keeper_id: int) -> bool:
        """Before it is handed over, by its author alone; by anybody once that keeper is gone."""
        is_gone = self.author is None or self.author.ended_on is not None
        return self.sent_on is None and (is_gone or self.author_id == keeper_id)
