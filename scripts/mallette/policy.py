"""What a page may load and run, as it says itself to browsers (Content-Security-Policy): the site, and nothing else.

Our pages have no inline script. Those of other features of the theme are allowed by their hashes. What they are is
read from its templates, never from pages:
a script that someone smuggled into a page would not be among them.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
FILLED = r"[\w./:~%?=-]*"
"""What a template may write into a script: the address of the site, or of a file."""
SCRIPTS = "script-src 'self' 'wasm-unsafe-eval'"
"""`wasm-unsafe-eval` lets the search compile its own program; it allows no script."""
FIRST = re.compile(r"<meta charset=[^>]*>|<head>", re.IGNORECASE)
SOURCE = re.compile(r"https://[a-z0-9.-]+(?::[0-9]+)?")
"""What else than the site may be allowed: an origin. Anything else that a policy can say might open it to anyone."""


class Policy:
    """The policy of the pages of a theme; `allowed` are origins that its owner wants besides (`https://stats.example.org`)."""

    def __init__(self, folders: Iterable[str], allowed: Sequence[str] = ()) -> None:
        known = "|".join(sorted(set(_patterns(folders)))) or "(?!)"
        self._known = re.compile(known, re.DOTALL)
        self._besides = "".join(f" {source}" for source in allowed)

    def guarded(self, page: str) -> str:
        """The page with its policy, before anything that it is about."""
        scripts = dict.fromkeys(code for code in INLINE.findall(page) if self._known.fullmatch(code))
        hashes = "".join(f" {_hash(code)}" for code in scripts)
        parts = (
            f"default-src 'self'{self._besides}",
            f"{SCRIPTS}{hashes}{self._besides}",
            f"style-src 'self'{self._besides}",
            "style-src-attr 'unsafe-inline'",  # the alignment of the columns of a guide's table
            f"img-src 'self' data:{self._besides}",  # icons of the theme's style sheet
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        )
        said = html.escape("; ".join(parts), quote=False)
        meta = f'<meta http-equiv="Content-Security-Policy" content="{said}">'
        return FIRST.sub(lambda found: f"{found[0]}\n{meta}", page, count=1)


def with_last_script(page: bytes) -> bytes:
    """The page with its last inline script allowed too: the one that a preview adds, to reload what is shown."""
    start, end = page.rfind(b"<script>"), page.rfind(b"</script>")
    code = page[start + len(b"<script>") : end]
    return page.replace(SCRIPTS.encode(), f"{SCRIPTS} {_hash(code.decode())}".encode(), 1)


@lru_cache(maxsize=256)
def _hash(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def _patterns(folders: Iterable[str]) -> Iterator[str]:
    """Each inline script of the templates in these folders, as a pattern of what it becomes."""
    for folder in map(Path, folders):
        for path in (*folder.glob("*.html"), *folder.glob("[!.]*/**/*.html")):
            for code in INLINE.findall(path.read_text(encoding="utf-8", errors="replace")):
                yield FILLED.join(_spaced(part) for part in JINJA.split(code))


def _spaced(code: str) -> str:
    """A pattern of a text whose lines may be set in otherwise."""
    return r"\s+".join(re.escape(part) for part in re.split(r"\s+", code))
