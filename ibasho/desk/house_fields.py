"""Fields as keepers fill them: read with the house's hygiene, refused with a sentence that says what to do."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from itertools import pairwise
from typing import Any, cast
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from ibasho.lib import spoken_time, unicode_text
from ibasho.lib.clock import hours_text
from ibasho.lib.errors import Refusal

LINK_LENGTH = 200
_JOINER = "\u2060"  # keeps two characters of the house's own texts on one line
_NUMBER = re.compile(r"(\d{1,6})\s*(?:人|名|日|秒|歳|さい|才|席)?")
_TELEPHONE = re.compile(r"[+#*]?\d[\d-]{1,18}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_web_address = URLValidator(schemes=["http", "https"])
_TIME_HINT = "「13:00〜22:00」「22時〜25時」のように書いてください。"


class Words(forms.CharField):
    """Text of at most `limit` characters, on one line unless `lines`."""

    def __init__(
        self, label: str, limit: int, *, lines: int = 0, required: bool = True, help_text: str = ""
    ) -> None:
        super().__init__(label=label, required=required, help_text=help_text)
        self.limit, self.rows = limit, lines

    def clean(self, value: Any) -> str:
        text = _clean(str(value or ""), lines=bool(self.rows)).strip()
        if unicode_text.is_empty(text):
            if self.required:
                raise ValidationError(f"{self.label}を書いてください。")
            return ""
        # The column counts code points, a person what is seen: neither may be more.
        if max(len(text), unicode_text.graphemes(text)) > self.limit:
            over = len(text) - self.limit
            raise ValidationError(
                f"{self.limit}文字までにしてください。いまは、{over}文字長いようです。言葉は残っています。"
            )
        return text


class WrittenWords(Words):
    """The house's own text, with ｜漢字《かんじ》 for readings."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if re.search("[｜《》]", re.sub(r"｜[^｜《》\n]+《[^｜《》\n]+》", "", text)):
            raise ValidationError(
                "ふりがなのしるしが、そろっていないようです。「｜漢字《かんじ》」のように書いてください。"
            )
        return text


class Number(forms.CharField):
    """A whole number, digits of either width, from `least` to `most`; empty is None where it is not required."""

    def __init__(
        self, label: str, least: int, most: int, *, required: bool = True, help_text: str = ""
    ) -> None:
        super().__init__(label=label, required=required, help_text=help_text)
        self.least, self.most = least, most
        self.inputmode = "numeric"

    def clean(self, value: Any) -> int | None:
        text = folded(value)
        if not text and not self.required:
            return None
        found = _NUMBER.fullmatch(text)
        if found is None or not self.least <= int(found[1]) <= self.most:
            raise ValidationError(f"{self.least}から{self.most}までの数を書いてください。")
        return int(found[1])


class Slug(forms.CharField):
    """The short name in an address."""

    def __init__(self, label: str, limit: int, *, help_text: str = "") -> None:
        super().__init__(label=label, help_text=help_text)
        self.limit = limit

    def clean(self, value: Any) -> str:
        text = folded(value).lower()
        if not _SLUG.fullmatch(text) or len(text) > self.limit:
            raise ValidationError(
                f"英語の小さい文字と数字で、{self.limit}文字までにしてください。「-」も使えます。"
            )
        return text


class Link(forms.CharField):
    """An address on the web, by http or https only."""

    inputmode = "url"

    def clean(self, value: Any) -> str:
        text = _clean(str(value or ""), lines=False).strip()
        if not text and not self.required:
            return ""
        try:
            _web_address(text)
        except ValidationError:
            text = ""
        if not text or len(text) > LINK_LENGTH or "@" in urlsplit(text).netloc:
            raise ValidationError(
                f"「https://」か「http://」ではじまるURLを、{LINK_LENGTH}文字までで書いてください。"
            )
        return text


class Telephone(forms.CharField):
    """Digits and hyphens, of any width and shape."""

    inputmode = "tel"

    def clean(self, value: Any) -> str:
        text = re.sub(r"[‐‑–—―−ー()\s]+", "-", folded(value)).strip("-")
        if not text and not self.required:
            return ""
        if not _TELEPHONE.fullmatch(text):
            raise ValidationError("電話番号は、数字と「-」で書いてください。")
        return text


class Choice(forms.ChoiceField):
    """One of a few."""

    def clean(self, value: Any) -> str:
        if value not in labels_of(self):
            raise ValidationError("どれかひとつをえらんでください。")
        return str(value)


class Choices(forms.MultipleChoiceField):
    """At least one of a few; none where nothing is required."""

    def clean(self, value: Any) -> list[str]:
        known = list(labels_of(self))
        chosen = [key for key in known if key in (value or [])]
        if not chosen and not value and not self.required:
            return []
        if not chosen or len(chosen) != len(set(value)):
            raise ValidationError(
                "ひとつはえらんでください。" if not chosen else "もう一度えらんでください。"
            )
        return chosen


class Tick(forms.BooleanField):
    """Yes, or nothing said."""

    def __init__(self, label: str, *, help_text: str = "") -> None:
        super().__init__(label=label, required=False, help_text=help_text)


class Day(forms.CharField):
    """A date, in any way people write one."""

    def clean(self, value: Any) -> date | None:
        if not folded(value) and not self.required:
            return None
        found = spoken_time.day(str(value or ""))
        if found is None:
            raise ValidationError(
                "日にちを、「12月1日」「2026-12-01」「あした」「来週の土曜日」のように書いてください。2000年から2100年までの日にしてください。"
            )
        return found


class TimeOfDay(forms.CharField):
    """Minutes from midnight; 25時 is 1500."""

    def clean(self, value: Any) -> int | None:
        if not folded(value) and not self.required:
            return None
        found = spoken_time.minutes(str(value or ""))
        if found is None:
            raise ValidationError("時刻を、「13:00」「13時半」「25時」のように書いてください。")
        return found


class DayHours(forms.CharField):
    """The hours of one weekday, (opens, closes) each; empty for none."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False)

    def clean(self, value: Any) -> list[tuple[int, int]]:
        if not folded(value):
            return []
        found = spoken_time.spans(str(value))
        if found is None or len(found) > 6:
            raise ValidationError(f"時間を読み取れませんでした。{_TIME_HINT}")
        if any(later[0] < earlier[1] for earlier, later in pairwise(found)):
            raise ValidationError("時間が、かさなっているようです。")
        return found


def labels_of(field: forms.ChoiceField) -> dict[str, str]:
    """Value → label, in order."""
    return {str(value): str(label) for value, label in cast(Any, field.choices)}


def hours_words(hours: list[tuple[int, int]]) -> str:
    """As `DayHours` reads it again."""
    return "、".join(hours_text(opens, closes) for opens, closes in hours)


def folded(value: Any) -> str:
    """As typed, in one width."""
    return unicodedata.normalize("NFKC", str(value or "")).strip()


def _clean(text: str, *, lines: bool) -> str:
    try:
        return _JOINER.join(unicode_text.clean(part, lines=lines) for part in text.split(_JOINER))
    except Refusal:
        raise ValidationError("読み取れない文字が入っているようです。書きなおしてください。") from None
