"""Open data: true to the sources, valid against its schema, safe in a spreadsheet, documented column by column."""

import csv
import io
import json
import os
import re
import shutil
from urllib.parse import urljoin

import published
import pytest
from lxml import etree
from test_translations import edit

from mallette import opendata
from mallette.loading import load
from mallette.model.item import OPEN_LICENSES
from mallette.preview import Preview
from mallette.reference import DOCUMENTED, fields_of
from mallette.tables import as_csv, inert
from mallette.templating import words_for

KINDS = ("story", "protocol", "role", "card")


@pytest.fixture(scope="module")
def jsonschema():
    if os.environ.get("CI"):
        import jsonschema

        return jsonschema
    return pytest.importorskip("jsonschema")


@pytest.fixture(scope="module")
def built(once, run):
    return published.built(once, run)


def made(root, language="fr"):
    """What is published in a language: each dataset, and the content of each file by path."""
    main = load(root)
    loaded, words = main.in_language(language), words_for(root, language)
    files = {path: write() for path, write in opendata.files(loaded, main, words).items()}
    return loaded.mallette, {one.kind: one for one in opendata.datasets(loaded, words)}, files


@pytest.fixture(scope="module", params=["fr", "en"])
def real(root, request):
    return made(root, request.param)


def rows(data):
    """A table as a program reads it: each line by column, the apostrophe that stops formulas taken off."""
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    lines = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    return [{name: re.sub(r"^'(?='*[=+\-@\t\r＝＋－＠])", "", cell) for name, cell in line.items()} for line in lines]


