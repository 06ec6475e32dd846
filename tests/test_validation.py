import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mallette.labels import labels, languages
from mallette.model import CaseStory, Kit, Protocol, Role, WritingCard
from mallette.model.text import Model
from mallette.reading import read
from mallette.validation import closest, validate

MODELS = (Kit, Protocol, Role, WritingCard, CaseStory)


def problems_of(text, model=Role, **given):
    node, problems = read("x.yml", text.encode())
    assert problems == []
    return validate(model, node, **{"id": "x", **given})[1]


def test_a_fault_points_at_its_value_and_an_unknown_key_at_itself():
    found = problems_of("title: Guide\nin_a_sentense: é\ni_do: un\n  deux\nicon: []\n")
    places = {(p.line, p.column, p.code, p.params.get("key")) for p in found}
    assert (2, 1, "unknown_key", "in_a_sentense") in places
    assert (3, 7, "want_list", "i_do") in places
    assert (5, 7, "want_text", "icon") in places
    assert (1, 1, "missing", "colour") in places
    assert next(p for p in found if p.code == "unknown_key").hint == "in_a_sentence"


def test_a_missing_field_below_points_at_the_element_it_misses_in():
    text = "title: x\nsources:\n  - title: un\n  - publisher: deux\n"
    (found,) = (p for p in problems_of(text) if p.params.get("key") == "title")
    assert (found.line, found.column, found.code) == (4, 5, "missing")


def test_a_key_that_the_file_may_not_give_is_refused():
    assert ("id", "unknown_key") in {(p.params["key"], p.code) for p in problems_of("id: autre\n")}


@pytest.mark.parametrize("name", ["con", "nul", "com1", "a--b", "-a", "a-", "é", "a" * 61, "..", "a/b", ""])
def test_an_identifier_is_a_name_that_works_everywhere(name):
    assert ("identifier", "x.yml") in {(p.code, p.path) for p in problems_of("title: x\n", id=name)}


@pytest.mark.parametrize("typed", ["oui", "Oui", "yes", "true", "non", "no", "NO", "false"])
def test_yes_and_no_are_what_people_write(typed):
    assert not [p for p in problems_of(f"rotates: {typed}\n") if p.code != "missing"]


@pytest.mark.parametrize(
    "url",
    ["http://a.b/", "javascript:alert(1)", "https://", "https://a b.c/", "https://u:p@a.b/", "//a.b", "https://a@b.c"],
)
def test_an_address_is_https_without_password(url):
    found = problems_of(f"sources:\n  - title: x\n    url: '{url}'\n")
    assert "address" in {p.code for p in found}


@pytest.mark.parametrize(("word", "known", "found"), [("titel", ["title", "x"], "title"), ("z", ["title"], None)])
def test_the_closest_word_is_proposed(word, known, found):
    assert closest(word, known) == found


def fields_below(model, seen):
    """Every field name of a model and of the models in it."""
    if model not in seen:
        seen.add(model)
        yield from model.model_fields
        for field in model.model_fields.values():
            for inner in inner_models(field.annotation):
                yield from fields_below(inner, seen)


def inner_models(annotation):
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from inner_models(part)


NAMES = sorted({name for model in MODELS for name in fields_below(model, set())})
TYPED = ["", "x", "3", "-1", "9" * 30, "oui", "2026-01-01", "https://a.b", "reviewed", "a4", "x" * 4000]
SCALARS = st.sampled_from(TYPED)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | SCALARS, inner, max_size=4),
    max_leaves=8,
)


def as_yaml(value):
    if isinstance(value, list):
        return f"[{', '.join(map(as_yaml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{as_yaml(k)}: {as_yaml(v)}' for k, v in value.items())}}}"
    return f'"{value}"'


def test_the_names_to_try_were_found():
    assert {"title", "steps", "participants", "by_role", "minutes", "consent"} <= set(NAMES)


@pytest.mark.parametrize("model", MODELS)
@given(data=st.data())
@settings(max_examples=150)
def test_whatever_the_fault_there_are_words_for_it(model, data):
    known = st.dictionaries(st.sampled_from(sorted(model.model_fields)), VALUES, min_size=1, max_size=6)
    node, problems = read("x.yml", as_yaml(data.draw(known)).encode())
    if node is not None:
        problems = validate(model, node, id="x")[1]
    assert problems
    for problem in problems:
        for language in languages():
            assert labels(language).problem(problem).startswith("x.yml:1:")
