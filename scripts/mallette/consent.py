"""What people agreed to: a testimony without recorded consent is shown nowhere, not even in the sources given."""

from __future__ import annotations

from collections.abc import Iterator

from .errors import Problem
from .model import CaseStory
from .origin import Origin
from .reading import Fields, Items, Node, Text, plain, read
from .writing import write_plain

TESTIMONIES, CONSENT = "testimonies", "consent"


def withheld(story: Node) -> tuple[int, ...]:
    """The places of the testimonies of a story, translated or not, that lack consent."""
    said = story.values.get(TESTIMONIES) if isinstance(story, Fields) else None
    return tuple(at for at, one in enumerate(said.values if isinstance(said, Items) else ()) if _consent(one) == "no")


def problems(origin: Origin, story: CaseStory) -> Iterator[Problem]:
    """Testimonies that are withheld; consent without its date, or to a published text that is not named."""
    said = origin.node.values.get(TESTIMONIES) if isinstance(origin.node, Fields) else None
    for at, one in enumerate(said.values if isinstance(said, Items) else ()):
        consent, place = _consent(one), (TESTIMONIES, at, CONSENT)
        if consent == "no":
            yield origin.problem(place, "testimony_withheld", severity="warning")
        elif consent == "yes" and not _given(one, "consent_date"):
            yield origin.problem(place, "consent_without_date")
        elif consent == "published" and not story.sources:
            yield origin.problem(place, "published_without_source")
        elif consent == "anonymised" and _given(one, "person"):
            yield origin.problem((TESTIMONIES, at, "person"), "named_but_anonymised")


def without(name: str, data: bytes, places: tuple[int, ...]) -> bytes:
    """A file of a story, or of its translation, without the testimonies at these places and without its comments."""
    node = read(name, data)[0] if places else None
    if node is None:
        return data
    story = plain(node)
    if TESTIMONIES in story:
        story[TESTIMONIES] = [one for at, one in enumerate(story[TESTIMONIES]) if at not in places]
    return write_plain(story).encode()


def _consent(testimony: Node) -> str:
    """What is written; nothing is "no", as the model has it."""
    value = testimony.values.get(CONSENT) if isinstance(testimony, Fields) else None
    return value.value.strip() or "no" if isinstance(value, Text) else "no"


def _given(testimony: Node, key: str) -> bool:
    value = testimony.values.get(key) if isinstance(testimony, Fields) else None
    return isinstance(value, Text) and bool(value.value.strip())
