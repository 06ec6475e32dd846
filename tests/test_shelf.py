"""What was read of stories and kept: the same to the last letter, and whatever there is to tell is told again."""

import shutil
import sqlite3
from dataclasses import fields

import pytest
from editing import edit
from strangers import STRINGS, stranger
from test_loading import CASES, GOLDEN

from mallette import shelf, sources, store
from mallette.errors import InvalidSource
from mallette.loading import load
from mallette.memo import Memo
from mallette.model import CaseStory
from mallette.model.text import Model, Written
from mallette.packs import _sources
from mallette.withdrawal import withdrawal

STORY = "cases/premier.yml"


def kept(root):
    """What is read with what an earlier reading left, and the problems or warnings that are told."""
    with shelf.opened(root) as stories:
        try:
            loaded = load(root, shelf=stories)
        except InvalidSource as error:
            return None, error.problems
    return loaded, loaded.warnings


def fresh(root):
    try:
        loaded = load(root)
    except InvalidSource as error:
        return None, error.problems
    return loaded, loaded.warnings


def told(problems):
    return [(p, sorted(p.params.items())) for p in problems]


def depth(value):
    """A value with all that equality does not see: classes, languages, the order of fields, which were given."""
    if isinstance(value, Model):
        said = [(name, depth(one)) for name, one in value.__dict__.items()]
        return type(value), said, value.model_fields_set, value.model_extra, value.__pydantic_private__
    if isinstance(value, tuple):
        return tuple(map(depth, value))
    return type(value), value, value.language if isinstance(value, Written) else None


def same(one, other):
    """That two readings gave the same: items, places, what else is known of each language."""
    for mine, theirs in zip(one.every, other.every, strict=True):
        for field in fields(mine):
            if field.name not in ("mallette", "origins", "standings", "others"):
                assert getattr(mine, field.name) == getattr(theirs, field.name), field.name
        assert [*mine.mallette.stories] == [*theirs.mallette.stories]
        for name, story in mine.mallette.stories.items():
            assert depth(story) == depth(theirs.mallette.stories[name])
        assert [*mine.origins] == [*theirs.origins]
        for key, origin in mine.origins.items():
            there = theirs.origins[key]
            assert (origin.path, origin.digest, origin.files) == (there.path, there.digest, there.files)
            assert origin.node == there.node
        for key, standing in mine.standings.items():
            there = theirs.standings[key]
            found = (standing.state, standing.file, standing.model, standing.fingerprint)
            assert found == (there.state, there.file, there.model, there.fingerprint)


@pytest.fixture
def read(monkeypatch):
    """The files that were parsed, since it was last asked."""
    done = []
    parse = sources.read
    monkeypatch.setattr(sources, "read", lambda path, *rest: done.append(path) or parse(path, *rest))

    def since():
        found = [path for path in done if path.startswith("cases/")]
        done.clear()
        return found

    return since


def test_the_real_library_comes_back_as_it_was(real_root, tmp_path, read):
    root = shutil.copytree(real_root, tmp_path / "real", ignore=shutil.ignore_patterns(".cache", "site"))
    kept(root)
    first = read()
    again, _ = kept(root)
    second = read()
    assert len(again.mallette.stories) >= 5
    assert {*second} < {*first}
    untranslated = [name for name in again.mallette.stories if not [*(root / "cases").glob(f"{name}.*.yml")]]
    whole = [origin.path for origin in again.origins.values() if origin.kept]
    assert {f"cases/{name}.yml" for name in untranslated} & {*whole}
    same(again, fresh(root)[0])


def test_texts_of_strangers_come_back_as_they_were(tiny_root):
    for number, text in enumerate(STRINGS):
        cut = lambda kind, path, limit, text=text: text[:limit].strip() or "Neutre"  # noqa: E731
        stranger(tiny_root, f"s{number}", **dict.fromkeys(("protocol", "role", "card", "story"), cut))
    english = tiny_root / "cases/s3.yml"
    english.write_text("language: en\n" + english.read_text("utf-8"), "utf-8")
    kept(tiny_root)
    again, warned = kept(tiny_root)
    assert again, told(warned)[:3]
    assert sum(origin.kept for origin in again.origins.values()) >= 100
    now, warnings = fresh(tiny_root)
    same(again, now)
    assert told(warned) == told(warnings)


@pytest.mark.parametrize("name", CASES)
def test_whatever_is_told_is_told_again(tiny_root, name):
    shutil.copytree(GOLDEN / name, tiny_root, dirs_exist_ok=True)
    for number in range(3):
        assert told(kept(tiny_root)[1]) == told(fresh(tiny_root)[1]), number


