"""The colours of templates/look.yml as a style sheet: one source for paper and screen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .artifact import Artifact
from .reading import read_settings
from .templating import folders

LOOK = "assets/look.css"
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def look_css(root: Path) -> Artifact:
    """The colours of look.yml as CSS custom properties: one source for paper and screen."""
    path = next(folder / "look.yml" for folder in folders(root) if (folder / "look.yml").is_file())
    rules = "".join(f"  {name}: {value};\n" for name, value in _properties(read_settings(path), "--look"))
    return Artifact(LOOK, f":root {{\n{rules}}}\n".encode())


def _properties(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        key = f"{prefix}-{re.sub(r'[^a-z0-9-]', '-', name)}"
        if isinstance(value, Mapping):
            yield from _properties(value, "--look" if name == "families" else key)
        elif COLOUR.fullmatch(value):
            yield key, value
