"""The longest words, the longest names, the smallest and the largest decks: right, or told at their place."""

import json

import pytest
from conftest import ROOT, TINY
from measure import Box, squeezed
from printed import SHEET, frames
from test_decks import backs_behind_fronts
from test_overflow import fill, typed
from test_variants import mirrored_about_the_fold

from mallette.errors import InvalidSource
from mallette.labels import labels
from mallette.loading import load
from mallette.model import CaseStory, Protocol, Role, WritingCard
from mallette.model.protocol import Step
from mallette.model.text import Line, Prose

WORDS = (
    "anticonstitutionnellement",
    "intergouvernementalisations",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
)
ROLE, CARD, PROTOCOL, STORY = (
    "kit/roles/guide.yml",
    "kit/cards/mot.yml",
    "kit/protocols/tour.yml",
    "cases/premier.yml",
)
LARGE = {"affiche-a0", "affiche-a1", "affiche-a1-en-a4", "affiche-a2-en-a4"}
PRINTABLES = [
    p
    for p in typed(ROOT / "kit/kit.yml")["printables"]
    if p["id"] not in LARGE and not p.get("guide") and p["about"] != "kit"
]


@pytest.fixture
def everything(tiny_root):
    """The smallest root, with all that the real kit prints but the largest posters."""
    fill(tiny_root, "kit/kit.yml", printables=PRINTABLES)
    return tiny_root


def step(**values):
    (found,) = typed(TINY / PROTOCOL)["steps"]
    return {**found, **values}


def outcome(root, typeset_root, **choices):
    """The documents, each of them sound, or the problems, each at a line of a file and in one sentence."""
    try:
        documents = typeset_root(root, **choices)
    except InvalidSource as error:
        for problem in error.problems:
            assert (root / problem.path).read_text(encoding="utf-8").splitlines()[problem.line - 1 :]
            assert problem.column >= 1
            assert "\n" not in labels("fr").problem(problem)
        return (), error.problems
    for document in documents:
        assert faults(document) == [], document.printed.path
    return documents, ()


def meet(one, other, inset=0.0):
    return (
        one.left < other.right - inset
        and other.left + inset < one.right
        and one.top < other.bottom - inset
        and other.top + inset < one.bottom
    )


def faults(document):
    """Letters that are cut, off the paper, over one another, across the edge of a box, struck or on a pattern."""
    cards = document.printed.printable.template.endswith("-cards")
    edge = 14.6 if document.printed.printable.shop else 4.9
    found = []
    for number, page in enumerate(document.pages):
        found += page.collisions()
        inside = [c for c in page.chars if not document.printed.printable.shop or cut(page).holds(c.box)]
        found += [f"{c.text} outside" for c in inside if not page.box.holds(c.box, edge)]
        for box in (shape for shape in page.shapes if shape.width > 15 and shape.height > 8):
            grown = Box(box.left - 0.3, box.top - 0.3, box.right + 0.3, box.bottom + 0.3)
            across = [c for c in page.chars if meet(c.box, box, 0.3) and not grown.holds(c.box)]
            found += [f"{c.text} across a box of {box.width:.0f} x {box.height:.0f} mm" for c in across]
        for line in (shape for shape in page.shapes if shape.width > 20 and shape.height < 0.1):
            struck = [c for c in page.chars if line.left < c.box.right and c.box.left < line.right]
            found += [f"{c.text} struck" for c in struck if c.box.top + 0.3 < line.top < c.box.bottom - 0.4]
        if cards and number % 2:
            pattern = [shape for shape in page.shapes if 6.5 < shape.width < 9 and 6.5 < shape.height < 9]
            found += [f"{c.text} on the pattern" for c in page.chars for shape in pattern if meet(c.box, shape)]
    return found


def cut(page):
    """The trim of a page for a print shop."""
    return Box(10, 10, page.width - 10, page.height - 10)


def said(document):
    """All letters of a document; hyphens at the ends of lines are left out."""
    return "".join(page.text for page in document.pages).replace("-", "").lower()


