"""Words and times as the house writes them; loaded in every template."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import format_html

from ibasho.house import heeding, labels, written
from ibasho.house.context import VisitorSettings
from ibasho.lib import clock as house_clock

register = template.Library()
_GAP = format_html('<span class="gap">{}</span>', " ")
_DIGITS: tuple[str, ...] = ("", *"一二三四五六七八九")


@register.simple_tag
def gap() -> str:
    """`{{ line.day }}{% gap %}{{ line.hours }}`: between two short pieces of one line of text; none at its end."""
    return _GAP


@register.filter
def ruby(text: str, wishes: VisitorSettings | None = None) -> str:
    """`{{ text|ruby:visitor_settings }}`: readings and 文節 spaces only for who wants them."""
    if not wishes:
        return written.plain(text)
    return written.shown(text, furigana=wishes["furigana"], spacing=wishes["spacing"])


@register.filter
def label(text: str, wishes: VisitorSettings) -> str:
    """`{{ fact.what|label:visitor_settings }}`: a short word of the house's own, read as `ruby` reads."""
    return ruby(labels.marked(text), wishes)


@register.filter
def ruby_on(text: str, wish: str) -> str:
    """`{{ text|ruby_on:"furigana" }}`: as somebody reads it who wants that, whoever looks."""
    return written.shown(text, furigana=wish == "furigana", spacing=wish == "spacing")


@register.filter
def day(value: date | datetime) -> str:
    """11月22日（日）, in Tokyo."""
    return house_clock.day_text(value)


@register.filter
def when(value: datetime) -> str:
    """11月23日（月・祝） 13:00, in Tokyo."""
    return house_clock.when_text(value)


@register.filter
def far(value: datetime) -> str:
    """20:02 today, 2027年11月22日（月） 20:02 in another year, in Tokyo."""
    return house_clock.far_text(value)


@register.filter
def clock(value: datetime) -> str:
    """20:02, in Tokyo."""
    return house_clock.clock_text(value)


@register.filter
def long(seconds: int) -> str:
    """20秒, 5分 or 1時間: how long to wait, rounded up."""
    if seconds <= 90:
        return f"{seconds}秒"
    minutes = -(-seconds // 60)
    return f"{minutes}分" if minutes < 60 else f"{-(-minutes // 60)}時間"


@register.filter
def at(found: Mapping[str, Any], name: object) -> Any:
    """`{{ claims|at:ref }}`: what stands under this name, or None."""
    return found.get(str(name))


@register.filter
def rfc3339(value: datetime) -> str:
    """For `<time datetime>`."""
    return house_clock.rfc3339(value)


@register.filter
def mark_words(marks: str) -> list[str]:
    """What words may hold, said to a reader before they are opened."""
    return heeding.mark_words(marks)


@register.filter
def kanji_number(number: int) -> str:
    """十二 for 12; counts the promises as on a sheet by the door. From 1 to 99."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + _DIGITS[ones]
