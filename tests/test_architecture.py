import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest
from searched import searched

from mallette.loading import load
from mallette.model import CaseStory, Kit, Protocol, Role, SessionRecord, WritingCard
from mallette.model.text import Model
from mallette.opendata import FILES

MODELS = (Kit, Protocol, Role, WritingCard, CaseStory, SessionRecord, *(model for _, model in FILES.values()))


def test_a_story_is_one_file(tiny_root, run):
    text = (tiny_root / "cases/premier.yml").read_text(encoding="utf-8")
    (tiny_root / "cases/deuxieme.yml").write_text(text.replace("Un premier", "Un deuxième"), encoding="utf-8")
    assert run("build", "--root", tiny_root).returncode == 0
    site = tiny_root / "site"
    assert "Un deuxième essai" in (site / "recits/deuxieme/index.html").read_text(encoding="utf-8")
    assert (site / "telecharger/deuxieme/deuxieme-recit.pdf").read_bytes().startswith(b"%PDF")
    for address in ("recits", "protocoles/tour"):
        assert "deuxieme/" in (site / address / "index.html").read_text(encoding="utf-8")
    assert searched(site)["recits/deuxieme/"][0] == "Un deuxième essai"


def test_a_role_is_one_file(tiny_root, typeset_root):
    text = (tiny_root / "kit/roles/guide.yml").read_text(encoding="utf-8")
    (tiny_root / "kit/roles/veilleur.yml").write_text(text.replace("Guide", "Veilleur"), encoding="utf-8")
    protocol = tiny_root / "kit/protocols/tour.yml"
    protocol.write_text(
        protocol.read_text(encoding="utf-8").replace("roles:\n  - guide", "roles:\n  - guide\n  - veilleur"),
        encoding="utf-8",
    )
    deck, poster = (
        next(d for d in typeset_root(tiny_root) if d.printed.printable.template == name)
        for name in ("role-cards", "poster")
    )
    assert "Veilleur" in deck.pages[0].text
    assert "Veilleur" in poster.pages[0].text


def test_a_printable_is_one_template_and_one_entry(tiny_root, run):
    templates = tiny_root / "templates/print"
    templates.mkdir(parents=True)
    (templates / "chevalet.typ.j2").write_text(
        '{% include "print/head.typ.j2" %}\n#set page(paper: "a4", margin: 20mm, footer: furniture(doc))\n'
        "#heading(level: 1, {{ subject.title }})\n#qr(doc, 20mm)\n",
        encoding="utf-8",
    )
    kit = tiny_root / "kit/kit.yml"
    entry = (
        "  - id: chevalet\n    title: Chevalet\n    template: chevalet\n    about: protocol\n    use: Sur la table.\n"
    )
    kit.write_text(kit.read_text(encoding="utf-8") + entry, encoding="utf-8")
    done = run("build", "--root", tiny_root)
    assert done.returncode == 0, done.stderr
    assert (tiny_root / "site/telecharger/tour/tour-chevalet.pdf").read_bytes().startswith(b"%PDF")
    assert "tour-chevalet.pdf" in (tiny_root / "site/telecharger/index.html").read_text(encoding="utf-8")
    assert "Sur la table." in (tiny_root / "site/protocoles/tour/index.html").read_text(encoding="utf-8")


def test_a_paper_is_one_file(tiny_root, typeset_root):
    sheets = tiny_root / "templates/print/sheets"
    sheets.mkdir(parents=True)
    (sheets / "une-carte.yml").write_text(
        "paper: {width: 105, height: 148}\ncard: {width: 95, height: 134}\ngap: 0\ntop: 7\nmark: 0\nflip: short-edge\n",
        encoding="utf-8",
    )
    kit = tiny_root / "kit/kit.yml"
    kit.write_text(kit.read_text(encoding="utf-8").replace("a4-4up", "une-carte"), encoding="utf-8")
    deck = next(d for d in typeset_root(tiny_root) if d.printed.printable.template == "role-cards")
    assert (round(deck.pages[0].width), round(deck.pages[0].height)) == (105, 148)


@pytest.mark.parametrize(("field", "value"), [("template", "inconnu"), ("sheet", "inconnue")])
def test_a_printable_without_its_template_is_told(tiny_root, run, field, value):
    kit = tiny_root / "kit/kit.yml"
    kit.write_text(re.sub(rf"{field}: .*", f"{field}: {value}", kit.read_text(encoding="utf-8")), encoding="utf-8")
    done = run("check", "--print", "--root", tiny_root)
    assert done.returncode == 1
    assert value in done.stderr
    assert "Traceback" not in done.stderr


