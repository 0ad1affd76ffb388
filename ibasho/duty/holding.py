"""What keeps a duty from ending by the clock or by its keeper: told by the parts that know, such as incidents.

A duty that is held goes on until what holds it is closed, or until another keeper takes the duty over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

Reasons = Callable[[Collection[int]], Mapping[int, str]]
HandOver = Callable[[int, int], object]
_reasons: dict[str, Reasons] = {}
_hand_overs: dict[str, HandOver] = {}


def register(name: str, reasons: Reasons, hand_over: HandOver) -> None:
    """`reasons(duty_ids)` gives, for each duty it holds, a sentence for that keeper; asked every second.

    `hand_over(duty_id, to_duty_id)` runs in the transaction in which another keeper's duty takes over, with
    all rooms locked. A name registered again replaces the first.
    """
    _reasons[name], _hand_overs[name] = reasons, hand_over


def unregister(name: str) -> None:
    """For a test that is over."""
    _reasons.pop(name, None)
    _hand_overs.pop(name, None)


def reasons_for(duty_ids: Collection[int]) -> dict[int, list[str]]:
    """Why these duties go on; those that nothing holds are missing."""
    found: dict[int, list[str]] = {}
    if duty_ids:
        for ask in _reasons.values():
            for duty_id, reason in ask(duty_ids).items():
                found.setdefault(duty_id, []).append(reason)
    return found


def hand_over(duty_id: int, to_duty_id: int) -> None:
    """Everything that holds the one duty holds the other from now on."""
    for move in _hand_overs.values():
        move(duty_id, to_duty_id)
