"""A specimen house to try things in. Every word of it is to be rewritten before anybody is let in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from ibasho.house.actions import Clause, draft_rules, publish_rules
from ibasho.house.models import Helpline, HelplineHours, HouseProfile, HouseRulesVersion

# The day the sources were read. Nobody has dialled these numbers for this house.
_READ_ON = date(2026, 11, 22)
_DAY = 1440
_ALWAYS = tuple((weekday, 0, _DAY) for weekday in range(7))
_EVENINGS = tuple((weekday, 16 * 60, 21 * 60) for weekday in range(7))

_BEING, _SAFE = "いるとき", "おたがいを守るために"
_TALKING, _HARD = "話すとき", "つらいとき、こまったとき"

_RULES = (
    Clause(
        "nickname",
        _BEING,
        "ここでは、ニックネームで｜話《はな》します。｜本当《ほんとう》の｜名前《なまえ》は いりません。",
    ),
    Clause(
        "watching",
        _BEING,
        "｜見《み》ているだけでも ｜大丈夫《だいじょうぶ》です。｜書《か》かない｜人《ひと》も、ここにいる なかまです。",
    ),
    Clause(
        "come_and_go",
        _BEING,
        "いつ｜来《き》ても、いつ｜帰《かえ》っても ｜大丈夫《だいじょうぶ》です。"
        "あいさつも、｜帰《かえ》る｜理由《りゆう》も いりません。",
    ),
    Clause(
        "no_identifiers",
        _SAFE,
        "｜電話番号《でんわばんごう》、｜住所《じゅうしょ》、メール、LINEなどのID、｜学校《がっこう》や｜会社《かいしゃ》の｜名前《なまえ》は "
        "｜書《か》かないでください。｜自分《じぶん》のことも、｜家族《かぞく》や ほかの｜人《ひと》のことも ｜同《おな》じです。",
    ),
    Clause(
        "stays_here",
        _SAFE,
        "ここで｜読《よ》んだことは、ここに｜置《お》いて｜帰《かえ》りましょう。"
        "｜画面《がめん》の｜写真《しゃしん》をとったり、ほかの｜場所《ばしょ》に\u200b の\u2060せたりしないでください。",
    ),
    Clause(
        "hear_out",
        _TALKING,
        "｜人《ひと》の｜話《はなし》は、さいごまで ｜読《よ》みましょう。｜考《かんが》えが ちがっても ｜大丈夫《だいじょうぶ》です。"
        "どちらが｜正《ただ》しいかは ｜決《き》めません。",
    ),
    Clause(
        "advice",
        _TALKING,
        "アドバイスは、｜聞《き》かれたときに しましょう。「わたしは こうでした」と、"
        "｜自分《じぶん》の｜話《はなし》として｜書《か》くと やさしく｜伝《つた》わります。",
    ),
    Clause(
        "no_comparing",
        _TALKING,
        "｜仕事《しごと》、｜学校《がっこう》、｜年《ねん》れい、｜病気《びょうき》、ひきこもっている｜長《なが》さを、"
        "くらべたり ｜聞《き》き｜出《だ》したりしません。｜話《はな》したい｜人《ひと》が、｜話《はな》したいときに ｜話《はな》します。"
        "｜親《おや》や｜家族《かぞく》を ｜責《せ》めることもしません。",
    ),
    Clause(
        "no_harm",
        _TALKING,
        "｜人《ひと》を｜傷《きず》つける｜言葉《ことば》、｜見下《みくだ》す｜言葉《ことば》、しつこい｜声《こえ》かけ、"
        "｜性的《せいてき》な｜話《はなし》は しないでください。",
    ),
    Clause(
        "no_solicitation",
        _TALKING,
        "｜宗教《しゅうきょう》、お｜金《かね》もうけ、｜商品《しょうひん》、｜選挙《せんきょ》、｜有料《ゆうりょう》の｜支援《しえん》、｜取材《しゅざい》への "
        "さそいは できません。｜連絡先《れんらくさき》の｜交換《こうかん》や、｜恋人《こいびと》さがしも ここでは しません。",
    ),
    Clause(
        "about_dying",
        _HARD,
        "「｜死《し》にたい」「｜消《き》えたい」という｜気持《きも》ちを｜書《か》いても、おこられたり ｜追《お》い｜出《だ》されたりしません。"
        "ただ、｜方法《ほうほう》を くわしく｜書《か》いたり、だれかを さそったりするのは やめてください。"
        "｜命《いのち》が｜心配《しんぱい》なときは、スタッフが ｜声《こえ》をかけます。",
    ),
    Clause(
        "tell_us",
        _HARD,
        "こまったら「スタッフに｜知《し》らせる」を｜押《お》してください。だれが｜知《し》らせたかは、ほかの｜人《ひと》には わかりません。"
        "スタッフが｜書《か》き｜込《こ》みを かくしたり、｜少《すこ》し｜休《やす》んでもらったり することがあります。"
        "そのときは ｜理由《りゆう》を｜伝《つた》えます。｜納得《なっとく》できないときは、もう｜一度《いちど》 ｜見《み》てもらえます。",
    ),
)


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    way: str
    hours_text: str
    source_url: str
    number: str = ""
    url: str = ""
    note: str = ""
    hours: tuple[tuple[int, int, int], ...] = ()
    for_life: bool = False


_CALL, _TEXT, _WEB = Helpline.Way.CALL, Helpline.Way.TEXT, Helpline.Way.WEB
_LINES = (
    _Line(
        "119（救急車）",
        _CALL,
        "24時間。",
        "https://www.fdma.go.jp/",
        number="119",
        hours=_ALWAYS,
        for_life=True,
    ),
    _Line(
        "110（警察）", _CALL, "24時間。", "https://www.npa.go.jp/", number="110", hours=_ALWAYS, for_life=True
    ),
    _Line(
        "よりそいホットライン",
        _CALL,
        "24時間。",
        "http://www.mhlw.go.jp/stf/houdou/yorisoigatasoudansienjigyou/",
        number="0120-279-338",
        note="お金はかかりません。岩手・宮城・福島からは 0120-279-226 です。",
        hours=_ALWAYS,
    ),
    _Line(
        "あなたのいばしょ",
        _TEXT,
        "24時間。",
        "https://talkme.jp/",
        url="https://talkme.jp/",
        note="文字で話せます。外の場所が開きます。",
        hours=_ALWAYS,
    ),
    _Line(
        "かくれてしまえばいいのです",
        _WEB,
        "24時間。",
        "https://kakurega.lifelink.or.jp/",
        url="https://kakurega.lifelink.or.jp/",
        note="話さずに、いるだけの場所です。外の場所が開きます。",
        hours=_ALWAYS,
    ),
    _Line(
        "いのちの電話",
        _CALL,
        "毎日 16:00〜21:00。",
        "http://www.tamainochi.com/index.asp?patten_cd=12&page_no=9",
        number="0120-783-556",
        note="お金はかかりません。毎月10日は、朝8時から次の日の朝8時までです。",
        hours=_EVENINGS,
    ),
    _Line(
        "チャイルドライン",
        _CALL,
        "毎日 16:00〜21:00。",
        "https://childline.or.jp/",
        number="0120-99-7777",
        note="18さいまでの人。お金はかかりません。",
        hours=_EVENINGS,
    ),
    _Line(
        "東京都ひきこもりサポートネット",
        _CALL,
        "月〜金 10:00〜17:00。",
        "https://www.hikikomori-tokyo.metro.tokyo.lg.jp/",
        number="0120-529-528",
        note="東京都に住んでいる方と、ご家族。",
        hours=tuple((weekday, 10 * 60, 17 * 60) for weekday in range(5)),
    ),
    _Line(
        "#いのちSOS",
        _CALL,
        "時間は、ページで確かめてください。",
        "https://www.lifelink.or.jp/inochisos/",
        number="0120-061-338",
        note="お金はかかりません。",
    ),
    _Line(
        "こころの健康相談統一ダイヤル",
        _CALL,
        "時間は、都道府県でちがいます。",
        "https://www.mhlw.go.jp/mamorouyokokoro/",
        number="0570-064-556",
        note="電話代がかかります。",
    ),
    _Line(
        "まもろうよ こころ",
        _WEB,
        "窓口の一覧です。",
        "https://www.mhlw.go.jp/mamorouyokokoro/",
        url="https://www.mhlw.go.jp/mamorouyokokoro/",
        note="厚生労働省のページが開きます。",
    ),
)


def furnish_house() -> None:
    """Put the specimen's name plate, promises and helplines where there are none; touch nothing else."""
    with transaction.atomic():
        if not HouseProfile.objects.exists():
            _hang_name_plate()
        if not HouseRulesVersion.objects.exists():
            publish_rules(draft_rules(_RULES))
        if not Helpline.objects.exists():
            _list_helplines()


