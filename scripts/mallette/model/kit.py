"""The kit itself: its name, edition, credits and the list of what it prints."""

from __future__ import annotations

from typing import Literal

from .item import Item
from .text import (
    Address,
    Base,
    Count,
    Day,
    Email,
    Flag,
    Identifier,
    Language,
    Line,
    LogoName,
    Millimetres,
    Model,
    Name,
    Prose,
    doc,
)

About = Literal["protocol", "story", "kit"]
Edition = Literal["couleur", "eco", "gros-caracteres"]
Flip = Literal["long-edge", "short-edge", "fold", "none"]
Order = Literal["sheets", "stack"]

FOLDED = {"a5": "a4", "a4": "a3", "half-letter": "letter", "letter": "tabloid"}
"""The paper that is folded in the middle to make two pages of a booklet, by the paper of these pages."""


class Offset(Model):
    """How far the backs of cards are moved for a printer that drifts, in millimetres."""

    x: Millimetres = doc("Vers la droite", "To the right", 0.0, ge=-5, le=5)
    y: Millimetres = doc("Vers le bas", "Down", 0.0, ge=-5, le=5)


class Selection(Model):
    """Documents gathered in a ZIP for one use: an edition, a paper, a flip, a print shop."""

    id: Identifier = doc("Identifiant, et nom du fichier", "Identifier, and name of the file")
    title: Line = doc("Titre", "Title", max_length=60)
    use: Line = doc("À quoi elle sert, en une phrase", "What it is for, in a sentence", max_length=160)
    only: tuple[str, ...] = doc("Documents (* remplace des lettres)", "Documents (* stands for letters)", ())
    edition: Edition | None = doc("Édition", "Edition", None)
    paper: Literal["a4", "letter"] | None = doc("Papier de bureau", "Desk paper", None)
    flip: Flip | None = doc("Dos des cartes", "Backs of cards", None)
    order: Order | None = doc("Ordre des cartes", "Order of cards", None)
    shop: Flag = doc("Pour l'imprimeur", "For a print shop", False)


class Repository(Model):
    """Where the files of the kit are kept, so that a story can be proposed there from the site."""

    kind: Literal["github", "gitlab", "forgejo"] = doc(
        "La forge : github, gitlab ou forgejo (Gitea aussi)", "The forge: github, gitlab or forgejo (Gitea too)"
    )
    url: Address = doc("Adresse du dépôt, en https", "Address of the repository, in https", max_length=300)
    branch: str = doc("Branche où proposer", "Branch to propose to", "main", max_length=100)


class Credit(Model):
    """Someone to thank, and for what."""

    name: Name = doc("Nom", "Name", max_length=120)
    what: Line = doc("Contribution", "Contribution", max_length=240)
    url: Address | None = doc("Adresse en https", "Address, in https", None)


class Publisher(Model):
    """Who answers for the site: an association, a network, a public body."""

    name: Name = doc("Nom", "Name", max_length=120)
    contact: Address = doc("Page ou formulaire où lui écrire", "Page or form to write to it", max_length=300)


