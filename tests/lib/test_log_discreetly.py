from __future__ import annotations

import io
import logging

from django.db import IntegrityError, OperationalError

from ibasho.lib.discreet_log import DiscreetFormatter


def logged(error: Exception) -> str:
    """What stands in the log when this was raised because of another error that quotes somebody."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(DiscreetFormatter("%(message)s"))
    logger = logging.getLogger("discreet")
    logger.addHandler(handler)
    try:
        try:
            raise ValueError("ひみつの言葉")
        except ValueError as first:
            raise error from first
    except type(error):
        logger.exception("it failed")
    finally:
        logger.removeHandler(handler)
    return stream.getvalue()


def test_a_traceback_says_where_and_what_kind_but_no_words() -> None:
    text = logged(IntegrityError("Failing row contains (ひみつの言葉)"))
    assert "ひみつ" not in text.replace('raise ValueError("ひみつの言葉")', "")
    assert text.startswith("it failed\n")
    assert "ValueError\nand then\n" in text
    assert "in logged" in text
    assert text.endswith("IntegrityError\n")


def test_what_the_machine_says_of_itself_is_kept() -> None:
    assert logged(OperationalError("database or disk is full")).endswith(
        "OperationalError: database or disk is full\n"
    )
