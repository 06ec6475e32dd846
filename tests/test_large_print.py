"""The large-print edition of the real kit: every printable, on A4 and Letter, in each flip and for a print shop."""

import ctypes
import io
import itertools
import re
from functools import partial

import measure
import pikepdf
import pypdfium2.raw as pdfium
import pytest
from conftest import ROOT
from measure import Box, squeezed
from printed import DECKS, MALLETTE, SAMPLE

from mallette.imposition import Sheet
from mallette.quantities import copies
from mallette.reading import plain, read

LARGE = "gros-caracteres"
CHOICES = {
    "a4": {},
    "letter": {"paper": "letter"},
    "short": {"flip": "short-edge", "only": ["cartes-*"]},
    "fold": {"flip": "fold", "only": ["cartes-*"]},
    "letter-fold": {"flip": "fold", "paper": "letter", "only": ["cartes-*"]},
    "one-sided": {"flip": "none", "only": ["cartes-*"]},
    "shop": {"shop": True},
}
SHEETS = {"a4": "a4-2up", "letter": "letter-2up", "letter-fold": "letter-2up", "shop": "imprimeur-a5"}
LOOK = plain(read("look.yml", (ROOT / "templates/look.yml").read_bytes())[0])
STRONG = {family["strong"] for family in LOOK["families"].values()}
FORMS = {"record", "feelings"}
NEAR = 4.4
"""How near the edge, in mm: 5, but for a large j, which reaches a little to the left of where it is set."""


@pytest.fixture(scope="session")
def large(paper_root, typeset_root):
    """The documents of a choice, typeset once."""
    made = {}

    def large(name):
        if name not in made:
            made[name] = typeset_root(paper_root, SAMPLE, edition=LARGE, **CHOICES[name])
            assert len(made[name]) >= 6
        return made[name]

    return large


@pytest.fixture(params=CHOICES)
def variant(request, large):
    return request.param, large(request.param)


@pytest.fixture(params=["a4", "letter"])
def home(request, large):
    """The documents for a printer at home, by template."""
    found = {}
    for document in large(request.param):
        found.setdefault(document.printed.printable.template, []).append(document)
    return found


def sheet_of(name):
    path = ROOT / "templates/print/sheets" / f"{SHEETS.get(name, 'a4-2up')}.yml"
    return Sheet.model_validate(plain(read(path.name, path.read_bytes())[0]))


def typed(words):
    """Words as they are printed, without space."""
    return squeezed(words.replace("'", "’"))


def unbroken(words):
    """Words in a sentence that may be divided at the end of a line."""
    return typed(re.sub(r'"([^"]*)"', "«\\1»", words)).replace("...", "…").replace("-", "")


def opened(document):
    return pikepdf.open(io.BytesIO(document.data))


def colours(page):
    """The colours of the letters of a page."""
    opened = page.opened
    text = opened.get_textpage()
    found = set()
    for index in range(text.count_chars()):
        parts = [ctypes.c_uint() for _ in range(4)]
        if not chr(pdfium.FPDFText_GetUnicode(text, index)).isspace():
            assert pdfium.FPDFText_GetFillColor(text, index, *parts)
            found.add("#{:02X}{:02X}{:02X}".format(*(part.value for part in parts[:3])))
    return found


def test_letters_stand_out_from_their_ground(variant):
    """Words are in ink, in grey or in the strong colour of a family, on white or a tint; figures white on a solid."""
    seen = set().union(*(colours(page) for document in variant[1] for page in document.pages))
    assert seen <= {LOOK["ink"], LOOK["muted"], LOOK["paper"], *STRONG}
    assert seen >= STRONG
    for words in seen - {LOOK["paper"]}:
        assert measure.contrast(words, LOOK["paper"]) >= 7, words
    for family in LOOK["families"].values():
        assert measure.contrast(family["strong"], family["tint"]) >= 7, family
        assert measure.contrast(LOOK["ink"], family["tint"]) >= 7, family


def decks(found):
    chosen = [d for d in found if d.printed.printable.template in DECKS]
    assert {d.printed.printable.template for d in chosen} == DECKS
    return chosen


