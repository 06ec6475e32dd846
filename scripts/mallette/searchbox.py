"""The words of the search's dialog, apart from the pages: a script asks for them, and nothing without a script does."""

from __future__ import annotations

import json

from .artifact import Artifact
from .labels import Labels
from .typography import typeset

SAID = ("dialog", "words", "hint", "close", "wait", "failed", "explore")
FILLED = ("none", "one", "many", "more")
"""What a script fills: `{count}` and `{words}` stay."""
KINDS = ("protocol", "story", "role", "guide")


def path_of(language: str) -> str:
    """Where the words of a language are, from the site's root."""
    return f"assets/search.{language}.json"


def search_words(words: Labels) -> Artifact:
    """The words of a language, as plain text with its typography."""
    said = {name: words(f"site.search_{name}") for name in SAID}
    said |= {name: words(f"site.search_{name}", count="{count}", words="{words}") for name in FILLED}
    said |= {kind: words(f"site.search_kinds.{kind}") for kind in KINDS}
    shown = {name: typeset(text, words.language) for name, text in said.items()}
    return Artifact(
        path_of(words.language), json.dumps({"language": words.language, **shown}, ensure_ascii=False).encode()
    )
