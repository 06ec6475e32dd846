"""What people agree to when they give a text: the same words in the form of the forge, on the site and in files."""

from __future__ import annotations

from .labels import Labels
from .model import Line

AGREED = ("license", "people", "own")


def agreements(words: Labels) -> dict[str, Line]:
    """The sentences by name; `{license}` is left where the name of a licence goes."""
    return {name: words(f"issue.agreed.{name}") for name in AGREED}
