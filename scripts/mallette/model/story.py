"""A case story: what a group did, what came of it, and how we know."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import field_validator, model_validator

from .item import Item, License, Remark
from .protocol import Stage
from .text import Count, Day, Flag, Identifier, Line, Model, Name, Prose, doc

PartnerKind = Literal["association", "company", "public-body", "research", "other"]
StoryKind = Literal["case", "workshop-report", "voice"]
SUMMARY = 200
MARKUP = re.compile(r"[*_\\]|\]\([^)]*\)|\[")


class Location(Model):
    """Where it happened, as precisely as the source says."""

    country: Line = doc("Pays", "Country", max_length=60)
    region: Line | None = doc("Région", "Region", None, max_length=60)
    place: Name | None = doc("Lieu", "Place", None, max_length=80)


class Effort(Model):
    """What it took to prepare and to run."""

    preparation_minutes: Count | None = doc("Préparation, en minutes", "Preparation, in minutes", None)
    facilitation_minutes: Count | None = doc("Animation, en minutes", "Facilitation, in minutes", None)
    half_days: Count | None = doc("Demi-journées en tout", "Half days in all", None)
    sessions: Count | None = doc("Nombre de séances", "Number of sessions", None)
    note: Line | None = doc("Précision", "Remark", None, max_length=200)


class Group(Model):
    """A part of the participants, counted."""

    name: Line = doc("Qui", "Who", max_length=80)
    count: Count = doc("Combien", "How many")


class Participants(Model):
    """How many took part; parts that do not add up are shown with their caveat."""

    total: Count | None = doc("En tout", "In all", None)
    by_role: tuple[Group, ...] = doc("Par rôle", "By role", ())
    about: Flag = doc("Chiffre approché", "Approximate figure", False)
    caveat: Line | None = doc("Réserve sur les chiffres", "Caveat on the figures", None, max_length=300)


class Partner(Model):
    """An organisation that took part."""

    name: Name = doc("Nom", "Name", max_length=120)
    type: PartnerKind = doc("Genre", "Type")
    part: Line | None = doc("Ce qu'elle a fait", "What it did", None, max_length=160)


class FollowUp(Model):
    """What happened afterwards."""

    when: Line = doc("Quand", "When", max_length=60)
    what: Prose = doc("Quoi", "What", max_length=600)


class Effects(Model):
    """What an alliance changed, and for whom."""

    self: Prose | None = doc("Pour soi", "For oneself", None, max_length=600)
    allies: Prose | None = doc("Pour les alliés", "For the allies", None, max_length=600)
    shared_aim: Prose | None = doc("Pour le but commun", "For the shared aim", None, max_length=600)


class Testimony(Model):
    """What someone said, reported in our own words unless it says that it is `literal`."""

    text: Prose = doc("Témoignage rapporté", "Testimony, reported", max_length=600)
    literal: Flag = doc(
        "Ce sont les mots exacts de la personne (sinon, rapportés avec d'autres mots)",
        "These are the person's very words (else reported in other words)",
        False,
    )
    role: Line = doc("En tant que", "In what capacity", max_length=120)
    person: Name | None = doc(
        "Personne nommée, avec son accord ou d'après un texte publié",
        "Named person, with consent or from a published text",
        None,
        max_length=80,
    )
    organisation: Name | None = doc("Organisme", "Organisation", None, max_length=120)
    consent: Literal["published", "yes", "anonymised", "no"] = doc(
        "Accord : published (texte publié), yes, anonymised (sans nom) ou no (rien n'est montré)",
        "Consent: published (a published text), yes, anonymised (without name) or no (nothing is shown)",
        "no",
    )
    consent_date: Day | None = doc("Date de l'accord (AAAA-MM-JJ)", "Date of the consent (YYYY-MM-DD)", None)


class Picture(Model):
    """A picture beside the story's file."""

    file: str = doc("Nom du fichier, à côté du récit", "File name, beside the story", max_length=80)
    alt: Line = doc("Description pour qui ne voit pas", "Text alternative", max_length=200)
    credit: Name = doc("Auteur", "Credit", max_length=120)
    license: License = doc("Licence (code SPDX)", "Licence (SPDX code)")
    source: Line | None = doc(
        "D'où elle vient (sinon, des sources du récit)",
        "Where it comes from (else the story's sources)",
        None,
        max_length=200,
    )


