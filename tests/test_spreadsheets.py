import csv
import io
import zipfile
from xml.sax.saxutils import escape

import pytest

from mallette.answers import fields, folded, names
from mallette.labels import labels
from mallette.loading import load
from mallette.spreadsheets import read_stories

FRENCH = [
    "Titre",
    "En une phrase",
    "Secteur",
    "Pays",
    "Objectif",
    "Contexte",
    "Ce qui a été fait",
    "Protocoles utilisés",
]
FRENCH += ["Ce que cela a produit"]
ENGLISH = ["Title", "In one sentence", "Sector", "Country", "Objective", "Context", "What was done", "Protocols used"]
ENGLISH += ["What came of it"]
ROW = ["Un: « essai » 🎉", "Résumé", "Soin", "France", "a\n\nb", "c", "d", "Tour de table", "'=1+1"]


def as_csv(path, rows, delimiter=",", encoding="utf-8"):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding, "replace"))
    return path


def as_xlsx(path, **sheets):
    """The smallest workbook that spreadsheets open: texts, and numbers as numbers."""
    office = "http://schemas.openxmlformats.org"
    main, links = f"{office}/spreadsheetml/2006/main", f"{office}/officeDocument/2006/relationships"

    def cell(value):
        if isinstance(value, int | float):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'

    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(path, "w") as packed:
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{types}.worksheet+xml"/>'
            for n in range(len(sheets))
        )
        packed.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>{parts}</Types>',
        )
        relation = f'<Relationship Id="r" Type="{links}/officeDocument" Target="xl/workbook.xml"/>'
        packages = f"{office}/package/2006/relationships"
        packed.writestr("_rels/.rels", f'<Relationships xmlns="{packages}">{relation}</Relationships>')
        listed = "".join(f'<sheet name="{name}" sheetId="{n + 1}" r:id="r{n}"/>' for n, name in enumerate(sheets))
        packed.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets>{listed}</sheets></workbook>'
        )
        leads = "".join(
            f'<Relationship Id="r{n}" Type="{links}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(len(sheets))
        )
        packed.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{packages}">{leads}</Relationships>')
        for n, rows in enumerate(sheets.values()):
            data = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
            packed.writestr(
                f"xl/worksheets/sheet{n}.xml", f'<worksheet xmlns="{main}"><sheetData>{data}</sheetData></worksheet>'
            )
    return path


def as_ods(path, rows):
    urn, kind = "urn:oasis:names:tc:opendocument:xmlns", "application/vnd.oasis.opendocument.spreadsheet"

    def cell(value):
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
        return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'

    table = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    names = " ".join(f'xmlns:{name}="{urn}:{name}:1.0"' for name in ("office", "table", "text"))
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", kind)
        packed.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{urn}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
            f'manifest:media-type="{kind}"/></manifest:manifest>',
        )
        packed.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="Récits">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


@pytest.fixture(scope="module")
def calamine():
    return pytest.importorskip("python_calamine")


@pytest.mark.parametrize("kind", ["csv", "semicolon", "windows", "english", "xlsx", "ods"])
def test_each_row_becomes_a_story(run, tiny_root, tmp_path, kind, request):
    head, row = (ENGLISH if kind == "english" else FRENCH), list(ROW)
    if kind in ("xlsx", "ods"):
        request.getfixturevalue("calamine")
    if kind == "windows":
        row[0] = "Un: « essai » …"
    head, row = [*head, "Participants", "Date"], [*row, 12 if kind == "xlsx" else "12", "23/11/2026"]
    second = ["Deux", *row[1:]]
    rows = [head, row, ["" for _ in row], second]
    if kind == "xlsx":
        table = as_xlsx(tmp_path / "t.xlsx", Notes=[["À lire"]], Récits=rows)
    elif kind == "ods":
        table = as_ods(tmp_path / "t.ods", rows)
    else:
        style = {"semicolon": {"delimiter": ";"}, "windows": {"delimiter": ";", "encoding": "cp1252"}}
        table = as_csv(tmp_path / "t.csv", rows, **style.get(kind, {}))
    done = run("import", table, "--root", tiny_root)
    assert done.returncode == 0, done.stderr
    stories = load(tiny_root).mallette.stories
    assert set(stories) == {"premier", "un-essai", "deux"}
    story = stories["un-essai"]
    assert story.title == row[0]
    assert story.objective == "a\n\nb"
    assert story.results == "=1+1"
    assert story.protocols == ("tour",)
    assert (story.participants.total, str(story.dates.start)) == (12, "2026-11-23")