def items_of(mallette):
    return dict(zip(KINDS, (mallette.stories, mallette.protocols, mallette.roles, mallette.cards), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_each_file_is_valid_against_its_schema(real, jsonschema, kind):
    _, datasets, files = real
    paths = datasets[kind].paths
    schema, data = json.loads(files[paths["schema"]]), json.loads(files[paths["json"]])
    validator = jsonschema.Draft202012Validator
    validator.check_schema(schema)
    checked = validator(schema, format_checker=validator.FORMAT_CHECKER)
    assert data["items"]
    assert list(checked.iter_errors(data)) == []
    # and what is wrong is refused
    for change in ({"title": 3}, {"unknown": ""}, {"license": None}, {"authors": "someone"}, {"updated": "yesterday"}):
        wrong = {**data, "items": [{**data["items"][0], **change}]}
        assert list(checked.iter_errors(wrong)), change
    for name, value in data["items"][0].items():
        lacking = {key: kept for key, kept in data["items"][0].items() if key != name}
        assert list(checked.iter_errors({**data, "items": [lacking]})), (name, value)


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_says_where_it_is_and_what_each_field_means(root, kind):
    for language in ("fr", "en"):
        mallette, datasets, files = made(root, language)
        path = datasets[kind].paths["schema"]
        schema = json.loads(files[path])
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["$id"] == urljoin(mallette.kit.address, path)
        assert str(datasets[kind].title) in schema["title"]
        described = [p for m in (schema, *schema["$defs"].values()) for p in m["properties"].values()]
        assert len(described) > 20
        assert all(part["description"] for part in described)
        said = {part["description"] for part in described}
        assert ("Crédits à citer" if language == "fr" else "Credits to give") in said
        assert not re.search(r'"(fr|en|ge|le|default)":', json.dumps(schema))
    data = json.loads(files[datasets[kind].paths["json"]])
    assert data["described_by"] == schema["$id"]


def test_texts_and_values_are_those_of_the_sources(real):
    mallette, datasets, files = real
    checked = 0
    for kind, items in items_of(mallette).items():
        for data in json.loads(files[datasets[kind].paths["json"]])["items"]:
            item = items[data["id"]].model_dump(mode="json")
            for name, value in item.items():
                if name != "images":
                    assert data[name] == value, (data["id"], name)
                    checked += 1
    assert checked > 400


def test_each_item_has_its_address_licence_and_credits(real, root):
    mallette, datasets, files = real
    for kind in ("story", "protocol", "role"):
        data = json.loads(files[datasets[kind].paths["json"]])
        assert (data["license"], data["edition"]) == (mallette.kit.license, mallette.kit.edition)
        for item in data["items"]:
            assert item["url"].startswith(mallette.kit.address)
            assert item["url"].rstrip("/").endswith(item["id"])
            assert item["license_url"] == OPEN_LICENSES[item["license"]]
            assert item["credit"] == (item["credit_line"] or mallette.kit.credit_line)


def test_what_names_an_item_is_with_it(root):
    mallette, datasets, files = made(root)
    data = {kind: json.loads(files[datasets[kind].paths["json"]])["items"] for kind in KINDS}
    named = 0
    for protocol in data["protocol"]:
        assert protocol["stories"] == [s.id for s in mallette.stories.values() if protocol["id"] in s.protocols]
        own = mallette.protocols[protocol["id"]]
        assert protocol["total_minutes"] == {"min": own.minutes.min, "max": own.minutes.max}
        named += len(protocol["stories"])
    for role in data["role"]:
        assert role["protocols"] == [p.id for p in mallette.protocols.values() if role["id"] in p.roles]
        assert role["protocols"]
    for card in data["card"]:
        used = [p.id for p in mallette.protocols.values() if any(card["id"] in s.supports for s in p.steps)]
        assert card["protocols"] == used
    assert named > 10


def test_a_picture_has_its_address(tiny_root):
    from PIL import Image

    Image.new("RGB", (20, 20), "red").save(tiny_root / "cases/photo.png")
    story = tiny_root / "cases/premier.yml"
    picture = "images:\n  - file: photo.png\n    alt: Rouge\n    credit: Personne\n    license: CC0-1.0\n"
    story.write_text(story.read_text(encoding="utf-8") + picture, encoding="utf-8")
    _, datasets, files = made(tiny_root)
    (item,) = json.loads(files[datasets["story"].paths["json"]])["items"]
    assert item["images"][0]["url"] == "https://petite.example.org/recits/images/photo.png"
    assert rows(files["data/recits.csv"])[0]["images[].url"] == item["images"][0]["url"]


TEXTS = {
    "title": "=cmd|' /C calc'!A0",
    "summary": "+1 pour ce récit, « sœur » & <b>",
    "sector": "@SUM(A1:A9)",
    "objective": '-2+3 ; "cité", puis œuvre 🎉',
    "context": "Deux paragraphes.\n\nUn second, avec\nune ligne de plus.",
    "intervention": "'=déjà derrière une apostrophe",
    "results": "''-encore",
}


def test_hostile_cells_come_back_as_they_were_and_are_never_formulas(tiny_root):
    story = tiny_root / "cases/premier.yml"
    lines = [line for line in story.read_text(encoding="utf-8").splitlines() if line.split(":")[0] not in TEXTS]
    lines += [f"{name}: {json.dumps(text, ensure_ascii=False)}" for name, text in TEXTS.items()]
    lines += ['tags: ["=un", "deux"]', "follow_up:", '  - {when: "-J+30", what: "@suite"}', '  - {when: A, what: "=B"}']
    story.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _, _, files = made(tiny_root)
    data = files["data/recits.csv"]
    (row,) = rows(data)
    assert {name: row[name] for name in TEXTS} == TEXTS
    assert row["tags"] == "=un ; deux"
    assert (row["follow_up[].when"], row["follow_up[].what"]) == ("-J+30 ; A", "@suite ; '=B")
    (item,) = json.loads(files["data/recits.json"])["items"]
    assert {name: item[name] for name in TEXTS} == TEXTS
    written = [*csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))]
    assert [cell for line in written for cell in line if re.match(r"[=+\-@\t\r]", cell)] == []
    # each line ends as RFC 4180 wants, and those inside a text are its own
    assert data.count(b"\r\n") == 2
    assert data.count(b"\n") == 2 + TEXTS["context"].count("\n")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\ta", "\ra", "'=1", "''@a", "＝1", "＋1", "－1", "＠a"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert inert(text) == "'" + text


@pytest.mark.parametrize("text", ["", "a=1", "'a", "1-2", "…", "(+1)", "«=»"])
def test_other_texts_are_left_alone(text):
    assert inert(text) == text


def test_the_table_says_what_the_json_does(real):
    """Each line is an item, each column a field; the elements of lists are in their order."""
    _, datasets, files = real
    for kind in KINDS:
        dataset = datasets[kind]
        items = json.loads(files[dataset.paths["json"]])["items"]
        table = rows(files[dataset.paths["csv"]])
        assert [row["id"] for row in table] == [item["id"] for item in items]
        assert list(table[0])[:2] == ["id", "title"]
        assert list(table[0]) == [column.path for column in dataset.columns]
        for item, row in zip(items, table, strict=True):
            for path, cell in row.items():
                assert cell == written(item, path), (item["id"], path)


def written(value, path, between=" ; "):
    """What a cell should say, by the short way through the JSON."""
    name, _, rest = path.partition(".")
    if name.endswith("[]"):
        return between.join(written(one, rest, ", ") for one in (value or {}).get(name[:-2], ()))
    if name:
        return written((value or {}).get(name), rest, between)
    if isinstance(value, dict):
        return between.join(f"{key}: {text}" for key, text in value.items())
    if isinstance(value, list):
        return between.join(value)
    return "" if value is None else json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value


