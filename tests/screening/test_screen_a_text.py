"""The shapes that others build on."""

from __future__ import annotations

import math
import re
import subprocess
import sys

import pytest

from benchmarks.wires import words
from ibasho.screening import Action, Label, OwnWords, Text, folding, learned, screen
from ibasho.screening.folding import Folded, fold
from ibasho.screening.gates import Gate, Words
from ibasho.screening.identifiers import accounts, numbers, places
from ibasho.screening.runs import LITTLE, portions, runs_of
from ibasho.screening.side_by_side import ONE, TWO, number_of, threes, units_of
from tests.screening.corpus import FILES, lines

GATES = (
    *(gate for gate, _ in (*accounts.KINDS, *places.KINDS)),
    *(one for one in vars(numbers).values() if isinstance(one, Gate)),
)


def test_an_ordinary_line_brings_nothing() -> None:
    assert screen("雨の音がする。コーヒーをいれました") == ()


@pytest.mark.parametrize("audience", [None, "person", "family", "sibling"])
@pytest.mark.parametrize(
    "text",
    ["かける番号は", "電話の番号は", "住所は", "連絡先は", "LINEのはなし", "もうやめます", "準備しています"],
)
def test_how_something_harmless_may_begin_brings_nothing(text: str, audience: str | None) -> None:
    assert screen(text, audience=audience) == ()
    assert screen(text, earlier=["雨の音がする"], audience=audience) == ()


@pytest.mark.parametrize("audience", [None, "person", "family", "sibling"])
def test_what_is_said_while_speed_is_measured_brings_nothing(audience: str | None) -> None:
    said = [words(number) for number in range(5)]
    for number in range(5):
        assert screen(said[number], earlier=said[:number], audience=audience) == ()


def test_a_label_prints_as_itself() -> None:
    (finding,) = screen("もう死にたいです")
    assert str(finding.label) == "crisis" == finding.label
    assert f"{finding.label}" == "crisis"
    assert finding.why
    assert finding.level in ("now", "look")
    assert not finding.covers
    assert not finding.about_other


def test_a_span_counts_code_points_as_written() -> None:
    text = "👪 ばんごうは 090-0012-3456 です"
    (finding,) = screen(text)
    start, end = finding.span
    assert finding.label == Label.PERSONAL_INFO
    assert text[start:end] == "090-0012-3456"


def test_a_house_has_its_own_words_in_any_spelling() -> None:
    words = OwnWords([("あやしい水", "hold"), ("カニ", Action.SHOW)])
    text = "ｱﾔｼｲ 水とかに"
    findings = screen(text, words=words)
    assert [(one.label, one.action, text[slice(*one.span)]) for one in findings] == [
        (Label.HOUSE_WORD, Action.HOLD, "ｱﾔｼｲ 水"),
        (Label.HOUSE_WORD, Action.SHOW, "かに"),
    ]


def test_the_package_stands_by_itself() -> None:
    code = "import sys; import ibasho.screening; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_words_a_pattern_needs_are_in_whatever_it_finds() -> None:
    for line in (line for name in FILES for line in lines(name)):
        text = fold(line.text).text
        for gate in GATES:
            found = [one.span() for one in gate.finditer(text)]
            assert found == [one.span() for one in gate.pattern.finditer(text)]
            assert found == [one.span() for one in gate.look_within(text) if gate.opens(text)]


def test_a_pattern_is_found_as_far_from_its_word_as_it_reaches() -> None:
    gate = Gate(r"[0-9]{3}a{0,2}(?:会員|社員)[^。]{0,4}[0-9](?!番地)")
    for text in (
        "123会員あああ4",
        "あ123aa社員4番地 123会員5",
        "会員1" + "あ" * 40 + "123会員ああああ7番",
        "会員" * 9,
    ):
        assert [one.span() for one in gate.finditer(text)] == [
            one.span() for one in gate.pattern.finditer(text)
        ]


