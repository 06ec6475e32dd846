"""The documents of the real kit, measured."""

import io
import re

import measure
import page as validator
import pikepdf
import pytest
from conftest import ROOT, copy_sources
from measure import squeezed
from printed import DECKS, MALLETTE, PAPERS, SAMPLE, each, frames

from mallette.printables import page_of
from mallette.reading import plain, read

OURS = re.compile(r"(?:[A-Z]{6}\+)?(AtkinsonHyperlegibleNext|BricolageGrotesque)-[A-Za-z_]+")
KIT = MALLETTE.kit


def opened(document):
    return pikepdf.open(io.BytesIO(document.data))


def test_every_printable_of_the_kit_is_there(documents):
    assert {d.printed.printable.id for d in documents.values()} == {p.id for p in KIT.printables}
    assert {"poster", "step-sheet", "role-cards", "writing-cards", "record", "feelings", "story-sheet"} <= {
        d.printed.printable.template for d in documents.values()
    }


def test_paper_and_trim(documents):
    for document in each(documents):
        width, height = PAPERS[document.printed.printable.printed_on]
        with opened(document) as pdf:
            for page in pdf.pages:
                box = [float(x) * measure.MM for x in page.mediabox]
                # a board lies on its side, so do the sheets of a booklet
                assert [*box[:2], *sorted(box[2:])] == pytest.approx([0, 0, width, height], abs=0.1)
                assert list(page.trimbox) == list(page.mediabox)
        assert document.printed.pages == len(document.pages)


def test_one_page_documents_have_one_page(documents):
    limited = [d for d in each(documents) if d.printed.printable.pages]
    assert {d.printed.printable.template for d in limited} >= {"poster", "record", "feelings", "story-sheet"}
    for document in limited:
        assert len(document.pages) <= document.printed.printable.pages


def test_fonts_are_embedded_and_ours(documents):
    for document in each(documents):
        with opened(document) as pdf:
            fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"]
            described = [
                o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
            ]
            assert len(fonts) >= 2
            assert all("/FontDescriptor" in f or "/DescendantFonts" in f for f in fonts), document.printed.path
            for font in described:
                assert OURS.fullmatch(str(font.FontName)[1:]), font.FontName
                assert any(key in font for key in ("/FontFile", "/FontFile2", "/FontFile3")), font.FontName


def test_pdf_ua_1_has_no_failure(documents):
    for document in each(documents):
        report = validator.validate_pdf_bytes(document.data, profile="ua1")
        assert report.rules.total > 100
        assert [(f.rule_id, f.message) for f in report.failures] == [], document.printed.path
        assert report.is_compliant


def test_the_validator_sees_a_failure(documents):
    document = each(documents, "poster")[0]
    with opened(document) as pdf:
        del pdf.Root.Lang
        pdf.Root.MarkInfo.Marked = False
        broken = io.BytesIO()
        pdf.save(broken)
    assert not validator.is_pdf_compliant_bytes(broken.getvalue(), profile="ua1")


def test_title_language_tags_and_no_scaling(documents):
    for document in each(documents):
        with opened(document) as pdf:
            title = str(pdf.docinfo.Title)
            assert document.printed.subject.title.replace("'", "’").split(" ")[0] in title
            assert str(pdf.open_metadata()["dc:title"]) == title
            assert str(pdf.Root.Lang) == "fr-FR"
            assert bool(pdf.Root.MarkInfo.Marked)
            assert "/StructTreeRoot" in pdf.Root
            assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
            assert pdf.Root.ViewerPreferences.PrintScaling == "/None"
            assert "/JavaScript" not in pdf.Root.get("/Names", {})
            assert "/OpenAction" not in pdf.Root


