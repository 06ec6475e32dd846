"""The overlay alone: nodes in, one node out, each part with the file and line that it comes from."""

import textwrap

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mallette.overlay import overlay
from mallette.reading import Fields, Items, place, plain, read

ORIGINAL = """
title: Un
room: Une salle
size:
  min: 1
  max: 2
tags:
  - a
  - b
steps:
  - id: un
    title: Premier
    who: Tout le monde
  - id: deux
    title: Deuxième
  - id: trois
    title: Troisième
"""


def node(text, path="x.yml"):
    found, problems = read(path, textwrap.dedent(text).encode())
    assert problems == []
    return found


def merged(changes, original=ORIGINAL, **how):
    found, problems = overlay(node(original), node(changes, "y.yml"), **how)
    return plain(found), [(p.path, p.line, p.column, p.code) for p in problems]


def order(changes):
    data, problems = merged(f"steps:\n{textwrap.indent(textwrap.dedent(changes), '  ')}")
    assert problems == []
    return " ".join(step["id"] for step in data["steps"])


def test_mappings_merge_by_key_and_texts_and_lists_are_replaced():
    data, problems = merged("title: Deux\nsize: {max: 5, ideal: 3}\ntags: [c]\nnew: x\n")
    assert problems == []
    assert data["title"] == "Deux"
    assert data["size"] == {"min": "1", "max": "5", "ideal": "3"}
    assert data["tags"] == ["c"]
    assert list(data) == ["title", "room", "size", "tags", "steps", "new"]
    assert data["steps"] == plain(node(ORIGINAL))["steps"]


def test_a_key_with_nothing_behind_it_changes_nothing():
    assert merged("title:\nroom:\nsize:\n  min:\nother:\n") == (plain(node(ORIGINAL)), [])


def test_drop_takes_keys_out_before_the_rest_is_laid_over():
    data, problems = merged("drop: [room, size, steps]\nsize: {min: 9}\nsteps:\n  - id: seul\n")
    assert problems == []
    assert "room" not in data
    assert data["size"] == {"min": "9"}
    assert data["steps"] == [{"id": "seul"}]


def test_elements_merge_by_id_in_the_order_of_the_original():
    data, problems = merged("steps:\n  - id: trois\n    title: 3\n  - id: un\n    title: 1\n    drop: [who]\n")
    assert problems == []
    assert data["steps"] == [
        {"id": "un", "title": "1"}, {"id": "deux", "title": "Deuxième"}, {"id": "trois", "title": "3"}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ("- {id: x}", "un deux trois x"),
        ("- {id: x, after: un}", "un x deux trois"),
        ("- {id: x, after: trois}", "un deux trois x"),
        ("- {id: x, before: un}", "x un deux trois"),
        ("- {id: x, after: un}\n- {id: y, after: un}", "un x y deux trois"),
        ("- {id: x, before: un}\n- {id: y, before: un}", "x y un deux trois"),
        ("- {id: y, after: x}\n- {id: x, after: un}", "un x y deux trois"),
        ("- {id: trois, before: un}", "trois un deux"),
        ("- {id: un, drop: oui}", "deux trois"),
        ("- {id: deux, drop: yes}\n- {id: x, after: deux}", "un x trois"),
        ("- {id: un, title: 1}\n- {id: deux, drop: 'true'}", "un trois"),
    ],
)
def test_elements_find_their_place(changes, expected):
    assert order(changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ("drop: [rom]", (1, 8, "overlay_not_there")),
        ("drop: room", (1, 7, "overlay_drop")),
        ("drop: [[room]]", (1, 8, "overlay_drop")),
        ("size: {drop: oui}", (1, 14, "overlay_drop")),
        ("steps: [{title: x}]", (1, 9, "overlay_without_id")),
        ("steps: [un]", (1, 9, "overlay_without_id")),
        ("steps: [{id: un}, {id: un}]", (1, 24, "overlay_twice")),
        ("steps: [{id: un, drop: non}]", (1, 24, "overlay_drop")),
        ("steps: [{id: dix, drop: oui}]", (1, 14, "overlay_not_there")),
        ("steps: [{id: x, after: dix}]", (1, 24, "overlay_place")),
        ("steps: [{id: x, before: [un]}]", (1, 25, "overlay_place")),
        ("steps: [{id: x, before: un, after: un}]", (1, 29, "overlay_two_places")),
        ("steps: [{id: x, after: x}]", (1, 9, "overlay_circle")),
    ],
)
def test_each_fault_is_at_its_place(changes, expected):
    _, problems = merged(changes)
    assert problems == [("y.yml", *expected)]