def test_three_letters_are_one_number_wherever_they_stand() -> None:
    text = "^あの🆘が\ud83c年$"
    units = units_of(text)
    runs = [units[2 * at : 2 * at + 6].decode("utf-16-le", "surrogatepass") for at in range(len(units) // 2)]
    told = threes(units)
    assert list(told) == [number_of(run) for run in runs]
    for kept, size in ((ONE, 2), (TWO, 4)):
        assert [one & kept for one in told] == [
            int.from_bytes(units[at : at + size], "little") for at in range(0, len(units), 2)
        ]


def test_what_is_weighed_are_the_runs_that_were_learned() -> None:
    rows = [row.split("\t") for row in learned.FILE.read_text().split("\n")[1:]]
    weights = {row[0]: list(map(int, row[1:])) for row in rows}
    for text in ("もう、つかれた。1年前🆘から", "きょうは晴れ", ""):
        sentences = [text[start:end] for portion in portions(text) for start, end in portion]
        told = [weights[run] for one in sentences for run in runs_of(one) if run in weights]
        own, *sums = map(sum, zip(*told)) if told else [0] * 6
        length = math.sqrt(own * 1000 + LITTLE * 1_000_000)
        assert [scores[0] for scores in learned.of_words(text).scores] == [one / length for one in sums]


def test_of_many_words_those_a_text_holds_are_told() -> None:
    words = Words(["らいん", "らい麦", "年", "🅰", "ab", "c", "b🅰"])
    assert sorted(words.within("あのらいんab🅰")) == ["ab", "b🅰", "らいん", "🅰"]
    assert sorted(words.within("xらい麦の年c")) == ["c", "らい麦", "年"]
    assert words.within("らい") == words.within("\ud83c") == words.within("") == set()


@pytest.mark.parametrize(("source", "text", "is_open"), [
    ("(?:本名|氏名)は[0-9]", "氏名は4", True),
    ("(?:本名|氏名)は[0-9]", "氏名は", False),
    ("本名は[0-9]|住所が[^。]", "住所が", True),
    ("本名は[0-9]|住所が[^。]", "本名が4", False),
])  # fmt: skip
def test_a_pattern_is_tried_only_where_its_words_are(source: str, text: str, is_open: bool) -> None:
    assert Gate(source).opens(text) == is_open


def test_company_and_methods_are_covered_and_nothing_else_is() -> None:
    for text, covers in (
        ("いっしょに死んでくれる人、いませんか", True),
        ("だれか一緒に死のうよ", True),
        ("楽に死ねる方法を教えてください", True),
        ("何錠で死ねますか", True),
        ("死にたい", False),
        ("この子と一緒に死のうと思ってしまいます", False),
        ("いま屋上にいます", False),
    ):
        (finding,) = screen(text)
        assert (finding.label, finding.covers) == (Label.CRISIS, covers), text


def test_keepers_read_what_the_danger_is_and_how_soon_and_whose() -> None:
    for text, why, level, about_other in (
        ("いま屋上にいます", "あぶない場所", "now", False),
        ("薬を全部飲んだ", "もう体を", "now", False),
        ("父に殴られています。まだ家の中です", "暴力", "now", False),
        ("もう何日も食べてない。死にたい", "食べる", "look", False),
        ("死にたい", "死にたい", "look", False),
        ("弟が「死にたい」と言っています", "まわりの人", "look", True),
    ):
        (finding,) = screen(text)
        assert (finding.level, finding.about_other) == (level, about_other), text
        assert why in finding.why


def test_a_danger_is_the_writers_unless_somebody_else_is_told_of() -> None:
    for text, about_other in (
        ("友だちがいない。死にたい", False),
        ("彼氏にふられた。死にたい", False),
        ("母の薬を全部飲んだ", False),
        ("兄の部屋で首を吊ります", False),
        ("母が怒ってばかりで、もう死にたい", False),
        ("息子が「消えたい」と言っています", True),
        ("母が息をしていない", True),
    ):
        (finding,) = screen(text)
        assert finding.about_other == about_other, text


@pytest.mark.parametrize(
    "text", ["死にたい。LINEのIDは abc123 です。", "薬を100錠のみました。連絡は taro@example.com まで。"]
)
def test_an_identifier_hides_no_danger(text: str) -> None:
    assert {finding.label for finding in screen(text)} >= {Label.CRISIS, Label.PERSONAL_INFO}


@pytest.mark.parametrize("text", ["自殺しろ", "死んでくれ", "お前を殺す。死ね。"])
def test_who_tells_others_to_die_is_not_in_danger(text: str) -> None:
    assert [finding.label for finding in screen(text)] == [Label.ABUSE]


@pytest.mark.parametrize("number", ["0120-783-556", "0120-279-338", "０１２０−２７９−３３８"])
def test_a_public_number_is_nobodys(number: str) -> None:
    for text in (f"{number}にかけてみては", f"{number}に電話してみた", f"番号は{number}だよ"):
        assert screen(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "家の電話、ゼロロクの、ゼロゼロゼロロク、イチニイチニ",
        "090（まるまる）23の（きゅうろく）58",
        "頭は070で、そのあと0017、しっぽが20と38",
        "携帯⇒零捌零 零零壱弐 参参肆伍",
        "kohaku(アットマーク)example(てん)net まで",
        "らいおん あっと えぐざんぷる どっと じぇいぴー",
        "h.okamura00☆example.ne.jp（星はアレ）",
        "Steamは「NemuiPenguin00」です",
        "rei_no_heya00 でどこにでもいます",
        "トレーナーコードは 0000 4412 7789",
        "さくら 501 な 0-92 の車",
        "社員番号 A00412 の者です",
        "つむぎ町おおぞら七の二の三です",
        "ことぶきコーポ、一〇四",
        "平成5年7月14日、みなもと市生まれ",
        "1998年5月6日生まれの鳥取県民です",
        "1998年5月6日生まれの歌い手です",
        "若葉第二小の体育館にいます",
        "表札は戸倉です",
    ],
)
def test_a_bent_identifier_is_still_one(text: str) -> None:
    assert Label.PERSONAL_INFO in {finding.label for finding in screen(text)}


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        (["兄の番号教える", "080"], "まえ半分 0055、うしろ半分 3872"),
        (["nezumi", "あっとまーく", "example", "どっと"], "じぇーぴー"),
    ],
)
def test_pieces_with_words_between_are_one_identifier(earlier: list[str], text: str) -> None:
    assert Label.PERSONAL_INFO in {finding.label for finding in screen(text, earlier=earlier)}


