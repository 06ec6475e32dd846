"""A role that someone takes during a session."""

from __future__ import annotations

from typing import Literal

from .item import Item
from .text import Count, Flag, Identifier, Line, doc

Colour = Literal["offreur", "facilitateur", "contributeur"]
Shape = Literal["square", "circle", "triangle", "diamond"]


class Role(Item):
    """Who does what, in the words of the card that the person holds."""

    also_called: tuple[Line, ...] = doc("Autres noms", "Other names", ())
    warning: Line | None = doc("Mot à ne pas confondre", "A word not to mix up", None, max_length=240)
    in_a_sentence: Line = doc("Le rôle en une phrase", "The role in a sentence", max_length=120)
    before: tuple[Line, ...] = doc("Avant", "Before", ())
    during: tuple[Line, ...] = doc("Pendant", "During", ())
    after: tuple[Line, ...] = doc("Après", "After", ())
    i_do: tuple[Line, ...] = doc("Je fais", "I do", min_length=2, max_length=4)
    i_do_not: tuple[Line, ...] = doc("J'évite", "I avoid", min_length=1, max_length=3)
    useful_phrases: tuple[Line, ...] = doc("Phrases utiles", "Useful phrases", (), max_length=4)
    per_table: Line | None = doc("Combien de personnes", "How many people", None, max_length=60)
    rotates: Flag = doc("Le rôle tourne", "The role rotates", False)
    copies: Count = doc("Cartes à imprimer", "Cards to print", 1, ge=1, le=200)
    icon: Identifier = doc("Icône (fichier de templates/icons)", "Icon (a file of templates/icons)", max_length=40)
    colour: Colour = doc("Couleur de la famille", "Colour of the family")
    shape: Shape = doc("Forme, lisible sans couleur", "Shape, readable without colour")
