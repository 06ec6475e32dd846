"""The table of a cycle: fair to everyone, and whole on paper."""

from collections import Counter

import measure
import page as validator
import pytest
from conftest import ROOT
from filling import as_printed, filled, widgets
from hypothesis import given
from hypothesis import strategies as st
from measure import Box, squeezed

from mallette.errors import InvalidSource
from mallette.labels import labels, languages
from mallette.loading import load
from mallette.model.protocol import Cycle
from mallette.turns import turns

CYCLES = st.tuples(st.integers(1, 40), st.integers(1, 60), st.integers(1, 12)).filter(lambda c: c[0] >= c[2])
CHOICES = {
    "a4": {},
    "letter": {"paper": "letter"},
    "eco": {"edition": "eco"},
    "large": {"edition": "gros-caracteres"},
    "large-letter": {"edition": "gros-caracteres", "paper": "letter"},
}
VARIANTS = {"entraide-oral", "entraide-ressentis", "entraide-distance", "entraide-cycle"}


def within_one(numbers, people):
    counts = Counter(dict.fromkeys(range(1, people + 1), 0))
    counts.update(numbers)
    return set(counts) == set(range(1, people + 1)) and max(counts.values()) - min(counts.values()) <= 1


@given(CYCLES)
def test_nobody_has_two_roles_and_everyone_has_as_many_turns(cycle):
    people, sessions, roles = cycle
    table = turns(people, sessions, roles)
    assert [len(row) for row in table] == [roles] * sessions
    assert all(len(set(row)) == roles for row in table)
    for role in range(roles):
        assert within_one([row[role] for row in table], people)
    assert within_one([person for row in table for person in row], people)


def test_thirteen_people_hold_each_role_once_in_thirteen_sessions():
    table = turns(13, 13, 2)
    for role in range(2):
        assert sorted(row[role] for row in table) == list(range(1, 14))
    # the two turns of a person are far from each other
    for person in range(1, 14):
        first, second = (next(n for n, row in enumerate(table) if row[role] == person) for role in range(2))
        assert abs(first - second) >= 6


@given(st.integers(1, 12))
def test_as_many_people_as_roles_all_have_one(people):
    assert all(sorted(row) == list(range(1, people + 1)) for row in turns(people, 9, people))


# Faults, told at their place


def with_cycle(root, roles="[guide]", people=3, more="\n  sessions: 3"):
    """The smallest root, whose protocol has three roles and a cycle."""
    role = (root / "kit/roles/guide.yml").read_text(encoding="utf-8")
    for name in ("veilleur", "scribe", "absent"):
        (root / f"kit/roles/{name}.yml").write_text(role, encoding="utf-8")
    path = root / "kit/protocols/tour.yml"
    text = path.read_text(encoding="utf-8").replace("roles:\n  - guide\n", "roles: [guide, veilleur, scribe]\n")
    path.write_text(f"{text}cycle:\n  roles: {roles}\n  people: {people}{more}\n", encoding="utf-8")
    return path


FAULTS = {
    "unknown_roles": {"roles": "[gide]"},
    "role_not_listed": {"roles": "[guide, absent]"},
    "repeated_role": {"roles": "[guide, guide]"},
    "list_too_short": {"roles": "[]"},
    "too_small": {"people": 1},
    "too_large": {"people": 21},
    "cycle_people": {"roles": "[guide, veilleur, scribe]", "people": 2},
    "missing": {"more": ""},
}
PLACES = {"too_small": "people", "too_large": "people", "cycle_people": "people"}


@pytest.mark.parametrize("code", FAULTS)
def test_a_cycle_that_cannot_be_is_told_at_its_place(code, tiny_root):
    path = with_cycle(tiny_root, **FAULTS[code])
    with pytest.raises(InvalidSource) as caught:
        load(tiny_root)
    (problem,) = caught.value.problems
    assert (problem.path, problem.code) == ("kit/protocols/tour.yml", code)
    line = path.read_text(encoding="utf-8").splitlines()[problem.line - 1]
    assert line.strip().startswith(PLACES.get(code, "roles"))
    assert "\n" not in "".join(labels(language).problem(problem) for language in languages())


def test_a_cycle_is_read(tiny_root):
    with_cycle(tiny_root, roles="[guide, scribe]")
    cycle = load(tiny_root).mallette.protocols["tour"].cycle
    assert (cycle.people, cycle.sessions, cycle.roles) == (3, 3, ("guide", "scribe"))


def test_who_has_no_cycle_has_no_table():
    mallette = load(ROOT).mallette
    (table,) = (p for p in mallette.kit.printables if p.template == "cycle-table")
    assert [p.id for p in mallette.subjects(table)] == ["entraide-cycle"]
    other = mallette.protocols["atelier-entraide"].model_copy(update={"printables": (table.id,)})
    assert mallette.model_copy(update={"protocols": {other.id: other}}).subjects(table) == ()


# On paper


@pytest.fixture(scope="module")
def printed(typeset_root):
    """The table and the feedback sheet, each choice typeset once."""
    made = {}

    def printed(choice):
        if choice not in made:
            only = ["tableau-cycle", "retour-essai-feuille"]
            found = typeset_root(
                ROOT, {"entraide-cycle", "seance-test", "atelier-entraide"}, only=only, **CHOICES[choice]
            )
            made[choice] = {d.printed.printable.id: d for d in found}
            assert set(made[choice]) == set(only)
            assert {d.printed.subject.id for d in found} == {"entraide-cycle", "seance-test"}
        return made[choice]

    return printed


