"""What a text may mean for those who read it: findings with a label, a place and a reason. Pure.

Nothing here decides about a person, stores or logs; no database, no settings of Django.

    screen(text, *, earlier=(), unsent=(), audience=None, words=None) -> tuple[Finding, ...]

`earlier` holds older messages of the same seat, oldest first; nothing is found in them alone.
Who screens a text and later hands it in as an older one keeps it as `Text(text)`, which is read once.
`unsent` holds texts that the seat was only asked about: with them an identifier in pieces is read, and no meaning.
`audience` is None, "person", "family" or "sibling": whom the room is for.
`words` is an `OwnWords([(word, action), …])`, built once from the house's list; action: ask, hold, show.

Each `Finding` has:

    label        crisis | personal_info | contact_exchange | solicitation | abuse | house_word; prints as itself
    span         (from, to) in code points of `text` as written; what `text` adds, if only `earlier` tells the meaning
    why          one sentence in Japanese, for keepers
    level        for crisis "now" (tell the keepers at once) or "look"; else None
    covers       for crisis: names a method, or invites others: covered until somebody has looked; else False
    about_other  for crisis: about a third person (「兄が…」): the card speaks to the family; else False
    action       for house_word: what the house wants done, `Action.ASK`, `HOLD` or `SHOW`; else None

At most one finding for each of crisis, contact_exchange, solicitation and abuse; one for each identifier
and each own word. Ordered by place.

`HINTS` is for the writer's browser: {"hints": [...], "not": [...]}, literals of folded text (`folding.for_words`:
NFKC, small letters, hiragana for katakana, no spaces and marks between letters). A draft suggests the card if,
after every "not" is taken out of it, one of "hints" is in it. It misses much; tests say how much.
"""

from __future__ import annotations

from ibasho.screening.engine import screen
from ibasho.screening.findings import Action, Finding, Label
from ibasho.screening.hints import HINTS
from ibasho.screening.own_words import OwnWords
from ibasho.screening.text import Text

__all__ = ["HINTS", "Action", "Finding", "Label", "OwnWords", "Text", "screen"]
