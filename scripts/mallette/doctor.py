"""What this machine has and lacks for building and for testing, as data."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from . import tools
from .labels import SHIPPED

PACKAGES = ("mkdocs", "mkdocs-material", "jinja2", "pyyaml", "pydantic", "typst", "pikepdf", "segno", "nh3")
FONTS = {
    *(f"AtkinsonHyperlegibleNext-{cut}" for cut in ("Regular", "Regular_Italic", "Bold", "Bold_Italic")),
    *("BricolageGrotesque-Bold", "BricolageGrotesque-ExtraBold"),
    "NotoEmoji-Regular",
}
"""The fonts that are shipped; without one, documents lack letters or signs, or show them otherwise."""


@dataclass(frozen=True)
class Finding:
    """One thing looked for; `code` is a label below `cli`, `optional` what only the tests need."""

    ok: bool
    code: str
    params: dict[str, object] = field(default_factory=dict)
    optional: bool = False


def findings(root: Path) -> list[Finding]:
    """Look at Python, packages, fonts, the tools of the tests, and the root folder."""
    found = [Finding(sys.version_info >= (3, 11), "doctor_python", {"version": platform.python_version()})]
    for name in PACKAGES:
        try:
            found.append(Finding(True, "doctor_package", {"name": name, "version": version(name)}))
        except PackageNotFoundError:
            found.append(Finding(False, "doctor_package_missing", {"name": name}))
    found.append(_fonts(SHIPPED / "fonts"))
    for package, names in tools.TOOLS.items():
        have = tools.found(package)
        code = "doctor_tool" if have else "doctor_tool_missing"
        found.append(Finding(have is not None, code, {"name": have or names[0], "package": package}, optional=True))
    kit = (root / "kit" / "kit.yml").is_file()
    found.append(Finding(kit, "doctor_root" if kit else "doctor_root_missing", {"folder": root.absolute()}))
    return found


def _fonts(folder: Path) -> Finding:
    there = {path.stem for path in folder.glob("*.ttf")}
    if lacking := FONTS - there:
        return Finding(False, "doctor_fonts_missing", {"names": ", ".join(sorted(lacking))})
    return Finding(True, "doctor_fonts", {"count": len(there)})