class Printable(Model):
    """One entry of the list of printables: a template, a subject and a sheet."""

    id: Identifier = doc("Identifiant, et nom du fichier produit", "Identifier, and name of the file made")
    title: Line = doc("Titre du document", "Title of the document", max_length=80)
    template: Identifier = doc("Modèle : templates/print/<nom>.typ.j2", "Template: templates/print/<name>.typ.j2")
    about: About = doc(
        "Un document par protocol, par story, ou un seul pour le kit", "One document a protocol, a story, or the kit"
    )
    paper: Identifier = doc(
        "Papier : un nom de templates/print/papers.yml", "Paper: see templates/print/papers.yml", "a4"
    )
    poster: Identifier | None = doc(
        "Affiche à imprimer en plusieurs feuilles : son papier", "Poster to print on several sheets: its paper", None
    )
    guide: Identifier | None = doc(
        "Guide de docs/ à composer, et page où mène le QR code : docs/<nom>.md",
        "Guide of docs/ to lay out, and the page that the QR code leads to: docs/<name>.md",
        None,
    )
    suffix: Identifier | None = doc("Ajouté au nom du fichier", "Added to the name of the file", None)
    sheet: Identifier | None = doc(
        "Planche : templates/print/sheets/<nom>.yml", "Sheet: templates/print/sheets/<name>.yml", None
    )
    edition: Edition = doc(
        "Édition : couleur, eco (traits seuls, une encre) ou gros-caracteres (14 points au moins)",
        "Edition: colour, eco (outlines, one ink) or large print (14 points or more)",
        "couleur",
    )
    flip: Flip | None = doc(
        "Dos des cartes : long-edge, short-edge (recto verso), fold (à plier), none (sans dos)",
        "Backs of cards: long-edge, short-edge (two-sided), fold (to fold), none (no backs)",
        None,
    )
    order: Order = doc(
        "Ordre des cartes : sheets (feuille après feuille) ou stack (au massicot : la pile coupée reste dans l'ordre)",
        "Order of cards: sheets (sheet after sheet) or stack (for a guillotine: the cut pile stays in order)",
        "sheets",
    )
    by_default: Flag = doc(
        "Pour tous les protocoles (sinon, ceux qui le demandent)", "For all protocols (else, on demand)", True
    )
    needs: Literal["rotation", "cycle"] | None = doc(
        "Seulement si une étape du protocole (rotation) ou le protocole (cycle) a ce champ",
        "Only if a step of the protocol (rotation) or the protocol (cycle) has this field",
        None,
    )
    listed: Flag = doc(
        "Proposé sur le site (sinon : mallette print seulement)", "On the site (else only by print)", True
    )
    essential: Flag = doc(
        "Montré en premier sur la page d'un protocole, sous « Pour commencer »",
        "Shown first on the page of a protocol, to begin with",
        False,
    )
    booklet: Flag = doc(
        "Pages imposées en livret, à plier et à agrafer", "Pages imposed as a booklet, to fold and staple", False
    )
    stories: tuple[Identifier, ...] = doc("Récits retenus (sinon, tous)", "Stories chosen (else all)", ())
    shop: Flag = doc("Pour l'imprimeur : fond perdu, traits de coupe", "For a print shop: bleed, crop marks", False)
    both_sides: Flag = doc(
        "Sur les deux faces du papier (les cartes : voyez flip)", "On both sides of the paper (cards: see flip)", False
    )
    pages: Count | None = doc("Nombre de pages à ne pas dépasser", "Number of pages not to exceed", None)
    use: Line = doc("À quoi il sert, en une phrase", "What it is for, in a sentence", max_length=140)
    advice: Line | None = doc("Conseil d'impression", "Printing advice", None, max_length=160)

    @property
    def imposed(self) -> bool:
        """Whether two pages go on a sheet; a print shop takes the pages of a booklet one by one, and does it itself."""
        return self.booklet and not self.shop

    @property
    def two_sided(self) -> bool:
        """Whether the printer is to print both sides of the paper."""
        return self.both_sides or self.flip in ("long-edge", "short-edge")

    @property
    def printed_on(self) -> str:
        """The paper that goes into the printer."""
        return FOLDED.get(self.paper, self.paper) if self.imposed else self.paper


class Kit(Item):
    """The kit that this root folder publishes."""

    tagline: Line = doc("Ce que c'est, en une phrase", "What it is, in a sentence", max_length=160)
    introduction: Prose = doc("Présentation", "Introduction", max_length=3000)
    edition: Name = doc("Édition, imprimée sur chaque page", "Edition, printed on each page", max_length=20)
    date: Day = doc("Date de l'édition", "Date of the edition")
    languages: tuple[Language, ...] = doc(
        "Langues publiées, la principale en premier (sinon, celle du kit)", "Languages, the main one first", ()
    )
    logo: LogoName | None = doc(
        "Logo du réseau : un fichier SVG, PNG ou JPEG du dossier kit/",
        "Logo of the network: an SVG, PNG or JPEG file of the folder kit/",
        None,
        max_length=80,
    )
    address: Base = doc("Adresse publique du site", "Public address of the site")
    edit_address: Base | None = doc("Adresse pour modifier un fichier", "Address to edit a file", None)
    publisher: Publisher | None = doc(
        "Qui publie le site, et en répond", "Who publishes the site, and answers for it", None
    )
    repository: Repository | None = doc(
        "Dépôt où proposer un récit depuis le site", "Repository that stories are proposed to from the site", None
    )
    first: tuple[Identifier, ...] = doc(
        "Protocoles montrés à l'accueil (sinon, les six premiers)",
        "Protocols shown on the home page (else the first six)",
        (),
    )
    contact: Email | None = doc(
        "Adresse électronique où envoyer un récit", "E-mail address to send a story to", None, max_length=120
    )
    credits: tuple[Credit, ...] = doc("Crédits", "Credits", min_length=1)
    credit_line: Line = doc("Crédits en une ligne, sur chaque page imprimée", "Credits in a line", max_length=90)
    printables: tuple[Printable, ...] = doc("Documents à imprimer", "Printables", min_length=1)
    selections: tuple[Selection, ...] = doc("Autres éditions, en un fichier ZIP", "Other editions, in one ZIP", ())
    back_offset_mm: Offset = doc(
        "Décalage des dos pour votre imprimante, avec mallette print seulement",
        "Offset of the backs for your printer, with mallette print only",
        Offset(),
    )