def tags(node):
    """The dictionaries of a structure tree, in reading order."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from tags(child)
    elif isinstance(node, pikepdf.Dictionary):
        yield node
        if "/K" in node:
            yield from tags(node.K)


def test_the_qr_code_says_where_it_leads(documents):
    for document in each(documents):
        with opened(document) as pdf:
            alts = [str(tag.Alt) for tag in tags(pdf.Root.StructTreeRoot.K) if "/Alt" in tag]
        assert any(page_of(document.printed.subject).rstrip("/") in alt for alt in alts), document.printed.path


def test_headings_begin_with_one_title(documents):
    for document in each(documents):
        with opened(document) as pdf:
            names = [str(tag.S) for tag in tags(pdf.Root.StructTreeRoot.K) if "/S" in tag]
        levels = [int(name[2:]) for name in names if re.fullmatch(r"/H[1-6]", name)]
        assert levels[:1] == [1], document.printed.path
        assert levels.count(1) == 1, document.printed.path


def test_licence_edition_and_address_are_on_every_page_or_card(documents):
    for document in each(documents):
        address = (KIT.address.removeprefix("https://") + page_of(document.printed.subject)).rstrip("/")
        wanted = [squeezed(part) for part in ("CC BY-SA", KIT.edition, address)]
        if document.printed.printable.template in DECKS:
            places = [page.inside(frame) for page in document.pages[::2] for frame in frames(page)]
            assert len(places) == sum(len(frames(page)) for page in document.pages)
        else:
            places = [page.text for page in document.pages]
        assert places
        for text in places:
            assert [part for part in wanted if part not in text] == [], document.printed.path


def test_pages_are_numbered_where_there_are_several(documents):
    for document in each(documents):
        if document.printed.printable.booklet:
            continue  # each of its pages has a number: see test_booklet.py
        count = len(document.pages)
        numbered = document.pages[::2] if document.printed.printable.template in DECKS else document.pages
        for page in numbered if count > 1 else ():
            assert f"{document.pages.index(page) + 1}/{count}" in page.text, document.printed.path
        if count == 1:
            assert "1/1" not in document.pages[0].text


def test_nothing_is_written_in_the_outer_5_mm(documents):
    for document in each(documents):
        for number, page in enumerate(document.pages):
            out = [c for c in page.chars if not page.box.holds(c.box, 4.9)]
            assert page.chars
            assert out == [], (document.printed.path, number, "".join(c.text for c in out))


def test_no_text_lies_over_other_text(documents):
    for document in each(documents):
        for page in document.pages:
            assert page.collisions() == [], document.printed.path


def test_no_text_is_too_small(documents):
    for document in each(documents):
        smallest = min(char.points for page in document.pages for char in page.chars)
        assert smallest >= 9 - 0.01, document.printed.path


def test_an_a2_poster_is_read_from_afar(documents):
    posters = [d for d in each(documents, "poster") if d.printed.printable.paper == "a2"]
    assert posters
    for poster in posters:
        (page,) = poster.pages
        assert size_of(page, poster.printed.subject.title) >= 60
        for step in poster.printed.subject.steps:
            assert size_of(page, step.title) >= 24, step.title


def size_of(page, words):
    """The largest size at which the page says these words."""
    text, wanted = page.text, squeezed(words.replace("'", "’"))
    places = [m.start() for m in re.finditer(re.escape(wanted), text)]
    assert places, words
    return max(min(c.points for c in page.chars[at : at + len(wanted)]) for at in places)


def test_two_runs_give_the_same_bytes(documents, tmp_path, typeset_root):
    again = typeset_root(copy_sources(tmp_path / "root"), SAMPLE)
    same = [d for d in again if d.printed.printable.about != "kit"]  # a kit of fewer protocols is another one
    assert len(same) > 30
    for document in same:
        assert documents[document.printed.path].data == document.data, document.printed.path


def test_colours_are_told_apart_from_their_ground():
    look = plain(read("look.yml", (ROOT / "templates/look.yml").read_bytes())[0])
    assert set(look["families"]) == {"offreur", "facilitateur", "contributeur"}
    for ground in (look["paper"], look["screen"]):
        assert measure.contrast(look["ink"], ground) >= 7
        assert measure.contrast(look["muted"], ground) >= 4.5
        for family in look["families"].values():
            assert measure.contrast(family["colour"], ground) >= 4.5
    for family in look["families"].values():
        assert measure.contrast(look["ink"], family["tint"]) >= 7
        assert measure.contrast(family["colour"], family["tint"]) >= 4.5
        assert measure.contrast("#FFFFFF", family["colour"]) >= 4.5
