"""What a browser would send: the fields of the form on a page, as they stand."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponseBase


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, Any]]] = []
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((found.get("action", ""), {}))
        elif self.forms and tag == "textarea" and "name" in found:
            self._area = found["name"]
            self.forms[-1][1][self._area] = ""
        elif self.forms and tag == "input" and "name" in found:
            self._take(found, found["name"], "checked" in found)

    def _take(self, found: dict[str, str], name: str, is_checked: bool) -> None:
        fields = self.forms[-1][1]
        if found.get("type") in ("radio", "checkbox"):
            if is_checked:
                many = found["type"] == "checkbox" and found["value"] != "on"
                fields[name] = [*fields.get(name, []), found["value"]] if many else found["value"]
        elif name != "csrfmiddlewaretoken":
            fields[name] = found.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.forms[-1][1][self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            fields = self.forms[-1][1]
            fields[self._area] = fields[self._area].removeprefix("\n")
            self._area = None


def fields_of(answer: HttpResponseBase, action: str = "") -> dict[str, Any]:
    """Of the form with this action, or the largest one."""
    reader = _Forms()
    reader.feed(answer.content.decode())  # type: ignore[attr-defined]
    wanted = [fields for where, fields in reader.forms if not action or where == action]
    largest = max(wanted, key=len)
    return dict(largest)


def seen_on(answer: HttpResponseBase, action: str = "") -> str:
    return str(fields_of(answer, action)["seen"])