def fronts(name, document):
    """The pages with fronts, and the outlines of the cards on each: a print shop's have none but their place."""
    sheet = sheet_of(name)
    size = sheet.card.width, sheet.card.height
    alone = Box(10, 10, 10 + size[0], 10 + size[1])
    for number, page in enumerate(document.pages):
        frames = [alone] if name == "shop" and number % 2 == 0 else page.shapes_of(*size, 0.1)
        if frames:
            yield number, page, frames


def test_cards_are_about_a5_and_keep_5_mm_from_the_cut(variant):
    name, found = variant
    for document in decks(found):
        count = 0
        for _, page, frames in fronts(name, document):
            for frame in frames:
                assert frame.width >= 125
                assert frame.height >= 180
                near = [c for c in page.chars if frame.holds(Box(*c.box.centre, *c.box.centre))]
                assert near
                assert [c.text for c in near if not frame.holds(c.box, NEAR)] == [], document.printed.path
                count += 1
        subject, template = document.printed.subject, document.printed.printable.template
        roles, cards = [MALLETTE.roles[role] for role in subject.roles], MALLETTE.cards_of(subject)
        times = (lambda card: 1) if name == "shop" else partial(copies, subject)
        expected = {
            "role-cards": sum(map(times, roles)),
            "writing-cards": sum(map(times, cards)),
            "prompt-cards": len(subject.steps),
            # a sheet to print as often as there are people
            "rotation-cards": 1 if name == "shop" or "fold" in name else 2,
        }
        assert count == expected[template]


@pytest.mark.parametrize("name", ["fold", "letter-fold"])
def test_a_folded_card_meets_its_back(name, large):
    k = sheet_of(name).card.width / 95
    for document in decks(large(name)):
        for _, page, (frame,) in fronts(name, document):
            pattern = [s for s in page.shapes if 6.5 * k < s.width < 9 * k and s.left > page.width / 2]
            assert len(pattern) >= 20
            centre = (min(s.left for s in pattern) + max(s.right for s in pattern)) / 2
            assert centre - page.width / 2 == pytest.approx(page.width / 2 - frame.centre[0], abs=0.1)


def test_a_print_shop_cuts_a5(large):
    for document in decks(large("shop")):
        with opened(document) as pdf:
            for page in pdf.pages:
                left, bottom, right, top = (float(edge) * measure.MM for edge in page.trimbox)
                assert (right - left, top - bottom) == pytest.approx((148, 210), abs=0.1)


def test_badges_are_six_large_ones(home):
    for document in home["name-badges"]:
        (page,) = document.pages
        badges = [s for s in page.shapes if abs(s.width - 95) < 0.2 and s.height >= 75 - 0.1]
        assert len(badges) == 6
        for badge in badges:
            inside = [c for c in page.chars if badge.holds(Box(*c.box.centre, *c.box.centre))]
            assert all(badge.holds(c.box, NEAR) for c in inside)
            assert typed(document.printed.subject.title) in page.inside(badge)
            # room for a first name in letters of a felt pen
            lines = sorted(s.top for s in page.shapes if badge.holds(s) and s.height < 0.1 and s.width > 70)
            assert len(lines) == 2
            assert lines[0] - badge.top > 40


def place_of(page, words, after=0.0):
    """The first letter of some words, below a height."""
    chars = [c for c in page.chars if c.box.top >= after and c.text != "-"]
    at = "".join(c.text for c in chars).find(unbroken(words))
    assert at >= 0, words
    return chars[at].box


def test_the_facilitator_has_a_step_a_page_and_a_line_a_role(home):
    for document in home["step-sheet"]:
        protocol = document.printed.subject
        assert len(document.pages) == len(protocol.steps) + 3
        assert (
            place_of(document.pages[1], protocol.opening).bottom
            < place_of(document.pages[1], protocol.short_of_time).top
        )
        for step, page in zip(protocol.steps, document.pages[2:], strict=False):
            assert page.text.startswith(typed(step.title)) or typed(step.title) in page.text[:60]
            lead = step.instruction or step.aim
            start = place_of(page, lead).bottom
            names = [place_of(page, MALLETTE.roles[r].title, start) for r in protocol.roles if r in step.actions]
            acts = [place_of(page, step.actions[r], start) for r in protocol.roles if r in step.actions]
            assert max(box.left for box in acts) - min(box.left for box in acts) < 1.5
            assert [box.top for box in acts] == sorted(box.top for box in acts)
            assert all(name.left < act.left for name, act in zip(names, acts, strict=True))


