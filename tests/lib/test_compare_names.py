"""Row C4: names that look like another, or like a keeper's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibasho.lib.unicode_text import fold, is_keeper_like, skeleton


@pytest.mark.parametrize(
    "name",
    [
        "ユキ",
        "ﾕｷ",
        "ゆ き",
        " ゆき　",
        "ゆき\u200b",
        "ゆ\u202eき",
        "ゆき☆",
        "・ゆき・",
        "ゆき\u0301",
        "ゆ\u3164き",
        "ゆ\u00adキ",
    ],
)
def test_one_name_in_many_clothes(name: str) -> None:
    assert skeleton(name) == skeleton("ゆき")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ゆき", "ゆぎ"),
        ("びよういん", "びょういん"),
        ("おばさん", "おばあさん"),
        ("ビル", "ビール"),
        ("ハル", "パル"),
        ("太郎", "次郎"),
        ("夕日", "朝日"),
        ("☆", "♪"),
    ],
)
def test_names_that_differ_stay_apart(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ガ", "ｶﾞ"),
        ("が", "か\u3099"),
        ("みどり", "みと゛り"),
        ("パンダ", "ハ゜ンタ゛"),
        ("Ｙｕｋｉ", "yuki"),
        ("уuki", "yuki"),
        ("yυki", "yuki"),
        ("tom", "torn"),
        ("Ill", "lII"),
        ("ℌana", "Hana"),
        ("エ口", "工ロ"),
        ("ス夕ー", "スター"),
        ("áda", "ada"),
        ("ᴀᴅᴀ", "ada"),
        ("🅐da", "ada"),
    ],
)
def test_look_alikes_are_one(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    "name",
    [
        "スタッフ", "ｽﾀｯﾌ", "すたっふ", "ス タ ッ フ", "スタッフ\u200b", "⚙スタッフ", "🌟スタッフ🌟", "スタツフ", "ス夕ッフ",
        "スタッフのはな", "運営", "運 営", "見守り役", "見守り役２", "管理人さん", "公式", "モデレータ", "ﾓﾃﾞﾚｰﾀｰ", "お部屋番",
        "へやばん", "調整役", "ちょうせいやく", "みまもり役", "見守りやく", "家の番", "家の番の人", "事務局", "コーディネーター", "進行役", "rnoderator", "moderator", "МОDЕRАТОR", "ｍｏｄｅｒａｔｏｒ", "Аdmin",
        "аdmіn", "ADMlN", "adm1n", "ᴀᴅᴍɪɴ", "🅰🅳🅼🅸🅽", "ⓐⓓⓜⓘⓝ", "a҉dmin", "Staff", "ѕtаff", "staﬀ", "ａｄｍｉｎ", "mod", "mod1", "Mod.",
        "ｍｏｄさん", "host", "h0st", "system", "admin\u200b", "кeeper", "official",
    ],
)  # fmt: skip
def test_nobody_borrows_the_keepers_name(name: str) -> None:
    assert is_keeper_like(name)


@pytest.mark.parametrize(
    "name",
    [
        "ゆき", "なまけもの", "ghost", "Modern", "人見知り", "見知らぬ人", "公園", "木曜日", "スープ", "もどかしい", "ほしぞら", "てんき",
        "あお123", "ななし", "空", "つき🌙", "管", "ホスト", "おーい", "ecosystem", "小さな部屋", "役に立たない", "家の番犬", "家の番組",
    ],
)  # fmt: skip
def test_other_names_are_free(name: str) -> None:
    assert not is_keeper_like(name)


@given(st.text(max_size=20))
def test_a_skeleton_never_fails(name: str) -> None:
    assert isinstance(skeleton(name), str)
    is_keeper_like(name)


@given(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3096), max_size=20))
def test_kana_of_both_kinds_are_one(name: str) -> None:
    katakana = "".join(chr(ord(kana) + 0x60) for kana in name)
    assert skeleton(katakana) == skeleton(name)
    assert fold(katakana) == fold(name)


def test_matching_folds_width_and_kana_and_nothing_else() -> None:
    assert fold("ｼﾆﾀｲ シニタイ しにたい ＡＢc、☆") == "しにたい しにたい しにたい ABc、☆"