CHOICES = {"a4": {}, "letter": {"paper": "letter"}, "eco": {"edition": "eco"}, "shop": {"shop": True}}


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("word", WORDS)
def test_a_long_word_as_a_title_is_whole(word, choice, everything, typeset_root):
    short = word if len(word) <= 32 else "Parler"
    fill(everything, ROLE, title=word)
    fill(everything, CARD, title=word)
    fill(everything, STORY, title=word)
    fill(everything, PROTOCOL, steps=[step(title=short, rotation="Oui")])
    documents, problems = outcome(everything, typeset_root, **CHOICES[choice])
    assert problems == ()
    assert len(documents) >= 6
    told = {d.printed.printable.id: said(d) for d in documents}
    for name in ("cartes-roles", "cartes-a-ecrire"):
        assert squeezed(word.lower()) in told[name]
    assert short.lower() in told["cartes-relances"]


@pytest.mark.parametrize("word", WORDS)
def test_a_long_word_as_the_title_of_a_protocol_is_whole_or_told(word, everything, typeset_root):
    fill(everything, PROTOCOL, title=word)
    documents, problems = outcome(everything, typeset_root)
    assert all(word.lower() in said(d) for d in documents if d.printed.printable.template == "poster")
    # one line at the head of a sheet of badges
    assert {(p.path, p.line, p.code) for p in problems} <= {(PROTOCOL, 2, "does_not_fit")}
    assert bool(problems) == (len(word) > 60)


def test_a_word_that_is_longer_than_the_title_of_a_step_is_told(everything, typeset_root):
    fill(everything, PROTOCOL, steps=[step(title=WORDS[3])])
    _, (problem,) = outcome(everything, typeset_root)
    assert (problem.path, problem.code, problem.params["key"]) == (PROTOCOL, "text_too_long", "title")


@pytest.mark.parametrize("word", WORDS)
def test_a_long_word_in_any_text_is_whole(word, everything, typeset_root):
    words = f"Un mot, {word}, long."
    fill(everything, ROLE, in_a_sentence=words, i_do=[words, word], i_do_not=[word], useful_phrases=[word])
    fill(everything, CARD, question=words, hint=words, fields=[word, word, word])
    texts = dict.fromkeys(
        ("aim", "instruction", "transition", "who_speaks", "watch_for", "follow_up", "oral_option"), words
    )
    told = {"summary": words, "posture": [word], "room": word, "materials": [{"name": word}], "timing_note": word}
    told |= {"opening": words, "short_of_time": words}
    told |= {"pitfalls": [{"title": word, "text": word}], "follow_up": word}
    step_with = step(**texts, rotation=words, actions={"guide": words})
    fill(everything, PROTOCOL, **told, steps=[step_with])
    place = {"country": "France", "place": word}
    fill(everything, STORY, summary=words, sector=word, objective=word, context=words, results=word, location=place)
    documents, problems = outcome(everything, typeset_root)
    assert problems == ()
    assert {d.printed.printable.template for d in documents if word.lower() not in said(d)} <= {
        "name-badges", "record", "feelings", "who-does-what", "retrospective", "table-sign", "rotation-cards",
    }  # fmt: skip


NAMES = ("Personne qui veille sur le temps de tous", "Accompagnateur des contributeurs voisins")


@pytest.mark.parametrize("count", [1, 4, 6])
@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_forty_letters_is_whole_or_told(name, count, everything, typeset_root):
    assert len(name) == 40
    role = typed(TINY / ROLE)
    ids = [f"role-{n}" for n in range(count)]
    for one in ids:
        (everything / f"kit/roles/{one}.yml").write_text(json.dumps({**role, "title": name}), encoding="utf-8")
    fill(everything, PROTOCOL, roles=ids, steps=[step(actions=dict.fromkeys(ids, "J'écoute."))])
    documents, problems = outcome(everything, typeset_root)
    assert all(problem.path.startswith("kit/roles/role-") for problem in problems)
    assert count == 6 or problems == ()
    for document in documents:
        if document.printed.printable.template in ("poster", "role-cards", "table-sign", "step-sheet"):
            assert squeezed(name).lower() in said(document), document.printed.path


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_twelve_steps_have_their_boxes_on_one_record(paper, everything, typeset_root):
    fill(everything, PROTOCOL, steps=[step(id=f"etape-{n}", rotation="Oui") for n in range(1, 13)])
    documents, problems = outcome(everything, typeset_root, only=["trace", "cartes-parcours"], paper=paper)
    assert problems == ()
    record = next(d for d in documents if d.printed.printable.id == "trace")
    (page,) = record.pages
    numbers = "".join(str(n) for n in range(1, 13))
    assert page.text.count(numbers) == 2