def _nothing(root):
    pass


def _leading_nowhere(root):
    (root / "kit/protocols/tour.yml").rename(root / "kit/protocols/autre.yml")


def _a_language_less(root):
    edit(root / "kit/kit.yml", ("title: Petite", "languages: [en]\ntitle: Petite"))


def _the_language_of_texts(root):
    edit(root / "kit/kit.yml", ("title: Petite", "language: en\ntitle: Petite"))


def _other_terms(root):
    edit(root / "kit/kit.yml", ("license: CC-BY-SA-4.0", "license: CC-BY-4.0"))
    edit(root / STORY, ("title: ", "license: CC-BY-SA-4.0\ntitle: "))


def _a_contact(root):
    edit(root / STORY, ("Tout le monde a parlé", "Écrire à ami@exemple.org"))


def _no_consent(root):
    edit(root / STORY, ("title: ", "testimonies:\n  - text: Un secret.\n    role: Personne\ntitle: "))


def _a_picture_gone(root):
    picture = "\n  - file: mur.png\n    alt: Un mur\n    credit: Essai\n    license: CC0-1.0"
    edit(root / STORY, ("title: ", f"images:{picture}\ntitle: "))


def _an_outdated_translation(root):
    (root / "cases/premier.en.yml").write_text("title: A try\ntranslates: 00000000\n", encoding="utf-8")
    edit(root / "kit/kit.yml", ("title: Petite", "languages: [fr, en]\ntitle: Petite"))


def _gone(root):
    (root / STORY).unlink()


def _renamed(root):
    (root / STORY).rename(root / "cases/dernier.yml")


def _not_valid(root):
    edit(root / STORY, ("title: ", "titre: "))


