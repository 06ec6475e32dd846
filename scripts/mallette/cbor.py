"""Numbers, texts and lists -> CBOR (RFC 8949), and back: as much of it as an index of words needs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

Value: TypeAlias = "int | str | list[Value]"

NUMBER, NEGATIVE, TEXT, LIST = 0x00, 0x20, 0x60, 0x80
WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}
"""How many bytes of a number follow its first one, by what that says."""


@lru_cache(maxsize=1 << 12)
def head(kind: int, number: int) -> bytes:
    """The first bytes of a value: its kind, and a number, or how long a text or list is; most are small."""
    if number < 24:
        return bytes((kind | number,))
    for told, width in WIDTHS.items():
        if number < 1 << 8 * width:
            return bytes((kind | told,)) + number.to_bytes(width, "big")
    raise OverflowError(number)


@lru_cache(maxsize=1 << 16)
def number(value: int) -> bytes:
    """A number as bytes; an index of words has few of them, many times."""
    return head(NUMBER, value) if value >= 0 else head(NEGATIVE, -1 - value)


def encoded(value: Value) -> bytes:
    """A value as bytes, the shortest that there are."""
    if isinstance(value, int):
        return number(value)
    if isinstance(value, str):
        text = value.encode()
        return head(TEXT, len(text)) + text
    return head(LIST, len(value)) + b"".join(map(encoded, value))


def decoded(data: bytes) -> Any:
    """The value that bytes say, whatever its kind; raises ValueError if they say something else."""
    value, end = _decoded(data, 0)
    if end != len(data):
        raise ValueError(f"CBOR: {len(data) - end} ?")
    return value


def _decoded(data: bytes, start: int) -> tuple[Value, int]:
    kind, number = data[start] & 0xE0, data[start] & 0x1F
    start += 1
    if width := WIDTHS.get(number, 0):
        number = int.from_bytes(data[start : start + width], "big")
        start += width
    if kind == NUMBER:
        return number, start
    if kind == NEGATIVE:
        return -1 - number, start
    if kind == TEXT:
        return data[start : start + number].decode(), start + number
    if kind != LIST:
        raise ValueError(f"CBOR: {kind} ?")
    values: list[Value] = []
    for _ in range(number):
        value, start = _decoded(data, start)
        values.append(value)
    return values, start