def inner_models(annotation):
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from inner_models(part)


def models():
    found = []
    waiting = list(MODELS)
    while waiting:
        model = waiting.pop()
        if model not in found:
            found.append(model)
            waiting += [inner for f in model.model_fields.values() for inner in inner_models(f.annotation)]
    return found


def test_every_field_is_described_in_french_and_english():
    found = models()
    assert len(found) > 15
    for model in found:
        for name, field in model.model_fields.items():
            words = field.json_schema_extra or {}
            assert words.get("fr"), f"{model.__name__}.{name}"
            assert words.get("en") == field.description, f"{model.__name__}.{name}"


def test_what_is_validated_cannot_be_changed(tiny_root):
    protocol = load(tiny_root).mallette.protocols["tour"]
    with pytest.raises(ValueError, match="frozen"):
        protocol.title = "autre"


def sources(root):
    return sorted((root / "scripts/mallette").rglob("*.py"))


def test_modules_are_short_and_say_what_they_are(root):
    found = sources(root)
    assert len(found) > 20
    for path in found:
        text = path.read_text(encoding="utf-8")
        assert ast.get_docstring(ast.parse(text)), path
        assert text.count("\n") <= 300, path
        assert not re.search(r"utils|helpers|common|core|manager", path.stem), path


def test_only_the_command_line_prints(root):
    for path in sources(root):
        if path.stem not in ("cli", "checking", "contributing"):
            calls = [n.func for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
            assert not [c for c in calls if getattr(c, "id", getattr(c, "attr", "")) in ("print", "echo")], path


def test_imports_point_one_way(root):
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=root,
        env={"PYTHONPATH": str(root / "scripts"), "PATH": "", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "KEPT" in done.stdout


def test_the_wheel_works_by_itself(root, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name in ("scripts", "templates", "LICENSE", "LICENSE-CONTENT", "README.md", "pyproject.toml"):
        path = root / name
        (shutil.copytree if path.is_dir() else shutil.copy)(path, source / name)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*build, "--wheel-dir", str(tmp_path), str(source)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "installed")
    packed = {f"mallette/templates/{p.relative_to(root / 'templates').as_posix()}" for p in files(root / "templates")}
    assert len(packed) > 80
    assert packed <= names
    assert not [n for n in names if "/tests/" in n or "__pycache__" in n]
    declared = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert any(n.endswith("entry_points.txt") for n in names)
    tiny = shutil.copytree(root / "tests/tiny", tmp_path / "tiny")
    done = subprocess.run(
        [sys.executable, "-m", "mallette", "build", "--root", str(tiny)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "installed"), "PATH": "", "PYTHONUTF8": "1", "MALLETTE_LANG": "fr"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tiny / "site/recits/premier/index.html").is_file()
    assert declared["entry-points"]["mkdocs.plugins"]["mallette"] == "mallette.plugin:MallettePlugin"


def files(folder):
    return [p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts]


def test_a_field_is_the_model_and_the_template_that_shows_it(root, tiny_root, tmp_path, run, installed):
    copy = tmp_path / "copy"
    shutil.copytree(root / "scripts/mallette", copy / "scripts/mallette")
    shutil.copytree(root / "templates", copy / "templates")
    model, template = copy / "scripts/mallette/model/role.py", copy / "templates/pages/roles.html.j2"
    field = '    slogan: Line | None = doc("Devise", "Motto", None, max_length=60)\n'
    model.write_text(model.read_text(encoding="utf-8") + field, encoding="utf-8")
    sentence = "{{ role.in_a_sentence }}"
    assert sentence in template.read_text(encoding="utf-8")
    shown = template.read_text(encoding="utf-8").replace(sentence, f"{sentence} {{{{ role.slogan }}}}")
    template.write_text(shown, encoding="utf-8")
    role = tiny_root / "kit/roles/guide.yml"
    text = role.read_text(encoding="utf-8")
    role.write_text(text + "slogan: L'un <avec> l'autre\n", encoding="utf-8")

    def build():
        paths = os.pathsep.join((str(copy / "scripts"), installed["PYTHONPATH"]))
        return run("build", "--root", tiny_root, PYTHONPATH=paths)

    done = build()
    assert done.returncode == 0, done.stderr
    assert "L’un &lt;avec&gt; l’autre" in (tiny_root / "site/roles/index.html").read_text(encoding="utf-8")
    assert "Devise" in (tiny_root / "site/champs/index.html").read_text(encoding="utf-8")
    role.write_text(f"{text}slogna: Ensemble\n", encoding="utf-8")
    assert "effacez la ligne. Vouliez-vous dire « slogan » ?" in build().stderr
