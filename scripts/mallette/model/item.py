"""What every item of the kit and of the library has: a title, a licence, sources, a status."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from .text import Address, Count, Day, Identifier, Language, Line, Model, Name, Prose, doc

OPEN_LICENSES = {
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
"""Licences by SPDX code, with the address that names each in every language."""


RESTRICTED = re.compile(r"-(?:NC|ND)\b", re.IGNORECASE)
"""What marks the licences that forbid uses or changes."""


def _license(value: str) -> str:
    allowed = {"allowed": ", ".join(OPEN_LICENSES)}
    if RESTRICTED.search(value):
        raise PydanticCustomError("license_restricts", "forbids uses or changes", allowed)
    if value not in OPEN_LICENSES:
        raise PydanticCustomError("license", "not an open licence", allowed)
    return value


License = Annotated[str, AfterValidator(_license), WithJsonSchema({"type": "string", "enum": list(OPEN_LICENSES)})]
Status = Literal["draft", "to_review", "reviewed"]


class Source(Model):
    """A text that an item rests on."""

    title: Name = doc("Titre du texte", "Title of the text", max_length=200)
    authors: tuple[Name, ...] = doc("Auteurs d'un texte publié", "Authors of a published text", ())
    publisher: Name | None = doc("Organisme qui le publie", "Who publishes it", None, max_length=120)
    year: Count | None = doc("Année", "Year", None, le=2100)
    url: Address | None = doc("Adresse en https", "Address, in https", None, max_length=300)
    note: Line | None = doc(
        "Ce que la source dit ou ne dit pas", "What the source says or does not", None, max_length=400
    )


class Item(Model):
    """The fields shared by protocols, roles, cards and stories."""

    id: Identifier = doc("Identifiant : le nom du fichier", "Identifier: the name of the file")
    title: Line = doc("Titre", "Title", max_length=90)
    language: Language = doc("Langue du texte (fr, en)", "Language of the text (fr, en)", "fr")
    license: License = doc(
        "Licence (code SPDX ; sinon, celle du kit)", "Licence (SPDX code; else the kit's)", "CC-BY-SA-4.0"
    )
    authors: tuple[Name, ...] = doc("Auteurs à créditer (sinon, ceux du kit)", "Authors to credit (else the kit's)", ())
    translators: tuple[Name, ...] = doc("Traduit par", "Translated by", ())
    credit_line: Line | None = doc(
        "Crédits en une ligne, au bas des documents (sinon ceux du kit)",
        "Credits in a line, at the foot of documents (else the kit's)",
        None,
        max_length=90,
    )
    sources: tuple[Source, ...] = doc("Sources", "Sources", ())
    status: Status = doc("Relecture : draft, to_review ou reviewed", "Review: draft, to_review or reviewed", "draft")
    reviewed_by: tuple[Name, ...] = doc("Relu par", "Reviewed by", ())
    reviewed_on: Day | None = doc("Relu le (AAAA-MM-JJ)", "Reviewed on (YYYY-MM-DD)", None)
    status_note: Line | None = doc("Ce qui reste à vérifier", "What remains to be checked", None, max_length=300)
    tags: tuple[Line, ...] = doc("Mots-clés", "Tags", ())
    updated: Day | None = doc("Dernière mise à jour (AAAA-MM-JJ)", "Last update (YYYY-MM-DD)", None)


class Span(Model):
    """A range of whole numbers, both ends included."""

    min: Count = doc("Au moins", "At least")
    max: Count = doc("Au plus", "At most")


class Remark(Model):
    """A titled paragraph: a pitfall, an adaptation, a variant."""

    title: Line = doc("Titre court", "Short title", max_length=80)
    text: Prose = doc("Explication", "Explanation", max_length=600)
