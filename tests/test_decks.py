"""Cards printed on both sides: each back behind its front, measured in the PDF."""

import pytest
from conftest import ROOT
from measure import Box, squeezed
from printed import DECKS, MALLETTE, SHEET, each, frames

from mallette import imposition
from mallette.quantities import copies


def backs_behind_fronts(document, sheet):
    """Measured in the PDF: the pattern of each back lies in the middle of the card that is in front of it."""
    assert len(document.pages) % 2 == 0
    subject, template = document.printed.subject, document.printed.printable.template
    titles = {card.title for card in MALLETTE.decks(subject).get(template, ())} if subject.id != "tour" else set()
    if template == "prompt-cards":
        titles = {step.title for step in subject.steps}
    if subject.id == "tour":
        titles |= {"Guide", "Un mot"}
    if template == "rotation-cards":
        titles = {"Mon parcours"}
    titles = sorted((squeezed(title.replace("'", "’")) for title in titles), key=len, reverse=True)
    seen = 0
    for front, back in zip(document.pages[::2], document.pages[1::2], strict=True):
        shapes = [s for s in back.shapes if 6.5 < s.width < 9 and 6.5 < s.height < 9]
        assert frames(front)
        for frame in frames(front):
            if sheet.flip == "long-edge":
                left, top = front.width - frame.right, frame.top
            else:
                left, top = frame.left, front.height - frame.bottom
            behind = Box(left, top, left + frame.width, top + frame.height)
            pattern = [s for s in shapes if behind.holds(s)]
            assert len(pattern) >= 20
            xs, ys = [x for s in pattern for x in (s.left, s.right)], [y for s in pattern for y in (s.top, s.bottom)]
            assert (min(xs) + max(xs)) / 2 == pytest.approx(behind.centre[0], abs=0.1)
            assert (min(ys) + max(ys)) / 2 == pytest.approx(behind.centre[1], abs=0.1)
            title = next(title for title in titles if title in front.inside(frame))
            assert title in back.inside(behind)
            upright = {char.degrees for char in back.chars if behind.holds(char.box)}
            assert upright == {0 if sheet.flip == "long-edge" else 180}
            shapes = [s for s in shapes if s not in pattern]
            seen += 1
        assert shapes == [], "a back without a front"
    return seen


def test_each_back_lies_behind_its_front(documents):
    for document in each(documents, *DECKS):
        subject, template = document.printed.subject, document.printed.printable.template
        roles, cards = [MALLETTE.roles[role] for role in subject.roles], MALLETTE.cards_of(subject)
        count = {
            "role-cards": sum(copies(subject, role) for role in roles),
            "writing-cards": sum(card.copies for card in cards),
            "prompt-cards": len(subject.steps),
            "rotation-cards": 4,
        }[template]
        assert backs_behind_fronts(document, SHEET) == count


def test_a_part_filled_last_sheet_was_measured(documents):
    assert any(len(frames(d.pages[-2])) < 4 for d in each(documents, *DECKS))


def test_text_of_cards_keeps_5_mm_from_the_cut(documents):
    for document in each(documents, *DECKS):
        for front in document.pages[::2]:
            for frame in frames(front):
                # a letter such as j reaches a little to the left of where it is set
                near = [c for c in front.chars if frame.holds(c.box) and not frame.holds(c.box, 4.6)]
                assert near == [], document.printed.path


@pytest.fixture(params=["long-edge", "short-edge"])
def sheet(request, tiny_root):
    """A root of five cards, on sheets that turn round one edge or the other."""
    own = tiny_root / "templates/print/sheets"
    own.mkdir(parents=True)
    shipped = (ROOT / "templates/print/sheets/a4-4up.yml").read_text(encoding="utf-8")
    (own / "a4-4up.yml").write_text(shipped.replace("flip: long-edge", f"flip: {request.param}"), encoding="utf-8")
    with (tiny_root / "kit/roles/guide.yml").open("a", encoding="utf-8") as role:
        role.write("copies: 5\n")
    return SHEET.model_copy(update={"flip": request.param})


def deck_of(root, typeset_root):
    return next(d for d in typeset_root(root) if d.printed.printable.template == "role-cards")


def test_each_way_of_turning_the_paper(sheet, tiny_root, typeset_root):
    deck = deck_of(tiny_root, typeset_root)
    assert len(deck.pages) == 4
    assert backs_behind_fronts(deck, sheet) == 5
    assert "bordlong" in deck.pages[0].text or sheet.flip == "short-edge"
    assert "bordcourt" in deck.pages[0].text or sheet.flip == "long-edge"


def test_the_check_sees_backs_that_are_not_mirrored(sheet, tiny_root, typeset_root, monkeypatch):
    monkeypatch.setattr(imposition, "mirrored", lambda slot, sheet: slot)
    with pytest.raises(AssertionError):
        backs_behind_fronts(deck_of(tiny_root, typeset_root), sheet)


ROTATION = """
  - id: cartes-parcours
    title: Cartes parcours
    template: rotation-cards
    about: protocol
    sheet: a4-4up
    flip: long-edge
    needs: rotation
    use: Pour changer de table.
"""
STEP = """
  - id: tour-{n}
    title: Rencontre {n}
    aim: Parler.
    minutes: {{min: 5, max: 10}}
    actions: {{guide: J'écoute.}}
    rotation: Tout le monde change de table.
"""


def paths(root, typeset_root, steps, asked=""):
    """The rotation cards of a protocol with so many steps that say who moves, or none."""
    kit, protocol = root / "kit/kit.yml", root / "kit/protocols/tour.yml"
    kit.write_text(kit.read_text(encoding="utf-8").rstrip() + ROTATION, encoding="utf-8")
    more = "".join(STEP.format(n=n) for n in range(1, steps + 1))
    text = protocol.read_text(encoding="utf-8").replace("\ntiming_note", f"{more or chr(10)}timing_note")
    protocol.write_text(text + asked, encoding="utf-8")
    return next((d for d in typeset_root(root) if d.printed.printable.template == "rotation-cards"), None)


@pytest.mark.parametrize(("steps", "rounds"), [(1, 3), (2, 2), (4, 4), (11, 11)])
def test_a_rotation_card_has_a_place_for_each_table(steps, rounds, tiny_root, typeset_root):
    deck = paths(tiny_root, typeset_root, steps)
    assert backs_behind_fronts(deck, SHEET) == 4
    for frame in frames(deck.pages[0]):
        inside = [shape for shape in deck.pages[0].shapes if frame.holds(shape)]
        assert len([box for box in inside if abs(box.width - 13) < 0.2]) == rounds
        titles = [f"Rencontre{n}" for n in range(1, steps + 1)] if 1 < steps < 5 else []
        titles += ["Tour1", "Tour2", "Tour3"] if steps == 1 else []
        said = deck.pages[0].inside(frame)
        assert all(title in said for title in titles)
        lines = [line for line in inside if line.height < 0.1 and line.width > 25]
        assert len(lines) > rounds  # and one for the name


def test_no_rotation_cards_where_nobody_moves(tiny_root, typeset_root):
    assert paths(tiny_root, typeset_root, 0) is None


def test_a_protocol_may_ask_for_rotation_cards(tiny_root, typeset_root):
    assert paths(tiny_root, typeset_root, 0, "printables: [cartes-parcours]\n") is not None
