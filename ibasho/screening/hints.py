"""What a browser looks for in a draft, so that help is near before anything is sent. Form: see the package."""

from __future__ import annotations

HINTS: dict[str, list[str]] = {
    "hints": [
        "死にた", "しにた", "死のう", "死ぬしか", "死んだほうが", "死んだ方が", "消えた", "いなくなりた", "自殺", "遺書", "生きていたくな",
        "生きてたくな", "首を吊", "飛び降り", "橋の上に", "屋上に", "薬を全部", "手首を切", "殺して", "殺される", "死ぬと", "死んでしまいた",
    ],
    "not": ["死にたくな", "しにたいして", "しにたいする", "死ぬほど", "消えたい気持ちはなく"],
}  # fmt: skip
