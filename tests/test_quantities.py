"""How many of everything a group needs: the numbers, the deck, the page, the ZIPs, and a record of one's own."""

import io
import re
import zipfile

import pytest
from conftest import ROOT
from filling import filled, widgets
from lxml import html
from printed import MALLETTE, frames

from mallette import records
from mallette.build import make
from mallette.labels import labels
from mallette.loading import load
from mallette.papers import Papers
from mallette.quantities import MOST, copies, needs
from mallette.retelling import from_record

TABLES = """
tables: {count: {min: 2, max: 4}, seats: {min: 4, max: 5}}
role_copies: {guide: 3}
materials:
  - {name: Cartes rôles, printable: cartes-roles}
  - {name: Cartes à écrire, per: person, quantity: 2, printable: cartes-a-ecrire}
  - {name: Fiche, printable: fiche}
  - {name: Feutre, per: table, quantity: 4}
"""


def bent(root, people, more=TABLES):
    """The smallest kit, for so many people at tables of five."""
    path = root / "kit/protocols/tour.yml"
    text = re.sub("ideal: 5\n  max: 8", f"ideal: {people}\n  max: 99", path.read_text(encoding="utf-8"))
    path.write_text(text + more, encoding="utf-8")
    kit = root / "kit/kit.yml"
    said = kit.read_text(encoding="utf-8").replace(
        "sheet: a4-4up\n    use: Une", "sheet: a4-4up\n    flip: long-edge\n    use: Une"
    )
    kit.write_text(
        said.replace("    use: Pour animer.", "    both_sides: oui\n    use: Pour animer."), encoding="utf-8"
    )
    return load(root).mallette


