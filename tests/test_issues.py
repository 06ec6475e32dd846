import pytest
import yaml

from mallette.errors import MalletteError
from mallette.issues import AGREED, ASKED, form, read_issue
from mallette.labels import labels
from mallette.loading import load
from mallette.model import CaseStory
from mallette.reference import fields_of

FR = labels("fr")
FREE = "CC-BY-SA-4.0"
FORM = ".github/ISSUE_TEMPLATE/recit.yml"
DOCS = {doc.path: doc for doc in fields_of(CaseStory, "fr")}
TYPED = {
    "title": "L'aide: « déjà là » 🎉",
    "summary": "Un groupe s'entraide.",
    "sector": "Soin",
    "location.country": "Belgique",
    "protocols": "- Tour de table",
    "objective": "Un but.\n\n- avec une liste\n\n### Contexte faux\n",
    "context": "D'où l'on part",
    "intervention": "Fait\r\navec soin",
    "results": "`code` <script>alert(1)</script> @tous ${{ secrets.X }} $(id)",
    "participants.total": "12",
    "dates.start": "3 mars 2026",
    "obstacles": "Le bruit\n- La chaleur",
}


def body(typed=TYPED, agreed=3):
    """What the forge makes of a form that was sent."""
    parts = [f"### {DOCS[path].meaning}\n\n{typed.get(path, '_No response_')}" for path in ASKED]
    boxes = "\n".join(f"- [{'X' if n < agreed else ' '}] Oui" for n in range(len(AGREED)))
    return "\n\n".join([*parts, f"### Accords\n\n{boxes}"])


def test_the_form_is_made_from_the_fields_of_a_story(root, request):
    if request.config.getoption("--write-golden"):
        (root / FORM).parent.mkdir(parents=True, exist_ok=True)
        (root / FORM).write_text(form(FR, FREE), encoding="utf-8")
    assert (root / FORM).read_text(encoding="utf-8") == form(FR, FREE)


def test_the_form_names_the_licence_that_stories_are_given_under(root):
    assert load(root).mallette.kit.license == FREE
    assert "sous licence libre CC BY 4.0." in form(FR, "CC-BY-4.0")
    assert "BY-SA" not in form(FR, "CC-BY-4.0")


def test_the_form_is_what_the_forge_takes():
    made = yaml.safe_load(form(FR, FREE))
    assert {"name", "description", "body"} <= made.keys()
    assert made["labels"] == ["récit"]
    kinds = {"markdown", "input", "textarea", "checkboxes"}
    asked = [part for part in made["body"] if part["type"] in ("input", "textarea")]
    assert {part["type"] for part in made["body"]} == kinds
    ids = [part["id"] for part in made["body"] if "id" in part]
    assert len(ids) == len(set(ids)) == len(ASKED) + 1
    assert len({part["attributes"]["label"] for part in asked}) == len(ASKED)
    for path, part in zip(ASKED, asked, strict=True):
        assert part["attributes"]["label"] == DOCS[path].meaning
        assert part.get("validations", {}).get("required", False) is DOCS[path].required
    required = {doc.path for doc in DOCS.values() if doc.required and "[]" not in doc.path and doc.kind != "fields"}
    assert required <= set(ASKED)
    boxes = made["body"][-1]["attributes"]["options"]
    assert all(box["required"] is True for box in boxes)


def test_what_was_sent_becomes_a_story_to_review(tiny_root):
    story, problems = read_issue(body(), "recit", load(tiny_root).mallette)
    assert problems == []
    assert story.title == TYPED["title"]
    assert story.objective == "Un but.\n\n- avec une liste\n\n### Contexte faux"
    assert story.intervention == "Fait\navec soin"
    assert story.results == TYPED["results"]
    assert (story.protocols, story.status) == (("tour",), "to_review")
    assert (story.participants.total, str(story.dates.start)) == (12, "2026-03-03")
    assert story.obstacles == ("Le bruit", "La chaleur")
    assert story.authors == ()


def test_an_answer_cannot_pretend_to_be_another(tiny_root):
    forged = {**TYPED, "objective": "a\n\n### Titre\n\nFaux\n\n### Ce que cela a produit\n\nFaux"}
    story, problems = read_issue(body(forged), "recit", load(tiny_root).mallette)
    assert problems == []
    assert (story.title, story.results) == (TYPED["title"], TYPED["results"])


def test_the_command_writes_what_was_sent_and_the_kit_stays_sound(run, tiny_root, tmp_path):
    sent = tmp_path / "body.md"
    sent.write_text(body(), encoding="utf-8")
    done = run("new", "case", "recit-12", "--from-issue", sent, "--root", tiny_root)
    assert done.returncode == 0, done.stderr
    assert run("check", "--root", tiny_root).returncode == 0
    assert load(tiny_root).mallette.stories["recit-12"].results == TYPED["results"]


def test_what_is_wrong_is_said_and_nothing_is_written(run, tiny_root, tmp_path):
    sent = tmp_path / "body.md"
    sent.write_text(
        body({**TYPED, "protocols": "inconnu", "title": "x" * 91, "sector": "_No response_"}), encoding="utf-8"
    )
    done = run("new", "case", "--from-issue", sent, "--root", tiny_root)
    assert done.returncode == 1
    assert "« title » est trop long" in done.stderr
    assert "protocole inconnu « inconnu »" in done.stderr
    assert "il manque le champ « sector » (Secteur)" in done.stderr
    assert len(list((tiny_root / "cases").iterdir())) == 1


STRANGE = {"": "not_ours", "bonjour": "not_ours", body(agreed=2): "not_agreed", "x" * 60_001: "too_long"}


@pytest.mark.parametrize("text", STRANGE, ids=STRANGE.values())
def test_what_is_not_such_a_form_is_refused(tiny_root, text):
    with pytest.raises(MalletteError) as caught:
        read_issue(text, "recit", load(tiny_root).mallette)
    assert caught.value.code == f"issue_{STRANGE[text]}"
