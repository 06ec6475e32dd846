import json
import os
import subprocess
import sys

import pytest

from mallette.editors import linked, schema_files
from mallette.inputs import FOLDER, schema_of, schemas
from mallette.loading import load
from mallette.reference import DOCUMENTED, fields_of

SCHEMAS = dict(schemas("fr"))


@pytest.fixture(scope="module")
def check():
    """Files checked by the tool that editors and pre-commit hooks share their rules with."""
    if not os.environ.get("CI"):
        pytest.importorskip("check_jsonschema")

    def check(schema, *files):
        arguments = [sys.executable, "-m", "check_jsonschema", "--schemafile", schema, *files]
        return subprocess.run(arguments, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)

    return check


def test_the_schemas_of_the_checkout_are_those_of_the_model(root, request):
    found = dict(schema_files("fr"))
    assert len(found) == 12
    for name, content in found.items():
        if request.config.getoption("--write-golden"):
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_bytes(content)
        assert (root / name).read_bytes() == content, f"mallette schema ({name})"
    assert {path.name for path in (root / FOLDER).iterdir()} == {name.rpartition("/")[2] for name in found}


@pytest.mark.parametrize("kind", ["story", "protocol", "role", "card", "kit", "record"])
def test_every_field_is_there_and_says_in_french_what_it_is(kind):
    schema = SCHEMAS[f"{kind}.json"]
    documented = list(fields_of(DOCUMENTED[kind][1], "fr"))
    assert len(documented) > 10
    for field in documented:
        node = schema
        for part in field.path.replace("[]", "").split("."):
            node = _inside(node, schema)["properties"][part]
        assert node["description"] == field.meaning, field.path
        if field.choices:
            assert set(field.choices) <= set(_inside(node, schema)["enum"])


def _inside(node, whole):
    """What a reference, a list or an optional field leads to."""
    for part in (node.get("anyOf") or [node])[:1]:
        node = part
    if "items" in node:
        return _inside(node["items"], whole)
    return _inside(whole["$defs"][node["$ref"].rpartition("/")[2]], whole) if "$ref" in node else node


def test_every_file_of_the_kit_is_valid_for_its_schema(root, check):
    files = {}
    for path in sorted(path for folder in ("kit", "cases") for path in (root / folder).rglob("*.yml")):
        files.setdefault(schema_of(path.relative_to(root).as_posix()), []).append(path)
    assert len(files) > 9
    for schema, paths in files.items():
        done = check(root / schema, *paths)
        assert done.returncode == 0, done.stdout


STORY = """\
title: 2026
summary: Un essai
sector: Soin
location: {country: France, region: }
objective: a
context: b
intervention: c
protocols: [tour]
results: d
participants: {total: "12", about: Non}
dates: {start: 2026-11-23}
tags:
"""
BROKEN = {
    "a key that nobody knows": ("summary:", "sumary:"),
    "a field that lacks": ("sector: Soin\n", ""),
    "a list that is a text": ("[tour]", "tour"),
    "a number in words": ('"12"', "une vingtaine"),
    "a day that is not": ("2026-11-23", "2026-02-30"),
    "a date as it is said": ("2026-11-23", "23/11/2026"),
    "neither yes nor no": ("Non", "peut-être"),
    "a name with capitals": ("[tour]", "[Tour]"),
    "a text too long": ("Un essai", "x" * 201),
    "an empty list": ("[tour]", "[]"),
    "a choice that is not": ("tags:", "stage: accompagne\ntags:"),
    "a closed licence": ("tags:", "license: CC-BY-NC-4.0\ntags:"),
    "an address without https": ("tags:", "sources: [{title: a, url: 'http://a.b/'}]\ntags:"),
    "text for fields": ("{country: France, region: }", "France"),
    "a key that files may not give": ("title: 2026", "id: x\ntitle: 2026"),
}


def test_a_broken_file_fails_and_whatever_check_takes_passes(root, check, tmp_path, tiny_root):
    good = tmp_path / "juste.yml"
    good.write_text(STORY, encoding="utf-8")
    (tiny_root / "cases/premier.yml").write_text(STORY, encoding="utf-8")
    load(tiny_root)
    done = check(root / FOLDER / "story.json", good)
    assert done.returncode == 0, done.stdout
    paths = []
    for number, (before, after) in enumerate(BROKEN.values()):
        path = tmp_path / f"{number}.yml"
        assert before in STORY
        path.write_text(STORY.replace(before, after, 1), encoding="utf-8")
        paths.append(path)
    done = check(root / FOLDER / "story.json", *paths)
    assert done.returncode == 1
    for path, what in zip(paths, BROKEN, strict=True):
        assert f"{path.name}:" in done.stdout, what


def test_a_translation_says_texts_and_a_variant_a_part(root, check, tmp_path):
    texts = tmp_path / "texts.yml"
    texts.write_text("translates: 8b42b7fe\ntitle: A round\nsteps: [{id: tour, title: Round}]\n", encoding="utf-8")
    part = tmp_path / "part.yml"
    part.write_text(
        "of: tour\ntitle: a\nsummary: b\ndrop: [room]\n"
        "steps: [{id: x, drop: oui}, {id: y, before: z, minutes: {min: 2}}]\n",
        encoding="utf-8",
    )
    assert check(root / FOLDER / "protocol.translation.json", texts).returncode == 0
    assert check(root / FOLDER / "variant.json", part).returncode == 0
    texts.write_text("title: A round\nslider: 5\n", encoding="utf-8")
    part.write_text("title: a\nsummary: b\n", encoding="utf-8")
    assert check(root / FOLDER / "protocol.translation.json", texts).returncode == 1
    assert check(root / FOLDER / "variant.json", part).returncode == 1


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("cases/a.yml", "story.json"),
        ("cases/a.en.yml", "story.translation.json"),
        ("kit/kit.yml", "kit.json"),
        ("kit/kit.en.yml", "kit.translation.json"),
        ("kit/variants/a.yml", "variant.json"),
        ("kit/variants/a.en.yml", "protocol.translation.json"),
        ("kit/autre.yml", None),
        ("docs/a.yml", None),
        ("cases/a.jpg", None),
    ],
)
def test_each_file_has_the_schema_of_its_folder(path, schema):
    assert schema_of(path) == (schema and f"{FOLDER}/{schema}")


def test_schema_writes_the_schemas_and_links_each_file_once(run, tiny_root):
    before = {path: path.read_bytes() for path in tiny_root.glob("[kc]*/**/*.yml")}
    assert len(before) == 5
    odd = tiny_root / "cases/premier.yml"
    odd.write_bytes(b"\xef\xbb\xbf" + before[odd].replace(b"\n", b"\r\n"))
    done = run("schema", "--link", "--root", tiny_root)
    assert "5 fichiers" in done.stdout, done.stderr
    assert odd.read_bytes().startswith(b"# yaml-language-server: $schema=../templates/schemas/story.json\ntitle:")
    for path, data in before.items():
        text = path.read_text(encoding="utf-8")
        first, _, rest = text.partition("\n")
        leads = path.parent / first.partition("$schema=")[2]
        assert json.loads(leads.read_text(encoding="utf-8"))["type"] == "object"
        assert rest == data.decode()
    assert list(linked(tiny_root)) == []
    load(tiny_root)
    odd.write_text(odd.read_text(encoding="utf-8").replace("../templates", "../../ailleurs"), encoding="utf-8")
    assert [name for name, _ in linked(tiny_root)] == ["cases/premier.yml"]
