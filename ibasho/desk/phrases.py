"""Words that keepers may begin with in hard moments. They come into the field, and are sent by hand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """`when` says what it is for."""

    key: str
    when: str
    text: str


PHRASES = (
    Phrase(
        "own",
        "つらい気持ちを書いた方へ",
        "書いてくれて、ありがとうございます。読みました。死にたいと思うくらい、つらいですか。いまは、ひとりですか。",
    ),
    Phrase(
        "other",
        "ほかの人の命を心配している方へ（だれのことかは、聞きません）",
        "知らせてくれて、ありがとうございます。その人の名前や住所は、書かなくて大丈夫です。いま命があぶないときは、119に電話してください。あなたは、安全なところにいますか。",
    ),
    Phrase(
        "everybody",
        "みなさんへ（いるときだけ）",
        "いま、スタッフがていねいに話を聞いています。みなさんも、つらくなったら、画面を閉じて休んでください。",
    ),
    Phrase(
        "who",
        "だれかがここに来ているか、聞かれたとき",
        "心配して、聞いてくださったのですね。だれがここに来ているかは、どなたのことも、お答えしていません。来ているとも、来ていないとも、お伝えできません。あなた自身のことは、ここで話せます。",
    ),
    Phrase(
        "after",
        "話したあとに",
        "話してくれて、ありがとうございました。お返事は、いりません。また来ても、来なくても、大丈夫です。",
    ),
)


def phrase_text(key: str) -> str:
    """The words of this key; empty for any other."""
    return next((phrase.text for phrase in PHRASES if phrase.key == key), "")
