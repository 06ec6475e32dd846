import contextlib
import os
import re
import shutil
import subprocess
import sys

import pytest

from mallette.asking import Questions
from mallette.errors import InvalidSource, MalletteError
from mallette.inputs import MODELS
from mallette.labels import labels, languages
from mallette.loading import load
from mallette.reading import read
from mallette.retelling import from_record
from mallette.starting import ASKED, place, save, template, written
from mallette.validation import validate
from mallette.writing import file_name

FR = labels("fr")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", ASKED.values())
def test_a_template_has_every_field_and_lacks_only_what_is_required(kind, language, tiny_root):
    text = template(tiny_root, place(tiny_root, kind, "x"), kind, labels(language))
    node, problems = read("x.yml", text.encode())
    assert problems == []
    found = validate(MODELS[kind], node, id="x")[1]
    assert found
    assert {problem.code for problem in found} == {"left_empty"}
    whole = re.sub(r"^( *)#(?=[^ ])", r"\1", text, flags=re.MULTILINE)
    node, problems = read("x.yml", whole.encode())
    assert problems == [], whole
    assert set(node.values) == {name for name in MODELS[kind].model_fields if name not in ("id", "variant_of")}
    assert "unknown_key" not in {problem.code for problem in validate(MODELS[kind], node, id="x")[1]}


def test_a_template_that_is_filled_in_is_a_story(run, tiny_root):
    assert run("schema", "--root", tiny_root).returncode == 0
    done = run("new", "case", "essai", "--template", "--root", tiny_root)
    assert done.returncode == 0, done.stderr
    path = tiny_root / "cases/essai.yml"
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../templates/schemas/story.json\n")
    done = run("check", "--root", tiny_root)
    assert done.returncode == 1
    assert "« title » (Titre) est vide" in done.stderr
    for name in ("title", "summary", "sector", "country", "objective", "context", "intervention", "results"):
        text = re.sub(rf"^( *{name}:)$", r"\1 Dit", text, flags=re.MULTILINE)
    text = re.sub("(?m)^protocols:\n  #- .*", "protocols:\n  - tour", text)
    path.write_text(text, encoding="utf-8")
    assert run("check", "--root", tiny_root).returncode == 0


def test_nothing_is_ever_overwritten(run, tiny_root):
    before = (tiny_root / "cases/premier.yml").read_bytes()
    done = run("new", "case", "premier", "--template", "--root", tiny_root)
    assert (done.returncode, "existe déjà" in done.stderr) == (1, True)
    assert (tiny_root / "cases/premier.yml").read_bytes() == before
    target = tiny_root / "cases/lien.yml"
    target.symlink_to(tiny_root / "ailleurs.yml")
    with pytest.raises(MalletteError):
        save({tiny_root / "cases/deux.yml": "a", target: "b"})
    assert not (tiny_root / "ailleurs.yml").exists()
    assert not (tiny_root / "cases/deux.yml").exists(), "all of them or none"


@pytest.mark.parametrize("name", ["../x", "A", "é", "con", "a b", "a" * 61, "x.en"])
def test_a_name_that_no_file_may_have_is_refused(tiny_root, name):
    with pytest.raises(MalletteError) as caught:
        place(tiny_root, "story", name)
    assert caught.value.code == "new_name"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("L'été à Saint-Étienne : œuvre commune !", "l-ete-a-saint-etienne-oeuvre-commune"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "recit-con"),
        ("🎉", ""),
        ("mot " * 30, "mot-" * 11 + "mot"),
        ("x" * 90, "x" * 50),
    ],
)
def test_a_title_makes_the_name_of_a_file(title, name):
    assert file_name(title) == name[:50].rstrip("-")


def test_a_free_name_is_found(tiny_root):
    assert place(tiny_root, "story", None, "Premier").name == "premier-2.yml"
    assert place(tiny_root, "role", None).name == "nouveau-role.yml"


ANSWERS = {
    "story": [
        *("Le titre: « deux-points »", "", "Soin", "France", "But", "", "Avant", "", "Fait", "", ""),
        *("toour", "", "tour", "", "Produit", "en deux lignes", ""),
    ],
    "role": [
        "x" * 91,
        "Gardien",
        "Je garde.",
        "Un",
        "",
        "Un",
        "Deux",
        "",
        "Non",
        "",
        "compass",
        "rouge",
        "facilitateur",
        "circle",
    ],
    "card": ["Mot", "offre", "Quoi ?", "tool", "offreur"],
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_answers_make_a_file_and_wrong_ones_are_asked_again(kind, tiny_root):
    said, answers = [], iter(ANSWERS[kind])
    asked = Questions(kind, FR, said.append, lambda: next(answers) + "\n", {"protocols": ["tour"]}).asked()
    assert next(answers, None) is None
    path = place(tiny_root, kind, None, asked["title"])
    save({path: written(tiny_root, path, kind, asked, FR)})
    load(tiny_root)
    text = "\n".join(said)
    if kind == "story":
        assert asked["results"] == "Produit\nen deux lignes"
        assert "cette réponse est nécessaire" in text.lower()
        assert "« toour » n'est pas connu : choisissez dans la liste. (tour ?)" in text
    if kind == "role":
        assert "« title » est trop long : enlevez 1 caractère(s)" in text
        assert "« i_do » n'a pas assez d'éléments" in text


def test_a_protocol_is_asked_for_too(tiny_root):
    answers = iter(
        [
            *("Cercle", "On parle.", "Parler.", "", "valoriser", "10", "2", "8", "3", "5", "easy", "guide", ""),
            *("ecoute", "Écouter", "Se taire", "5", "10", "guide: J'écoute", "", "non"),
            *("Les nôtres", "Rester souple", ""),
        ]
    )
    said = []
    asked = Questions("protocol", FR, said.append, lambda: next(answers), {"roles": ["guide"]}).asked()
    assert asked["steps"][0]["actions"] == {"guide": "J'écoute"}
    assert asked["group_size"] == {"min": 2, "max": 8, "ideal": 3}
    path = place(tiny_root, "protocol", None, asked["title"])
    save({path: written(tiny_root, path, "protocol", asked, FR)})
    assert load(tiny_root).mallette.protocols["cercle"].steps[0].minutes.max == 10


def test_questions_are_asked_in_a_real_terminal(tiny_root, installed):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "mallette", "new", "case", "--root", str(tiny_root)]
    child = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=installed, close_fds=True)
    os.close(theirs)
    os.write(ours, "".join(f"{answer}\n" for answer in ANSWERS["story"]).encode())
    heard = b""
    with contextlib.suppress(OSError):  # what Linux says once the other end is closed
        while part := os.read(ours, 4096):
            heard += part
    assert child.wait(30) == 0, heard.decode()
    os.close(ours)
    assert "Fichier écrit" in heard.decode()
    story = load(tiny_root).mallette.stories["le-titre-deux-points"]
    assert story.title == "Le titre: « deux-points »"
    assert story.status == "draft"


