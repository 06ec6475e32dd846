"""What a document is given: what its sources name, and all there is if a template puts a name together."""

from datetime import date
from types import SimpleNamespace

import pypdfium2
import pytest

from mallette import pdf
from mallette.artifact import PrintJob
from mallette.errors import MalletteError
from mallette.loading import load
from mallette.named import named
from mallette.printables import plans
from mallette.templating import words_for

DAY = date(2026, 1, 1)
START = '#set document(title: "x")\n#set text(lang: "fr", font: "Atkinson Hyperlegible Next")\n'
EAR = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
FILES = {
    "first.typ": b'#import "second.typ": word',
    "second.typ": b'#let word = "trouv\xc3\xa9"\n#let sign = "bulb"',
    "other.typ": b'#let word = "autre"',
    "icons/ear.svg": EAR,
    "icons/bulb.svg": EAR,
    "icons/flag.svg": EAR,
    "look.json": b"{}",
}


def text(source, files=FILES):
    job = PrintJob("x.pdf", START + source, files, SimpleNamespace(template="x", shop=False), SimpleNamespace(id="x"))
    return pypdfium2.PdfDocument(pdf.typeset(job, DAY, preview=False).pdf)[0].get_textpage().get_text_range()


@pytest.mark.parametrize(
    ("source", "given"),
    [
        ('#import "first.typ": *', {"first.typ", "second.typ", "icons/bulb.svg"}),
        ('#import "other.typ": *\n#icon("ear")', {"other.typ", "icons/ear.svg"}),
        ('#("dit \\"oui\\"", "flag")', {"icons/flag.svg"}),
        ("first.typ, ear", set()),
    ],
)
def test_a_document_is_given_the_layout_functions_and_icons_that_it_names(source, given):
    assert set(named(source.encode(), FILES)) == given | {"look.json"}


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ('#import "first.typ": *\n#word', "trouvé"),
        ('#import "oth" + "er.typ": word\n#word', "autre"),
        ('#str(read("icons/" + "fl" + "ag.svg").len())', str(len(EAR))),
    ],
)
def test_a_name_may_be_put_together(source, told):
    assert told in text(source)


@pytest.mark.parametrize("source", ['#import "nowhere.typ": *', '#import "mallette.typ": *', "#panic()", "#unknown"])
def test_a_template_that_is_wrong_is_told(source):
    with pytest.raises(MalletteError) as caught:
        text(source)
    assert caught.value.code == "typesetting"


def test_documents_are_what_they_are_with_all_files_at_hand(tiny_root, monkeypatch):
    loaded = load(tiny_root)
    orders = [
        plan.job() for plan in plans(loaded, tiny_root, words_for(tiny_root, "fr"), loaded.mallette.kit.printables)
    ][::7]
    fewer = [pdf.typeset(order, DAY, preview=False) for order in orders]
    assert all(len(named(order.source.encode(), order.files)) < len(order.files) for order in orders)
    monkeypatch.setattr(pdf, "named", lambda _, files: files)
    assert [pdf.typeset(order, DAY, preview=False) for order in orders] == fewer != []
