"""The tools that the tests need beside Python; start.py reads this before anything is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

TOOLS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge"),
    "poppler-utils": ("pdftoppm",),
    "hunspell": ("hunspell",),
    "hunspell-fr-classical": ("/usr/share/hunspell/fr_FR.dic", "/Library/Spelling/fr_FR.dic"),
}
"""The package of each, and the commands or files that show it is there."""


def found(package: str) -> str | None:
    """The command or file of a package that this machine has."""
    return next((name for name in TOOLS[package] if shutil.which(name) or Path(name).is_file()), None)