def test_a_long_chain_is_no_trap():
    chain = "".join(f"  - {{id: x{n}, after: x{n - 1}}}\n" for n in range(900, 0, -1))
    data, problems = merged(f"steps:\n{chain}  - id: x0\n")
    assert problems == []
    assert [step["id"] for step in data["steps"]] == ["un", "deux", "trois", *(f"x{n}" for n in range(901))]


def test_lists_without_ids_merge_element_by_element_if_they_are_aligned():
    original = "tags: [a, b]\nsources:\n  - {title: A, year: 1}\n  - {title: B, year: 2}\n"
    changes = "tags: [x, y]\nsources:\n  -\n  - title: Y\n"
    data, problems = merged(changes, original, aligned=True)
    assert problems == []
    assert data == {"tags": ["x", "y"], "sources": [{"title": "A", "year": "1"}, {"title": "Y", "year": "2"}]}
    assert merged(changes, original)[0]["sources"] == ["", {"title": "Y"}]


def test_each_part_keeps_its_file_and_line():
    found, _ = overlay(node(ORIGINAL), node("room: Dehors\nsteps:\n  - id: deux\n    aim: Voir\n", "y.yml"))
    assert place(found, ("title",)) == ("x.yml", 2, 8)
    assert place(found, ("room",)) == ("y.yml", 1, 7)
    assert place(found, ("steps", 0, "title")) == ("x.yml", 12, 12)
    assert place(found, ("steps", 1, "title")) == ("x.yml", 15, 12)
    assert place(found, ("steps", 1, "aim")) == ("y.yml", 4, 10)
    assert place(found, ("steps", 1, "title"), key=True) == ("x.yml", 15, 5)
    assert place(found, ("steps", 1, "aim"), key=True) == ("y.yml", 4, 5)
    # what is missing in a mapping that was changed is missing in the file that changes it
    assert place(found, ("steps", 1, "minutes")) == ("y.yml", 3, 5)
    assert place(found, ("steps", 0, "minutes")) == ("x.yml", 11, 5)


words = st.text("abc", min_size=1, max_size=3)
values = st.recursive(
    words,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(words, inner, max_size=3),
        st.lists(words, unique=True, min_size=1, max_size=3).map(lambda ids: [{"id": name, "b": name} for name in ids]),
    ),
    max_leaves=12,
)
files = st.dictionaries(words, values, min_size=1, max_size=4).map(lambda data: yaml.safe_dump(data, sort_keys=False))


@given(files, st.booleans())
def test_an_empty_overlay_changes_nothing(text, aligned):
    original = node(text)
    assert overlay(original, node("{}", "y.yml"), aligned=aligned) == (original, [])


@given(files, st.booleans())
def test_an_overlay_that_says_the_same_changes_nothing_but_the_marks(text, aligned):
    found, problems = overlay(node(text), node(text, "y.yml"), aligned=aligned)
    assert problems == []
    assert plain(found) == plain(node(text))


@given(files, files)
def test_every_part_is_one_of_the_original_or_of_the_changes(text, changes):
    def parts(whole):
        yield whole.path, whole.line, whole.column
        for value in (
            whole.values.values() if isinstance(whole, Fields) else whole.values if isinstance(whole, Items) else ()
        ):
            yield from parts(value)

    original, other = node(text), node(changes, "y.yml")
    found, _ = overlay(original, other)
    assert set(parts(found)) <= set(parts(original)) | set(parts(other))