@pytest.mark.parametrize(
    "text",
    [
        "本名で呼ばれたのは久しぶり",
        "娘の名前は祖母がつけました",
        "名前は聞いてない",
        "「お名前は？」と聞かれて、言いそうになった",
        "法テラスって0570-078374だっけ",
        "相談は#8008で合ってますか",
        "緑のアプリの通知が999件たまってる",
        "靴下はいた。下はパジャマ",
        "中1の4月にもどりたい",
        "080円の切手はない。2024年と2025年の分",
        "表札が古くなった",
        "スコアは080、0990、2210点",
    ],
)
def test_what_only_looks_like_an_identifier_is_none(text: str) -> None:
    assert Label.PERSONAL_INFO not in {finding.label for finding in screen(text)}


def test_no_letter_is_read_in_two_ways() -> None:
    letter, between = re.compile(folding._LETTER), re.compile(folding._BETWEEN)
    both = [one for one in map(chr, range(sys.maxunicode + 1)) if letter.match(one) and between.match(one)]
    assert both == []
    assert screen("➊" * 60 + "かか") == ()  # it took hours
    assert fold("あ" * 200 + "é").text == "あ" * 200 + "é"  # it would take for ever


def test_a_text_is_read_once_for_itself_and_for_what_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noted(text: str) -> Folded:
        read.append(text)
        return fold(text)

    monkeypatch.setattr("ibasho.screening.text.fold", noted)
    before, here = [Text("090"), Text("0012")], Text("3456 です")
    found = [screen(here, earlier=before) for _ in range(3)]
    assert Label.PERSONAL_INFO in {finding.label for finding in found[0]}
    screen("うん", earlier=[*before, here])
    assert sorted(read) == sorted([*before, here, "うん"])
    assert screen("3456 です", earlier=["090", "0012"]) == found[0] == found[2]


