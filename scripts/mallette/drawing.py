"""A logo as SVG -> the same shapes and nothing else: no text, script or picture, and nothing fetched from elsewhere."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from .pictures import Cleaned, Unfit

MAX_BYTES = 500 * 1024
MAX_PARTS, MAX_DEPTH = 3_000, 30
"""Elements in all, and one inside another: a logo has some dozens."""
SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
SHAPE = re.compile(
    "svg|g|path|rect|circle|ellipse|line|polyline|polygon|style|defs|linearGradient|radialGradient|stop|clipPath"
)
"""What a logo may be made of; copies of copies (use, mask) could keep whoever draws it busy for hours."""
NESTED = re.compile(r"clip-path|mask|style|class")
"""What no part of a clipping path may have, for the same reason: it could call another."""
WORDS = {"title", "desc", "metadata"}
"""Said of a drawing, not seen: left out, as is all that drawing programs add for themselves."""
DECLARATION = re.compile(r"\A<\?xml[^>]*\?>")
HEADER = re.compile(r"<!DOCTYPE[^\[>]*>")
ELSEWHERE = re.compile(r"url\((?!['\"]?#)|image-set|image\(|src\(|//|[@\\]|expression|javascript:", re.IGNORECASE)
"""What no value may hold: an address that is not in the drawing itself, a rule that fetches, or what hides one."""
NUMBER = r"\s*(\d+(?:\.\d+)?)(?:px|pt|mm|cm|in)?\s*"


def drawn(data: bytes) -> Cleaned:
    """The drawing, and its width and height in its own units; raises Unfit, whose `part` is what is no shape."""
    if len(data) > MAX_BYTES:
        raise Unfit("logo_too_big")
    try:
        text = HEADER.sub("", data.decode("utf-8-sig"), count=1)
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise Unfit("logo_not_plain")
        root = ElementTree.fromstring(DECLARATION.sub("", text.lstrip(), count=1))
    except (UnicodeDecodeError, ElementTree.ParseError) as error:
        raise Unfit("logo_not_plain") from error
    if root.tag != f"{SVG}svg" or sum(1 for _ in root.iter()) > MAX_PARTS:
        raise Unfit("logo_not_plain")
    width, height = _size(root)
    bare = _bare(root, 0)
    bare.set("xmlns", SVG[1:-1])
    if "xlink:href" in {name for part in bare.iter() for name in part.keys()}:  # noqa: SIM118 - an element is no mapping
        bare.set("xmlns:xlink", XLINK[1:-1])
    return Cleaned(ElementTree.tostring(bare, "utf-8"), width, height)


def _bare(part: ElementTree.Element, depth: int, *, clipping: bool = False) -> ElementTree.Element:
    """An element with what is inside it, without words and without what is in no standard.

    `depth` is that of `part`, which may be inside a clipping path.
    """
    name = part.tag.removeprefix(SVG)
    if not SHAPE.fullmatch(name) or depth > MAX_DEPTH:
        raise Unfit("logo_part", name)
    made = ElementTree.Element(name)
    for key, value in part.attrib.items():
        key = "xlink:href" if key == f"{XLINK}href" else key
        if key.startswith("{"):
            continue
        link = key in ("href", "xlink:href")
        acts = key.lower().startswith("on") or (clipping and NESTED.fullmatch(key))
        if acts or ELSEWHERE.search(value) or (link and not value.startswith("#")):
            raise Unfit("logo_part", key)
        made.set(key, value)
    if name == "style":
        if ELSEWHERE.search(part.text or "") or "clip-path" in (part.text or "") or len(part):
            raise Unfit("logo_part", name)
        made.text = part.text
    for inner in part:
        if isinstance(inner.tag, str) and inner.tag.startswith(SVG) and inner.tag.removeprefix(SVG) not in WORDS:
            made.append(_bare(inner, depth + 1, clipping=clipping or name == "clipPath"))
    return made


def _size(root: ElementTree.Element) -> tuple[int, int]:
    """Width and height, from the box of the drawing or else what it says of itself, in hundredths."""
    box = re.fullmatch(r"(?:-?[\d.]+[\s,]+){2}(\d+(?:\.\d+)?)[\s,]+(\d+(?:\.\d+)?)", root.get("viewBox", "").strip())
    said = [re.fullmatch(NUMBER, root.get(name, "")) for name in ("width", "height")]
    if box:
        width, height = float(box[1]), float(box[2])
    elif said[0] and said[1]:
        width, height = float(said[0][1]), float(said[1][1])
    else:
        raise Unfit("logo_not_plain")
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise Unfit("logo_not_plain")
    return max(1, round(width * 100)), max(1, round(height * 100))
