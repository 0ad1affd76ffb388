"""The house's own short words with their readings, where they stand alone: on paper and beside facts."""

from __future__ import annotations

from ibasho.house import written

_MARKED = (
    "｜本人《ほんにん》",
    "｜親《おや》",
    "｜配偶者《はいぐうしゃ》・ほかの｜家族《かぞく》",
    "｜支援者《しえんしゃ》",
    "まだ｜決《き》めない",
    "｜家族会《かぞくかい》",
    "｜家族教室《かぞくきょうしつ》",
    "きょうだい｜会《かい》",
    "｜当事者会《とうじしゃかい》",
    "｜活動《かつどう》",
    "｜説明会《せつめいかい》",
    "｜来《く》るところ",
    "すごし｜方《かた》",
    "｜会《あ》うところ",
    "｜席《せき》",
    "お｜金《かね》",
    "｜記録《きろく》",
    "｜短時間《たんじかん》",
    "｜在宅《ざいたく》",
    "｜見学《けんがく》だけOK",
    "｜祝日《しゅくじつ》",
    "｜祝《しゅく》",
    "｜日《にち》",
    "｜月《げつ》",
    "｜火《か》",
    "｜水《すい》",
    "｜木《もく》",
    "｜金《きん》",
    "｜土《ど》",
    "｜約束《やくそく》",
    "おたがいを｜守《まも》るために",
    "｜話《はな》すとき",
    "この｜集《あつ》まりは、なくなりました。",
    "この｜集《あつ》まりは、もう｜終《お》わりました。",
    "｜申《もう》し｜込《こ》みは、しめきりました。",
    "｜文字《もじ》だけ",
    "｜聞《き》くだけ",
    "｜話《はな》す",
    "｜来《き》たことがある",
    "｜答《こた》えない",
    "｜1人《ひとり》",
    "｜2人《ふたり》",
    "｜3人《さんにん》",
    "｜4人《よにん》",
)
_READINGS = {written.plain(label): label for label in _MARKED}


def marked(label: str) -> str:
    """The label with its readings; any other word as it is."""
    return _READINGS.get(label, label)
