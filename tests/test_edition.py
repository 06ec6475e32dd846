"""The mark of a card's edition, and the cards that changed between two editions."""

import shutil
import subprocess

import measure
import pytest
from conftest import TINY

from mallette.edition import CARDS, PRINTED, as_json, cards_of, compared, edition_mark, from_json
from mallette.loading import load
from mallette.model import Role, Step, WritingCard

DECK_TEMPLATES = (
    (Role, "role-cards", "role"),
    (WritingCard, "writing-cards", "card"),
    (Step, "prompt-cards", "step"),
)


@pytest.fixture(scope="module")
def mallette(root):
    return load(root).mallette


def test_a_mark_changes_with_whatever_is_printed_and_with_nothing_else(mallette):
    role = mallette.roles["offreur"]
    mark = edition_mark(role)
    assert len(mark) == 4
    assert mark == edition_mark(role.model_copy(update={"tags": ("autre",), "copies": 9, "status": "reviewed"}))
    for name in PRINTED[Role]:
        value = getattr(role, name)
        other = (*value, "Autre chose.") if isinstance(value, tuple) else f"{value}x"
        assert edition_mark(role.model_copy(update={name: other})) != mark, name


def test_the_mark_of_a_step_changes_with_its_number(mallette):
    step = mallette.protocols["atelier-entraide"].steps[0]
    assert edition_mark(step, 1) != edition_mark(step, 2)


def test_the_mark_of_a_rotation_card_changes_with_the_titles_of_its_rounds_alone(mallette):
    protocol = next(p for p in mallette.protocols.values() if len(p.rounds) > 1)
    mark = edition_mark(protocol)
    place = protocol.steps.index(protocol.rounds[0])

    def other(**changes):
        step = protocol.steps[place].model_copy(update=changes)
        steps = (*protocol.steps[:place], step, *protocol.steps[place + 1 :])
        return edition_mark(protocol.model_copy(update={"steps": steps}))

    assert other(watch_for="Autre", aim="Autre", rotation="Tout le monde.") == mark
    assert other(title="Autre") != mark
    assert other(rotation=None) != mark
    assert edition_mark(protocol.model_copy(update={"title": "Autre"})) != mark


def test_every_field_of_the_decks_templates_is_in_the_mark(root):
    """A field that a template of cards prints, but that the mark forgets, would change a card unseen."""
    for kind, template, name in DECK_TEMPLATES:
        source = (root / f"templates/print/{template}.typ.j2").read_text(encoding="utf-8")
        shown = {field for field in kind.model_fields if f"{name}.{field}" in source}
        assert shown
        assert shown <= set(PRINTED[kind]), template


def test_no_two_cards_of_the_kit_have_the_same_mark(mallette):
    marks = {(card.deck, card.card, card.mark) for card in cards_of(mallette)}
    assert len(marks) > 10
    by_card = {(deck, mark): card for deck, card, mark in marks}
    assert len(by_card) == len({(deck, mark) for deck, _, mark in marks})


def test_cards_are_told_as_changed_added_and_removed(mallette):
    new = {card.key: card for card in cards_of(mallette)}
    first, second, *rest = new.values()
    old = {card.key: card for card in from_json(as_json("2026", iter([first, *rest])))}
    old[first.key] = type(first)(**{**vars(first), "mark": "zzzz"})
    gone = type(first)(**{**vars(first), "card": "gone"})
    found = compared({**old, gone.key: gone}, new)
    assert (found.changed, found.added, found.removed) == ((first,), (second,), (gone,))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"cards": [{}]}', b'{"cards": 3}', b"\xff"])
def test_another_file_is_not_an_edition(data):
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        from_json(data)


@pytest.fixture
def history(tmp_path):
    """A root under git, whose role card has changed since its first commit."""
    root = shutil.copytree(TINY, tmp_path / "root")

    def git(*arguments):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments], cwd=root, check=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    role = root / "kit/roles/guide.yml"
    role.write_text(role.read_text(encoding="utf-8").replace("i_do:\n", "i_do:\n  - Je souris.\n"), encoding="utf-8")
    return root


def test_only_the_changed_cards_are_printed(history, run, tmp_path):
    done = run("changes", "HEAD", "--root", history, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    (card,) = (c for c in cards_of(load(history).mallette) if c.card == "guide")
    assert "1 carte modifiée" in done.stdout
    assert card.mark in done.stdout
    (path,) = (tmp_path / "out").iterdir()
    front, back = measure.pages(path.read_bytes())
    assert card.mark in front.text
    assert "souris" in front.text
    assert back.text


def test_a_built_site_is_an_edition_too(history, run, tmp_path):
    site = tmp_path / "old"
    (site / CARDS).parent.mkdir(parents=True)
    (site / CARDS).write_bytes(as_json("x", cards_of(load(TINY).mallette)))
    done = run("changes", site, "--root", history, "--list")
    assert (done.returncode, done.stdout.count("carte modifiée")) == (0, 1)
    assert not (history / "impression").exists()
    backwards = run("changes", history, site, "--root", history)
    assert backwards.returncode == 1
    assert "n'a pas ses sources" in backwards.stderr


def test_nothing_changed_prints_nothing(history, run, tmp_path):
    done = run("changes", history, "--root", history, "--out", tmp_path / "out")
    assert (done.returncode, "Aucune carte" in done.stdout) == (0, True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["no-such-revision", "--output=x", "HEAD:kit"])
def test_what_is_no_edition_is_told(history, run, name):
    done = run("changes", "--root", history, "--list", "--", name)
    assert done.returncode == 1
    assert "révision git" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_site_keeps_the_marks_of_its_cards(built_site, mallette):
    assert from_json((built_site / CARDS).read_bytes()) == tuple(cards_of(mallette))


def test_each_card_shows_its_mark(documents, mallette):
    marks = {(card.protocol, card.deck): set() for card in cards_of(mallette)}
    for card in cards_of(mallette):
        marks[card.protocol, card.deck].add(card.mark)
    seen = 0
    for document in documents.values():
        wanted = marks.get((document.printed.subject.id, document.printed.printable.template))
        if wanted:
            text = "".join(page.text for page in document.pages[::2])
            assert [mark for mark in wanted if f"·{mark}" not in text] == [], document.printed.path
            seen += 1
    assert seen >= 6


def test_all_the_cards_of_a_new_kit_are_new(real_root, built_site, run, tmp_path):
    done = run("changes", TINY, real_root, "--root", real_root, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "cartes nouvelles" in done.stdout
    assert len(list((tmp_path / "out").iterdir())) >= 6
