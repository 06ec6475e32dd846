"""Booklets: the order of their pages, and what is really on their sheets."""

import dataclasses
import functools
import io
import re

import measure
import page as validator
import pikepdf
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from measure import Box, squeezed

from mallette.artifact import BLEED_MM, SLUG_MM
from mallette.errors import MalletteError
from mallette.folding import Side, sides, spot
from mallette.loading import load
from mallette.pdf import typeset
from mallette.printables import plans
from mallette.selection import named, select
from mallette.templating import words_for

PAGES = st.integers(4, 400)
BOOKLETS = ("livret", "livret-recits")
LOADED = load(ROOT)
KIT = LOADED.mallette.kit
EDITIONS = [
    {},
    {"flip": "long-edge"},
    {"paper": "letter"},
    {"edition": "eco"},
    {"edition": "gros-caracteres"},
    {"shop": True},
]


@functools.cache
def job(name, **choices):
    (found,) = [
        plan.job() for plan in plans(LOADED, ROOT, words_for(ROOT, "fr"), select(KIT.printables, [name], **choices))
    ]
    return found


@functools.cache
def made(name, **choices):
    """A booklet, and the same before its pages go on sheets."""
    asked = job(name, **choices)
    return typeset(asked, KIT.date), typeset(dataclasses.replace(asked, sheet=None), KIT.date)


@pytest.fixture(params=BOOKLETS)
def name(request):
    return request.param


# The order


def read_through(found):
    """The pages as one who turns the leaves of the folded pile reads them: down the right halves, up the left ones."""
    leaves = [(found[n], found[n + 1]) for n in range(0, len(found), 2)]
    inwards = [number for front, back in leaves for number in (front.right, back.left)]
    outwards = [number for front, back in reversed(leaves) for number in (back.right, front.left)]
    return inwards + outwards


