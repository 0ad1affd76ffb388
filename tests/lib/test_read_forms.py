"""What a form may be, before anything else looks at it."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, b"text=ab%ff%ed%a0%80"),
        (FORM, b"text=\xff"),
        (FORM + "; charset=utf-7", b"text=a"),
        (FORM + "; charset=utf-16", b"text=a"),
        (FORM, b"&".join(b"f%d=1" % number for number in range(101))),
        (FORM, b"text=" + b"a" * 270_000),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=text\r\n\r\n\xff\r\n--x--",
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name=a; filename="a"\r\n\r\na\r\n--x--\r\n',
        ),
        ("multipart/form-data", b"x"),
    ],
)
def test_what_cannot_be_read_is_refused_kindly_and_fills_no_log(
    content_type: str, body: bytes, house: object, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    client = Client()
    page = client.generic("POST", "/note/", body, content_type)
    answer = client.generic("POST", "/note/", body, content_type, headers={"accept": "application/json"})
    assert (page.status_code, answer.status_code) == (400, 400)
    assert answer.json()["code"] == "malformed"
    assert "読み取れません" in page.content.decode()
    assert all(record.exc_info is None for record in caplog.records)


def test_a_form_that_reads_well_passes(house: object) -> None:
    assert Client().post("/note/", {"text": "あ"}).status_code == 303


def test_the_address_of_a_form_shows_a_page(house: object) -> None:
    answer = Client().delete("/rules/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert "部屋の一覧へ" in answer.content.decode()
