import os
import shutil
from pathlib import Path

import pytest

from mallette.errors import InvalidSource, MalletteError
from mallette.labels import labels, languages
from mallette.loading import load
from mallette.model import CaseStory, Protocol

GOLDEN = Path(__file__).parent / "golden" / "errors"
CASES = sorted(path.name for path in GOLDEN.iterdir())


def problems_of(root):
    try:
        return load(root).warnings
    except InvalidSource as error:
        return error.problems


def test_there_are_golden_cases():
    assert len(CASES) >= 5
    assert "fr" in languages()


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", CASES)
def test_each_fault_is_told_once_in_plain_words(name, language, tiny_root, request):
    expected = GOLDEN / name / f"expected.{language}.txt"
    shutil.copytree(GOLDEN / name, tiny_root, dirs_exist_ok=True)
    said = "".join(f"{labels(language).problem(problem)}\n" for problem in problems_of(tiny_root))
    if request.config.getoption("--write-golden"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


def test_the_smallest_root_is_valid(tiny_root):
    loaded = load(tiny_root)
    assert loaded.warnings == ()
    assert set(loaded.origins) >= {(Protocol, "tour"), (CaseStory, "premier")}
    assert loaded.origin(loaded.mallette.stories["premier"]).path == "cases/premier.yml"


@pytest.mark.parametrize("folder", ["kit/protocols", "kit/roles", "kit/cards"])
def test_a_missing_folder_is_told(tiny_root, folder):
    shutil.rmtree(tiny_root / folder)
    assert (folder, "not_a_folder") in {(p.path, p.code) for p in problems_of(tiny_root)}


def test_no_stories_is_no_fault(tiny_root):
    shutil.rmtree(tiny_root / "cases")
    assert problems_of(tiny_root) == ()


def test_no_kit_is_told(tmp_path):
    with pytest.raises(MalletteError) as caught:
        load(tmp_path)
    assert caught.value.code == "no_kit"


@pytest.mark.parametrize("place", ["cases/lien.yml", "kit/roles/lien.yml", "cases/dossier", "kit/kit.yml"])
def test_a_link_is_never_followed(tiny_root, tmp_path, place):
    secret = tmp_path / "secret.yml"
    secret.write_text("title: SECRET\n", encoding="utf-8")
    if place == "cases/dossier":
        (tiny_root / place).symlink_to(tmp_path, target_is_directory=True)
    else:
        (tiny_root / place).unlink(missing_ok=True)
        (tiny_root / place).symlink_to(secret)
    found = [p for p in problems_of(tiny_root) if p.path == place]
    assert [p.code for p in found] in (["not_a_file"], ["unknown_file"])
    assert "SECRET" not in str(found)


@pytest.mark.parametrize("name", ["cases", "kit/roles"])
def test_a_folder_that_is_a_link_is_refused(tiny_root, tmp_path, name):
    (tiny_root / name).rename(tmp_path / "ailleurs")
    (tiny_root / name).symlink_to(tmp_path / "ailleurs", target_is_directory=True)
    assert (name, "not_a_folder") in {(p.path, p.code) for p in problems_of(tiny_root)}


@pytest.mark.parametrize(
    "name",
    ["a\n::error::b.yml", "a\r::error::.yml", "\x1b[31m.yml", "\u202egpj.yml", "é.yml", "A.yml", "a b.yml", "a..yml"],
)
@pytest.mark.parametrize("language", languages())
def test_an_odd_name_is_refused_and_spelled_out(tiny_root, name, language):
    shutil.copy(tiny_root / "cases/premier.yml", tiny_root / "cases" / name)
    (problem,) = problems_of(tiny_root)
    said = labels(language).problem(problem)
    assert problem.code == "file_name"
    assert said.isprintable()
    assert not said.startswith("::")


def test_a_name_that_is_not_utf8_is_refused(tiny_root):
    with open(os.fsencode(tiny_root) + b"/cases/r\xe9cit.yml", "w") as file:  # noqa: PTH123 - Path takes no bytes
        file.write("title: x\n")
    (problem,) = problems_of(tiny_root)
    assert labels("fr").problem(problem).encode()


def test_an_invalid_role_is_not_also_an_unknown_one(tiny_root):
    (tiny_root / "kit/roles/guide.yml").write_text("title: Guide\n", encoding="utf-8")
    found = problems_of(tiny_root)
    assert found
    assert {p.path for p in found} == {"kit/roles/guide.yml"}


def test_a_file_that_cannot_be_read_is_told(tiny_root, monkeypatch):
    opened = open

    def refuse(path, *arguments, **options):
        if str(path).endswith("premier.yml"):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr("builtins.open", refuse)
    assert [(p.path, p.code) for p in problems_of(tiny_root)] == [("cases/premier.yml", "unreadable")]


def tree(folder):
    return {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_wrong_source_fails_the_build_and_leaves_the_last_good_site(tiny_root, run):
    assert run("build", "--root", tiny_root).returncode == 0
    before = tree(tiny_root / "site")
    shutil.copytree(GOLDEN / "everything-at-once", tiny_root, dirs_exist_ok=True)
    done = run("build", "--root", tiny_root)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for line in (GOLDEN / "everything-at-once/expected.fr.txt").read_text(encoding="utf-8").splitlines():
        assert line in done.stderr
    assert len(before) > 20
    assert tree(tiny_root / "site") == before
    assert not list(tiny_root.glob(".site.new"))