def test_a_field_of_the_model_is_a_column(root):
    """Nobody has to list a new field again: columns, schema and dictionary are read from the model."""
    _, datasets, _ = made(root)
    for kind in KINDS:
        columns = {column.path for column in datasets[kind].columns}
        leaves = {field.path for field in fields_of(DOCUMENTED[kind][1], "fr") if field.kind != "fields"}
        assert len(leaves) > 10
        assert leaves <= columns


def test_another_language_has_what_is_written_in_it(built, tmp_path):
    root, _ = built
    mallette, datasets, files = made(root, "en")
    found = {kind: [i["id"] for i in json.loads(files[d.paths["json"]])["items"]] for kind, d in datasets.items()}
    assert found["story"] == ["premier"]
    assert "seul" in mallette.protocols
    assert set(found["protocol"]) == {"ancien", "tour"}
    (story,) = json.loads(files["en/data/recits.json"])["items"]
    assert (story["title"], story["url"]) == ("A first try", "https://petite.example.org/en/recits/premier/")
    # the main language has everything, what was written in another included
    other = shutil.copytree(root, tmp_path / "other", ignore=shutil.ignore_patterns("site", ".cache"))
    edit(other / "cases/ancien-essai.yml", ("title: ", "language: en\ntitle: "))
    _, _, files = made(other)
    told = {item["id"]: item for item in json.loads(files["data/recits.json"])["items"]}
    assert set(told) == {*published.STORIES, "premier"}
    assert told["ancien-essai"]["url"] == "https://petite.example.org/en/recits/ancien-essai/"


def test_the_same_sources_give_the_same_bytes(root):
    assert made(root)[2] == made(root)[2]


def test_the_site_has_every_file_and_its_page_documents_each_column(built):
    root, site = built
    for language, prefix in (("fr", ""), ("en", "en/")):
        _, datasets, files = made(root, language)
        page = published.tree(site, f"{prefix}donnees")
        links = {urljoin(f"{prefix}donnees/", link) for link in page.xpath("//main//a/@href")}
        for path, content in files.items():
            assert (site / path).read_bytes() == content
            assert path in links
        assert len(files) == 13
        for dataset in datasets.values():
            (section,) = page.xpath("//section[h2[@id=$name]]", name=dataset.name)
            told = {row.findtext(".//th/code"): row.findtext("td[1]").strip() for row in section.xpath(".//tbody/tr")}
            assert list(told) == list(rows_of(files[dataset.paths["csv"]]))
            assert all(told.values())
            (row,) = page.xpath("//tr[th/a[@href=$to]]", to=f"#{dataset.name}")
            assert row.findtext("td[1]") == str(len(dataset.items))
            assert len(row.xpath("td/small")) == 3  # sizes
        assert page.xpath("//main//a[@rel='license']")


def rows_of(data):
    return next(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_page_is_linked_from_every_page_and_from_the_downloads(built):
    _, site = built
    for prefix in ("", "en/"):
        for address in ("", "recits/premier/", "telecharger/"):
            links = published.tree(site, prefix + address).xpath("//footer//a/@href")
            assert f"{prefix}donnees/" in {urljoin(prefix + address, link) for link in links}
        links = published.tree(site, f"{prefix}telecharger").xpath("//main//a/@href")
        assert "../donnees/" in links


def test_the_sitemap_lists_each_page_once_at_its_home(built):
    _, site = built
    places = etree.fromstring((site / "sitemap.xml").read_bytes()).xpath("//*[local-name()='loc']/text()")
    assert len(places) == len(set(places))
    listed = {place.removeprefix("https://petite.example.org/") for place in places}
    made = {path.parent.relative_to(site).as_posix() + "/" for path in site.rglob("index.html")}
    made = {"" if path == "./" else path for path in made}
    assert len(made) > 30
    # a page whose text is in another language is listed where that text is at home
    borrowed = {f"en/recits/{name}/" for name in published.STORIES} | {"en/protocoles/seul/"}
    assert borrowed <= made
    assert listed == made - borrowed


def test_an_empty_table_has_its_columns(root):
    _, datasets, _ = made(root)
    columns = datasets["role"].columns
    assert rows_of(as_csv(columns, [])) == [column.path for column in columns]


def test_a_preview_makes_the_same_files_when_they_are_asked_for(tiny_root):
    preview = Preview(tiny_root)
    preview.refresh()
    _, _, files = made(tiny_root)
    assert {path: preview.file(path) for path in files} == files
    story = tiny_root / "cases/premier.yml"
    edit(story, ("Un premier essai", "Un essai changé"))
    preview.refresh()
    assert json.loads(preview.file("data/recits.json"))["items"][0]["title"] == "Un essai changé"
    assert "Un essai changé" in preview.file("recits.atom").decode()
