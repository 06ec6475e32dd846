"""A session record: what a group decided and how people felt, kept as text after a session."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .text import Count, Day, Flag, Identifier, Line, Model, Prose, doc

LINE, AREA = 120, 600


class PlannedAction(Model):
    """One line of the action plan."""

    action: Line = doc("Action", "Action", max_length=AREA)
    who: Line | None = doc("Qui", "Who", None, max_length=AREA)
    due: Line | None = doc("Pour quand", "Due", None, max_length=AREA)
    first_step: Line | None = doc("Premier pas", "First step", None, max_length=AREA)


class Answer(Model):
    """What is written under a heading of the protocol's own."""

    title: Line = doc("Rubrique", "Heading", max_length=60)
    text: Prose = doc("Ce qui y est écrit", "What is written there", max_length=AREA)


class DoneAction(Model):
    """One line of what was done since: the last column of the board."""

    action: Line = doc("Action", "Action", max_length=AREA)
    who: Line | None = doc("Qui", "Who", None, max_length=AREA)
    when: Line | None = doc("Quand", "When", None, max_length=AREA)
    outcome: Line | None = doc("Ce que ça a donné", "What came of it", None, max_length=AREA)


class Feelings(Model):
    """What people say as they leave."""

    liked: Prose | None = doc("Ce qui a aidé", "What helped", None, max_length=AREA)
    hindered: Prose | None = doc("Ce qui a gêné", "What hindered", None, max_length=AREA)
    wishes: Prose | None = doc("Souhaits pour la prochaine fois", "Wishes for next time", None, max_length=AREA)
    leave_with: Prose | None = doc("Ce avec quoi on repart", "What people leave with", None, max_length=AREA)
    roti: Annotated[Count, Field(ge=1, le=5)] | None = doc(
        "Temps bien employé, de 1 à 5", "Return on time invested, from 1 to 5", None
    )
    change: Line | None = doc(
        "Pour une note de 1 ou 2, ce qu'il faudrait changer",
        "For a score of 1 or 2, what to change",
        None,
        max_length=LINE,
    )


class Departures(Model):
    """Where the group left the steps of the protocol, by their identifiers."""

    skipped: tuple[Identifier, ...] = doc("Étapes sautées", "Steps skipped", (), max_length=12)
    extended: tuple[Identifier, ...] = doc("Étapes allongées", "Steps lengthened", (), max_length=12)
    note: Line | None = doc("Autre changement", "Another change", None, max_length=LINE)


class SessionRecord(Model):
    """What is kept of a session, or of one feelings sheet; only the protocol and its edition are always known."""

    protocol: Identifier = doc("Protocole suivi", "Protocol")
    edition: Line = doc("Édition de la mallette", "Edition of the kit", max_length=20)
    date: Day | None = doc("Date (AAAA-MM-JJ)", "Date (YYYY-MM-DD)", None)
    place: Line | None = doc("Lieu", "Place", None, max_length=LINE)
    attendance: Line | None = doc(
        "Groupe et nombre de personnes, sans nom", "Group and number of people, without names", None, max_length=LINE
    )
    request: Prose | None = doc("Demande d'aide", "Request for help", None, max_length=AREA)
    ideas: tuple[Prose, ...] = doc("Idées retenues", "Ideas kept", (), max_length=3)
    action_plan: tuple[PlannedAction, ...] = doc("Plan d'action", "Action plan", (), max_length=12)
    answers: tuple[Answer, ...] = doc("Autres rubriques de la trace", "Other headings of the record", (), max_length=5)
    done: tuple[DoneAction, ...] = doc("Ce qui a été fait", "What was done", (), max_length=12)
    learnings: Prose | None = doc("Ce que le groupe a appris", "What the group learned", None, max_length=AREA)
    departures: Departures | None = doc("Ce que le groupe a changé au déroulé", "Where the group left the steps", None)
    feelings: Feelings | None = doc("Ressentis", "Feelings", None)
    sharing: Literal["internal", "anonymised", "public"] = doc(
        "Partage : internal (dans le groupe), anonymised ou public",
        "Sharing: internal, anonymised or public",
        "internal",
    )
    consent: Flag = doc("Tout le groupe est d'accord pour ce partage", "The whole group agrees to this sharing", False)
    consent_date: Day | None = doc("Date de cet accord (AAAA-MM-JJ)", "Date of this consent (YYYY-MM-DD)", None)
    follow_up: Line | None = doc(
        "Quand on se redonne des nouvelles", "When to get in touch again", None, max_length=LINE
    )

    @property
    def lacks_consent(self) -> bool:
        """Whether the record is to leave the group, but nobody has noted that the group agrees."""
        return self.sharing != "internal" and not self.consent
