"""Text at the limit of its length: it fits, or the build says where it does not; nothing is ever cut."""

import json

import pytest

from mallette.errors import InvalidSource
from mallette.labels import labels
from mallette.model import CaseStory, Protocol, Role, WritingCard
from mallette.model.item import Remark
from mallette.model.protocol import Step
from mallette.model.story import FollowUp
from mallette.reading import plain, read

PLACES = {
    "kit/roles/guide.yml": Role,
    "kit/cards/mot.yml": WritingCard,
    "kit/protocols/tour.yml": Protocol,
    "cases/premier.yml": CaseStory,
}
NOT_PRINTED = {"tags", "authors", "icon"}
FOOT = {"credit_line"}
"""One line at the foot of every page: tried in ordinary words, as a line of W takes four."""


def limit(model, name):
    return next((m.max_length for m in model.model_fields[name].metadata if hasattr(m, "max_length")), None)


def wide(length, word="WWWMW "):
    """As wide as a text of a length can be, in words that may break between lines."""
    return (word * length)[:length].strip()


def fill(root, path, **values):
    file = root / path
    file.write_text(json.dumps({**typed(file), **values}, ensure_ascii=False, indent=1), encoding="utf-8")


def typed(file):
    return plain(read(file.name, file.read_bytes())[0])


def outcome(root, typeset_root):
    """The problems of a root, else its documents, which must then be whole."""
    problems, documents = (), ()
    try:
        documents = typeset_root(root)
    except InvalidSource as error:
        problems = error.problems
    assert {p.code for p in problems} <= {"does_not_fit", "too_many_pages"}, problems
    for document in documents:
        for page in document.pages:
            out = [c for c in page.chars if not page.box.holds(c.box, 4.9)]
            assert out == [], document.printed.path
            assert page.collisions() == [], document.printed.path
            for frame in page.shapes_of(95, 134, 0.1):
                partly = [c for c in page.chars if _touches(c.box, frame) and not frame.holds(c.box, 4.6)]
                assert partly == [], document.printed.path
    return problems


def _touches(box, frame):
    return box.left < frame.right and frame.left < box.right and box.top < frame.bottom and frame.top < box.bottom


LONG = {
    "role": ("kit/roles/guide.yml", {"i_do": [wide(150)] * 4, "i_do_not": [wide(150)] * 3}, "Guide"),
    "card": ("kit/cards/mot.yml", {"question": wide(110), "hint": wide(160)}, "Un mot"),
    "story": (
        "cases/premier.yml",
        {"context": wide(1400), "intervention": wide(1600), "results": wide(1600)},
        "Un premier essai",
    ),
}


@pytest.mark.parametrize("name", LONG)
def test_text_that_cannot_fit_is_an_error_at_its_place(name, tiny_root, typeset_root):
    path, values, card = LONG[name]
    fill(tiny_root, path, **values)
    problems = outcome(tiny_root, typeset_root)
    assert problems
    first = problems[0]
    assert (first.path, first.code, first.params["card"]) == (path, "does_not_fit", card)
    key = next(iter(values)) if name != "story" else "results"
    rows = (tiny_root / path).read_text(encoding="utf-8").splitlines()
    assert rows[first.line - 1].lstrip(' "').startswith(key)
    assert int(first.params["over"]) > 0
    assert card in labels("fr").problem(first)


def test_a_poster_with_too_many_long_steps_is_an_error_at_the_step(tiny_root, typeset_root):
    step = {
        "title": wide(32),
        "aim": wide(120),
        "minutes": {"min": 5, "max": 10},
        "actions": {"guide": wide(120)},
    }
    fill(tiny_root, "kit/protocols/tour.yml", steps=[{"id": f"s{n}", **step} for n in range(12)])
    problems = outcome(tiny_root, typeset_root)
    assert {p.path for p in problems} == {"kit/protocols/tour.yml"}
    assert all(p.line > 1 for p in problems if p.code == "does_not_fit")


