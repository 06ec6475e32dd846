"""The validated kit and library: frozen values that know nothing of files."""

from .card import WritingCard
from .item import Item, Remark, Source, Span
from .kit import Credit, Kit, Printable
from .mallette import Card, Mallette, Subject
from .protocol import Protocol, Step, Variant
from .record import SessionRecord
from .role import Role
from .story import CaseStory
from .text import Line, Name, Prose, Written

__all__ = [
    "Card",
    "CaseStory",
    "Credit",
    "Item",
    "Kit",
    "Line",
    "Mallette",
    "Name",
    "Printable",
    "Prose",
    "Protocol",
    "Remark",
    "Role",
    "SessionRecord",
    "Source",
    "Span",
    "Step",
    "Subject",
    "Variant",
    "WritingCard",
    "Written",
]
