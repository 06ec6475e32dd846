"""Contributors' pictures: only PNG and JPEG, of a sane size, re-encoded so that nothing hidden is published."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

FILE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.(?:png|jpg|jpeg)")
FORMATS = {"png": ("PNG",), "jpg": ("JPEG", "MPO"), "jpeg": ("JPEG", "MPO")}
"""What a file may be, by the end of its name; MPO is a JPEG with a second view, as many telephones make them."""
MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = {"PNG": 20_000_000, "JPEG": 40_000_000, "MPO": 40_000_000}
"""A PNG is decoded whole; of a large JPEG only a part is."""
MAX_PROGRESSIVE = 20_000_000
"""A progressive JPEG is held whole too, by its decoder."""
MAX_PARTS = 5_000
"""Chunks of a PNG, segments of a JPEG: an honest file has a few, and each is read one by one."""
MAX_SCANS = 100
"""How often a progressive JPEG paints over its pixels: ten times is usual, and each takes as long as the first."""
MAX_SIDE = 1600
"""The longest side of a published picture, in pixels."""


PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
"""How their files begin."""


@dataclass(frozen=True)
class Cleaned:
    """A picture ready to publish; width and height in pixels."""

    content: bytes
    width: int
    height: int


class Unfit(Exception):
    """A picture that cannot be published; `code` says why, and `part` what it is that should not be in it."""

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(code)
        self.code, self.part = code, part


def clean(name: str, data: bytes) -> Cleaned:
    """Decode, turn upright, shrink and encode anew: EXIF, GPS and whatever else was inside are gone."""
    if len(data) > MAX_BYTES:
        raise Unfit("picture_too_big")
    wanted = FORMATS[name.rpartition(".")[2]]
    try:
        if data.startswith(PNG):
            _walk_png(data)
        elif data.startswith(JPEG):
            _walk_jpeg(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a decoder remarks on while it goes on helps nobody
            upright = _upright(data, wanted)
    except Unfit:
        raise
    except Image.DecompressionBombError as error:
        raise Unfit("picture_too_big") from error
    except Exception as error:  # whatever a decoder stumbles on, the picture is unreadable
        raise Unfit("picture_unreadable") from error
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    target = io.BytesIO()
    if "JPEG" in wanted:
        bare.convert("RGB").save(target, "JPEG", quality=85, optimize=True, progressive=True)
    else:
        bare.save(target, "PNG", optimize=True)
    return Cleaned(target.getvalue(), *bare.size)


def _upright(data: bytes, wanted: tuple[str, ...]) -> Image.Image:
    """The picture turned upright and made small: of a large one there is a single copy, or two if it is clear."""
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
        if picture.format not in wanted:
            raise Unfit("picture_other_format")
        limit = MAX_PROGRESSIVE if "progression" in picture.info else MAX_PIXELS[picture.format]
        if picture.width * picture.height > limit:
            raise Unfit("picture_too_big")
        mode = "RGBA" if _transparent(picture) else "RGB"
        whole = picture.convert(mode) if picture.mode in ("1", "P", "PA") else picture  # else it would shrink badly
        whole.thumbnail((MAX_SIDE, MAX_SIDE), reducing_gap=2.0)
        return ImageOps.exif_transpose(whole).convert(mode)


def _walk_png(data: bytes) -> None:
    """Refuse a PNG made of countless chunks, which its decoder would read one by one."""
    place = len(PNG)
    for _ in range(MAX_PARTS):
        if place + 8 > len(data) or data[place + 4 : place + 8] == b"IEND":
            return
        place += 12 + int.from_bytes(data[place : place + 4], "big")
    raise Unfit("picture_unreadable")


def _walk_jpeg(data: bytes) -> None:
    """Refuse a JPEG of countless segments or scans, or with something between its segments."""
    if data.count(b"\xff\xda") > MAX_SCANS:
        raise Unfit("picture_unreadable")
    place = 2
    for _ in range(MAX_PARTS):
        marker = data[place : place + 2]
        if marker == b"\xff\xda":
            return
        if marker[:1] != b"\xff":
            break
        place += 1 if marker == b"\xff\xff" else 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    raise Unfit("picture_unreadable")


def _transparent(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
