"""The navigation of the site as data, in the form that mkdocs.yml gives it; nothing here knows MkDocs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .artifact import SitePage

LIMIT = 30
"""Beyond this number of pages only a section's index is in the navigation: it is rendered on every page."""


def tabs(pages: Sequence[SitePage], prefix: str) -> Iterator[dict[str, str]]:
    """The entries of a language: the pages that have a short name."""
    for page in pages:
        if page.prefix == prefix and page.tab:
            yield {page.tab: page.path if page.path != prefix else f"{prefix}index.md"}


def expanded(entry: Any, names: Sequence[str]) -> Any:
    """An entry `Title: section/` becomes the files of that section, out of all `names`."""
    if isinstance(entry, str):
        return _section(entry, names)
    if isinstance(entry, list):
        return [expanded(part, names) for part in entry]
    return {title: expanded(to, names) for title, to in entry.items()} if isinstance(entry, dict) else entry


def targets(entry: Any) -> Iterator[str]:
    """The files that an entry names."""
    if isinstance(entry, str):
        yield entry
    for part in entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else ():
        yield from targets(part)


def _section(target: str, names: Sequence[str]) -> str | list[str]:
    if not target.endswith("/"):
        return target
    found = [name for name in names if name.startswith(target)]
    return found if 1 < len(found) <= LIMIT else f"{target}index.md"