@pytest.mark.parametrize(("people", "tables"), [(3, 2), (10, 2), (11, 3), (20, 4), (60, 4)])
def test_tables_are_rounded_up_within_what_the_protocol_has(people, tables, tiny_root):
    mallette = bent(tiny_root, people)
    tour = mallette.protocols["tour"]
    assert tour.tables_set == tables
    roles, cards, sheet, pens = needs(mallette, tour, Papers(tiny_root).places)
    assert (roles.count, roles.cards, roles.sheets) == (3 * tables, (("Guide", 3 * tables),), -(-3 * tables // 4))
    assert (cards.count, cards.cards, cards.sheets) == (2 * people, (), -(-2 * people // 4))
    assert (sheet.count, sheet.sheets, sheet.printable.two_sided) == (1, None, True)
    assert (pens.count, pens.printable) == (4 * tables, None)
    assert roles.printable.two_sided
    assert not cards.printable.two_sided


def test_without_tables_the_number_is_that_of_the_group(tiny_root):
    mallette = bent(tiny_root, 5, "role_copies: {guide: 7}\n")
    tour = mallette.protocols["tour"]
    assert (tour.tables_set, copies(tour, mallette.roles["guide"])) == (0, 7)


def test_a_role_that_is_not_named_keeps_its_own_number():
    cafe = MALLETTE.protocols["pro-action-cafe"]
    assert "facilitateur" not in cafe.role_copies
    counted = {name: copies(cafe, MALLETTE.roles[name]) for name in cafe.roles}
    assert counted == {"porteur": 4, "hote-de-table": 4, "contributeur": 12, "facilitateur": 1}


def test_no_number_of_tables_makes_an_endless_deck(tiny_root):
    mallette = bent(
        tiny_root,
        9,
        "tables: {count: {min: 99999999, max: 99999999}, seats: {min: 1, max: 1}}\nrole_copies: {guide: 50}\n",
    )
    assert copies(mallette.protocols["tour"], mallette.roles["guide"]) == MOST


def test_every_person_of_the_kit_has_a_card():
    for protocol in MALLETTE.protocols.values():
        held = sum(copies(protocol, MALLETTE.roles[name]) for name in protocol.roles)
        optional = protocol.id == "salon-des-partenaires"  # its visitors come and go, and take a card if they wish
        assert optional or held >= protocol.group_size.ideal, protocol.id
        assert held <= 1.3 * protocol.group_size.ideal + 2, protocol.id


def test_what_the_materials_name_is_printed_for_the_protocol():
    kit = {printable.id: printable for printable in MALLETTE.kit.printables}
    for protocol in MALLETTE.protocols.values():
        named = {material.printable for material in protocol.materials if material.printable}
        for name in named:
            assert protocol in MALLETTE.subjects(kit[name]), (protocol.id, name)
        keeps = protocol in MALLETTE.subjects(kit["trace"])
        assert keeps == ("trace" in named), protocol.id
        assert keeps or not protocol.record


def test_the_deck_holds_as_many_cards_as_the_table_says(tiny_root, typeset_root):
    bent(tiny_root, 11)
    deck = next(d for d in typeset_root(tiny_root, only=["cartes-roles"]) if d.printed.subject.id == "tour")
    assert [len(frames(page)) for page in deck.pages[::2]] == [4, 4, 1]


def test_the_page_and_the_zip_count_alike(tiny_root):
    bent(tiny_root, 11)
    built = make(tiny_root)
    body = next(page.body for page in built.pages if page.path == "protocoles/tour/")
    page = html.fromstring(body)
    table = page.find(".//table[@class='m-needs']")
    assert " ".join(table.findtext("caption/strong").split()) == "Pour 11 personnes (3 tables)"
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in table.iterfind("tbody/tr")]
    assert [row[1] for row in rows] == ["9", "22", "1", "12"]
    assert [row[2] for row in rows] == ["3 feuilles A4, recto verso", "6 feuilles A4, une face", "A4, recto verso", ""]
    assert rows[1][0].endswith("2 par personne")
    assert "3 par table, 9 en tout" in " ".join(page.text_content().split())
    data = next(file.content for file in built.files if file.path.endswith("tour-kit.zip"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        said = " ".join(archive.read("LISEZ-MOI.txt").decode().split())
    assert "POUR 11 PERSONNES (3 TABLES)" in said
    for line in ("- Cartes rôles : 9 3 feuilles A4, recto verso", "- Feutre : 12 4 par table"):
        assert line in said


RECORD = """
record:
  - {title: Table et projet, lines: 1}
  - {title: Ce qui aide, hint: Sans nom.}
  - {title: La question, keeps: request, lines: 2}
"""
PRINTED = """
  - id: trace
    title: Trace
    template: record
    pages: 1
    about: protocol
    use: Pour garder.
"""


def record(root, typeset_root, more=RECORD):
    with (root / "kit/protocols/tour.yml").open("a", encoding="utf-8") as file:
        file.write(more)
    with (root / "kit/kit.yml").open("a", encoding="utf-8") as file:
        file.write(PRINTED)
    return next(d for d in typeset_root(root, only=["trace"]))


def test_a_record_has_the_headings_of_its_protocol_and_is_read_back(tiny_root, typeset_root, tmp_path):
    sheet = record(tiny_root, typeset_root)
    assert len(sheet.pages) == 1
    fields = set(widgets(sheet.data))
    assert {"answer_1", "answer_2", "request", "learnings", "follow_up"} <= fields
    assert not fields & {"idea_1", "action_1", "answer_3"}
    said = {"answer_1": "2, le verger", "answer_2": "Le lieu\nLe temps", "request": "Comment arroser ?"}
    form = tmp_path / "rempli.pdf"
    form.write_bytes(filled(sheet.data, **said))
    read, empty = records.read_form(form)
    assert not empty
    assert [(one.title, one.text) for one in read.answers] == [
        ("Table et projet", "2, le verger"),
        ("Ce qui aide", "Le lieu\nLe temps"),
    ]
    assert read.request == "Comment arroser ?"
    assert "answers:" in records.as_yaml(read)


def test_the_records_of_the_kit_ask_what_their_protocols_want():
    wanted = MALLETTE.protocols["donner-la-parole"].record
    assert [part.title for part in wanted][:3] == ["Ce qui aide", "Ce qui empêche", "Le changement choisi"]
    trace = next(one for one in MALLETTE.kit.printables if one.id == "trace")
    kept = {protocol.id for protocol in MALLETTE.subjects(trace)}
    assert "speed-meeting" not in kept
    assert {"pro-action-cafe", "atelier-entraide"} <= kept


def test_two_headings_that_keep_the_same_are_told(tiny_root, run):
    with (tiny_root / "kit/protocols/tour.yml").open("a", encoding="utf-8") as file:
        file.write("record:\n  - {title: Un, keeps: plan}\n  - {title: Deux, keeps: plan}\n")
    done = run("check", "--root", tiny_root)
    assert done.returncode
    assert "keeps" in done.stdout + done.stderr


def test_a_record_that_does_not_fit_is_told(tiny_root, run):
    with (tiny_root / "kit/protocols/tour.yml").open("a", encoding="utf-8") as file:
        hint = "mot " * 29
        parts = "".join(
            f"  - {{title: Rubrique, hint: '{hint}', keeps: {k}}}\n"
            for k in ("request", "ideas", "plan", "text", "learnings")
        )
        file.write("record:\n" + parts)
    with (tiny_root / "kit/kit.yml").open("a", encoding="utf-8") as file:
        file.write(PRINTED)
    done = run("print", "--root", tiny_root, "--only", "trace", "--out", tiny_root / "out")
    assert done.returncode
    assert "tour.yml" in done.stderr + done.stdout


def test_the_guide_leads_to_the_table():
    said = (ROOT / "docs/imprimer.md").read_text(encoding="utf-8")
    part = said.split("## Combien en imprimer")[1].split("\n## ")[0]
    assert "LISEZ-MOI.txt" in part
    assert "effectif idéal" in part
    assert "protocoles/index.md" in part


def test_what_a_record_says_under_its_own_headings_goes_into_a_story(tmp_path):
    path = tmp_path / "trace.yml"
    path.write_text(
        "protocol: tour\nedition: 2026-11\nsharing: public\nconsent: oui\nideas: [Un puits]\n"
        "answers: [{title: Ce qui aide, text: Le lieu}]\n",
        encoding="utf-8",
    )
    told = from_record(path, labels("fr"))["results"]
    assert told.split("\n") == ["- Un puits", "- Ce qui aide : Le lieu"]