@pytest.mark.parametrize("flip", ["long-edge", "short-edge", "fold", "none"])
@pytest.mark.parametrize("copies", [1, 9, 200])
def test_decks_of_any_size_in_any_flip(copies, flip, everything, typeset_root):
    fill(everything, ROLE, copies=copies)
    fill(everything, CARD, copies=copies)
    only = ["cartes-roles"] if copies == 200 else ["cartes-roles", "cartes-a-ecrire"]
    documents, problems = outcome(everything, typeset_root, only=only, flip=flip)
    assert (problems, len(documents)) == ((), len(only))
    for document in documents:
        if flip == "fold":
            assert mirrored_about_the_fold(document) == copies
        elif flip == "none":
            assert sum(len(frames(page)) for page in document.pages) == copies
            assert len(document.pages) == -(-copies // 4)
        else:
            assert backs_behind_fronts(document, SHEET.model_copy(update={"flip": flip})) == copies
            assert len(document.pages) == 2 * -(-copies // 4)


@pytest.mark.parametrize(("path", "most"), [(ROLE, 200), (CARD, 200)])
def test_more_cards_than_anyone_cuts_are_told(path, most, everything, typeset_root):
    fill(everything, path, copies=most + 1)
    _, (problem,) = outcome(everything, typeset_root)
    assert (problem.path, problem.code, problem.params["key"]) == (path, "too_large", "copies")


def test_a_protocol_without_writing_cards_has_no_such_deck(everything, typeset_root):
    fill(everything, PROTOCOL, steps=[step(supports=[])])
    documents, problems = outcome(everything, typeset_root)
    assert problems == ()
    printed = {d.printed.printable.id for d in documents}
    on_demand = {"cartes-a-ecrire", "cartes-parcours", "tableau-cycle", "retour-essai-feuille"}
    assert printed == {p["id"] for p in PRINTABLES} - on_demand


OPTIONAL = [
    (path, model, name)
    for path, model in ((ROLE, Role), (CARD, WritingCard), (PROTOCOL, Protocol), (STORY, CaseStory))
    for name, field in model.model_fields.items()
    if not field.is_required() and "tuple" not in str(field.annotation) and name != "variant_of"
]


@pytest.mark.parametrize(("path", "model", "name"), OPTIONAL)
def test_an_optional_field_left_empty_is_one_that_is_not_there(path, model, name, everything):
    file = everything / path
    said = {key: value for key, value in typed(file).items() if key != name}
    file.write_text(json.dumps(said), encoding="utf-8")
    without = load(everything).mallette
    fill(everything, path, **{name: "  "})
    assert load(everything).mallette == without


@pytest.mark.parametrize("name", [n for n, f in Step.model_fields.items() if not f.is_required() and n != "supports"])
def test_an_optional_field_of_a_step_left_empty_is_one_that_is_not_there(name, everything):
    without = load(everything).mallette
    fill(everything, PROTOCOL, steps=[step(**{name: ""})])
    assert load(everything).mallette == without


REQUIRED = [
    (path, name)
    for path, model in ((ROLE, Role), (CARD, WritingCard), (PROTOCOL, Protocol), (STORY, CaseStory))
    for name, field in model.model_fields.items()
    if field.is_required() and field.annotation in (Line, Prose)
]


@pytest.mark.parametrize(("path", "name"), REQUIRED)
def test_a_text_that_is_needed_may_not_be_empty(path, name, everything, typeset_root):
    fill(everything, path, **{name: ""})
    _, (problem,) = outcome(everything, typeset_root)
    assert (problem.path, problem.code, problem.params["key"]) == (path, "empty_text", name)


def test_the_line_of_a_list_may_not_be_empty(everything, typeset_root):
    fill(everything, ROLE, i_do=["J'accueille.", ""])
    _, (problem,) = outcome(everything, typeset_root)
    assert (problem.path, problem.code) == (ROLE, "empty_text")


def test_the_check_sees_a_title_that_is_cut(everything, typeset_root):
    own = everything / "templates/print"
    own.mkdir(parents=True)
    shipped = (ROOT / "templates/print/mallette.typ").read_text(encoding="utf-8")
    rule = "  show long-word: set text(hyphenate: divide)\n  body"
    assert rule in shipped
    (own / "mallette.typ").write_text(shipped.replace(rule, "  body"), encoding="utf-8")
    fill(everything, PROTOCOL, title=WORDS[0])
    with pytest.raises(AssertionError):
        outcome(everything, typeset_root, only=["affiche-a3"])