def _hang_name_plate() -> None:
    HouseProfile.objects.create(
        name="つばめ坂の家",
        welcome="いるだけの日も、\nどうぞ。",
        lead="名前を出さずに、文字だけで過ごせる部屋があります。書かずに、読んでいるだけでも大丈夫です。",
        about="家にいることが多い方と、ご家族、きょうだいのための、小さな家です。",
        run_by="見本の会（NPO法人）",
        run_by_about="これは、見本の家です。見本の会も、見本市も、ほんとうにはありません。\n"
        "ほんとうの家では、ここに、だれが、どんな決まりで開いているかを書きます。",
        other_ways="電話：000-0000-0000（見本です。つながりません）\n来るとき：見本市つばめ坂1-2-3（見本です）",
        minimum_age=15,
        staff_hours="月・水・金・日の 13:00〜22:00",
        is_specimen=True,
    )


def _list_helplines() -> None:
    for position, line in enumerate(_LINES, start=1):
        row = Helpline.objects.create(
            position=position,
            name=line.name,
            way=line.way,
            number=line.number,
            url=line.url,
            note=line.note,
            hours_text=line.hours_text,
            for_life=line.for_life,
            source_url=line.source_url,
            checked_on=_READ_ON,
            is_specimen=not line.for_life,
        )
        HelplineHours.objects.bulk_create(
            HelplineHours(helpline=row, weekday=weekday, opens=opens, closes=closes)
            for weekday, opens, closes in line.hours
        )
