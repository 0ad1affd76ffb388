"""`python -m tests.screening.corpus`: the table that docs/screening.md keeps."""

from __future__ import annotations

from tests.screening.corpus import FILES, UNSEEN, figures


def table() -> str:
    rows = [
        "| lines | crisis | personal_info | contact_exchange | solicitation | abuse | false flags |",
        "|" + "---|" * 7,
    ]
    for name in (*FILES, UNSEEN):
        one = figures(name)
        found = " | ".join(f"{one.found[label]}/{one.there[label]}" for label in one.found)
        rows.append(f"| {name} | {found} | {one.false}/{one.harmless} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