@pytest.mark.parametrize("choice", CHOICES)
def test_sheets_are_sound(printed, choice):
    smallest = 14 if choice.startswith("large") else 9
    for document in printed(choice).values():
        assert len(document.pages) == (2 if smallest == 14 else 1)
        assert validator.validate_pdf_bytes(document.data, profile="ua1").failures == []
        for page in document.pages:
            # a letter such as j reaches a little to the left of where it is set
            assert [c.text for c in page.chars if not page.box.holds(c.box, 4.6)] == []
            assert min(c.points for c in page.chars) >= smallest - 0.05
            assert page.collisions() == []


def rows_of(document, sessions, count):
    """The numbers of people in each row of the table: each stands before the field for a swap."""
    page, places = document.pages[0], widgets(document.data)

    def number(row, role):
        left, bottom, _, top = (edge * measure.MM for edge in places[f"instead_{row}_{role}"])
        return int(page.inside(Box(left - 14, page.height - top, left + 1, page.height - bottom)))

    return tuple(tuple(number(n, k) for k in range(1, count + 1)) for n in range(1, sessions + 1))


@pytest.mark.parametrize("choice", CHOICES)
def test_the_table_is_whole(printed, choice):
    document = printed(choice)["tableau-cycle"]
    cycle = document.printed.subject.cycle
    page = document.pages[0]
    assert rows_of(document, cycle.sessions, len(cycle.roles)) == turns(cycle.people, cycle.sessions, len(cycle.roles))
    assert squeezed("Facilitateur") in page.text
    assert squeezed("Séance 1 : comprendre le kit") in page.text
    names = document.pages[-1]
    frame = max((s for s in names.shapes if s.width > 50 and s.height > 150), key=lambda s: s.left)
    assert "".join(str(n) for n in range(1, cycle.people + 1)) in names.inside(frame)


@pytest.mark.parametrize("choice", ["a4", "letter", "large-letter"])
@pytest.mark.parametrize(("people", "sessions", "roles"), [(2, 2, 1), (20, 20, 2), (6, 20, 2), (20, 3, 3)])
def test_small_and_large_cycles_fit(people, sessions, roles, choice, typeset_root, monkeypatch):
    protocol = load(ROOT).mallette.protocols["entraide-cycle"]
    cycle = Cycle(people=people, sessions=sessions, roles=protocol.roles[:roles], note="W" * 20 + " " + "mot " * 30)
    monkeypatch.setattr("conftest.narrowed", lambda mallette, names: _with(mallette, protocol, cycle))
    (document,) = typeset_root(ROOT, {"entraide-cycle"}, only=["tableau-cycle"], **CHOICES[choice])
    assert len(document.pages) == (2 if choice.startswith("large") else 1)
    for page in document.pages:
        assert page.collisions() == []
        assert [c.text for c in page.chars if not page.box.holds(c.box, 4.6)] == []
    assert rows_of(document, sessions, roles) == turns(people, sessions, roles)


def _with(mallette, protocol, cycle):
    changed = protocol.model_copy(update={"cycle": cycle})
    return mallette.model_copy(update={"protocols": {protocol.id: changed}, "stories": {}})


def test_the_table_is_a_form(printed):
    document = printed("a4")["tableau-cycle"]
    found = set(widgets(document.data)) - {"protocol", "edition", "unread"}
    turned = {f"instead_{n}_{role}" for n in range(1, 14) for role in (1, 2)}
    assert found == {f"{name}_{n}" for name in ("date", "name") for n in range(1, 14)} | turned
    answers = {"date_1": "12 mars", "name_13": "Zoé", "instead_7_2": "Ali"}
    page = measure.pages(as_printed(filled(document.data, **answers)))[0]
    places = widgets(document.data)
    for name, answer in answers.items():
        left, bottom, right, top = (edge * measure.MM for edge in places[name])
        assert squeezed(answer) in page.inside(Box(left, page.height - top, right, page.height - bottom))
        assert page.collisions() == []


def test_feedback_is_a_form(printed):
    found = set(widgets(printed("a4")["retour-essai-feuille"].data)) - {"protocol", "edition", "unread"}
    texts = {"tried", "helped", "hindered", "change", "why"}
    assert found == texts | {f"use:{choice}" for choice in ("yes", "changed", "no")}


def test_a_filled_table_is_not_a_record(printed, run, tmp_path):
    path = tmp_path / "cycle.pdf"
    path.write_bytes(filled(printed("a4")["tableau-cycle"].data, name_1="Zoé"))
    done = run("record", "read", path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "cycle" in done.stderr


# The variants that use it


def test_variants_say_what_changes_alone():
    mallette = load(ROOT).mallette
    original = mallette.protocols["atelier-entraide"]
    assert {p.id for p in mallette.variants_of(original)} >= VARIANTS
    for name in VARIANTS:
        variant = mallette.protocols[name]
        assert variant.sources == original.sources
        assert variant.origin == original.origin
        assert variant.status == "to_review"
        assert variant.status_note
        kept = [step.id for step in variant.steps if step.id in {s.id for s in original.steps}]
        assert kept == [step.id for step in original.steps], "the same order"
    oral, ressentis, distance, cycle = (
        mallette.protocols[f"entraide-{name}"] for name in ("oral", "ressentis", "distance", "cycle")
    )
    assert mallette.cards_of(oral) == ()
    assert oral.minutes == original.minutes
    assert [m.printable for m in oral.materials if m.printable == "cartes-a-ecrire"] == []
    assert ressentis.steps[-1].id == "ressentis"
    assert ressentis.minutes.min == original.minutes.min + 5
    assert mallette.cards_of(distance) == ()
    assert (distance.minutes.min, distance.minutes.max) == (55, 80)
    assert [step.id for step in cycle.steps] == [step.id for step in original.steps]
    assert (cycle.cycle.people, cycle.cycle.sessions) == (13, 13)
    told = mallette.stories["entraide-collporterre-cycle"].protocols
    assert set(told) == {original.id, *VARIANTS} - {distance.id}