def test_each_participant_reads_what_every_role_does(home):
    for document in home["participant-sheet"]:
        protocol, text = document.printed.subject, "".join(page.text for page in document.pages)
        said = squeezed(text).replace("-", "")
        for step in protocol.steps:
            assert unbroken(step.title) in said
            for action in step.actions.values():
                assert unbroken(action) in said, action


def test_a_story_is_whole_on_one_sheet(home):
    for document in home["story-sheet"]:
        said = "".join(page.text for page in document.pages).replace("-", "")
        for line in (*document.printed.subject.conditions, *document.printed.subject.if_again):
            assert unbroken(line) in said, line
        assert len(document.pages) == 2


def test_posters_stay_one_page_and_say_who_is_who(large):
    seen = set()
    for document in large("a4"):
        if document.printed.printable.template != "poster":
            continue
        (page,) = document.pages
        for name in document.printed.subject.roles:
            role = MALLETTE.roles[name]
            assert typed(role.title) in page.text
            assert (typed(role.in_a_sentence) in page.text) is (document.printed.printable.paper != "a4")
        for step in document.printed.subject.steps:
            assert typed(step.title) in page.text
        # on A4, where the aims of long protocols do not fit, the names of the steps stand alone
        aims = [typed(step.aim) in page.text for step in document.printed.subject.steps]
        assert all(aims) or (document.printed.printable.paper == "a4" and not any(aims)), document.printed.path
        seen.add(document.printed.printable.paper)
    assert seen == {"a0", "a1", "a2", "a3", "a4"}


def widgets(document):
    """The fields of a form: name (and choice), page, rectangle in mm, size of the letters typed in."""
    with opened(document) as pdf:
        for number, page in enumerate(pdf.pages):
            for widget in page.get("/Annots", ()):
                if widget.get("/F") == 2:
                    continue
                assert page.Tabs == "/S"
                name = str(widget.T) if "/T" in widget else str(widget.Parent.T)
                if "/Parent" in widget:
                    name += f":{next(key for key in widget.AP.N.keys() if key != '/Off')}"  # noqa: SIM118
                points = float(str(widget.DA).split()[1]) if "/DA" in widget else None
                yield name, number, [float(edge) * measure.MM for edge in widget.Rect], points


def test_forms_have_all_their_fields_with_room_for_large_letters(home, documents):
    for template in FORMS:
        for document in home[template]:
            (small,) = (
                d
                for d in documents.values()
                if d.printed.printable.template == template and d.printed.subject.id == document.printed.subject.id
            )
            found = list(widgets(document))
            assert {name for name, *_ in found} == {name for name, *_ in widgets(small)}
            assert len(document.pages) == 2, "one sheet, both sides"
            assert {number for _, number, *_ in found} == {0, 1}
            for name, number, (left, bottom, right, top), points in found:
                page = document.pages[number]
                assert left >= 5 <= bottom, name
                assert right <= page.width - 5, name
                assert top <= page.height - 5, name
                if points is not None:
                    assert points >= 14, name
                    assert top - bottom >= points * 1.2 * measure.MM, name


def test_no_field_lies_over_another(home):
    for template in FORMS:
        for document in home[template]:
            found = list(widgets(document))
            for n, (name, number, one, _) in enumerate(found):
                for other, at, two, _ in found[n + 1 :]:
                    apart = one[0] > two[2] or two[0] > one[2] or one[1] > two[3] or two[1] > one[3]
                    assert number != at or apart, (name, other)


def test_lines_to_write_on_are_11_mm_apart(home):
    for template in (*FORMS, "writing-cards"):
        for document in home[template]:
            # on its other side the record has a table
            for page in document.pages[:1] if template == "record" else document.pages:
                lines = sorted({round(s.top, 1) for s in page.shapes if s.height < 0.05 and s.width > 90})
                gaps = [below - above for above, below in itertools.pairwise(lines)]
                assert all(gap > 10.9 for gap in gaps), (document.printed.path, gaps)


def test_the_other_editions_are_as_they_were(documents):
    """Large print is an edition, not a new size for all."""
    few = [d for d in documents.values() if d.printed.subject.id in SAMPLE]
    smallest = min(c.points for d in few for page in d.pages for c in page.chars)
    assert smallest < 10
    assert not STRONG & set().union(*(colours(page) for d in few for page in d.pages))
