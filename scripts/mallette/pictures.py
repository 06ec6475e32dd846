"""Contributors' pictures: only PNG and JPEG, of a sane size, re-encoded so that nothing hidden is published."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from PIL import Image, ImageOps

FILE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.(?:png|jpg|jpeg)")
FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG"}
MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 1600
"""The longest side of a published picture, in pixels."""


@dataclass(frozen=True)
class Cleaned:
    """A picture ready to publish; width and height in pixels."""

    content: bytes
    width: int
    height: int


class Unfit(Exception):
    """A picture that cannot be published; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def clean(name: str, data: bytes) -> Cleaned:
    """Decode, turn upright, shrink and encode anew: EXIF, GPS and whatever else was inside are gone."""
    if len(data) > MAX_BYTES:
        raise Unfit("picture_too_big")
    wanted = FORMATS[name.rpartition(".")[2]]
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.format != wanted:
                raise Unfit("picture_other_format")
            if picture.width * picture.height > MAX_PIXELS:
                raise Unfit("picture_too_big")
            upright = ImageOps.exif_transpose(picture).convert("RGBA" if _transparent(picture) else "RGB")
    except Unfit:
        raise
    except Image.DecompressionBombError as error:
        raise Unfit("picture_too_big") from error
    except Exception as error:  # whatever a decoder stumbles on, the picture is unreadable
        raise Unfit("picture_unreadable") from error
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    target = io.BytesIO()
    if wanted == "JPEG":
        bare.convert("RGB").save(target, "JPEG", quality=85, optimize=True, progressive=True)
    else:
        bare.save(target, "PNG", optimize=True)
    return Cleaned(target.getvalue(), *bare.size)


def _transparent(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