def test_nothing_is_written_unless_all_rows_are_right(run, tiny_root, tmp_path):
    before = sorted((tiny_root / "cases").iterdir())
    wrong = ["Trois", *ROW[1:7], "toour", "x", "beaucoup"]
    lacking = ["Quatre", "Résumé", "", *ROW[3:], "3"]
    table = as_csv(tmp_path / "t.csv", [[*FRENCH, "Participants"], [*ROW, "4"], wrong, lacking])
    done = run("import", table, "--root", tiny_root)
    assert done.returncode == 1
    assert sorted((tiny_root / "cases").iterdir()) == before
    said = done.stderr.split("\n")
    assert said[0].startswith("cellule H3 : protocole inconnu « toour »")
    assert said[1].startswith("cellule J3 : « total » attend un nombre, pas « beaucoup »")
    assert said[2].startswith("ligne 4 : il manque le champ « sector »")
    assert "Aucun récit n'a été écrit" in said[3]


def test_a_fault_is_told_at_its_sheet(run, tiny_root, tmp_path, calamine):
    table = as_xlsx(tmp_path / "t.xlsx", Un=[FRENCH, ROW], Deux=[[*FRENCH, "Couleur"], ["x" * 91, *ROW[1:], "bleu"]])
    done = run("import", table, "--root", tiny_root)
    said = sorted(done.stderr.split("\n"))
    assert any(line.startswith("feuille « Deux », cellule A2 : « title » est trop long") for line in said)
    assert any(line.startswith("feuille « Deux », cellule J1 : colonne inconnue « Couleur »") for line in said)
    assert not (tiny_root / "cases/un-essai.yml").exists()


def test_a_story_that_is_there_stays(run, tiny_root, tmp_path):
    before = (tiny_root / "cases/premier.yml").read_bytes()
    rows = [["Nom du fichier", *FRENCH], ["premier", *ROW], ["deux", *ROW], ["deux", *ROW], ["../x", *ROW]]
    done = run("import", as_csv(tmp_path / "t.csv", rows), "--root", tiny_root)
    assert done.returncode == 1
    cells = [line.partition(" :")[0] for line in done.stderr.split("\n")]
    assert cells[:3] == ["cellule A2", "cellule A4", "cellule A5"]
    assert (tiny_root / "cases/premier.yml").read_bytes() == before
    assert not (tiny_root / "x.yml").exists()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("t.csv", b"Nom,Ville\na,b\n", "n'a pas de colonne"),
        ("t.csv", b"Titre\n", "ne contient aucun"),
        ("t.csv", b"", "n'a pas de colonne"),
        ("t.csv", b'Titre\n"a', "ne peut pas"),
        ("t.xlsx", b"PK\x03\x04damaged", "ne peut pas"),
        ("t.docx", b"PK", "pas un tableur connu"),
        ("absent.csv", None, "Impossible de lire"),
        ("t.csv", b"x" * (5 * 1024 * 1024 + 1), "trop gros"),
    ],
)
def test_a_file_that_is_no_table_of_stories_is_told(run, tiny_root, tmp_path, name, data, said, request):
    if name.endswith("xlsx"):
        request.getfixturevalue("calamine")
    if data is not None:
        (tmp_path / name).write_bytes(data)
    done = run("import", tmp_path / name, "--root", tiny_root)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_choices_are_known_as_the_site_shows_them(tiny_root, tmp_path):
    head = [
        *FRENCH,
        "Palier de coopération",
        "En présence ou à distance",
        "Genre de récit",
        "Mots-clés",
        "Ce qui a aidé",
    ]
    row = [*ROW, "Mettre en lien", "À distance", "Témoignage", "a, b", "Un\n- Deux"]
    (story,) = read_stories(
        as_csv(tmp_path / "t.csv", [head, row]), load(tiny_root).mallette, set(), "fr"
    ).stories.values()
    assert (story.stage, story.format, story.kind) == ("mettre-en-lien", "remote", "voice")
    assert (story.tags, story.conditions) == (("a", "b"), ("Un", "Deux"))


def test_each_field_has_a_name_in_both_languages():
    known = names()
    for path, doc in fields().items():
        assert known[" ".join(path.split("_")).lower()] or path == "id"
        assert doc.meaning
    assert known["titre"] == known["title"] == "title"
    assert known["pays"] == known["country"] == "location.country"
    assert known["participants"] == "participants.total"
    assert labels("fr")("colon") == " :"


@pytest.mark.parametrize("title", ["Protocole", "Protocoles", "protocole utilisé", "Protocol", "Protocols used"])
def test_the_column_of_protocols_has_many_names(title):
    assert names()[folded(title)] == "protocols"


@pytest.mark.parametrize(("language", "hint"), [("fr", "Protocoles utilisés"), ("en", "Protocols used")])
def test_the_hint_for_an_unknown_column_is_in_the_words_of_the_reader(tiny_root, tmp_path, language, hint):
    table = as_csv(tmp_path / "t.csv", [["Titre", "Protocolles utilisés"], ["Un", "tour"]])
    problem = read_stories(table, load(tiny_root).mallette, set(), language).problems[0]
    assert (problem.code, problem.hint) == ("import_column", hint)
    assert names()[folded(hint)] == "protocols"
