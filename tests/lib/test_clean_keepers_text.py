"""Rich text of keepers, compared with a second sanitiser on hostile input."""

import re
import time
from collections.abc import Callable
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibasho.lib.clean_text import TAGS, render
from ibasho.lib.errors import Refusal

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\u200bscript:alert(1))", "[x](javascript\u00ad:alert(1))",
    "[x](<javascript&colon;alert(1)>)", "[x](data:text/html,<script>alert(1)</script>)", "[x](vbscript:x)", "[x](//evil.example)",
    "[x](/\\evil.example)", "[x](\\\\evil.example)", "[x](https:evil)", "[x](https:///evil)", "![x](https://evil.example/track.png)",
    "<!-- --><b>", "<math><mi xlink:href='javascript:x'>", "<style>*{}</style>", "<iframe src=//evil></iframe>",
    "<p style='position:fixed'>x</p>", "[x](https://a.example \"onmouseover=alert(1)\")", "<https://a.example/\"onclick=x>",
    "```\n</code><script>x</script>\n```", "`<script>`", "&lt;script&gt;alert(1)&lt;/script&gt;", "<noscript><p title='</noscript><img>'>",
    "[x](https://a.example/?q=\"><script>alert(1)</script>)", "<scr<script>ipt>alert(1)</scr</script>ipt>", "{{7*7}}",
    "<details open ontoggle=alert(1)>", "<form action=//evil><input>", "<base href=//evil>", "[a][b]\n\n[b]: javascript:alert(1)",
]  # fmt: skip
_GOOD_HREF = re.compile(r"https?://[^/]|mailto:|tel:|/(?![/\\])|#")


class Looker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def check_is_harmless(html: str) -> None:
    looker = Looker()
    looker.feed(html)
    for tag, attributes in looker.found:
        assert tag in TAGS
        assert set(attributes) <= ({"href", "rel"} if tag == "a" else set())
        assert _GOOD_HREF.match(attributes.get("href") or "#")
    # What the second sanitiser would take away, the first has taken already.
    oracle = nh3.clean(html, tags=set(TAGS), attributes={"a": {"href", "rel"}}, link_rel=None)
    other = Looker()
    other.feed(oracle)
    assert other.found == looker.found


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_does_nothing(text: str) -> None:
    check_is_harmless(render(text))
    check_is_harmless(render(f"- はじめに\n\n> {text} おわりに"))


@given(
    st.lists(
        st.sampled_from([*HOSTILE, "*", "\n\n", "[", "](", ")", "<", ">", "&", "あ", "# ", "- ", "`"]),
        max_size=8,
    )
)
def test_no_mixture_of_hostile_texts_does_anything(parts: list[str]) -> None:
    check_is_harmless(render("".join(parts)))


def test_keepers_can_write_what_a_page_needs() -> None:
    html = render(
        "# はじめに\n\n*そっと* **ここ**に\n\n- 一つ\n- 二つ\n\n> 声\n\n[約束](/rules/) [窓口](https://a.example/?x=1&y=2)"
    )
    assert html == (
        "<h2>はじめに</h2>\n<p><em>そっと</em> <strong>ここ</strong>に</p>\n<ul>\n<li>一つ</li>\n<li>二つ</li>\n</ul>\n"
        '<blockquote>\n<p>声</p>\n</blockquote>\n<p><a href="/rules/">約束</a> '
        '<a href="https://a.example/?x=1&amp;y=2" rel="noreferrer">窓口</a></p>\n'
    )


BOMBS = {
    "quotes": lambda size: ">" * size,
    "brackets": lambda size: "[" * size,
    "emphasis": lambda size: "*a_" * (size // 2),
    "lists": lambda size: "- " * (size // 2) + "x",
    "code": lambda size: "`" * (size - 1),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_of_markdown_does_nothing_and_four_times_of_it_takes_about_four_times_the_work(
    bomb: Callable[[int], str],
) -> None:
    check_is_harmless(render(bomb(10_000)))
    assert _work_of(bomb(10_000)) < 8 * _work_of(bomb(2_500))  # 16 times, if it grew by the square


def test_more_markdown_than_a_page_needs_is_refused() -> None:
    with pytest.raises(Refusal):
        render("[" * 20_001)


def _work_of(text: str) -> float:
    """Seconds this thread computes, however busy the machine is."""
    took = []
    for _ in range(3):
        began = time.thread_time()
        render(text)
        took.append(time.thread_time() - began)
    return min(took)
