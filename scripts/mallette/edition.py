"""The edition of a card: a short mark made of what is printed on it, and what changed between two editions."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .model import Card, Mallette, Protocol, Role, Step, WritingCard

Key = tuple[str, str, str]
"""What stays the same when a card changes: its protocol, its deck, its id."""

PRINTED: dict[type[Card], tuple[str, ...]] = {
    Role: ("title", "in_a_sentence", "i_do", "i_do_not", "useful_phrases", "icon", "colour", "shape"),
    WritingCard: ("title", "question", "hint", "lines", "fields", "icon", "colour"),
    Step: ("title", "minutes", "aim", "instruction", "follow_up", "watch_for"),
    Protocol: ("title",),
}
"""The fields that each kind of card shows; that of a protocol shows the titles of its rounds too.

The backs show the title of the protocol and the credits besides: they say what a card belongs to, and a new wording
of them alone makes no card worth printing again.
"""

CARDS = "telecharger/cartes.json"
"""Where a site keeps the marks of its cards."""
DECKS = ("role-cards", "writing-cards", "prompt-cards", "rotation-cards")
"""The templates of printables that lay out cards."""

LETTERS = 4
"""The length of a mark: a million marks are enough to tell the editions of one card apart."""


@dataclass(frozen=True)
class CardEdition:
    """A card of a protocol as one edition has it: which deck, which card, its title and its mark."""

    protocol: str
    deck: str
    card: str
    title: str
    mark: str

    @property
    def key(self) -> Key:
        """What stays the same when the card changes."""
        return self.protocol, self.deck, self.card


@dataclass(frozen=True)
class Changes:
    """The cards that a new edition changed, added and removed."""

    changed: tuple[CardEdition, ...]
    added: tuple[CardEdition, ...]
    removed: tuple[CardEdition, ...]


def edition_mark(card: Card, number: int = 0) -> str:
    """Four letters and figures that change when anything its front says does; l, o, 0 and 1 are not among them.

    `number` is that of a step, which its card shows.
    """
    shown = {name: {"min", "max"} if name == "minutes" else True for name in PRINTED[type(card)]}
    said = card.model_dump(mode="json", include=shown)
    if isinstance(card, Protocol) and len(card.rounds) > 1:  # a single one is numbered, without a title
        said["rounds"] = [step.title for step in card.rounds]
    digest = hashlib.sha256(json.dumps([type(card).__name__, number, said], sort_keys=True).encode())
    return base64.b32encode(digest.digest()).decode().lower().translate(str.maketrans("lo", "89"))[:LETTERS]


def cards_of(mallette: Mallette) -> Iterator[CardEdition]:
    """Every card of every protocol, deck by deck, as far as the kit prints it."""
    printed = {(p.template, s.id) for p in mallette.kit.printables for s in mallette.subjects(p)}
    for protocol in mallette.protocols.values():
        for deck, cards in mallette.decks(protocol).items():
            if (deck, protocol.id) not in printed:
                continue
            for number, card in enumerate(cards, 1):
                mark = edition_mark(card, number if isinstance(card, Step) else 0)
                yield CardEdition(protocol.id, deck, card.id, card.title, mark)


def compared(old: Mapping[Key, CardEdition], new: Mapping[Key, CardEdition]) -> Changes:
    """What the new edition changed, in the order of its cards."""
    changed = tuple(card for key, card in new.items() if key in old and old[key].mark != card.mark)
    added = tuple(card for key, card in new.items() if key not in old)
    return Changes(changed, added, tuple(card for key, card in old.items() if key not in new))


def as_json(edition: str, cards: Iterator[CardEdition]) -> bytes:
    """The cards of an edition, as the site keeps them beside the documents."""
    listed = [vars(card) for card in cards]
    return (json.dumps({"edition": edition, "cards": listed}, ensure_ascii=False, indent=1) + "\n").encode()


def from_json(data: bytes) -> tuple[CardEdition, ...]:
    """The cards of an edition; raises ValueError if this is something else."""
    try:
        found: Any = json.loads(data)["cards"]
        names = CardEdition.__dataclass_fields__
        return tuple(CardEdition(**{name: str(card[name]) for name in names}) for card in found)
    except (KeyError, TypeError) as error:
        raise ValueError("not the cards of an edition") from error
