"""Variants: a protocol and what changes in it, merged as nodes into a protocol of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .errors import Problem
from .model import Protocol, Variant
from .origin import Origin
from .overlay import overlay, without
from .reading import Fields, Text
from .validation import closest, validate

OF = "of"
ITS_OWN = ("status", "status_note", "reviewed_by", "reviewed_on", "updated", "variants")
"""What is said of the original alone: its review, its date, its ideas for variants."""


def merged(
    name: str, variant: Origin, originals: Mapping[str, Origin], protocols: Collection[str], variants: Collection[str]
) -> tuple[Origin | None, list[Problem]]:
    """The variant `name` laid over its original; `protocols` and `variants` are the ids there are."""
    problems = validate(Variant, variant.node)[1]
    if name in protocols:
        problems.append(variant.problem((), "id_taken", name=name))
    of = original_of(variant)
    if of is None or name in protocols:
        return None, problems
    if of not in protocols:
        code = "variant_of_variant" if of in variants else "unknown_protocols"
        problems.append(variant.problem((OF,), code, name=of, hint=closest(of, sorted(protocols))))
    original = originals.get(of)
    if original is None or not isinstance(original.node, Fields):
        return None, problems
    made, faults = laid_over(variant, original)
    return made, [*problems, *faults]


def laid_over(variant: Origin, original: Origin) -> tuple[Origin, list[Problem]]:
    """The variant and all that it takes over from its original, or from a translation of it."""
    if not isinstance(original.node, Fields) or not isinstance(variant.node, Fields):
        return variant, []
    node, faults = overlay(without(original.node, ITS_OWN), without(variant.node, (OF,)))
    return Origin(variant.path, node), faults


def original_of(variant: Origin) -> str | None:
    """What a variant says that it is a variant of."""
    of = variant.node.values.get(OF) if isinstance(variant.node, Fields) else None
    return of.value if isinstance(of, Text) and of.given else None


def validated(
    name: str, of: str, origin: Origin, language: str, *, sound: bool
) -> tuple[Protocol | None, list[Problem]]:
    """The variant as a protocol; what is missing in an original that is not `sound` is told there."""
    value, problems = validate(Protocol, origin.node, language, id=name, variant_of=of)
    return value, [problem for problem in problems if sound or problem.code != "missing"]
