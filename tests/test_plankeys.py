"""Keys of documents that are kept: the same as those of documents written out, whatever is edited in between."""

import shutil
from pathlib import Path

import pytest
import yaml

from mallette import printables
from mallette.build import printed_by
from mallette.cache import key_of
from mallette.labels import SHIPPED
from mallette.loading import load
from mallette.model import Kit
from mallette.plankeys import PlanKeys
from mallette.store import opened
from mallette.templating import words_for

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} 9"><path d="M0 0h9v9z"/></svg>'


@pytest.fixture
def root(tiny_root):
    """Two languages, a story of each, and a document of each kind."""
    some = [one for one in printed(tiny_root) if one["template"] in ("step-sheet", "story-sheet", "writing-cards")]
    edited(tiny_root / "kit/kit.yml", languages=["fr", "en"], printables=some)
    first = yaml.safe_load((tiny_root / "cases/premier.yml").read_text("utf-8"))
    write(tiny_root / "cases/autre.yml", first | {"title": "Un autre", "language": "en"})
    return tiny_root


def printed(root):
    return yaml.safe_load((root / "kit/kit.yml").read_text("utf-8"))["printables"]


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), "utf-8")


def edited(path, **changes):
    write(path, yaml.safe_load(path.read_text("utf-8")) | changes)


def own(root, name, before, after):
    """A template of the root's own that differs from the one that is shipped."""
    text = (SHIPPED / name).read_text("utf-8")
    assert before in text
    (root / "templates" / name).parent.mkdir(parents=True, exist_ok=True)
    (root / "templates" / name).write_text(text.replace(before, after), "utf-8")


def counted(root):
    """A sheet that shows what no key of a story tells: how many there are."""
    own(root, "print/story-sheet.typ.j2", "#let where", "// {{ mallette.stories | length }}\n#let where")


def with_logo(root, width):
    (root / "kit/logo.svg").write_text(LOGO.format(width), "utf-8")
    edited(root / "kit/kit.yml", logo="logo.svg")


EDITS = {
    "a story": lambda root: edited(root / "cases/premier.yml", title="Un titre"),
    "a translation": lambda root: write(root / "cases/autre.fr.yml", {"title": "Un titre"}),
    "another story": lambda root: shutil.copy(root / "cases/premier.yml", root / "cases/second.yml"),
    "a story gone": lambda root: (root / "cases/autre.yml").unlink(),
    "a protocol": lambda root: edited(root / "kit/protocols/tour.yml", title="Un tour"),
    "a role": lambda root: edited(root / "kit/roles/guide.yml", title="Le guide"),
    "the kit": lambda root: edited(root / "kit/kit.yml", credit_line="Autrement"),
    "its address": lambda root: edited(root / "kit/kit.yml", address="https://autre.example.org/"),
    "a printable": lambda root: edited(
        root / "kit/kit.yml", printables=[one | {"title": f"{one['title']} !"} for one in printed(root)]
    ),
    "its paper": lambda root: edited(
        root / "kit/kit.yml", printables=[one | {"edition": "eco"} for one in printed(root)]
    ),
    "a logo": lambda root: with_logo(root, 9),
    "another logo": lambda root: (root / "kit/logo.svg").write_text(LOGO.format(7), "utf-8"),
    "a label": lambda root: own(root, "labels/fr.yml", "sector: Secteur", "sector: Domaine"),
    "an icon": lambda root: own(root, "icons/users.svg", "<svg\n", "<svg data-x='1'\n"),
    "a colour": lambda root: own(root, "look.yml", 'ink: "#1B2A41"', 'ink: "#1B2A42"'),
    "a template": counted,
    "layout functions": lambda root: own(root, "print/mallette.typ", "#let look", "// autre\n#let look"),
    "nothing": lambda root: None,
}


def keys(root, told=None):
    """The key of each document, kept or of what is written out."""
    loaded, found = load(root), {}
    for one in loaded.every:
        words = words_for(root, one.language)
        known = PlanKeys(one, root, words, told) if told else None
        for plan in printables.plans(one, root, words, printed_by(one.mallette.kit)):
            found[plan.path] = known.key(plan) if known else key_of(plan.job())
    return found


@pytest.mark.parametrize(
    "edits",
    [
        *((edit,) for edit in EDITS if edit != "another logo"),
        ("a template", "another story"),
        ("a logo", "another logo"),
    ],
)
def test_what_is_kept_is_what_would_be_written_out(root, tmp_path, edits):
    for edit in edits:
        with opened(tmp_path / "kept.db", 1) as told:
            before = keys(root, told)
        EDITS[edit](root)
    with opened(tmp_path / "kept.db", 1) as told:
        after = keys(root, told)
    assert after == keys(root)
    assert (after == before) == (edits == ("nothing",)), "the edit shows in some document"


def test_what_has_not_changed_is_not_written_out(root, tmp_path, monkeypatch):
    with opened(tmp_path / "kept.db", 1) as told:
        keys(root, told)
    edited(root / "cases/premier.yml", title="Un titre")
    written, job = [], printables._Press.job

    def write_out(press, printable, subject, cards):
        written.append(subject)
        return job(press, printable, subject, cards)

    monkeypatch.setattr(printables._Press, "job", write_out)
    with opened(tmp_path / "kept.db", 1) as told:
        keys(root, told)
    assert {subject.id for subject in written if not isinstance(subject, Kit)} == {"premier"}


def test_the_folder_of_keys_holds_nothing_to_read(root, tmp_path):
    with opened(tmp_path / "kept.db", 1) as told:
        keys(root, told)
    data = Path(tmp_path / "kept.db").read_bytes()
    assert b"premier" not in data
    assert b"Tour" not in data
