"""The items as open data gives them: all their fields, where they are on the site, and how to cite them."""

from __future__ import annotations

from .card import WritingCard
from .item import Item, License, Span
from .protocol import Protocol
from .role import Role
from .story import CaseStory, Picture
from .text import Day, Identifier, Language, Line, Model, Name, doc


class Free(Model):
    """What whoever takes an item over has to say."""

    license_url: str = doc("Adresse de la licence", "Address of the licence")
    credit: Line = doc("Crédits à citer", "Credits to give")


class Placed(Free):
    """An item with a place of its own on the site."""

    url: str = doc("Adresse sur le site", "Address on the site")


class PublishedPicture(Picture):
    """A picture, and where it is."""

    url: str = doc("Adresse de l'image", "Address of the picture")


class PublishedStory(Placed, CaseStory):
    """A story of experience."""

    images: tuple[PublishedPicture, ...] = doc("Images", "Pictures", ())


class PublishedProtocol(Placed, Protocol):
    """A protocol, with what can be worked out from it."""

    total_minutes: Span = doc("Durée totale en minutes", "Duration in all, in minutes")
    stories: tuple[Identifier, ...] = doc("Récits qui l'ont utilisé", "Stories that used it", ())


class PublishedRole(Placed, Role):
    """A role, and where it is taken."""

    protocols: tuple[Identifier, ...] = doc("Protocoles où on le prend", "Protocols in which it is taken", ())


class PublishedCard(Free, WritingCard):
    """A writing card, and where it is used."""

    protocols: tuple[Identifier, ...] = doc("Protocoles qui l'utilisent", "Protocols that use it", ())


class Collection(Free):
    """A file of open data: what it is, and its items."""

    described_by: str = doc("Adresse du schéma de ce fichier", "Address of the schema of this file")
    url: str = doc("Adresse de ce fichier", "Address of this file")
    title: Line = doc("Titre", "Title")
    kit: Line = doc("Nom de la mallette", "Name of the kit")
    edition: Name = doc("Édition de la mallette", "Edition of the kit")
    date: Day = doc("Date de l'édition", "Date of the edition")
    language: Language = doc("Langue de ce fichier", "Language of this file")
    license: License = doc("Licence de l'ensemble (code SPDX)", "Licence of the whole (SPDX code)")
    items: tuple[Item, ...] = doc("Les éléments", "The items")


class Stories(Collection):
    """The library."""

    items: tuple[PublishedStory, ...] = doc("Les récits", "The stories")


class Protocols(Collection):
    """The protocols, each variant behind its original."""

    items: tuple[PublishedProtocol, ...] = doc("Les protocoles", "The protocols")


class Roles(Collection):
    """The roles of all protocols."""

    items: tuple[PublishedRole, ...] = doc("Les rôles", "The roles")


class Cards(Collection):
    """The writing cards of all protocols."""

    items: tuple[PublishedCard, ...] = doc("Les cartes à écrire", "The writing cards")
