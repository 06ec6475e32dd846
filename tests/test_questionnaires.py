"""The forms of the site: what they ask is what the model has, in its words and within its limits."""

from pathlib import Path

import pytest

from mallette.artifact import Offer
from mallette.labels import labels
from mallette.loading import load
from mallette.model import CaseStory, Line, Protocol, SessionRecord, Variant
from mallette.model.text import Model, doc
from mallette.pages import drafts
from mallette.questionnaires import GIVEN, PAGES, SECTIONS, questionnaire
from mallette.questions import Choice, questions
from mallette.reading import read
from mallette.validation import validate

TINY = Path(__file__).parent / "tiny"
PLAIN = {
    "title": "Un",
    "sector": "Deux",
    "location": {"country": "France"},
    "context": "Trois.",
    "intervention": "Quatre.",
    "protocols": ["tour"],
    "results": "Cinq.",
}


@pytest.fixture(scope="module")
def loaded(root):
    return load(root / "tests/tiny")


@pytest.mark.parametrize(("kind", "model"), [("story", CaseStory), ("record", SessionRecord)])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_form_asks_every_field_of_its_model_in_its_words(loaded, kind, model, language):
    asked = {question.name: question for question in questionnaire(kind, loaded, labels(language), TINY).questions}
    assert set(asked) == set(model.model_fields) - (set(GIVEN) if kind == "story" else set())
    for name, question in asked.items():
        field = model.model_fields[name]
        assert question.label == field.json_schema_extra[language]
        assert question.required == field.is_required()


def test_no_form_asks_for_more_than_eight_answers(loaded):
    for kind in PAGES:
        needed = [
            one.path
            for question in questionnaire(kind, loaded, labels("fr"), TINY).questions
            for one in question.every
            if one.required and not one.parts and "[]" not in one.path and not one.value
        ]
        assert kind == "variant" or len(needed) <= 8, (kind, needed)
        assert needed


@pytest.mark.parametrize(("kind", "needed"), [("story", 8), ("variant", 3), ("record", 1)])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_form_says_how_many_answers_it_needs(loaded, root, kind, needed, language):
    words = labels(language)
    assert questionnaire(kind, loaded, words, TINY).needed == needed
    every = {one.path: one for one in drafts(loaded, root, words, Offer(), loaded)}
    body = every[PAGES[kind]].render().body
    assert str(words("site.form.note", count=needed)) in body
    assert body.count("data-accord") == (0 if kind == "record" else 3)
    guide = (root / "docs/contribuer.md").read_text(encoding="utf-8")
    assert kind != "story" or "Huit réponses sont obligatoires, et trois accords pour envoyer" in guide


def test_an_adaptation_asks_for_fields_of_a_protocol(loaded):
    asked = {question.name: question for question in questionnaire("variant", loaded, labels("fr"), TINY).questions}
    assert {name for name, one in asked.items() if one.required} == set(Variant.model_fields)
    assert set(asked) <= set(Variant.model_fields) | set(Protocol.model_fields)
    assert asked["purpose"].limit == 900
    assert [part.name for part in asked["steps"].parts if part.required] == ["id"]


class Wide(Model):
    """A model that no form knows."""

    few: tuple[Line, ...] = doc("Peu", "Few", (), max_length=3)
    short: Line = doc("Court", "Short", max_length=7)


class Deep(Model):
    """A model inside another."""

    wide: tuple[Wide, ...] = doc("Large", "Wide", min_length=1)


def test_a_new_field_is_asked_without_a_line_of_code():
    (wide,) = questions(Deep, "en", {"wide[].short": (Choice("a", Line("A")),)}).values()
    assert (wide.kind, wide.required, wide.many, wide.least) == ("fields", True, True, 1)
    few, short = wide.parts
    assert (few.path, few.kind, few.many, few.most, few.limit) == ("wide[].few", "line", True, 3, None)
    assert (short.label, short.limit, short.many, short.choices[0].value) == ("Short", 7, False, "a")


def test_limits_behind_an_annotation_are_known():
    (roti,) = (one for one in questions(SessionRecord, "fr", {})["feelings"].parts if one.name == "roti")
    assert (roti.low, roti.high, roti.kind) == (1, 5, "number")


def test_sections_name_fields_that_there_are(loaded):
    fields = {"story": CaseStory, "variant": Protocol, "record": SessionRecord}
    for kind, sections in SECTIONS.items():
        named = [name for names in sections.values() for name in names]
        assert len(named) == len(set(named)) > 8
        assert set(named) <= set(fields[kind].model_fields) | {"of"}


def test_a_file_leads_to_its_schema_where_there_is_one(loaded, root):
    found = {kind: questionnaire(kind, loaded, labels("fr"), root).data["schema"] for kind in PAGES}
    assert found == {
        "story": "../templates/schemas/story.json",
        "variant": "../../templates/schemas/variant.json",
        "record": "",
    }
    assert questionnaire("story", loaded, labels("fr"), TINY).data["schema"] == ""


def test_a_form_with_the_answers_of_the_kit_is_on_the_site(loaded, root):
    every = drafts(loaded, root, labels("fr"), Offer(), loaded)
    made = {one.path: one.render() for one in every if "raconter" in one.path}
    assert set(made) == set(PAGES.values())
    for page in made.values():
        assert "Tour de table" in page.body
        assert "data-described" in page.body
        assert "mailto:" not in page.body  # this kit says no contact


@pytest.mark.parametrize(
    ("objective", "summary"),
    [
        ("Essayer. Puis finir.", "Essayer."),
        ("**Essayer** [ici](https://exemple.org)\n\nPuis finir", "Essayer ici Puis finir"),
        ("mot " * 100, "mot " * 49 + "mot…"),
        ("a" * 198 + ". Puis", "a" * 198 + "."),
        ("a" * 300, "a" * 199 + "…"),
    ],
)
def test_without_a_summary_the_objective_begins_for_it(objective, summary):
    story = CaseStory.model_validate(PLAIN | {"id": "x", "objective": objective})
    assert story.summary == summary
    assert len(story.summary) <= 200
    assert CaseStory.model_validate(PLAIN | {"id": "x", "objective": objective, "summary": "Dit."}).summary == "Dit."


def test_a_story_without_objective_lacks_it_alone():
    node, _ = read("x.yml", b"title: Un")
    lacking = {problem.params["key"] for problem in validate(CaseStory, node, id="x")[1]}
    assert "objective" in lacking
    assert "summary" not in lacking


def test_the_address_of_the_kit_is_meant_to_be_published(tiny_root):
    with (tiny_root / "kit/kit.yml").open("a", encoding="utf-8") as file:
        file.write("contact: reseau@example.org\nstatus_note: Écrire à personne@example.org\n")
    told = [problem.line for problem in load(tiny_root).warnings if problem.code == "email_published"]
    assert told == [len((tiny_root / "kit/kit.yml").read_text("utf-8").splitlines())]
