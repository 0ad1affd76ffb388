"""資料: for who comes to that very meeting, and for nobody else."""

from __future__ import annotations

import pytest

from ibasho.events.actions import lay_out_materials, withdraw
from ibasho.events.materials import Material, material_of, materials_of
from ibasho.events.models import Event
from ibasho.events.queries.sign_ups import sign_up_page
from ibasho.lib.stamps import Overtaken, stamp_of
from tests.events.conftest import Meeting, Sign

SUMMARY = "第1回のまとめ https://papers.example/1.pdf"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (SUMMARY, Material("第1回のまとめ", "https://papers.example/1.pdf")),
        ("https://papers.example/1.pdf", Material("papers.example", "https://papers.example/1.pdf")),
        ("  当日、紙でくばります。 ", Material("当日、紙でくばります。", "")),
        ("javascript://papers.example/%0aalert(1)", None),
        ("まとめ https://somebody@papers.example/", None),
        ("まとめ https://papers.example/ を見てください", None),
        ("まとめ https://localhost/", None),
        ("まとめ https://[a.b", None),
        ("まとめ https://[a.b]/", None),
        ("まとめ https://papers.example]/", None),
        ("http://a.example/ https://papers.example/", None),
    ],
)
def test_a_line_is_words_and_an_address_that_can_be_trusted(line: str, found: Material | None) -> None:
    assert material_of(line) == found


def test_what_cannot_be_read_is_left_out() -> None:
    assert [it.title for it in materials_of(f"{SUMMARY}\n\nftp://papers.example/\n紙")] == [
        "第1回のまとめ",
        "紙",
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_only_who_comes_to_it_reads_it(meeting: Meeting, sign: Sign) -> None:
    event, other = meeting(capacity=1), meeting()
    joined, waits, elsewhere = sign(event), sign(event), sign(other)
    assert lay_out_materials(event.pk, SUMMARY, seen=stamp_of(""))
    read = [[it.title for it in sign_up_page(row.pk).materials] for row in (joined, waits, elsewhere)]
    assert read == [["第1回のまとめ"], [], []]
    withdraw(joined.pk)
    assert sign_up_page(joined.pk).materials == []


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_of_two_who_write_it_the_second_is_told(meeting: Meeting) -> None:
    event = meeting()
    assert lay_out_materials(event.pk, SUMMARY, seen=stamp_of(""))
    assert not lay_out_materials(event.pk, SUMMARY, seen=stamp_of(SUMMARY))
    with pytest.raises(Overtaken):
        lay_out_materials(event.pk, "紙", seen=stamp_of(""))
    assert Event.objects.get(pk=event.pk).materials == SUMMARY
