"""An address to scan -> its drawing (SVG)."""

from __future__ import annotations

import io
from functools import lru_cache

import segno

from .artifact import Code


@lru_cache(maxsize=100)
def drawn(code: Code) -> bytes:
    """The code as paths; most of the printables of a protocol have the same."""
    out = io.BytesIO()
    segno.make(code.address, error="m", micro=False).save(out, kind="svg", border=2, dark=code.ink, xmldecl=False)
    return out.getvalue()
