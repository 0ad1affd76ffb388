"""`python -m tests.screening.corpus`: the table that docs/screening.md keeps."""

from __future__ import annotations

from tests.screening.corpus import FILES, UNSEEN, Figures, figures


def table() -> str:
    return "\n".join(
        [
            "| lines | crisis | personal_info | contact_exchange | solicitation | abuse | false flags |",
            "|" + "---|" * 7,
            *(_row(name, figures(name)) for name in FILES),
            *(_row(f"{name}, usual", figures(name, lambda line: line.is_usual)) for name in UNSEEN),
            *(_row(f"{name}, hard", figures(name, lambda line: not line.is_usual)) for name in UNSEEN),
            *(_row(f"{name}, in a room", figures(name, in_a_room=True)) for name in UNSEEN),
        ]
    )


def _row(name: str, one: Figures) -> str:
    found = " | ".join(f"{one.found[label]}/{one.there[label]}" for label in one.found)
    return f"| {name} | {found} | {one.false}/{one.harmless} |"


if __name__ == "__main__":
    print(table())