@pytest.mark.parametrize("written", ["くすり", "ﾀﾋﾇ", "いのち", "が💊"])
def test_the_place_of_a_word_that_is_read_as_fewer_letters_is_all_of_it(written: str) -> None:
    words = Text(f"あ {written} ね").words
    assert words.text[1:-1] != written
    start, end = words.span(1, len(words.text) - 1)
    assert words.written[start:end] == written


def test_marks_that_only_draw_through_letters_hide_nothing() -> None:
    assert [finding.label for finding in screen("0̲9̲0̲-1̲2̲3̲4̲-5̲6̲7̲8̲ です")] == [Label.PERSONAL_INFO]
    words = OwnWords([("銀兎会", "hold")])
    assert [finding.label for finding in screen("銀󠄀兎󠄀会", words=words)] == [Label.HOUSE_WORD]


def test_every_reason_is_a_sentence() -> None:
    found = [one for line in lines("own") for one in screen(line.text, earlier=line.earlier)]
    assert {one.label for one in found} >= set(Label) - {Label.HOUSE_WORD}
    assert {one.why for one in found if not one.why.endswith("。")} == set()


@pytest.mark.parametrize(("before", "text"), [
    ("090", "1" + "だよ" * 28 + "ん"),
    ("1" + "だよ" * 38 + "ん", "3456"),
    ("LINEのID", "、" * 59),
    ("LINEのID", "で" * 59),
    ("LINEのID", " " * 40 + "あ" * 18),
    ("LINEのID", "a" * 40 + "あ" * 18),
])  # fmt: skip
def test_a_piece_is_read_in_one_way(before: str, text: str) -> None:
    found = screen(text, earlier=[before])  # it took for ever
    assert not any(one.why.startswith("前の書きこみ") for one in found)


def test_a_number_read_aloud_is_found_from_its_first_letter_to_its_last() -> None:
    for number in (
        "ぜろきゅうぜろ、いちにさんよん、ごろくななはち",
        "まるきゅうまるいちにさんよんごろくななはち",
    ):
        text = f"番号は{number}だよ"
        (found,) = [one for one in screen(text) if one.label == Label.PERSONAL_INFO]
        assert text[slice(*found.span)] == number


@pytest.mark.parametrize(
    ("before", "number", "after"),
    [
        ("電話はここに", "090-0012-3456", "です"),
        ("みんな落ちるわノシ", "09000123456", "\n人がこわい"),
        ("今から行く", "ぜろきゅうぜろ、ぜろぜろいちに、さんよんごろく", "だよ"),
        ("約束の時間に。", "090 0012 3456", " 年上です"),
        ("参加費のことは", "090-0012-3456", "まで"),
    ],
)
def test_words_beside_a_number_do_not_hide_it(before: str, number: str, after: str) -> None:
    (found,) = [one for one in screen(before + number + after) if one.label == Label.PERSONAL_INFO]
    assert found.span == (len(before), len(before + number))


def test_all_of_what_begins_within_something_else_is_found() -> None:
    text = "ライン繋がれる人〜？、070～0012～3456"
    assert max(one.span[1] for one in screen(text) if one.label == Label.PERSONAL_INFO) == len(text)


def test_no_more_letters_are_known_than_people_use() -> None:
    screen("".join(map(chr, range(0x12000, 0x14500))))
    assert len(folding._SPELLINGS) <= folding._MOST_KNOWN
