"""Every page the house has, as a path, and how somebody gets to see the inner ones."""

from __future__ import annotations

from collections.abc import Iterator

from tests.browser.guests import Guest

PUBLIC = (
    "/",
    "/rules/",
    "/enter/",
    "/return/",
    "/help/",
    "/note/",
    "/receipts/",
    "/reviews/",
    "/events/",
    "/events/?show=meetings&era=reiwa",
    "/events/1/",
    "/events/2/",
    "/events/2/sign-up/",
    "/events/print/?furigana=on",
    "/events/2/print/",
    "/sign-ups/",
    "/about/data/",
    "/about/figures/",
    "/about/first/",
    "/about/families/",
    "/about/younger/",
    "/about/opinions/",
    "/about/look/",
    "/about/opinions/box/",
)
INSIDE = ("/rooms/", "/me/", "/me/settings/", "/me/phrase/", "/me/erasure/", "/enter/", "/quiet-box/")
RESTING = "/rooms/engawa/"
NOWHERE = "/rooms/there-is-none/"
AWAY = "/away/"
# the meeting of the sample house that is for the person's side; no seat of it is free, and then one is
_FULL_MEETING = """
from uuid import uuid4
from django.db import transaction
from ibasho.events.actions import sign_up
from ibasho.events.models import Event
from ibasho.events.wishes import Wish
from ibasho.people.models import Person

with transaction.atomic():
    Event.objects.filter(pk=4).update(capacity=1, newcomer_seats=0)
somebody = Person.objects.filter(kind="guest", standpoint="person").latest("pk")
sign_up(4, Wish(request_id=uuid4(), standpoint="person"), person=somebody)
"""
_SEAT_IS_FREE = """
from ibasho.events.actions import withdraw
from ibasho.events.models import SignUp

withdraw(SignUp.objects.get(event_id=4, turn=1).pk)
"""
_LETTER = """
from ibasho.house.actions import give_notice
from ibasho.people.models import Person

give_notice(Person.objects.latest("pk"), "hidden", "スタッフからの お知らせです。", act="ABCDE-FGHJK")
"""


def furnish_room(guest: Guest, other: Guest, slug: str) -> None:
    """A room in which the guest sits and has read a talk: cover, wish, own words, edited and taken back ones."""
    other.sit(slug, name="こもれびの人")
    guest.sit(slug, name="ゆうぐれ")
    path = f"/rooms/{slug}/messages/"
    other.say_many(slug, ["こんばんは。", "きょうは雨でした。\n窓をあけて、音を聞いていました。"])
    other.send(path, id=_id(1), text="ねむれない夜のことを書きます。", cover="夜のこと", tone="listen_only")
    guest.send(path, id=_id(2), text="読みました。", tone="advice_welcome")
    guest.send(path, id=_id(3), text="まちがえました。")
    other.send(path, id=_id(4), text="あとで消します。")
    own, taken = guest.id_of("まちがえました。"), other.id_of("あとで消します。")
    guest.send(f"{path}{own}/edit/", id=_id(5), text="なおしました。")
    other.send(f"{path}{taken}/withdrawal/", id=_id(6))


def all_pages(outsider: Guest, guest: Guest, slug: str, empty: str) -> Iterator[tuple[str, Guest]]:
    """Opens one page after the other and says whose browser shows it.

    `slug`: a furnished room in which the guest sits; `empty`: one where nobody has been.
    """
    for path in (*PUBLIC, f"/rooms/{slug}/"):
        outsider.open(path)
        yield path, outsider
    for path in (*INSIDE, RESTING, NOWHERE, f"/rooms/{slug}/concern/", f"/rooms/{slug}/", f"/rooms/{empty}/"):
        guest.open(path)
        yield path, guest
    yield from _after_a_sign_up(guest)
    yield from _after_a_form(guest, slug, empty)
    outsider.open(AWAY)
    yield AWAY, outsider


def _after_a_sign_up(guest: Guest) -> Iterator[tuple[str, Guest]]:
    guest.place.tell(_FULL_MEETING)
    page = guest.open("/events/4/sign-up/")
    yield "a sign-up with a question", guest
    page.get_by_label("スタッフに伝えたいこと").fill("あ" * 501)
    page.get_by_label("「わたし」のページからも").check()
    page.locator("form[action$='/sign-up/'] .button--main").click()
    page.locator("#q_wish-say").wait_for()
    yield "a sign-up whose answer is long", guest
    page.get_by_label("スタッフに伝えたいこと").fill("ながい言葉" * 40)
    page.locator("form[action$='/sign-up/'] .button--main").click()
    page.wait_for_url("**/sign-ups/mine/**")
    yield "a sign-up that waits", guest
    guest.place.tell(_SEAT_IS_FREE)
    guest.open("/me/")
    yield "an offer in わたし", guest
    guest.open("/sign-ups/mine/")
    yield "an offer", guest
    page.get_by_role("button", name="やめておく").click()
    page.wait_for_url("**/sign-ups/mine/**")
    yield "a sign-up that was withdrawn", guest


def _after_a_form(guest: Guest, slug: str, empty: str) -> Iterator[tuple[str, Guest]]:
    page = guest.page
    guest.open(f"/rooms/{slug}/")
    guest.open(f"/rooms/{slug}/?edit={guest.id_of('なおしました。')}")
    yield "own words, being edited", guest
    guest.row("きょうは雨でした。").locator(".menu > summary").click()
    guest.row("きょうは雨でした。").get_by_role("link", name="スタッフに知らせる").click()
    page.get_by_label("わからないけど、気になる").check()
    yield "telling the keepers of words", guest
    page.get_by_role("button", name="知らせる").click()
    page.locator("[data-receipt]").wait_for()
    yield "a receipt", guest
    page.get_by_role("button", name="とりさげる").click()
    page.wait_for_url("**/receipts/")
    yield "taken back", guest
    guest.sit(empty, mode="observe")
    page.get_by_text("書く席にうつる").click()
    page.locator("[name=call_name]:visible").fill("スタッフ")
    page.get_by_role("button", name="うつる", exact=True).click()
    page.wait_for_url("**/door/")
    yield "a name that is not to be had", guest
    guest.open("/note/").get_by_label("メモ").fill("死にたいです")
    page.get_by_role("button", name="メモをわたす").click()
    page.locator("[data-code=support]").wait_for()
    yield "a note and its support card", guest
    guest.open("/me/phrase/").get_by_role("button", name="合言葉をつくる").click()
    page.locator("[data-phrase]").wait_for()
    yield "a new phrase", guest
    guest.place.tell(_LETTER)
    guest.open("/me/")
    yield "a letter in わたし", guest
    guest.open(f"/rooms/{slug}/")
    guest.wait_for_line()
    yield "a letter in the room", guest
    guest.open("/me/").get_by_role("button", name="わかりました").click()
    page.locator("[data-notice]").wait_for(state="detached")
    page.get_by_role("link", name="すぐ閉じる").click()
    page.wait_for_url("**/away/")
    guest.open("/rooms/")
    yield "the front, while away", guest
    page.get_by_role("button", name="つづける").click()
    page.wait_for_url("**/rooms/")


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"
