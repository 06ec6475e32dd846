"""A protocol: how a group works together, step by step."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from .item import Item, Remark, Span
from .text import Count, Flag, Identifier, Line, Model, Prose, doc

Stage = Literal["valoriser", "mettre-en-lien", "accompagner", "coconstruire"]
Level = Literal["easy", "medium", "demanding"]
Moment = Literal["welcome", "core", "closing", "after"]


class GroupSize(Span):
    """How many people the protocol suits."""

    ideal: Count = doc("Effectif idéal", "Ideal number of people")

    @model_validator(mode="after")
    def _ideal_between(self) -> GroupSize:
        if not self.min <= self.ideal <= self.max:
            raise PydanticCustomError("group_size", "min, ideal and max are not in this order")
        return self


class Tables(Model):
    """How the room is set."""

    count: Span = doc("Nombre de tables", "Number of tables")
    seats: Span = doc("Places par table", "Seats at a table")


class Material(Model):
    """Something to bring into the room."""

    name: Line = doc("Nom", "Name", max_length=80)
    quantity: Count = doc("Quantité", "Quantity", 1)
    per: Literal["group", "table", "person"] = doc(
        "Par groupe, table ou personne", "Per group, table or person", "group"
    )
    printable: Identifier | None = doc("Document de la mallette à imprimer", "Printable of the kit", None)


class RecordPart(Model):
    """A heading of the sheet that keeps what came out of a session."""

    title: Line = doc("Rubrique", "Heading", max_length=60)
    hint: Line | None = doc("Précision, en petit", "Hint, in small letters", None, max_length=120)
    lines: Count = doc("Lignes pour écrire, à peu près", "Lines to write on, about", 3, ge=1, le=12)
    keeps: Literal["text", "request", "ideas", "plan", "learnings"] = doc(
        "Ce qui s'y écrit : text (libre), request (la demande), ideas (trois idées), plan (le tableau des actions) "
        "ou learnings (ce que le groupe a appris)",
        "What is written there: text (anything), request, ideas (three of them), plan (the table of actions) "
        "or learnings",
        "text",
    )


def _once(parts: tuple[RecordPart, ...]) -> tuple[RecordPart, ...]:
    known = [part.keeps for part in parts if part.keeps != "text"]
    if len(known) != len(set(known)):
        raise PydanticCustomError("record_twice", "two headings keep the same")
    return parts


class Minutes(Span):
    """How long a step lasts, and how long it is best if nothing presses."""

    ideal: Count | None = doc(
        "Idéal, pour les repères (sinon, le milieu)", "Ideal, for the marks (else the middle)", None
    )

    @model_validator(mode="after")
    def _ideal_between(self) -> Minutes:
        if self.ideal is not None and self.min <= self.max and not self.min <= self.ideal <= self.max:
            raise PydanticCustomError("ideal_minutes", "ideal is not between min and max")
        return self


class Step(Model):
    """One step of a protocol, in the order of the session."""

    id: Identifier = doc("Identifiant, unique dans le protocole", "Identifier, unique in the protocol")
    title: Line = doc("Titre affiché de loin", "Title, read from afar", max_length=32)
    aim: Line = doc("À quoi sert l'étape", "What the step is for", max_length=120)
    instruction: Line | None = doc("Consigne dite à voix haute", "Instruction, said aloud", None, max_length=260)
    transition: Line | None = doc(
        "Phrase dite pour passer à la suite", "Said aloud to go on to the next step", None, max_length=200
    )
    who_speaks: Line | None = doc("Qui parle", "Who speaks", None, max_length=80)
    minutes: Minutes = doc("Durée en minutes", "Duration in minutes")
    actions: dict[Identifier, Line] = doc("Ce que fait chaque rôle", "What each role does")
    supports: tuple[Identifier, ...] = doc("Cartes à écrire utilisées", "Writing cards used", ())
    oral_option: Line | None = doc("Comment faire sans écrire", "How to do it without writing", None, max_length=200)
    can_skip: Flag = doc("L'étape peut être sautée", "The step may be skipped", False)
    can_extend: Flag = doc("L'étape peut être allongée", "The step may be lengthened", False)
    watch_for: Line | None = doc("Point de vigilance", "What to watch for", None, max_length=200)
    follow_up: Line | None = doc("Relance possible", "A prompt to revive the talk", None, max_length=200)
    rotation: Line | None = doc("Qui change de place", "Who moves", None, max_length=160)


class Cycle(Model):
    """Sessions of the same people, in which some roles go round."""

    people: Count = doc("Nombre de personnes", "Number of people", ge=2, le=20)
    sessions: Count = doc("Nombre de séances", "Number of sessions", ge=2, le=20)
    roles: tuple[Identifier, ...] = doc("Rôles qui tournent", "Roles that go round", min_length=1, max_length=4)
    note: Line | None = doc("À savoir, en une phrase", "What to know, in a sentence", None, max_length=160)


class Protocol(Item):
    """A way of working in a group: what for, for whom, with what, in which steps."""

    summary: Line = doc("En une phrase", "In one sentence", max_length=140)
    purpose: Prose = doc("À quoi il sert", "What it is for", max_length=900)
    introduction: Prose | None = doc("Présentation", "Introduction", None, max_length=3000)
    when_to_use: tuple[Line, ...] = doc("Quand l'utiliser", "When to use it", ())
    when_to_avoid: tuple[Line, ...] = doc("Quand l'éviter", "When to avoid it", ())
    advantages: tuple[Line, ...] = doc("Ses atouts", "Its advantages", (), max_length=8)
    drawbacks: tuple[Line, ...] = doc("Ses limites", "Its drawbacks", (), max_length=8)
    stage: Stage = doc("Palier de coopération", "Stage of cooperation")
    moment: Moment | None = doc("Moment d'une rencontre", "Moment of a gathering", None)
    slider: Count = doc("Curseur, de 0 (lien) à 100 (production)", "Slider, from 0 (bonds) to 100 (production)", le=100)
    group_size: GroupSize = doc("Effectif", "Group size")
    tables: Tables | None = doc("Tables", "Tables", None)
    cycle: Cycle | None = doc("Cycle de séances", "Cycle of sessions", None)
    preparation_minutes: Count = doc("Préparation, en minutes", "Preparation, in minutes")
    difficulty: Level = doc("Difficulté pour qui facilite", "Difficulty for the facilitator")
    cost: Line | None = doc("Coût", "Cost", None, max_length=160)
    room: Line | None = doc("Salle", "Room", None, max_length=240)
    accessibility: Line | None = doc("Accessibilité", "Accessibility", None, max_length=300)
    remote: Line | None = doc("À distance", "At a distance", None, max_length=300)
    materials: tuple[Material, ...] = doc("Matériel", "Materials", ())
    roles: tuple[Identifier, ...] = doc("Rôles", "Roles", min_length=1, max_length=6)
    role_copies: dict[Identifier, Annotated[Count, Field(ge=1, le=50)]] = doc(
        "Cartes de chaque rôle par table, ou en tout s'il n'y a pas de tables (pour un rôle qui n'y est pas, en tout : "
        "les « copies » du rôle)",
        "Cards of each role a table, or in all without tables (of a role that is not there, in all: its own “copies”)",
        {},
    )
    opening: Line | None = doc(
        "Mots dits pour ouvrir la séance", "What is said aloud to open the session", None, max_length=500
    )
    short_of_time: Line | None = doc(
        "Si le temps manque : quoi raccourcir, quoi garder",
        "If time is short: what to shorten, what to keep",
        None,
        max_length=300,
    )
    steps: tuple[Step, ...] = doc("Étapes", "Steps", min_length=1, max_length=12)
    timing_note: Line = doc("D'où viennent les durées", "Where the durations come from", max_length=400)
    posture: tuple[Line, ...] = doc("Posture de qui facilite", "The facilitator's posture", min_length=1, max_length=6)
    pitfalls: tuple[Remark, ...] = doc("Écueils", "Pitfalls", ())
    variants: tuple[Remark, ...] = doc("Variantes", "Variants", ())
    harvest: Prose | None = doc("Récolte et trace", "Harvest and record", None, max_length=900)
    record: Annotated[tuple[RecordPart, ...], AfterValidator(_once)] = doc(
        "Rubriques de la trace (sinon : la demande, les idées, le plan d'action)",
        "Headings of the record (else the request, the ideas, the action plan)",
        (),
        max_length=5,
    )
    follow_up: Prose | None = doc("Et après", "What follows", None, max_length=900)
    evaluation: Prose | None = doc("Savoir si cela a marché", "How to know whether it worked", None, max_length=600)
    sources_differ: Prose | None = doc("Où les sources diffèrent", "Where sources differ", None, max_length=900)
    printables: tuple[Identifier, ...] = doc(
        "Documents de ce protocole (sinon, tous ceux du kit)", "Its printables (else all of the kit's)", ()
    )
    origin: Prose | None = doc("Origine", "Origin", None, max_length=900)
    derived_from: tuple[Line, ...] = doc("Inspiré de", "Derived from", ())
    related: tuple[Identifier, ...] = doc("Protocoles voisins", "Related protocols", ())
    variant_of: Identifier | None = doc("Protocole dont c'est une variante", "Protocol that it is a variant of", None)

    @property
    def rounds(self) -> tuple[Step, ...]:
        """The steps that say who changes places."""
        return tuple(step for step in self.steps if step.rotation)

    @property
    def tables_set(self) -> int:
        """How many tables the ideal number of people takes; none where a protocol has no tables."""
        if self.tables is None:
            return 0
        count, seats = self.tables.count, max(self.tables.seats.max, 1)
        return min(max(-(-self.group_size.ideal // seats), count.min), count.max)

    @property
    def extends_some(self) -> bool:
        """Whether it says something of a step that it may be lengthened: not every one may."""
        return not all(step.can_extend for step in self.steps)

    @property
    def marks(self) -> tuple[int, ...]:
        """The minutes that have gone by at the start of each step, and last at the end.

        They are the sums of the ideals, rounded to five minutes as far as the range of a step allows: rounded up each
        by itself, short steps would add up to the longest session.
        """
        marks, twice = [0], 0
        for step in self.steps:
            span = step.minutes
            twice += 2 * span.ideal if span.ideal is not None else span.min + span.max
            if span.ideal is None:
                rounded = (twice + 5) // 10 * 5
                marks.append(min(max(rounded, marks[-1] + span.min), marks[-1] + span.max))
            else:
                marks.append(marks[-1] + span.ideal)
        return tuple(marks)

    @property
    def minutes(self) -> Span:
        """The whole duration in minutes, steps that may be skipped included."""
        return Span(min=sum(s.minutes.min for s in self.steps), max=sum(s.minutes.max for s in self.steps))


class Variant(Model):
    """What a variant says for itself; every other field of a protocol is its original's, unless it changes it."""

    model_config = ConfigDict(extra="ignore")

    of: Identifier = doc("Protocole dont c'est une variante", "Protocol that it is a variant of")
    title: Line = doc("Titre de la variante", "Title of the variant", max_length=90)
    summary: Line = doc("La variante en une phrase", "The variant in one sentence", max_length=140)