@given(pages=PAGES, turned=st.booleans())
def test_the_folded_sheets_are_read_in_order(pages, turned):
    found = sides(pages, turned=turned)
    assert len(found) == 2 * -(-pages // 4)
    assert [number for number in read_through(found) if number] == list(range(1, pages + 1))
    assert all(number is None for number in read_through(found)[pages:])
    assert {side.turned for side in found[::2]} == {False}
    assert {side.turned for side in found[1::2]} == {turned}


@given(pages=PAGES)
def test_each_page_has_its_other_side_behind_it(pages):
    found = sides(pages)
    for front, back in zip(found[::2], found[1::2], strict=True):
        # what is at the left of a front is behind the right half of its back
        for recto, verso in ((front.right, back.left), (back.right, front.left)):
            assert recto % 2 == 1 if recto else verso is None
            assert verso in (recto and recto + 1, None)


@given(pages=PAGES, data=st.data())
def test_a_change_of_the_order_is_seen(pages, data):
    found = sides(pages)
    one, other = data.draw(st.lists(st.integers(0, len(found) - 1), min_size=2, max_size=2, unique=True))
    found[one], found[other] = found[other], found[one]
    assert read_through(found)[:pages] != list(range(1, pages + 1))
    mirrored = [Side(side.right, side.left) for side in sides(pages)]
    assert read_through(mirrored)[:pages] != list(range(1, pages + 1))


LENGTH = st.floats(50, 500)


@given(width=LENGTH, height=LENGTH, more=st.floats(0, 100), turned=st.booleans())
def test_two_pages_lie_side_by_side_against_the_fold(width, height, more, turned):
    sheet = (2 * width + more, height + more)
    boxes = []
    for right in (False, True):
        place = spot((width, height), sheet, right=right, turned=turned)
        (x0, y0), (x1, y1) = place.point(0, 0), place.point(width, height)
        assert (abs(x1 - x0), abs(y1 - y0)) == pytest.approx((width, height))
        assert (x1 > x0) is (y1 > y0) is not turned
        boxes.append((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    left, right = sorted(boxes)
    assert left[2] == pytest.approx(sheet[0] / 2) == right[0]
    assert min(left[:2]) >= -1e-9
    assert right[2] <= sheet[0] + 1e-9


# The sheets, measured


def halves(page):
    return Box(0, 0, page.width / 2, page.height), Box(page.width / 2, 0, page.width, page.height)


def numbers(page):
    """The number of each page on a side of a sheet and where it is: the large figures at the foot of the page."""
    found = []
    for half in halves(page):
        feet = [Box(half.left, page.height - 15, half.right, page.height), Box(half.left, 0, half.right, 15)]
        figures = [c for c in page.chars if c.text.isdigit() and c.points > 12.5 and any(f.holds(c.box) for f in feet)]
        if not figures:
            found.append(None)
            continue
        figures.sort(key=lambda c: c.box.left, reverse=figures[0].degrees == 180)
        edges = [edge for c in figures for edge in (c.box.left, c.box.right)]
        place = Box(min(edges), figures[0].box.top, max(edges), figures[0].box.bottom)
        found.append((int("".join(c.text for c in figures)), place))
    return found


@pytest.mark.parametrize("choices", [{}, {"flip": "long-edge"}, {"paper": "letter"}])
def test_each_page_lies_where_folding_wants_it(name, choices):
    done, plain = made(name, **choices)
    pages = measure.pages(done.pdf)
    assert done.pages == len(pages) == plain.pages / 2
    turned = choices.get("flip") == "long-edge"
    for n, (page, side) in enumerate(zip(pages, sides(plain.pages, turned=turned), strict=True)):
        wanted = [number if 1 < number < plain.pages else None for number in (side.left, side.right)]
        if side.turned:
            wanted.reverse()
        assert [found and found[0] for found in numbers(page)] == wanted, n
        assert {char.degrees for char in page.chars} == {180 if side.turned else 0}


@pytest.mark.parametrize("choices", [{}, {"flip": "long-edge"}])
def test_each_number_has_the_next_behind_it(name, choices):
    pages = measure.pages(made(name, **choices)[0].pdf)
    seen = 0
    for front, back in zip(pages[::2], pages[1::2], strict=True):
        behind = dict(filter(None, numbers(back)))
        for number, place in filter(None, numbers(front)):
            other = behind[number + 1 if number % 2 else number - 1]
            if choices:
                assert other.centre[0] == pytest.approx(place.centre[0], abs=4)
                assert other.centre[1] == pytest.approx(front.height - place.centre[1], abs=0.5)
            else:
                assert other.centre[0] == pytest.approx(front.width - place.centre[0], abs=4)
                assert other.centre[1] == pytest.approx(place.centre[1], abs=0.5)
            seen += 1
    assert seen == len(pages) - 2


def test_the_sheets_show_the_pages_unchanged(name):
    for choices in ({}, {"flip": "long-edge"}):
        done, plain = made(name, **choices)
        singles = [page.text for page in measure.pages(plain.pdf)]
        for page, side in zip(measure.pages(done.pdf), sides(plain.pages, turned=bool(choices)), strict=True):
            places = (side.right, side.left) if side.turned else (side.left, side.right)
            shown, wanted = [page.inside(half) for half in halves(page)], [singles[n - 1] for n in places]
            if side.turned:
                # the same letters: the reader of pages loses its way among lines that are upside down
                shown, wanted = ([sorted(filter(str.isalnum, text)) for text in texts] for texts in (shown, wanted))
            assert shown == wanted


@pytest.mark.parametrize(
    ("choices", "size"),
    [
        ({}, (297, 210)),
        ({"paper": "letter"}, (279.4, 215.9)),
        ({"edition": "gros-caracteres"}, (210, 297)),
        ({"edition": "gros-caracteres", "paper": "letter"}, (215.9, 279.4)),
        ({"shop": True}, (148 + 2 * SLUG_MM, 210 + 2 * SLUG_MM)),
    ],
)
def test_the_paper(name, choices, size):
    done, _ = made(name, **choices)
    with pikepdf.open(io.BytesIO(done.pdf)) as pdf:
        assert len(pdf.pages) == done.pages
        for page in pdf.pages:
            media, trim = ([float(x) * measure.MM for x in box] for box in (page.mediabox, page.trimbox))
            assert media == pytest.approx([0, 0, *size], abs=0.1)
            inset = SLUG_MM if choices.get("shop") else 0
            assert trim == pytest.approx([inset, inset, size[0] - inset, size[1] - inset], abs=0.1)
            if inset:
                bleed = [float(x) * measure.MM for x in page.bleedbox]
                assert bleed[0] == pytest.approx(SLUG_MM - BLEED_MM, abs=0.1)
    assert done.pages % (4 if choices.get("shop") else 2) == 0


def test_the_covers_of_a_print_shop_run_off_the_trim(name):
    pages = measure.pages(made(name, shop=True)[0].pdf)
    bleed = (148 + 2 * BLEED_MM, 210 + 2 * BLEED_MM)
    assert [len(page.shapes_of(*bleed)) for page in pages] == [1, *[0] * (len(pages) - 2), 1]


def test_a_mark_at_both_ends_of_the_fold_of_each_front(name):
    for n, page in enumerate(measure.pages(made(name)[0].pdf)):
        marks = [shape for shape in page.shapes_of(0, 4, 0.05) if abs(shape.centre[0] - page.width / 2) < 0.05]
        assert [round(mark.top) for mark in sorted(marks, key=lambda m: m.top)] == ([] if n % 2 else [4, 202]), n
    with pikepdf.open(io.BytesIO(made(name)[0].pdf)) as pdf:
        assert pdf.pages[0].Contents.read_bytes().startswith(b"/Artifact BMC")


def test_nothing_is_written_near_an_edge_or_in_the_fold(name):
    for choices in ({}, {"flip": "long-edge"}, {"paper": "letter"}, {"edition": "eco"}):
        for number, page in enumerate(measure.pages(made(name, **choices)[0].pdf)):
            for half in halves(page):
                inside = [char for char in page.chars if half.holds(Box(*char.box.centre, *char.box.centre))]
                assert inside
                out = [char for char in inside if not half.holds(char.box, 5)]
                assert out == [], (choices, number, "".join(char.text for char in out))
                fold = page.width / 2
                assert [c for c in inside if abs(c.box.centre[0] - fold) < 11] == []


@pytest.mark.parametrize("choices", EDITIONS)
def test_letters_are_large_enough_and_apart(name, choices):
    floor = 14 if choices.get("edition") == "gros-caracteres" else 9
    for page in measure.pages(made(name, **choices)[0].pdf):
        assert min(char.points for char in page.chars) >= floor - 0.01
        assert page.collisions() == []


# What they say


def test_pages_before_the_back_cover_are_ruled_and_no_page_is_blank(name):
    plain = measure.pages(made(name)[1].pdf)
    assert len(plain) % 4 == 0
    notes = [n for n, page in enumerate(plain) if page.text.startswith("Mesnotes")]
    assert notes == list(range(len(plain) - 1 - len(notes), len(plain) - 1))
    assert len(notes) < 4
    for n in notes:
        lines = [shape for shape in plain[n].shapes if shape.width > 100 and shape.height < 0.1]
        assert len(lines) > 10
    assert all(page.text for page in plain)


def letters(text):
    """Letters and figures alone: lines break anywhere, and typography is not what is tested here."""
    return re.sub(r"[^\w]+", "", text.replace("œ", "oe"))


def test_the_whole_kit_is_there():
    said = "".join(letters(page.text) for page in measure.pages(made("livret")[1].pdf))
    mallette = LOADED.mallette
    wanted = [KIT.title, KIT.tagline, KIT.credit_line, *(credit.name for credit in KIT.credits)]
    for protocol in mallette.originals:
        wanted += [protocol.title, protocol.summary, protocol.purpose, *protocol.posture, protocol.follow_up or ""]
        wanted += [text for pitfall in protocol.pitfalls for text in (pitfall.title, pitfall.text)]
        for step in protocol.steps:
            wanted += [step.title, step.aim, step.instruction or "", step.rotation or "", *step.actions.values()]
        wanted += [mallette.roles[role].in_a_sentence for role in protocol.roles]
    assert len(wanted) > 300
    assert [text for text in wanted if letters(text)[:25] not in said] == []


def began(plain, title):
    """The number of the only page that has this as its large title."""
    large = ["".join(char.text for char in page.chars if char.points > 20) for page in plain]
    (found,) = (n for n, words in enumerate(large, 1) if letters(words) == letters(title))
    return found


def told(name):
    """What the chapters of a booklet are about."""
    mallette = LOADED.mallette
    return list(mallette.stories.values() if name == "livret-recits" else mallette.originals)


def test_contents_say_on_which_page_each_chapter_begins(name):
    plain = measure.pages(made(name)[1].pdf)
    contents = [page for page in plain[1:5] if "Sommaire" in page.text[:10] or "Sommaire" in page.text[-80:]]
    for item in told(name):
        title = squeezed(item.title.replace("'", "’"))
        page = next(page for page in contents if title in page.text)
        line = page.chars[page.text.index(title)].box.centre[1]
        right = Box(page.width - 30, line - 1.5, page.width, line + 1.5)
        assert page.inside(right) == str(began(plain, item.title)), item.id


# Tags, links and bookmarks


def glyphs(stream):
    """What is drawn in each numbered part of a page or a drawing."""
    found, open_parts = {}, []
    for operands, operator in pikepdf.parse_content_stream(stream):
        match str(operator):
            case "BDC" | "BMC":
                numbered = len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]
                open_parts.append(int(operands[1].MCID) if numbered else None)
            case "EMC":
                open_parts.pop()
            case "TJ" | "Tj":
                assert open_parts, "text that no tag knows"
                if open_parts[-1] is not None:
                    text = operands[0] if isinstance(operands[0], pikepdf.Array) else [operands[0]]
                    shown = b"".join(bytes(part) for part in text if isinstance(part, pikepdf.String))
                    found[open_parts[-1]] = found.get(open_parts[-1], b"") + shown
    return found


def spoken(pdf):
    """The tags of a document in reading order, each with what is drawn under it, and what is drawn under no tag."""
    drawn = {}
    for number, page in enumerate(pdf.pages):
        for name, form in page.Resources.get("/XObject", {}).items():
            drawn |= {(number, name, part): text for part, text in glyphs(form).items()}
        drawn |= {(number, None, part): text for part, text in glyphs(page).items()}
    places = {page.objgen: number for number, page in enumerate(pdf.pages)}
    names = {form.objgen: name for page in pdf.pages for name, form in page.Resources.get("/XObject", {}).items()}
    said = []

    def walk(tag, page=None):
        if isinstance(tag, pikepdf.Array):
            for inner in tag:
                walk(inner, page)
        elif isinstance(tag, int):
            said.append(drawn.pop((page, None, tag), b""))
        elif tag.get("/Type") == "/MCR":
            form = names[tag.Stm.objgen] if "/Stm" in tag else None
            said.append(drawn.pop((places[tag.Pg.objgen], form, int(tag.MCID)), b""))
        elif tag.get("/Type") != "/OBJR":
            said.append(str(tag.S))
            walk(tag.get("/K", pikepdf.Array()), places[tag.Pg.objgen] if "/Pg" in tag else None)

    walk(pdf.Root.StructTreeRoot.K)
    return said, drawn


def test_the_tags_say_the_same_in_the_same_order(name):
    for choices in ({}, {"flip": "long-edge"}):
        done, plain = made(name, **choices)
        with pikepdf.open(io.BytesIO(done.pdf)) as imposed, pikepdf.open(io.BytesIO(plain.pdf)) as single:
            (said, unsaid), (wanted, _) = spoken(imposed), spoken(single)
            assert len([text for text in said if isinstance(text, bytes)]) > 100
            assert said == wanted
            assert unsaid == {}
            assert said.count("/H1") == 1


def test_each_drawing_knows_its_tags(name):
    with pikepdf.open(io.BytesIO(made(name)[0].pdf)) as pdf:
        known = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
        seen = set()
        for page in pdf.pages:
            assert "/StructParents" not in page
            for form in page.Resources.XObject.values():
                if "/StructParents" not in form:
                    assert glyphs(form) == {}
                    continue
                seen.add(int(form.StructParents))
                for number, tag in enumerate(known[int(form.StructParents)]):
                    own = [kid for kid in tag.K if isinstance(kid, pikepdf.Dictionary) and kid.get("/MCID") == number]
                    assert any(kid.Stm.objgen == form.objgen and kid.Pg.objgen == page.objgen for kid in own)
        assert len(seen) >= 2 * len(pdf.pages) - 2


def figures(pdf):
    return [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]


def test_a_figure_knows_its_place_on_the_sheet(name):
    for choices in ({}, {"paper": "letter"}):
        done, plain = made(name, **choices)
        with pikepdf.open(io.BytesIO(done.pdf)) as imposed, pikepdf.open(io.BytesIO(plain.pdf)) as single:
            ((after,), (before,)) = (
                [[float(x) for x in f.A[0].BBox] for f in figures(pdf)] for pdf in (imposed, single)
            )
            page, sheet = ([float(x) for x in pdf.pages[0].mediabox[2:]] for pdf in (single, imposed))
        # the back cover is at the left of the first sheet, against the fold
        shift = sheet[0] / 2 - page[0]
        assert after == pytest.approx([before[0] + shift, before[1], before[2] + shift, before[3]], abs=0.01)
        assert choices or shift > 1


def test_no_page_is_left_behind(name):
    with pikepdf.open(io.BytesIO(made(name)[0].pdf)) as pdf:
        found = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Page"]
        assert len(found) == len(pdf.pages)
        assert f"<xmpTPg:NPages>{len(pdf.pages)}<" in pdf.Root.Metadata.read_bytes().decode()


@pytest.mark.parametrize("choices", EDITIONS)
def test_pdf_ua_1_has_no_failure(name, choices):
    report = validator.validate_pdf_bytes(made(name, **choices)[0].pdf, profile="ua1")
    assert report.rules.total > 100
    assert [(f.rule_id, f.message) for f in report.failures] == []


def near(page, destination):
    """What is written at a destination, in the half of the sheet that it is in."""
    x, y = float(destination[2]) * measure.MM, page.height - float(destination[3]) * measure.MM
    half = next(half for half in halves(page) if half.left <= x <= half.right)
    turned = page.chars[0].degrees == 180
    below = Box(half.left, y - 22, half.right, y + 4) if turned else Box(half.left, y - 4, half.right, y + 22)
    return page.inside(below)


@pytest.mark.parametrize("choices", [{}, {"flip": "long-edge"}])
def test_bookmarks_and_links_lead_to_their_place(name, choices):
    done, _ = made(name, **choices)
    pages = measure.pages(done.pdf)
    with pikepdf.open(io.BytesIO(done.pdf)) as pdf:
        places = {page.objgen: number for number, page in enumerate(pdf.pages)}
        with pdf.open_outline() as outline:
            (root,) = outline.root
            titles = [item for chapter in root.children for item in (chapter, *chapter.children)]
            assert len(titles) > 8
            for item in titles:
                where = pages[places[item.destination[0].objgen]]
                assert squeezed(item.title) in near(where, item.destination), item.title
        targets = dict(zip(*[iter(pdf.Root.Names.Dests.Names)] * 2, strict=True))
        links = [(n, link) for n, page in enumerate(pdf.pages) for link in page.get("/Annots", ()) if "/Dest" in link]
        assert len(links) > 4
        for number, link in links:
            title = squeezed(str(link.Contents).rpartition(", page")[0])
            left, bottom, right, top = (float(x) * measure.MM for x in link.Rect)
            page = pages[number]
            assert title in page.inside(Box(left - 1, page.height - top - 1, right + 1, page.height - bottom + 1))
            destination = targets[link.Dest]
            assert title in near(pages[places[destination[0].objgen]], destination)


def test_a_printer_is_told_the_flip(name):
    for choices, duplex in (({}, "/DuplexFlipShortEdge"), ({"flip": "long-edge"}, "/DuplexFlipLongEdge")):
        done, _ = made(name, **choices)
        with pikepdf.open(io.BytesIO(done.pdf)) as pdf:
            assert pdf.Root.ViewerPreferences.Duplex == duplex
        words = "bord long" if choices else "bord court"
        assert squeezed(words) in measure.pages(done.pdf)[0].text
        assert job(name, **choices).path.endswith(f"-{words.replace(' ', '-')}.pdf")
    assert made(name, flip="fold")[0].pdf == made(name)[0].pdf


def test_two_runs_give_the_same_bytes(name):
    assert typeset(job(name), KIT.date).pdf == made(name)[0].pdf


def test_the_picture_shows_the_cover(name):
    header = made(name)[0].preview[16:24]
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")
    assert height / width == pytest.approx(210 / 148, abs=0.01)


# Stories to choose


def test_stories_are_chosen_by_pattern():
    known = list(LOADED.mallette.stories)
    some = named(["pro-action-cafe-belgique", "entraide-*"], known)
    assert some == [name for name in known if name.startswith(("entraide-", "pro-action-"))]
    assert 4 < len(some) < len(known)
    assert named([], known) == []
    with pytest.raises(MalletteError) as error:
        named(["entraide-*", "nulle-part"], known)
    assert error.value.code == "unknown_stories"
    assert error.value.params["stories"] == "nulle-part"
    assert known[0] in error.value.params["known"]


def test_a_booklet_of_chosen_stories_holds_these_only():
    known = list(LOADED.mallette.stories.values())
    told, left = known[1], [story for story in known if story != known[1]]
    found = job("livret-recits", stories=(told.id,))
    assert found.path.endswith("mallette-livret-recits-choix-bord-court.pdf")
    said = "".join(page.text for page in measure.pages(typeset(found, KIT.date).pdf))
    assert squeezed(told.title.replace("'", "’")) in said
    assert not [story.id for story in left if squeezed(story.title.replace("'", "’")) in said]


def test_without_other_wish_stories_choose_the_documents_that_tell_them():
    chosen = select(KIT.printables, stories=("entraide-haute-loire",))
    assert {p.id for p in chosen} == {"recit", "livret-recits"}
    for printable in chosen:
        told = LOADED.mallette.told(printable)
        assert [story.id for story in told] == ["entraide-haute-loire"]
    assert LOADED.mallette.subjects(next(p for p in chosen if p.id == "recit")) == told
    (kit,) = select(KIT.printables, ["livret"], stories=("entraide-haute-loire",))
    assert kit == next(p for p in KIT.printables if p.id == "livret")


def test_an_unknown_story_is_told_by_its_name(run, tiny_root, tmp_path):
    done = run("print", "--root", tiny_root, "--out", tmp_path / "out", "--stories", "nulle-part")
    assert done.returncode == 1
    assert "nulle-part" in done.stderr
    assert "premier" in done.stderr
    assert not (tmp_path / "out").exists()
    kit = tiny_root / "kit/kit.yml"
    entry = "  - id: livret\n    title: Livret\n    template: stories-booklet\n    about: kit\n    paper: {paper}\n"
    entry += "    booklet: oui\n    use: À lire.\n    stories:\n      - {story}\n"
    text = kit.read_text(encoding="utf-8")
    kit.write_text(text + entry.format(paper="a5", story="nulle-part"), encoding="utf-8")
    done = run("check", "--root", tiny_root)
    assert done.returncode == 1
    assert re.search(r"kit/kit\.yml:\d+:\d+: récit inconnu « nulle-part »", done.stderr)
    kit.write_text(text + entry.format(paper="a2", story="premier"), encoding="utf-8")
    done = run("print", "--root", tiny_root, "--out", tmp_path / "out", "--only", "livret")
    assert done.returncode == 1
    assert "a2" in done.stderr
    kit.write_text(text + entry.format(paper="a5", story="premier"), encoding="utf-8")
    done = run("print", "--root", tiny_root, "--out", tmp_path / "out", "--only", "livret")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mallette-livret.pdf"]


@pytest.mark.parametrize("stories", [1, 20])
def test_a_booklet_says_how_its_sheets_hold_together(stories, tiny_root, typeset_root):
    """Fifteen sheets and no more are stapled."""
    kit = tiny_root / "kit" / "kit.yml"
    entry = (
        "  - {id: livret, title: Livret, template: stories-booklet, about: kit, paper: a5,"
        " booklet: oui, flip: short-edge, use: Lire.}\n"
    )
    kit.write_text(kit.read_text(encoding="utf-8").rstrip("\n") + "\n" + entry, encoding="utf-8")
    story = tiny_root / "cases" / "premier.yml"
    for n in range(4 * (stories - 1)):
        (tiny_root / "cases" / f"autre-{n}.yml").write_bytes(story.read_bytes())
    (document,) = typeset_root(tiny_root, only=["livret"])
    said = "".join(page.text for page in document.pages)
    thick = document.printed.sheets > 15
    assert thick == (stories > 1)
    assert ("deuxagrafes" in said, "unespirale" in said) == (not thick, thick)
