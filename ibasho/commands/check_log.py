"""`ibasho check-log`: whether what keepers did is written as it was, and where it was changed."""

from __future__ import annotations

import argparse
import re

from ibasho.commands.database import reach_the_house
from ibasho.commands.output import say
from ibasho.lib import env
from ibasho.moderation.queries import End, Fault, check_log, count_emptied, differs_from, log_head

WHOLE, CHANGED = 0, 1
_SAYS = {
    "missing": "row {} is missing",
    "entry": "row {} is not as it was written",
    "detail": "row {}: details altered",
    "no_detail": "row {}: details taken away, not erased",
    "head": "row {} is not where the log ends, by the note of its end",
}


def run(options: argparse.Namespace) -> int:
    noted = _end(options.expect) if options.expect else None
    reach_the_house()
    if options.head:
        print(log_head())
        return WHOLE
    fault = check_log()
    if fault is not None:
        return _changed(fault, "the log was changed")
    if noted is not None and (other := differs_from(noted)) is not None:
        return _changed(other, f"not the log that ended with {noted}")
    print(
        f"the log is whole: {log_head().number} rows, details gone from {count_emptied()} (erased, as they should be)"
    )
    print(f"head {log_head()}")
    return WHOLE


def _changed(fault: Fault, what: str) -> int:
    print(f"{what}: {_SAYS[fault.why].format(fault.number)}")
    say("keep the data folder and its backups as they are, and look for who could write to the database.")
    return CHANGED


def _end(text: str) -> End:
    found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip().lower())
    if found is None:
        raise env.Wrong("--expect wants NUMBER:HASH, as `ibasho check-log --head` says it.")
    return End(int(found[1]), found[2])
