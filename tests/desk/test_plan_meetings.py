"""集まり at the desk: the list and the month, one meeting, its plan, its questions and its consent."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from ibasho.events.actions import add_question, add_sheet, plan_facilitator
from ibasho.events.actions.sheets import QuestionFacts
from ibasho.events.models import ConsentText, Event, EventShift, Question, QuestionSheet
from ibasho.lib import clock as house_clock
from ibasho.moderation.models import LogEntry
from ibasho.moderation.queries import VERB_WORDS, check_log
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts
from tests.conftest import KeeperClient, new_keeper
from tests.desk.conftest import page_of
from tests.events.conftest import new_meeting, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MEETINGS = "/desk/meetings/"
PLAN: dict[str, Any] = {
    "kind": "family_meeting",
    "title": "第2土曜の会",
    "standpoints": ["parent", "partner_kin"],
    "day": "１２月１２日",
    "hours": "１３：３０〜１５：００",
    "way": "both",
    "place": "つばめ坂センター 2階",
    "capacity": "１２",
    "newcomer_seats": "3",
    "most_party": "2",
    "keeps_line": "on",
    "closes_before": "0",
    "sheet": "",
    "facilitators_needed": "2",
    "cost": "かかりません",
}
PARTS = dict.fromkeys(("aim", "outline", "cost", "accident", "ending", "information"), "同意の言葉です。")


@pytest.fixture
def coordinator(steward: KeeperFacts, keeper_client: KeeperClient) -> Client:
    return keeper_client(new_keeper("つきみ", "tsukimi", Role.COORDINATOR))


def verbs() -> list[str]:
    found = list(LogEntry.objects.order_by("number").values_list("verb", flat=True))
    assert set(found) <= VERB_WORDS.keys()
    assert check_log() is None
    return found


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return found[1]


def test_a_meeting_is_made_as_people_write_days_and_hours(coordinator: Client) -> None:
    answer = coordinator.post(f"{MEETINGS}new/", PLAN)
    event = Event.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"{MEETINGS}{event.pk}/")
    page = page_of(coordinator, answer["Location"])
    assert "12月12日（土）" in page
    assert "13:30〜15:00" in page
    assert "下書き" in page
    assert (event.capacity, event.newcomer_seats) == (12, 3)
    assert event.standpoints == {"parent", "partner_kin"}


@pytest.mark.parametrize(
    ("typed", "read"), [("10時〜3時", "10:00〜翌3:00"), ("10:00〜17:00", "10:00〜17:00")]
)
def test_hours_that_may_be_a_slip_are_asked_about_once(coordinator: Client, typed: str, read: str) -> None:
    asked = coordinator.post(f"{MEETINGS}new/", PLAN | {"hours": typed})
    assert (asked.status_code, Event.objects.exists()) == (422, False)
    page = asked.content.decode()
    assert f"{read}と読みました。これで大丈夫ですか。" in page
    assert f'name="hours_meant" value="{read}"' in page
    other = PLAN | {"hours": "9:00〜20:00", "hours_meant": read}
    assert coordinator.post(f"{MEETINGS}new/", other).status_code == 422
    meant = coordinator.post(f"{MEETINGS}new/", PLAN | {"hours": typed, "hours_meant": read})
    assert meant.status_code == 303
    again = PLAN | {"hours": read, "seen": seen_on(page_of(coordinator, f"{meant['Location']}plan/"))}
    assert coordinator.post(f"{meant['Location']}plan/", again).status_code == 303


def test_a_day_that_was_said_in_words_comes_back_with_its_weekday(coordinator: Client) -> None:
    typed = PLAN | {"day": "十二月十二日", "title": ""}
    assert "12月12日（土）と読みました。" in coordinator.post(f"{MEETINGS}new/", typed).content.decode()
    coordinator.post(f"{MEETINGS}new/", typed | {"title": "第2土曜の会"})
    assert "12月12日（土）" in page_of(coordinator, MEETINGS)


def test_an_evening_may_last_until_25_oclock(coordinator: Client) -> None:
    coordinator.post(f"{MEETINGS}new/", PLAN | {"hours": "23時半〜25時"})
    assert "23:30〜翌1:00" in page_of(coordinator, MEETINGS)


def test_a_meeting_from_25_oclock_to_26_is_held_in_the_night_after(coordinator: Client) -> None:
    made = coordinator.post(f"{MEETINGS}new/", PLAN | {"day": "12月12日", "hours": "２５時〜２６時"})
    assert made.status_code == 303
    event = Event.objects.get()
    assert house_clock.when_text(event.starts) == "12月13日（日） 1:00"
    assert house_clock.when_text(event.ends) == "12月13日（日） 2:00"
    assert "12月13日（日）" in page_of(coordinator, made["Location"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("day", "いつか"),
        ("hours", "13:30〜15:00、16:00〜17:00"),
        ("hours", "おひる"),
        ("capacity", "たくさん"),
        ("newcomer_seats", "13"),
        ("place", ""),
        ("sheet", "999"),
        ("standpoints", ["person", "parent"]),
        ("about", "あ" * 1001),
    ],
)
def test_a_form_that_cannot_be_kept_comes_back_with_its_words(
    coordinator: Client, field: str, value: Any
) -> None:
    answer = coordinator.post(f"{MEETINGS}new/", PLAN | {field: value})
    page = answer.content.decode()
    assert answer.status_code in (409, 422, 400)
    assert 'class="field__say"' in page
    assert field == "title" or "第2土曜の会" in page
    assert not Event.objects.exists()


def test_a_changed_plan_keeps_what_it_was_and_says_what_somebody_else_changed(coordinator: Client) -> None:
    coordinator.post(f"{MEETINGS}new/", PLAN)
    event = Event.objects.get()
    path = f"{MEETINGS}{event.pk}/plan/"
    seen = seen_on(page_of(coordinator, path))
    same = {"day": "2026-12-12", "hours": "13:30〜15:00", "seen": seen}
    assert coordinator.post(path, PLAN | same).status_code == 303
    assert "change_meeting" not in verbs()
    assert coordinator.post(path, PLAN | same | {"title": "日曜の会"}).status_code == 303
    late = coordinator.post(path, PLAN | same | {"title": "月曜の会"})
    assert late.status_code == 409
    assert "日曜の会" in late.content.decode()
    assert "月曜の会" in late.content.decode()
    assert Event.objects.get().title == "日曜の会"


def test_every_act_stands_in_the_log(coordinator: Client, keeper: KeeperFacts) -> None:
    coordinator.post(f"{MEETINGS}new/", PLAN)
    here = f"{MEETINGS}{Event.objects.get().pk}/"
    for path, data in (
        ("publication/", {}),
        ("publication/lift/", {}),
        ("publication/", {}),
        ("facilitators/", {"keeper": str(keeper.keeper_id)}),
        ("calling-off/", {"words": "台風が来るためです。"}),
        ("calling-off/lift/", {}),
        ("settlement/", {}),
    ):
        assert coordinator.post(f"{here}{path}", data).status_code == 303, path
    assert verbs() == [
        "create_meeting",
        "publish_meeting",
        "take_back_meeting",
        "publish_meeting",
        "plan_facilitator",
        "call_off_meeting",
        "bring_back_meeting",
        "settle_meeting",
    ]


def test_the_month_shows_each_meeting_on_its_day(coordinator: Client) -> None:
    coordinator.post(f"{MEETINGS}new/", PLAN)
    page = page_of(coordinator, f"{MEETINGS}?month=2026-12")
    assert "2026年12月" in page
    assert "第2土曜の会" in page
    assert "?month=2027-01" in page
    assert "第2土曜の会" not in page_of(coordinator, f"{MEETINGS}?month=2026-11")
    for nonsense in ("2026-13", "きょう", "0000-01", "9999-12"):
        assert coordinator.get(f"{MEETINGS}?month={nonsense}").status_code == 404


def test_a_published_meeting_is_said_to_be_in_the_calendar_also_while_facilitators_are_missing(
    coordinator: Client,
) -> None:
    event = new_meeting(facilitators_needed=2)
    page = page_of(coordinator, f"{MEETINGS}{event.pk}/")
    assert "予定に出ています" in page
    assert "あと2人です" in page
    listed = page_of(coordinator, MEETINGS)
    assert "予定に出ています" in listed
    assert "進行役は、あと2人" in listed
    month = page_of(coordinator, f"{MEETINGS}?month={house_clock.tokyo(event.starts):%Y-%m}")
    assert "準備中" in month
    assert "予定に出ています" not in month


def test_facilitators_are_planned_stood_in_for_and_brought_back(
    coordinator: Client, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    event = new_meeting(facilitators_needed=2)
    here = f"{MEETINGS}{event.pk}/"
    for one in (keeper, second_keeper):
        coordinator.post(f"{here}facilitators/", {"keeper": str(one.keeper_id)})
    assert "そろっています" in page_of(coordinator, here)
    shift = EventShift.objects.get(shift__keeper=keeper.keeper_id).shift_id
    coordinator.post(f"{here}facilitators/{shift}/stand-in/")
    assert "代わりをさが&#8288;しています" in page_of(coordinator, here)
    assert "土曜の会" in page_of(keeper_client(second_keeper), "/desk/roster/")
    coordinator.post(f"{here}facilitators/{shift}/stand-in/lift/")
    coordinator.post(f"{here}facilitators/{shift}/ending/")
    assert "あと1人です" in page_of(coordinator, here)
    coordinator.post(f"{here}facilitators/{shift}/ending/lift/")
    assert "そろっています" in page_of(coordinator, here)


def test_a_keeper_who_is_elsewhere_then_is_named_on_the_page(
    coordinator: Client, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    event, other = new_meeting(), new_meeting(title="べつの会")
    plan_facilitator(steward, other.pk, keeper.keeper_id)
    answer = coordinator.post(f"{MEETINGS}{event.pk}/facilitators/", {"keeper": str(keeper.keeper_id)})
    assert answer.status_code == 409
    assert "みどりさんは" in answer.content.decode()


def test_nobody_comes_back_to_a_meeting_that_is_called_off(
    coordinator: Client, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    event = new_meeting()
    shift, here = plan_facilitator(steward, event.pk, keeper.keeper_id), f"{MEETINGS}{event.pk}/"
    coordinator.post(f"{here}calling-off/")
    assert coordinator.post(f"{here}facilitators/{shift.pk}/ending/lift/").status_code == 409
    coordinator.post(f"{here}calling-off/lift/")
    assert coordinator.post(f"{here}facilitators/{shift.pk}/ending/lift/").status_code == 303


def test_another_meetings_facilitator_is_not_touched(
    coordinator: Client, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    event, other = new_meeting(), new_meeting(title="べつの会")
    shift = plan_facilitator(steward, other.pk, keeper.keeper_id)
    for path in ("ending/", "ending/lift/", "stand-in/", "stand-in/lift/"):
        path = f"{MEETINGS}{event.pk}/facilitators/{shift.pk}/{path}"
        assert coordinator.post(path).status_code == 404, path


def test_a_sheet_is_written_question_by_question(coordinator: Client) -> None:
    answer = coordinator.post(f"{MEETINGS}sheets/new/", {"title": "会の前に"})
    sheet = QuestionSheet.objects.get()
    assert answer["Location"] == f"{MEETINGS}sheets/{sheet.pk}/"
    question = {"text": "お茶は飲みますか", "purpose": "用意するためです。", "kind": "yes_no", "days": "３"}
    here = f"{MEETINGS}sheets/{sheet.pk}/"
    assert coordinator.post(f"{here}questions/new/", question).status_code == 303
    (row,) = sheet.questions.all()
    assert (row.options, row.days, row.is_required) == (["はい", "いいえ"], 3, False)
    page = page_of(coordinator, here)
    assert "とばせます" in page
    assert "3日残ります" in page
    path = f"{here}questions/{row.pk}/"
    seen = seen_on(page_of(coordinator, path))
    assert coordinator.post(path, question | {"text": "水は飲みますか", "seen": seen}).status_code == 303
    assert coordinator.post(f"{path}removal/").status_code == 303
    assert not Question.objects.exists()
    refused = coordinator.post(f"{here}questions/new/", question | {"kind": "choice", "choices": "ひとつ"})
    assert refused.status_code == 400
    assert "お茶は飲みますか" in refused.content.decode()


def test_a_copy_of_a_sheet_and_its_way_out_of_use(coordinator: Client) -> None:
    sheet = add_sheet("会の前に")
    add_question(
        sheet.pk, QuestionFacts("お茶は飲みますか", "text", "", is_required=False, purpose="わけ。", days=3)
    )
    here = f"{MEETINGS}sheets/{sheet.pk}/"
    copy = coordinator.post(f"{here}copy/")["Location"]
    assert "お茶は飲みますか" in page_of(coordinator, copy)
    coordinator.post(f"{here}retirement/")
    assert f'name="sheet" value="{sheet.pk}"' not in page_of(coordinator, f"{MEETINGS}new/")
    coordinator.post(f"{here}retirement/lift/")
    assert f'name="sheet" value="{sheet.pk}"' in page_of(coordinator, f"{MEETINGS}new/")


def test_a_thousand_questions_do_not_come_onto_a_page(coordinator: Client) -> None:
    sheet = add_sheet("会の前に")
    facts = QuestionFacts("お茶は飲みますか", "text", "", is_required=False, purpose="わけ。", days=3)
    for _ in range(20):
        add_question(sheet.pk, facts)
    one_more = {"text": "もうひとつ", "purpose": "わけ。", "kind": "text", "days": "3"}
    answer = coordinator.post(f"{MEETINGS}sheets/{sheet.pk}/questions/new/", one_more)
    assert answer.status_code == 409
    assert "もうひとつ" in answer.content.decode()
    assert sheet.questions.count() == 20


def test_a_consent_has_six_parts_and_a_day(coordinator: Client) -> None:
    path = f"{MEETINGS}consent/new/"
    seen = seen_on(page_of(coordinator, path))
    short = coordinator.post(path, PARTS | {"cost": "", "day": "11月22日", "seen": seen})
    assert short.status_code == 422
    assert coordinator.post(path, PARTS | {"day": "11月22日", "seen": seen}).status_code == 303
    seen = seen_on(page_of(coordinator, path))
    assert coordinator.post(path, PARTS | {"day": "12月1日", "seen": seen}).status_code == 303
    page = page_of(coordinator, f"{MEETINGS}consent/")
    assert "第1版" in page
    assert "12月1日（火）から使います" in page
    assert coordinator.post(f"{MEETINGS}consent/withdrawal/", {"number": "2"}).status_code == 303
    assert coordinator.post(f"{MEETINGS}consent/withdrawal/", {"number": "1"}).status_code == 409
    assert ConsentText.objects.count() == 1
    assert verbs() == ["write_consent", "write_consent", "withdraw_consent"]


def test_a_kind_of_meeting_may_have_a_consent_of_its_own(coordinator: Client) -> None:
    path = f"{MEETINGS}consent/new/"
    seen = seen_on(page_of(coordinator, path))
    assert coordinator.post(path, PARTS | {"day": "11月22日", "seen": seen}).status_code == 303
    page = page_of(coordinator, f"{path}?kind=activity")
    assert "同意の言葉です。" in page  # the text for all is what one begins with
    own = PARTS | {"aim": "歩くことです。", "day": "11月22日", "kind": "activity", "seen": seen_on(page)}
    answer = coordinator.post(path, own)
    assert answer["Location"] == f"{MEETINGS}consent/?kind=activity"
    shown = {
        kind: page_of(coordinator, f"{MEETINGS}consent/?kind={kind}") for kind in ("", "activity", "briefing")
    }
    assert "歩くことです。" in shown["activity"]
    assert "歩くことです。" not in shown[""] + shown["briefing"]
    assert "「どの集まりにも」の文です。" in shown["briefing"]
    assert coordinator.get(f"{MEETINGS}consent/?kind=party").status_code == 404
    assert verbs() == ["write_consent", "write_consent"]


def test_one_meeting_may_have_a_consent_of_its_own(coordinator: Client) -> None:
    seen = seen_on(page_of(coordinator, f"{MEETINGS}consent/new/"))
    coordinator.post(f"{MEETINGS}consent/new/", PARTS | {"day": "11月22日", "seen": seen})
    event, other = new_meeting(asks_consent=True), new_meeting(asks_consent=True)
    where = f"{MEETINGS}consent/?meeting={event.pk}"
    assert f'href="{where}"' in page_of(coordinator, f"{MEETINGS}{event.pk}/")
    assert f"{MEETINGS}consent/" not in page_of(coordinator, f"{MEETINGS}{new_meeting().pk}/")
    page = page_of(coordinator, where)
    assert "「どの集まりにも」の文です。" in page
    new = f"{MEETINGS}consent/new/?meeting={event.pk}"
    assert f'href="{new}"' in page
    own = PARTS | {"cost": "この日だけ、お金がかかりません。", "day": "11月22日", "meeting": str(event.pk)}
    answer = coordinator.post(f"{MEETINGS}consent/new/", own | {"seen": seen_on(page_of(coordinator, new))})
    assert answer["Location"] == where
    assert "この日だけ" in page_of(coordinator, where)
    shown = [Client().get(f"/events/{one.pk}/sign-up/").content.decode() for one in (event, other)]
    assert ["この日だけ" in page for page in shown] == [True, False]
    coming = own | {"day": "12月1日", "seen": seen_on(page_of(coordinator, new))}
    coordinator.post(f"{MEETINGS}consent/new/", coming)
    gone = coordinator.post(f"{MEETINGS}consent/withdrawal/", {"number": "3", "meeting": str(event.pk)})
    assert (gone["Location"], ConsentText.objects.count()) == (where, 2)
    for absent in ("meeting=99999", "series=99999"):
        assert coordinator.get(f"{MEETINGS}consent/?{absent}").status_code == 404


def test_words_that_nobody_has_written_yet_are_shown_and_kindly_said_to_be_the_usual_ones(
    coordinator: Client,
) -> None:
    made = coordinator.post(f"{MEETINGS}new/", PLAN | {"asks_consent": "on"})
    assert made.status_code == 303
    here = made["Location"]
    page = page_of(coordinator, here)
    for words in (
        *("いまは、ふつうの文です", "順番に、聞いたり話したりします。パスもできます。"),
        "はじめからある、ふつうの文です。家の言葉に、なおせます。",
    ):
        assert words in page
    where = f"{MEETINGS}consent/?meeting={Event.objects.get().pk}"
    consent = page_of(coordinator, where)
    assert "いまの文（ふつうの文）" in consent
    assert "「どの集まりにも」の文です。" in consent
    assert "家の言葉にな&#8288;おす" in page_of(coordinator, f"{MEETINGS}consent/")
    again = PLAN | {
        "asks_consent": "on",
        "flow": "お茶をいれます。",
        "seen": seen_on(page_of(coordinator, f"{here}plan/")),
    }
    assert coordinator.post(f"{here}plan/", again).status_code == 303
    page = page_of(coordinator, here)
    assert "いまは、ふつうの文です" not in page
    assert "お茶をいれます。" in page


def test_the_consent_of_one_meeting_is_taken_back_to_the_one_for_all_with_one_tap(
    coordinator: Client,
) -> None:
    new = f"{MEETINGS}consent/new/"
    coordinator.post(new, PARTS | {"day": "11月22日", "seen": seen_on(page_of(coordinator, new))})
    event = new_meeting(asks_consent=True)
    where = f"{MEETINGS}consent/?meeting={event.pk}"
    assert "にも&#8288;どす</button>" not in page_of(coordinator, where) + page_of(
        coordinator, f"{MEETINGS}consent/"
    )
    own = PARTS | {"cost": "この日だけ、お金がかかりません。", "day": "11月22日", "meeting": str(event.pk)}
    coordinator.post(new, own | {"seen": seen_on(page_of(coordinator, f"{new}?meeting={event.pk}"))})
    assert "「どの集まりにも」の文にも&#8288;どす" in page_of(coordinator, where)
    sent = {"number": "2", "meeting": str(event.pk)}
    assert coordinator.post(f"{MEETINGS}consent/retirement/", sent)["Location"] == where
    page = page_of(coordinator, where)
    assert "いまの文（第1版）" in page
    assert "使うのをやめた文（第2版）" in page
    assert "この日だけ" not in Client().get(f"/events/{event.pk}/sign-up/").content.decode()
    assert coordinator.post(f"{MEETINGS}consent/retirement/lift/", sent)["Location"] == where
    assert "この日だけ" in Client().get(f"/events/{event.pk}/sign-up/").content.decode()
    for_all = coordinator.post(f"{MEETINGS}consent/retirement/", {"number": "1", "kind": ""})
    assert for_all.status_code == 409
    assert "ほかに使える文が、ありません。" in for_all.content.decode()
    assert verbs()[-2:] == ["retire_consent", "bring_back_consent"]


def test_materials_are_written_a_line_each(coordinator: Client) -> None:
    event = new_meeting()
    here = f"{MEETINGS}{event.pk}/"
    seen = seen_on(page_of(coordinator, here))
    bad = coordinator.post(f"{here}materials/", {"seen": seen, "materials": "まとめ javascript://x.example/"})
    assert bad.status_code == 422
    assert "まとめ javascript" in bad.content.decode()
    good = {"seen": seen, "materials": "まとめ https://papers.example/1.pdf\n紙は、当日わたします。"}
    assert coordinator.post(f"{here}materials/", good).status_code == 303
    page = page_of(coordinator, here)
    assert '<a href="https://papers.example/1.pdf" rel="noreferrer">まとめ</a>' in page
    assert coordinator.post(f"{here}materials/", good | {"materials": "べつの紙"}).status_code == 409
    assert verbs() == ["lay_out_materials"]


def test_meetings_far_ahead_are_folded_away_with_their_number(coordinator: Client) -> None:
    assert "より先の集まり" not in page_of(coordinator, MEETINGS)
    for days in (31, 33, 60):
        new_meeting(title=f"{days}日先の会", starts=house_clock.now() + timedelta(days=days))
    near, far = page_of(coordinator, MEETINGS).split("<summary>1か月より先の集まり（2）</summary>")
    assert "31日先の会" in near
    assert "33日先の会" in far
    assert "60日先の会" in far


def test_sign_ups_that_wait_stand_on_the_coordinators_desk_alone(
    coordinator: Client, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    signed(new_meeting(has_intake=True))
    assert "することがあります（1件）" in page_of(coordinator, "/desk/")
    assert "することがあります" not in page_of(keeper_client(keeper), "/desk/")


def test_todays_meetings_stand_on_the_desk(coordinator: Client, steward: KeeperFacts) -> None:
    new_meeting(title="あしたの会", starts=house_clock.now() + timedelta(days=1))
    assert "きょうの集まり" not in page_of(coordinator, "/desk/")
    new_meeting(title="こよいの会", starts=house_clock.now() + timedelta(hours=1), facilitators_needed=1)
    page = page_of(coordinator, "/desk/")
    assert "こよいの会" in page
    assert "準備中（あと1人）" in page
    assert "あしたの会" not in page


def test_only_what_can_be_done_is_offered(coordinator: Client, keeper: KeeperFacts) -> None:
    event = new_meeting()
    here = f"{MEETINGS}{event.pk}/"
    option = f'<option value="{keeper.keeper_id}">'
    page = page_of(coordinator, here)
    assert "予定からしまう" in page
    assert option in page
    coordinator.post(f"{here}facilitators/", {"keeper": keeper.keeper_id})
    signed(event)
    page = page_of(coordinator, here)
    assert "予定からしまう" not in page
    assert "予定に出す" not in page
    assert option not in page


def test_the_words_to_hand_over_tell_of_a_talk(coordinator: Client) -> None:
    plain, talks = new_meeting(), new_meeting(has_intake=True)
    assert "名前もメールもいりません" in page_of(coordinator, f"{MEETINGS}{plain.pk}/")
    page = page_of(coordinator, f"{MEETINGS}{talks.pk}/")
    assert "名前もメールもいりません" not in page
    assert "スタッフと短いお話をします" in page
    assert f'href="/events/{talks.pk}/print/"' in page
