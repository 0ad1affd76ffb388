"""What the forms of わたし send, read with the meaning HTML gives to what is absent."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import QueryDict

_CHOICES = ("theme", "text_size", "send_delay")
_BOXES = ("furigana", "spacing", "enter_sends")


def is_about_standpoint_only(post: QueryDict) -> bool:
    return "standpoint" in post and not any(name in post for name in (*_CHOICES, *_BOXES, "keep"))


def wishes(post: QueryDict) -> dict[str, object]:
    """A choice that is absent stays as it was; a box that is absent is empty."""
    chosen: dict[str, object] = {name: post[name] for name in _CHOICES if post.get(name)}
    return chosen | {name: is_ticked(post, name) for name in _BOXES}


def is_ticked(post: Mapping[str, object], name: str) -> bool:
    return post.get(name) == "on"
