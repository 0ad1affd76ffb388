"""What a danger is about, once what was learned has found one: for keepers in one sentence, how soon, and whose.

Nothing is found by these words: most of them stand in many harmless lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ibasho.screening.findings import Finding, Label
from ibasho.screening.folding import Folded
from ibasho.screening.gates import Gate, compiled

Level = Literal["now", "look"]


@dataclass(frozen=True, slots=True)
class Danger:
    """`covers`: asks for company or for a method, which nobody else should read before a keeper has."""

    gate: Gate
    why: str
    level: Level = "now"
    covers: bool = False


_KIN_WORDS = (
    "父 母 親 両親 お父さん お母さん 父さん 母さん おやじ 親父 おふくろ 兄 弟 姉 妹 兄貴 姉貴 お兄ちゃん お姉ちゃん 息子 むすこ 娘 むすめ"
    " 夫 妻 旦那 だんな 主人 嫁 長男 次男 長女 次女 三男 子ども 子供 こども この子 あの子 うちの子 孫 祖父 祖母 おじいちゃん おばあちゃん じいちゃん ばあちゃん"
    " じいさん ばあさん きょうだい 兄弟 家族 彼氏 彼女 彼 恋人 元彼 同居人 友だち 友達 ともだち 友人 親友 ネッ友 フォロワー 知り合い 知人 先輩 後輩 いとこ 甥 姪"
    " おじ おば 叔父 伯父 義父 義母 継父 義理の父 パパ ママ とうちゃん かあちゃん 父ちゃん 母ちゃん おとん おかん 相方 ルームメイト 隣の人 同級生 おとう おかあ"
)
_KIN = "(?:" + "|".join(sorted(_KIN_WORDS.split(), key=len, reverse=True)) + ")"
_DIE = "(?:死|逝|消え|心中|旅立|飛び(?:降|込)|首吊)"
_DRUG = "(?:薬|錠|眠剤|カプセル|シート|(?<![a-z])od)"
_EDGE = "(?:橋|屋上|踏切|線路|ホーム|ベランダ|崖|手すり|欄干|柵|フェンス|ダム|樹海|非常階段|窓枠|遮断機|[5-9五六七八九十]階)"
_STRUCK = "(?:殴|蹴|叩|たた[いくか]|ぶた|ぶん|首絞|つきとば|突き飛ば|押さえつけ|投げつけ|髪を(?:つか|引|ひ)|刺|殺|暴|虐待|やけど|煙草)"
_SHUT = "(?:閉じ(?:こ|込)め|鍵をかけ|外から鍵|出してもらえ|出られな|締め出|追い出され|食べさせ(?:て|ず)|ごはんを(?:くれ|抜)|病院に(?:連れ|行かせ))"

# The most pressing first: a text is told of by the first that stands in it.
DANGERS = (
    Danger(
        Gate(
            rf"(?<![子母父娘夫妻供達ちん]と)(?:一緒|いっしょ|一人じゃ|ひとりじゃ|みんなで|二人で|ふたりで|だれか|誰か)[^。]{{0,8}}{_DIE}[^。]{{0,8}}?(?:ませんか|ないか|ない(?:$|。)|くれ|人|方|仲間|[おの]う(?:$|。|よ|ぜ))"
            r"|(?:死にたい|消えたい|同じ気持ち)[^。]{0,6}(?:人|仲間|方)[^。]{0,8}(?:集ま|募集|さが|探|連絡|いっしょ|一緒)|集団自殺|自殺(?:仲間|相手|募集|オフ)|心中(?:相手|してくれ|しませんか|しない)"
        ),
        "いっしょに死ぬ人を求めているように読めます。",
        covers=True,
    ),
    Danger(
        Gate(
            r"致死量|何(?:錠|粒|グラム|ミリ|階)(?:で|から|なら|飲|のん)|[0-9一二三四五六七八九十百]+(?:錠|mg|グラム)(?:で|なら|あれば)[^。]{0,8}(?:死|逝|いける|楽に)"
            r"|(?:死ねる|逝ける|死ぬ)(?:薬|方法|量|場所|高さ|やり方|手順)|死に方(?:を|教|知|は)|(?:楽|確実|痛く|苦しま|一瞬|眠るよう)[^。]{0,8}死(?:ね|ぬ|に方)"
            r"|(?:練炭|硫化水素|首吊り?|飛び降り|od|自殺)(?:の|は|って|する)?(?:やり方|方法|手順|作り方|コツ|仕方)"
        ),
        "死に方をたずねたり、教えたりしているように読めます。",
        covers=True,
    ),
    Danger(
        Gate(
            rf"{_DRUG}[^。]{{0,10}}(?:飲んだ|のんだ|飲んじゃ|のんじゃ|飲みほ|のみほ|入れた|流し込)|(?:手首|腕|足|脚|首|太もも)[^。]{{0,6}}(?:切った|切って|切っちゃ|きった|きって|きっちゃ|刺し)"
            r"|血(?:が|で|だ|も|まみ)|意識が|息を?(?:して(?:い)?な|しな)|泡を|ぐったり"
        ),
        "もう体を傷つけた、または体があぶない、と読めます。",
    ),
    Danger(
        Gate(rf"{_EDGE}|飛び降り|飛び込|電車(?:に|が|を)|海に|川に|入水"),
        "あぶない場所か、そこへ行く話のように読めます。",
    ),
    Danger(
        Gate(r"殺(?:す|し(?:て(?:しま|や)|た[いく]|そう))|刺し(?:て(?:しま|や)|た[いく])|手にかけ"),
        "だれかの命をうばってしまいそうだ、と読めます。",
    ),
    Danger(
        Gate(rf"{_KIN}[^。]{{0,16}}{_STRUCK}|{_STRUCK}[^。]{{0,6}}(?:れ|ら)|{_SHUT}"),
        "だれかに暴力をうけている、または閉じこめられている、と読めます。",
    ),
    Danger(
        Gate(
            rf"縄|ロープ|紐|練炭|剃刀|包丁|カッター|刃|ナイフ|ガス|灯油|首吊|首を?く|{_DRUG}|遺書|リスカ|自傷|手首"
        ),
        "命を絶つ、または体を傷つける手だての話のように読めます。",
    ),
    Danger(
        Gate(
            rf"{_KIN}(?:が|は|も|から)[^。]{{0,24}}(?:死ぬ|死んでやる|今から|今夜)[^。]{{0,10}}(?:」|と言|って|と叫|口に)"
        ),
        "まわりの人が、死ぬことを口にしている、と読めます。",
    ),
    Danger(
        Gate(
            rf"(?:今夜|今晩|今から|いまから|これから|今日|明日|週末|誕生日|もう決め)[^。]{{0,12}}(?:{_DIE}|終わ|おわ|楽に)"
        ),
        "いつ、どうするかまで決めているように読めます。",
    ),
    Danger(
        Gate(
            rf"{_KIN}(?:が|は|も|から)[^。]{{0,24}}(?:(?:{_DIE}|生きて|いなくな|終わりに|楽に)[^。]{{0,10}}(?:」|と言|って|と書|と叫|口に)|探さない|さがさない)"
        ),
        "まわりの人が、死ぬことを口にしている、と読めます。",
        "look",
    ),
    Danger(
        Gate(
            r"(?:食べ|飲[めむま]|ごはん|ご飯|食事|水)[^。]{0,8}(?:な[いかくしけ]|ず|ません|ん)|痩せ|やせて|動け|起き上が"
        ),
        "食べること、飲むこと、動くことが、できていないようです。",
        "look",
    ),
    Danger(
        Gate(r"さ(?:よ|よう)なら|(?:今|いま)までありがと|探さない|さがさない|最後(?:の|に)|お別れ|思い残"),
        "お別れの言葉のように読めます。",
        "look",
    ),
    Danger(
        Gate(r"死|消え|いなく|生き|生ま|命|目が覚め|終わ|楽に"),
        "死にたい、消えたいという気持ちが書かれているようです。",
        "look",
    ),
)
_UNNAMED = "命や体が心配な言葉に、似ています。"
# 兄が, not 兄の薬 or 父に.
_SOMEBODY = compiled(rf"{_KIN}(?:が|は|も|から)")
_QUOTED = compiled(r"「[^」]*」?|[^、]{0,20}(?:と|って)(?:言|いう|い[いっわ]|書|叫|口に|つぶや|話|泣)")
# 死にたい, 飛び降ります, 楽になろう: said of oneself, unless it is told as said by somebody.
_MINE = compiled(
    r"たい|たく(?:な|て)|てえ|[きぎしちにびみり]ます|(?:よう|ろう|もう)(?:と|か|$)|(?:わたし|私|俺|おれ|僕|ぼく|自分)(?:が|は|も)"
)


def told(words: Folded, places: Sequence[tuple[int, int]], *, sure: bool, audience: str | None) -> Finding:
    """The most pressing danger in these places; if its kind is not named, it is soon if one is `sure` of it.

    `words` in the spelling that is weighed.
    """
    text = words.text
    unnamed = replace(DANGERS[-1], why=_UNNAMED, level="now" if sure else "look")
    kind, at, (start, end) = _most_pressing(text, places) or (unnamed, places[0][0], places[0])
    first, last = text.rfind("。", start, at) + 1 or start, text.find("。", at, end) + 1 or end
    return Finding(
        Label.CRISIS,
        words.span(first, last),
        kind.why,
        level=kind.level,
        covers=any(one.covers and one.gate.pattern.search(text) for one in DANGERS),
        about_other=_is_about_other(text[first:last], audience),
    )


def _most_pressing(
    text: str, places: Sequence[tuple[int, int]]
) -> tuple[Danger, int, tuple[int, int]] | None:
    for kind in DANGERS:
        for start, end in places if kind.gate.opens(text) else ():
            found = kind.gate.pattern.search(text, start, end)
            if found is not None:
                return kind, found.start(), (start, end)
    return None


def _is_about_other(sentence: str, audience: str | None) -> bool:
    """Whether the danger is somebody else's. In doubt it is the writer's: they are spoken to."""
    if _MINE.search(_QUOTED.sub("", sentence)):
        return False
    return audience in {"family", "sibling"} or _SOMEBODY.search(sentence) is not None
