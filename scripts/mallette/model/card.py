"""A writing card: one question and room to answer."""

from __future__ import annotations

from typing import Literal

from .item import Item
from .text import Count, Identifier, Line, doc

CardKind = Literal["problematique", "contribution", "plan_action", "ressenti", "offre", "demande"]


class WritingCard(Item):
    """A card on which participants write during a step."""

    kind: CardKind = doc("Genre de carte", "Kind of card")
    question: Line = doc("La question posée", "The question", max_length=110)
    hint: Line | None = doc("Conseil, en petit", "A hint, in small print", None, max_length=160)
    lines: Count = doc("Nombre de lignes à écrire", "Number of ruled lines", 8, le=10)
    fields: tuple[Line, ...] = doc(
        "Rubriques séparées, au lieu de lignes", "Separate fields instead of lines", (), max_length=4
    )
    copies: Count = doc("Cartes à imprimer", "Cards to print", 4, ge=1, le=200)
    oral_alternative: Line | None = doc(
        "Comment faire sans la carte", "How to do without the card", None, max_length=200
    )
    icon: Identifier = doc("Icône (fichier de templates/icons)", "Icon (a file of templates/icons)", max_length=40)
    colour: Literal["offreur", "facilitateur", "contributeur"] = doc("Couleur de la famille", "Colour of the family")
