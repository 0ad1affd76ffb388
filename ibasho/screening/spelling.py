"""Words written in kana, misheard by a voice keyboard, or bent to slip past a list: brought back to their kanji.

Only where the kana before them can end a word, as わたしのうち holds しのう.
"""

from __future__ import annotations

import re

from ibasho.screening.folding import Folded
from ibasho.screening.gates import compiled

# Behind the first letter of a word that may begin there; after た, な, ら, か, む, す the kana rather belong to わたし, はなし,
# くらし, むかし.
_BEGINS = r"(?:(?<![ぁ-ゖ々ー].)|(?<=[うとでくちしよねてはがもをにんさやっゃ].)|(?<=たい.)|(?<=なんか.)|(?<=だから.)|(?<=まま.))"
_ALONE = r"(?<![一-鿿a-z0-9].)"
_ON = r"(?=[てで](?:る|い|たく|て|く|も|だ|ん|ゆ)|と(?:る|っ|う|ん|ら)|る(?:の|こと|ん|意|価|気)|られ)"
_WISH = r"に(?=た(?:い(?!し|す)|くな|くて)|て[えぇ])"

# The first letter stands by itself and is looked for first, and し only where the right one is next: at every other
# nothing else is tried.
_SPELLINGS: tuple[tuple[str, str, str], ...] = (
    # (begins with one of, goes on, read as)
    ("し", rf"(?=に){_BEGINS}(?<!話.)に(?=た(?:い|く[なて]|か[ばっと]|す|み|あ|ぃ)|て[えぇー]|と(?:う|な)|そう)(?!たいし[てたま])", "死に"),
    ("市詩四史師氏視紙4", rf"{_ALONE}{_WISH}", "死に"),
    ("s", rf"{_ALONE}(?:1|і|hi){_WISH}", "死に"),
    ("氏市屍4", r"(?=ね(?!$|こ|ず|。)|ねば|ねよ|ぬ(?:しか|つもり|ほう|方|わ|ね|$|、))(?<![一-鿿].)", "死"),
    ("市詩四師氏", rf"{_ALONE}に鯛", "死にたい"),
    ("s", r"h?initai", "死にたい"),
    ("w", r"(?:antto|anna)die", "死にたい"),
    ("k", r"ill?myself", "死にたい"),
    ("e", r"ndmylife", "死にたい"),
    ("k", r"ietai", "消えたい"),
    ("自", r"た[ひ匕]", "自殺"),
    ("c", r"ommitsuicide", "自殺"),
    ("氏", r"(?<![一-鿿].)ね", "死ね"),
    ("た夕", r"ひ$", "死"),
    ("し", rf"(?=の){_BEGINS}の(?=う(?:と|か|ね|よ|や|$|、|って|。))", "死の"),
    ("し", rf"(?=ん){_BEGINS}ん(?=で(?:しま|も|く|らく|楽|や|$|、|まえ|なん)|じ(?:ゃ|まい|まお)|だら|だ(?:方|ほう))", "死ん"),
    ("し", rf"(?=ぬ){_BEGINS}(?<!い.)ぬ(?!き|ぐ)", "死ぬ"),
    ("し", rf"(?=ね){_BEGINS}(?<!も.)ね(?=ば|た|る|な|よ$|や$|$|。|、|って|と)", "死ね"),
    ("こ", r"(?<!と.)ろ(?=して|され|す(?:ぞ|と|って|$|。|、)|したい|しそう|してやる)", "殺"),
    ("自", r"[札察薩殺〇○◯●x×*]", "自殺"),
    ("じ", r"さつ|殺", "自殺"),
    ("j", r"isats?u", "自殺"),
    ("き", r"え(?=た[いく]|て(?:しま|なく|くれ|ほし|まい)|ちゃ|ろ|られ|よう)", "消え"),
    ("異", r"書", "遺書"),
    ("遺", r"所", "遺書"),
    ("い", r"(?<![っい].)しょ(?=を|かい|書|みたい)", "遺書"),
    ("と", r"びおり|び降り", "飛び降り"),
    ("飛", r"びおり|降り", "飛び降り"),
    ("跳", r"び降り", "飛び降り"),
    ("と", r"び[こ込](?=[みもんむま])", "飛び込"),
    ("飛", r"(?:びこ|込)(?=[みもんむま])", "飛び込"),
    ("く", r"びを?つ(?=[りろっる])", "首吊"),
    ("首", r"を?[つ吊](?=[りろっる])", "首吊"),
    ("首", r"[をに]?(?:し|締|絞)め", "首絞め"),
    ("い", r"のち", "命"),
    ("い", rf"[きぎ]{_ON}", "生き"),
    ("生", rf"ぎ{_ON}", "生き"),
    ("め眼", r"(?=がさめ|が覚め)", "目"),
    ("目", r"が?[さ醒]め", "目が覚め"),
    ("な", r"(?<!つ.)ぐ(?=ら|り|っ|る)", "殴"),
    ("け", r"(?<=[にをもは、。].)ら(?=れ)", "蹴ら"),
    ("たは", r"(?<=[にをもは、。].)た(?=か)", "叩"),
    ("お", r"くすり", "薬"),
    ("く", r"すり", "薬"),
    ("て", r"くび", "手首"),
    ("か", r"みそり", "剃刀"),
    ("ら", r"(?<!ば.)くに(?=な[りっれる])", "楽に"),
    ("い", r"[ねな]ぐ(?=な)", "いなく"),
    ("居", r"な[ぐく](?=な)|らんよう?に?(?=な)", "いなく"),
    ("お", r"らん[ぐく]?(?:よう|ごと)に?(?=な)", "いなく"),
    ("ほ", r"うちょう|ーちょー", "包丁"),
)  # fmt: skip
_FIRST = sorted({first for firsts, *_ in _SPELLINGS for first in firsts})
_BY_FIRST = {
    first: [(rest, read) for firsts, rest, read in _SPELLINGS if first in firsts] for first in _FIRST
}
# The group that tells which it was stands behind it: in front it would hide how each begins.
_ALL = compiled(
    "|".join(
        f"{first}(?:{'|'.join(f'(?:{rest})()' for rest, _ in each)})" for first, each in _BY_FIRST.items()
    )
)
_READ_AS = [read for each in _BY_FIRST.values() for _, read in each]


def respell(folded: Folded) -> Folded:
    """The same with those words in kanji, each standing for what was written in its place."""
    return folded.replaced(_ALL, _read_as)


def _read_as(found: re.Match[str]) -> str:
    return _READ_AS[(found.lastindex or 1) - 1]