ONE_BY_ONE = [
    (path, name)
    for path, model in PLACES.items()
    for name in model.model_fields
    if limit(model, name) and name not in NOT_PRINTED and name not in {"roles", "steps", "record", "posture", "i_do"}
]


@pytest.mark.parametrize("word", ["WWWMW ", "W"], ids=["words", "one word"])
@pytest.mark.parametrize(("path", "name"), ONE_BY_ONE)
def test_a_text_at_its_limit_fits_or_is_an_error(path, name, word, tiny_root, typeset_root):
    model = PLACES[path]
    value = wide(limit(model, name), "ateliers " if name in FOOT else word)
    annotation = str(model.model_fields[name].annotation)
    if "tuple" in annotation:
        value = [wide(90, word)] * limit(model, name)
    fill(tiny_root, path, **{name: value})
    problems = outcome(tiny_root, typeset_root)
    assert {p.path for p in problems} <= {path}


@pytest.mark.parametrize("name", [n for n in Step.model_fields if limit(Step, n)])
def test_a_step_at_its_limit_fits_or_is_an_error(name, tiny_root, typeset_root):
    (step,) = typed(tiny_root / "kit/protocols/tour.yml")["steps"]
    fill(tiny_root, "kit/protocols/tour.yml", steps=[{**step, name: wide(limit(Step, name))}])
    assert {p.path for p in outcome(tiny_root, typeset_root)} <= {"kit/protocols/tour.yml"}


def test_remarks_at_their_limit_fit_or_are_an_error(tiny_root, typeset_root):
    remark = {"title": wide(limit(Remark, "title")), "text": wide(limit(Remark, "text"))}
    follow = {"when": wide(limit(FollowUp, "when")), "what": wide(limit(FollowUp, "what"))}
    fill(tiny_root, "kit/protocols/tour.yml", pitfalls=[remark] * 4)
    fill(tiny_root, "cases/premier.yml", adaptations=[remark] * 2, follow_up=[follow] * 2)
    assert {p.path for p in outcome(tiny_root, typeset_root)} <= {"cases/premier.yml"}


@pytest.mark.parametrize("text", ["日本語", "𓀀", "العربية", "\u0416"])
def test_letters_that_our_fonts_lack_are_an_error_not_a_blank(text, tiny_root, run):
    fill(tiny_root, "kit/roles/guide.yml", title=text)
    done = run("check", "--print", "--root", tiny_root)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("kit/roles/guide.yml:2:")
    assert any(letter in done.stderr for letter in text)


@pytest.mark.parametrize("edition", ["couleur", "eco", "gros-caracteres"])
@pytest.mark.parametrize("lines", [2, 3, 5])
def test_what_a_card_asks_ends_above_its_first_label_or_is_told(lines, edition, tiny_root, typeset_root):
    """The box for a question and its hint is as high as the label below it allows."""
    fields = ["Premier champ", "Deuxième champ", "Troisième champ", "Quatrième champ"]
    question, hint = ("mot " * 9 * lines)[:110].strip(), ("indice " * 8 * lines)[:160].strip()
    fill(tiny_root, "kit/cards/mot.yml", question=question, hint=hint, fields=fields)
    problems, documents = (), ()
    try:
        documents = typeset_root(tiny_root, edition=edition)
    except InvalidSource as error:
        problems = error.problems
    if problems:
        assert lines > 2
        assert {(p.path, p.code) for p in problems} == {("kit/cards/mot.yml", "does_not_fit")}
        return
    (deck,) = (d for d in documents if d.printed.printable.template == "writing-cards")
    page = deck.pages[0]
    text = "".join(c.text for c in page.chars)
    start = text.index("Premierchamp")
    # what is below the cards comes first in the page
    asked = [c.box for c in page.chars[:start] if c.box.bottom < page.height / 2]
    assert text[:start].count("mot") >= 9
    assert max(box.bottom for box in asked) < page.chars[start].box.top - 0.3