def test_without_a_terminal_the_template_is_named(run, tiny_root):
    done = run("new", "case", "--root", tiny_root)
    assert (done.returncode, "--template" in done.stderr) == (1, True)


RECORD = """\
protocol: tour
edition: "2026-11"
date: 2026-03-04
place: Lyon
attendance: 8 personnes
request: "Comment accueillir : sans épuiser ?"
ideas: [Un binôme, Une pause]
action_plan: [{action: Écrire, who: Camille, first_step: Demain}]
done: [{action: Essayer, who: Camille, when: Avril, outcome: Ça marche}]
learnings: "- Écouter\\n- Se taire"
departures: {skipped: [parler], note: Plus court}
feelings: {liked: Le calme, hindered: Le bruit, roti: 4}
sharing: public
consent: oui
"""


def test_a_record_becomes_the_start_of_a_story(run, tiny_root, tmp_path):
    record = tmp_path / "trace.yml"
    record.write_text(RECORD, encoding="utf-8")
    done = run("new", "case", "lyon", "--from-record", record, "--root", tiny_root)
    assert done.returncode == 0, done.stderr
    path = tiny_root / "cases/lyon.yml"
    text = path.read_text(encoding="utf-8")
    assert "Camille" not in text
    with pytest.raises(InvalidSource) as caught:
        load(tiny_root)
    left = {problem.params["key"] for problem in caught.value.problems}
    assert {problem.code for problem in caught.value.problems} == {"left_empty"}
    assert left == {"title", "sector", "country", "context", "intervention"}
    for name in left:
        text = re.sub(rf"^( *{name}:)$", r"\1 Dit", text, flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")
    story = load(tiny_root).mallette.stories["lyon"]
    assert story.objective == "Comment accueillir : sans épuiser ?"
    assert story.results == "- Un binôme\n- Une pause\n- Écrire (Demain)"
    assert (story.participants.total, story.location.place, str(story.dates.start)) == (8, "Lyon", "2026-03-04")
    assert [remark.text for remark in story.adaptations] == ["parler", "Plus court"]
    assert (story.if_again, story.conditions, story.obstacles) == (
        ("Écouter", "Se taire"),
        ("Le calme",),
        ("Le bruit",),
    )
    assert story.follow_up[0].when == "Avril"


@pytest.mark.parametrize("change", [("sharing: public\n", ""), ("consent: oui", "consent: non")])
def test_what_only_the_group_may_read_is_not_told(tmp_path, change):
    record = tmp_path / "trace.yml"
    record.write_text(RECORD.replace(*change), encoding="utf-8")
    with pytest.raises(MalletteError) as caught:
        from_record(record, FR)
    assert caught.value.code == "new_internal"


def test_a_record_with_a_fault_is_told_at_its_line(run, tiny_root, tmp_path):
    record = tmp_path / "trace.yml"
    record.write_text(RECORD.replace("2026-03-04", "mars"), encoding="utf-8")
    done = run("new", "case", "--from-record", record, "--root", tiny_root)
    assert (done.returncode, done.stderr.startswith("trace.yml:3:7: ")) == (1, True)
    assert sorted(path.name for path in (tiny_root / "cases").iterdir()) == ["premier.yml"]


@pytest.mark.parametrize("wrong", [("--template", "--from-record", "x"), ()])
def test_one_way_to_start_at_a_time(run, tiny_root, wrong):
    kind = "case" if wrong else "role"
    done = run("new", kind, *(wrong or ("--from-record", "x")), "--root", tiny_root)
    assert (done.returncode, done.stderr) == (2, "Commande mal écrite. Voir : mallette --help\n")


def test_a_root_without_schemas_gets_no_line_for_editors(run, tiny_root):
    shutil.rmtree(tiny_root / "templates", ignore_errors=True)
    run("new", "card", "carte", "--template", "--root", tiny_root)
    assert "yaml-language-server" not in (tiny_root / "kit/cards/carte.yml").read_text(encoding="utf-8")