CHANGES = [
    _nothing,
    _leading_nowhere,
    _a_language_less,
    _the_language_of_texts,
    _other_terms,
    _a_contact,
    _no_consent,
    _a_picture_gone,
    _an_outdated_translation,
    _gone,
    _renamed,
    _not_valid,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_after_a_change_all_is_as_if_nothing_had_been_kept(tiny_root, read, change):
    kept(tiny_root)
    assert STORY in read()
    kept(tiny_root)
    assert STORY not in read()
    change(tiny_root)
    for _ in range(3):
        again, problems = kept(tiny_root)
        now, expected = fresh(tiny_root)
        assert told(problems) == told(expected)
        assert (again is None) == (now is None)
        if again:
            same(again, now)


def test_the_nodes_of_what_is_kept_are_let_go_at_once(tiny_root):
    for loaded in (kept(tiny_root)[0], kept(tiny_root)[0], fresh(tiny_root)[0]):
        origin, standing = (found[CaseStory, "premier"] for found in (loaded.origins, loaded.standings))
        assert origin.kept
        assert standing.original is origin
        assert origin.problem(("title",), "too_long").line == 1
    edit(tiny_root / STORY, ("title: ", "title: Surtout "))
    assert load(tiny_root, Memo()).origins[CaseStory, "premier"].kept is False, "a preview looks at them again"


def test_only_what_has_changed_is_read_again(tiny_root, read):
    for name in ("b", "c"):
        shutil.copy(tiny_root / STORY, tiny_root / f"cases/{name}.yml")
    kept(tiny_root)
    assert len(read()) == 3
    kept(tiny_root)
    assert read() == []
    edit(tiny_root / "cases/b.yml", ("title: ", "title: Surtout "))
    kept(tiny_root)
    assert read() == ["cases/b.yml"]
    edit(tiny_root / "kit/kit.yml", ("title: ", "title: Grande "))
    kept(tiny_root)
    assert read() == []


def test_a_fault_elsewhere_does_not_lose_what_was_read(tiny_root, read):
    edit(tiny_root / "kit/roles/guide.yml", ("title: ", "titre: "))
    assert kept(tiny_root)[0] is None
    read()
    assert kept(tiny_root)[0] is None
    assert read() == []


def test_what_is_withheld_is_not_in_the_cache(tiny_root, read):
    _no_consent(tiny_root)
    kept(tiny_root)
    again, warnings = kept(tiny_root)
    assert [problem.code for problem in warnings] == ["testimony_withheld"]
    assert read() == ["cases/premier.yml"] * 2
    assert b"secret" not in (tiny_root / shelf.FILE).read_bytes()
    ((_, data),) = _sources(again, tiny_root, again.mallette.stories.values())
    assert "secret" not in data.decode()


def test_a_story_that_is_taken_back_leaves_nothing(tiny_root):
    edit(tiny_root / STORY, ("Tout le monde a parlé", "Un mot bien gardé"))
    kept(tiny_root)
    assert "bien gardé".encode() in (tiny_root / shelf.FILE).read_bytes()
    _gone(tiny_root)
    kept(tiny_root)
    assert "bien gardé".encode() not in (tiny_root / shelf.FILE).read_bytes()


def test_taking_a_story_back_forgets_what_was_read(tiny_root):
    kept(tiny_root)
    assert shelf.FILE in withdrawal(tiny_root, "premier").kept


def test_other_code_reads_all_again(tiny_root, read, monkeypatch):
    kept(tiny_root)
    read()
    monkeypatch.setattr(store, "code", lambda: b"other")
    kept(tiny_root)
    assert read() == [STORY]
    kept(tiny_root)
    assert read() == []


def _is_text(base):
    base.write_bytes(b"not a database at all" * 400)


def _is_half(base):
    base.write_bytes(base.read_bytes()[: base.stat().st_size // 2])


def _is_a_folder(base):
    base.unlink()
    base.mkdir()


def _has_another_layout(base):
    with sqlite3.connect(base) as file:
        file.executescript(f"DROP TABLE kept; CREATE TABLE kept (x); PRAGMA user_version = {shelf.LAYOUT + 1}")


def _says(said):
    def broken(base):
        with store.opened(base, shelf.LAYOUT) as kept:
            ((key,),) = kept._base.execute("SELECT key FROM kept").fetchall()
            kept.put(key, said)

    return broken


BROKEN = [
    _is_text,
    _is_half,
    _is_a_folder,
    _has_another_layout,
    *map(_says, [b"", b"fr", b"fr\nfr\n", b"fr\nfr\n[]", b"fr\nfr\nnull", b"fr\nfr\n{}", b"\xff\n\xff\n\xff"]),
    *map(_says, [b'fr\nfr\n{"id": "premier"}', b'fr\nfr\n{"id": "premier", "location": 3}']),
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_file_that_is_broken_costs_time_only(tiny_root, broken):
    kept(tiny_root)
    broken(tiny_root / shelf.FILE)
    for _ in range(2):
        again, _ = kept(tiny_root)
        same(again, fresh(tiny_root)[0])


def test_a_story_kept_under_another_name_is_not_taken(tiny_root):
    kept(tiny_root)
    with store.opened(tiny_root / shelf.FILE, shelf.LAYOUT) as held:
        ((key,),) = held._base.execute("SELECT key FROM kept").fetchall()
        held.put(key, held.get(key).replace(b'"id":"premier"', b'"id":"../../autre"'))
    assert kept(tiny_root)[0].mallette.stories["premier"].id == "premier"


def test_two_files_that_say_the_same_are_two_stories(tiny_root, read):
    shutil.copy(tiny_root / STORY, tiny_root / "cases/second.yml")
    kept(tiny_root)
    read()
    again, _ = kept(tiny_root)
    assert read() == []
    same(again, fresh(tiny_root)[0])


def test_a_file_that_someone_else_is_writing_costs_time_only(tiny_root):
    kept(tiny_root)
    with sqlite3.connect(tiny_root / shelf.FILE) as other:
        other.execute("BEGIN EXCLUSIVE")
        same(kept(tiny_root)[0], fresh(tiny_root)[0])


def test_where_nothing_can_be_written_nothing_is_kept(tiny_root):
    (tiny_root / ".cache").write_text("a file", encoding="utf-8")
    same(kept(tiny_root)[0], fresh(tiny_root)[0])
    assert (tiny_root / ".cache").read_text(encoding="utf-8") == "a file"


def test_places_are_read_again_when_they_are_asked_for(tiny_root):
    kept(tiny_root)
    origin = kept(tiny_root)[0].origins[CaseStory, "premier"]
    expected = fresh(tiny_root)[0].origins[CaseStory, "premier"].problem(("title",), "x")
    (tiny_root / STORY).write_text("\n\n" + (tiny_root / STORY).read_text("utf-8"), "utf-8")
    found = origin.problem(("title",), "x")
    assert (found.path, found.line) == (expected.path, expected.line + 2)
    gone = kept(tiny_root) and kept(tiny_root)[0].origins[CaseStory, "premier"]
    _gone(tiny_root)
    assert gone.problem(("title",), "x").line == 1
