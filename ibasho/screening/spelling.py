"""Words written in kana, misheard by a voice keyboard, or bent to slip past a list: brought back to their kanji.

Only where the kana before them can end a word, as わたしのうち holds しのう.
"""

from __future__ import annotations

import re

from ibasho.screening.folding import Folded
from ibasho.screening.gates import compiled, first_letters, needed, one_of

# A word may begin after these; after た, な, ら, か, む, す the kana rather belong to わたし, はなし, くらし, むかし.
_START = r"(?:(?<![ぁ-ゖ々ー])|(?<=[うとでくちしよねてはがもをにんさやっゃ])|(?<=たい)|(?<=なんか)|(?<=だから)|(?<=まま))"
_NO_TOWARDS = r"(?!いし[てたま]|いす|いせ|いお|いく|いへ|いや|い焼|いを)"

_SPELLINGS: tuple[tuple[str, str], ...] = (
    # (found, read as)
    (rf"{_START}(?<!話)しに(?=た(?:い|く[なて]|か[ばっと]|す|み|あ|ぃ)|て[えぇー]|と(?:う|な)|そう){_NO_TOWARDS.replace('(?!', '(?!た')}", "死に"),
    (r"(?<![一-鿿a-z0-9])(?:[市詩四史師氏視紙4]|s1|sі|shi)に(?=た(?:い(?!し|す)|くな|くて)|て[えぇ])", "死に"),
    (r"(?:[氏市屍4])(?=ね(?!$|こ|ず|。)|ねば|ねよ|ぬ(?:しか|つもり|ほう|方|わ|ね|$|、))(?<![一-鿿].)", "死"),
    (r"(?<![一-鿿a-z0-9])[市詩四師氏]に鯛|sh?initai|sinitai|(?:wantto|wanna)die|kill?myself|endmylife", "死にたい"),
    (r"kietai", "消えたい"),
    (r"自た[ひ匕]|commitsuicide", "自殺"),
    (r"(?<![一-鿿])氏ね", "死ね"),
    (r"たひ$|夕ひ$", "死"),
    (rf"{_START}しの(?=う(?:と|か|ね|よ|や|$|、|って|。))", "死の"),
    (rf"{_START}しん(?=で(?:しま|も|く|らく|楽|や|$|、|まえ|なん)|じ(?:ゃ|まい|まお)|だら|だ(?:方|ほう))", "死ん"),
    (rf"{_START}(?<!い)しぬ(?!き|ぐ)", "死ぬ"),
    (rf"{_START}(?<!も)しね(?=ば|た|る|な|よ$|や$|$|。|、|って|と)", "死ね"),
    (r"(?<!と)ころ(?=して|され|す(?:ぞ|と|って|$|。|、)|したい|しそう|してやる)", "殺"),
    (r"自[札察薩殺〇○◯●x×*]|じさつ|じ殺|jisatu|jisatsu", "自殺"),
    (r"きえ(?=た[いく]|て(?:しま|なく|くれ|ほし|まい)|ちゃ|ろ|られ|よう)", "消え"),
    (r"異書|遺所|(?<![っい])いしょ(?=を|かい|書|みたい)", "遺書"),
    (r"とびおり|とび降り|飛びおり|飛降り|跳び降り", "飛び降り"),
    (r"(?:とびこ|とび込|飛びこ|飛込)(?=[みもんむま])", "飛び込"),
    (r"(?:くび|首)を?つ(?=[りろっる])", "首吊"),
    (r"首を?吊(?=[りろっる])", "首吊"),
    (r"首(?:を|に)?(?:しめ|締め|絞め)", "首絞め"),
    (r"いのち", "命"),
    (r"(?:いき|いぎ|生ぎ)(?=[てで](?:る|い|たく|て|く|も|だ|ん|ゆ)|と(?:る|っ|う|ん|ら)|る(?:の|こと|ん|意|価|気)|られ)", "生き"),
    (r"(?:め|眼)(?=がさめ|が覚め)", "目"),
    (r"目が?(?:さめ|醒め)", "目が覚め"),
    (r"(?<!つ)なぐ(?=ら|り|っ|る)", "殴"),
    (r"(?<=[にをもは、。])けら(?=れ)", "蹴ら"),
    (r"(?<=[にをもは、。])(?:たた|はた)(?=か)", "叩"),
    (r"おくすり|くすり", "薬"),
    (r"てくび", "手首"),
    (r"かみそり", "剃刀"),
    (r"(?<!ば)らくに(?=な[りっれる])", "楽に"),
    (r"いねぐ(?=な)|いなぐ(?=な)|居な[ぐく](?=な)|おらん[ぐく]?(?:よう|ごと)に?(?=な)|居らんよう?に?(?=な)", "いなく"),
    (r"ほうちょう|ホーチョー", "包丁"),
)  # fmt: skip
_EACH = [compiled(found).pattern for found, _ in _SPELLINGS]
_SOURCE = "|".join(f"({found})" for found in _EACH)
# The letters that may begin one come first, so that it is not tried at every other.
_ALL = re.compile(f"(?={first_letters(_SOURCE)})(?:{_SOURCE})")
# Whatever is found holds one of these, and most texts hold none.
_GATE = one_of(frozenset().union(*(needed(source)[0] for source in _EACH)))
_READ_AS = tuple(read for _, read in _SPELLINGS)


def respell(folded: Folded) -> Folded:
    """The same with those words in kanji, each standing for what was written in its place."""
    return folded.replaced(_ALL, _read_as) if _GATE.search(folded.text) else folded


def _read_as(found: re.Match[str]) -> str:
    return _READ_AS[(found.lastindex or 1) - 1]
