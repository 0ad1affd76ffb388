"""Codes that a person can read out, and codes that belong to a seed."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ibasho.lib import codes

SHAPE = re.compile(rf"[{codes.ALPHABET}]{{5}}-[{codes.ALPHABET}]{{5}}")


@given(st.text(max_size=50))
def test_a_seed_has_one_code_and_it_can_be_read_out(seed: str) -> None:
    code = codes.code_from(seed)
    assert SHAPE.fullmatch(code)
    assert codes.code_from(seed) == code
    assert codes.fingerprint(code.lower().replace("-", " ")) == codes.fingerprint(code) != ""


def test_codes_of_seeds_differ_in_every_symbol() -> None:
    found = [codes.code_from(str(seed)).replace("-", "") for seed in range(400)]
    assert len(set(found)) == 400
    assert all(set(symbols) == set(codes.ALPHABET) for symbols in zip(*found, strict=True))


def test_what_can_be_no_code_has_no_fingerprint() -> None:
    assert [codes.fingerprint(text) for text in ("", "AAAAA", "AAAAA-AAAA0", "A" * 100)] == [""] * 4
