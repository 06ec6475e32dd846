"""The whole: a kit, its protocols, roles and cards, and the library of stories."""

from __future__ import annotations

from .card import WritingCard
from .kit import Kit, Printable
from .protocol import Protocol, Step
from .role import Role
from .story import CaseStory
from .text import Model

Subject = Protocol | CaseStory | Kit
Card = Role | WritingCard | Step | Protocol
"""What a card shows; that of a protocol has its rounds."""


class Mallette(Model):
    """One validated value that everything published is made from; mappings are keyed by id."""

    kit: Kit
    protocols: dict[str, Protocol]
    roles: dict[str, Role]
    cards: dict[str, WritingCard]
    stories: dict[str, CaseStory]

    @property
    def originals(self) -> tuple[Protocol, ...]:
        """The protocols that are not a variant of another."""
        return tuple(p for p in self.protocols.values() if p.variant_of is None)

    def variants_of(self, protocol: Protocol) -> tuple[Protocol, ...]:
        """The variants of a protocol."""
        return tuple(p for p in self.protocols.values() if p.variant_of == protocol.id)

    def others_of(self, protocol: Protocol) -> tuple[Protocol, ...]:
        """The other variants of a variant's original."""
        found = (p for p in self.protocols.values() if p.variant_of and p.variant_of == protocol.variant_of)
        return tuple(p for p in found if p.id != protocol.id)

    def protocols_with(self, role: Role) -> tuple[Protocol, ...]:
        """The protocols in which a role is taken."""
        return tuple(p for p in self.protocols.values() if role.id in p.roles)

    def related_to(self, protocol: Protocol) -> tuple[Protocol, ...]:
        """The protocols that this one names as its neighbours, then those that name it; its original is told apart."""
        naming = (p.id for p in self.protocols.values() if protocol.id in p.related)
        apart = (protocol.id, protocol.variant_of)
        return tuple(self.protocols[n] for n in dict.fromkeys((*protocol.related, *naming)) if n not in apart)

    def stories_of(self, protocol: Protocol) -> tuple[CaseStory, ...]:
        """The stories that used this protocol, in the order of their ids."""
        return tuple(s for s in self.stories.values() if protocol.id in s.protocols)

    def protocols_of(self, story: CaseStory) -> tuple[Protocol, ...]:
        """The protocols that a story used."""
        return tuple(self.protocols[name] for name in story.protocols)

    def cards_of(self, protocol: Protocol) -> tuple[WritingCard, ...]:
        """The writing cards of a protocol, in the order of its steps, each once."""
        return tuple(self.cards[c] for c in dict.fromkeys(c for s in protocol.steps for c in s.supports))

    def decks(self, protocol: Protocol) -> dict[str, tuple[Card, ...]]:
        """The cards of a protocol, each once, by the template that lays them out."""
        return {
            "role-cards": tuple(self.roles[name] for name in protocol.roles),
            "writing-cards": self.cards_of(protocol),
            "prompt-cards": protocol.steps,
            "rotation-cards": (protocol,),
        }

    def told(self, printable: Printable) -> tuple[CaseStory, ...]:
        """The stories of a printable: those that it names, or all."""
        return tuple(story for name, story in self.stories.items() if name in (printable.stories or self.stories))

    def subjects(self, printable: Printable) -> tuple[Subject, ...]:
        """The items for which a printable is made."""
        if printable.about == "kit":
            return (self.kit,) if printable.template != "stories-booklet" or self.told(printable) else ()
        if printable.about == "story":
            return self.told(printable)
        return tuple(p for p in self.protocols.values() if _wanted(printable, p) and self._has_cards(printable, p))

    def _has_cards(self, printable: Printable, protocol: Protocol) -> bool:
        """Whether a document about a protocol would show something; all but an empty deck do."""
        return self.decks(protocol).get(printable.template) != ()


def _wanted(printable: Printable, protocol: Protocol) -> bool:
    """Whether a protocol asks for a printable, or takes what there is and can be of use to it."""
    if printable.needs == "cycle" and protocol.cycle is None:
        return False
    if protocol.printables:
        return printable.id in protocol.printables
    return printable.by_default and (printable.needs != "rotation" or bool(protocol.rounds))