class Dates(Model):
    """When it took place, as far as the source says."""

    start: Day | None = doc("Début", "Start", None)
    end: Day | None = doc("Fin", "End", None)


class CaseStory(Item):
    """A story of experience, in nine short sections."""

    kind: StoryKind = doc("Genre de récit", "Kind of story", "case")
    summary: Line = doc("En une phrase", "In one sentence", Line(), max_length=SUMMARY)
    sector: Line = doc("Secteur", "Sector", max_length=80)
    location: Location = doc("Où", "Where")
    objective: Prose = doc("Objectif", "Objective", max_length=700)
    context: Prose = doc("Contexte", "Context", max_length=1400)
    intervention: Prose = doc("Ce qui a été fait", "What was done", max_length=1600)
    protocols: tuple[Identifier, ...] = doc("Protocoles utilisés", "Protocols used", min_length=1)
    results: Prose = doc("Ce que cela a produit", "What came of it", max_length=1600)
    effort: Effort | None = doc("Temps passé", "Effort", None)
    participants: Participants | None = doc("Participants", "Participants", None)
    partners: tuple[Partner, ...] = doc("Partenaires", "Partners", ())
    stage: Stage | None = doc("Palier de coopération", "Stage of cooperation", None)
    shared_need: Line | None = doc("Besoin commun", "Shared need", None, max_length=240)
    effects: Effects | None = doc("Effets de l'alliance", "Effects of the alliance", None)
    follow_up: tuple[FollowUp, ...] = doc("Suites", "Follow-up", ())
    adaptations: tuple[Remark, ...] = doc("Adaptations du protocole", "Adaptations of the protocol", ())
    conditions: tuple[Line, ...] = doc("Ce qui a aidé", "What helped", ())
    obstacles: tuple[Line, ...] = doc("Ce qui a gêné", "What hindered", ())
    if_again: tuple[Line, ...] = doc("À retenir pour la prochaine fois", "To remember next time", ())
    dates: Dates | None = doc("Dates", "Dates", None)
    format: Literal["in-person", "remote", "both"] | None = doc(
        "En présence ou à distance", "In person or remote", None
    )
    testimonies: tuple[Testimony, ...] = doc("Témoignages", "Testimonies", ())
    images: tuple[Picture, ...] = doc("Images", "Pictures", ())

    @field_validator("testimonies")
    @classmethod
    def _agreed(cls, testimonies: tuple[Testimony, ...]) -> tuple[Testimony, ...]:
        """Nothing that comes after can show what nobody agreed to."""
        return tuple(testimony for testimony in testimonies if testimony.consent != "no")

    @model_validator(mode="before")
    @classmethod
    def _summarised(cls, data: Any) -> Any:
        """Without a summary, the first sentence of the objective stands for it: one question less to answer."""
        if not isinstance(data, dict) or str(data.get("summary") or "").strip():
            return data
        objective = data.get("objective")
        if not isinstance(objective, str) or not objective.strip():
            return data
        said = " ".join(MARKUP.sub("", objective).split())
        sentence = re.match(rf".{{1,{SUMMARY}}}?[.!?…](?=\s|$)", said)
        short = sentence.group() if sentence else said
        if len(short) > SUMMARY:
            kept = short[:SUMMARY] if short[SUMMARY - 1] == " " else short[: SUMMARY - 1]
            short = (kept.rpartition(" ")[0] or kept) + "…"
        return data | {"summary": Line(short, getattr(objective, "language", ""))}
