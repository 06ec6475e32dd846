import re
import runpy
import shutil
import subprocess
import sys

import click
import pytest
from editing import edit

from mallette import doctor
from mallette.cli import commands
from mallette.labels import SHIPPED, labels, languages

COMMANDS = (
    *("build", "serve", "print", "changes", "check", "withdraw", "doctor", "record"),
    *("new", "import", "schema"),
)


def test_these_are_the_commands():
    assert set(commands(labels("fr")).commands) == set(COMMANDS)


def test_each_is_reached_from_a_fresh_machine(root):
    start = runpy.run_path(str(root / "scripts/start.py"))
    assert set(COMMANDS) <= set(start["COMMANDS"])
    assert set(start["COMMANDS"]) <= set(re.findall(r"[a-z]+", start["USAGE"]))


def test_the_first_command_needs_nothing_installed(root):
    done = subprocess.run(
        [sys.executable, "-S", root / "scripts/start.py"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "changes, record, schema, withdraw" in done.stdout


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_in_french_has_no_english_word(run, command):
    done = run(*command, "--help")
    assert done.returncode == 0
    assert "Utilisation :" in done.stdout
    words = set(re.findall(r"\w+", done.stdout))
    assert len(words) > 10
    foreign = {"Usage", "Show", "Commands", "arguments", "default", "required", "COMMAND", "ARGS", "DIRECTORY", "TEXT"}
    assert words & foreign == set()


@pytest.mark.parametrize("way", ["--lang", "environment"])
def test_help_in_english(run, way):
    done = run("--lang", "en", "--help") if way == "--lang" else run("--help", MALLETTE_LANG="en")
    assert done.returncode == 0
    assert "Utilisation" not in done.stdout
    assert "Options" in done.stdout


@pytest.mark.parametrize("language", languages())
def test_every_command_and_option_is_explained(language):
    group = commands(labels(language))
    for command in (group, *group.commands.values()):
        assert command.help
        context = click.Context(command)
        for option in command.get_params(context):
            assert option.help, f"{command.name} {option.name}"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--nothing",), "Option inconnue : --nothing."),
        (("build", "--nothing"), "Option inconnue : --nothing."),
        (("fabrique",), "Commande inconnue : fabrique."),
        (("build", "--root"), "Il manque une valeur après --root."),
        (("build", "--lang", "xx"), "La valeur donnée à --lang ne convient pas."),
        (("build", "more"), "Commande mal écrite."),
    ],
)
def test_a_command_written_wrong_ends_with_2_and_one_french_line(run, wrong, said):
    done = run(*wrong)
    assert done.returncode == 2
    assert done.stderr == f"{said} Voir : mallette --help\n"


def test_version(run):
    done = run("--version")
    assert (done.returncode, done.stdout.split()[-1].count(".")) == (0, 2)


def test_doctor_says_what_is_there_and_what_lacks(run, root, tmp_path):
    there = run("doctor", "--root", root)
    assert there.returncode == 0, there.stdout
    assert there.stdout.count("[ok]") >= 11
    lacking = run("doctor", "--root", tmp_path)
    assert lacking.returncode == 1
    assert "[manque]" in lacking.stdout
    assert "kit/kit.yml" in lacking.stdout


def test_doctor_knows_every_font_that_is_shipped_and_names_one_that_lacks(tmp_path, monkeypatch):
    shutil.copytree(SHIPPED / "fonts", tmp_path / "fonts")
    assert {path.stem for path in (tmp_path / "fonts").glob("*.ttf")} == doctor.FONTS
    monkeypatch.setattr(doctor, "SHIPPED", tmp_path)
    assert [one.ok for one in doctor.findings(tmp_path) if one.code.startswith("doctor_fonts")] == [True]
    (tmp_path / "fonts/NotoEmoji-Regular.ttf").unlink()
    (lacking,) = (one for one in doctor.findings(tmp_path) if one.code.startswith("doctor_fonts"))
    assert not lacking.ok
    assert "(NotoEmoji-Regular)" in labels("fr")(f"cli.{lacking.code}", **lacking.params)


def test_a_kit_without_stories_has_none_to_print_which_is_no_matter_of_translation(run, tiny_root):
    (tiny_root / "cases/premier.yml").unlink()
    done = run("print", "--only", "recit", "--root", tiny_root, "--out", tiny_root / "out")
    assert done.returncode == 1
    assert done.stderr == "Rien à imprimer : le kit n'a ni récit ni protocole pour ces documents (recit).\n"
    edit(tiny_root / "kit/kit.yml", ("title: Petite", "languages: [fr, en]\ntitle: Petite"))
    done = run("print", "--in", "en", "--root", tiny_root, "--out", tiny_root / "out")
    assert "n'est traduit en entier (en)" in done.stderr


def test_the_site_goes_where_mkdocs_yml_says(run, tiny_root):
    edit(tiny_root / "mkdocs.yml", ("site_name:", "site_dir: public/mallette\nsite_name:"))
    done = run("build", "--root", tiny_root)
    assert done.returncode == 0, done.stderr
    assert (tiny_root / "public/mallette/index.html").is_file()
    assert not (tiny_root / "site").exists()


NO_SETTINGS = {
    "# un nombre\n  3": "2:3",
    "- site_name: a": "1:1",
    "": "1:1",
    "texte": "1:1",
    "site_dir: [": "1:12",
    "a: 1\nb: *x": "2:4",
}


@pytest.mark.parametrize("written", NO_SETTINGS)
def test_a_mkdocs_yml_that_cannot_be_read_is_told_at_its_place(run, tiny_root, written):
    (tiny_root / "mkdocs.yml").write_text(written, encoding="utf-8")
    said = "cette ligne est mal écrite" if ":" in written.partition("site_name")[0] else "« site_name: »"
    for command in ("build", "serve", "check"):
        done = run(command, "--root", tiny_root)
        assert done.returncode == 1, command
        assert f"mkdocs.yml:{NO_SETTINGS[written]}: " in done.stderr, done.stderr
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    done = run("build", "--root", tiny_root, MALLETTE_LANG="en")
    assert ("this line" if said.startswith("cette") else "the file must have settings") in done.stderr


def test_tags_of_mkdocs_are_no_fault_of_its_settings(run, tiny_root):
    edit(tiny_root / "mkdocs.yml", ("site_name: Petite mallette", "site_name: !ENV [NOM, Petite mallette]"))
    done = run("check", "--root", tiny_root)
    assert done.returncode == 0, done.stderr


def test_the_settings_of_the_site_are_told_with_what_else_is_wrong(run, tiny_root):
    (tiny_root / "mkdocs.yml").write_text("3\n", encoding="utf-8")
    edit(tiny_root / "cases/premier.yml", ("title:", "titel:"))
    done = run("check", "--root", tiny_root)
    assert "mkdocs.yml:1:1: " in done.stderr
    assert "cases/premier.yml:1:1: " in done.stderr


def test_a_folder_of_sources_in_mkdocs_yml_is_refused(run, tiny_root):
    edit(tiny_root / "mkdocs.yml", ("site_name:", "site_dir: docs\nsite_name:"))
    done = run("build", "--root", tiny_root)
    assert done.returncode == 1
    assert "sources" in done.stderr
    assert (tiny_root / "docs/guide.md").is_file()


def test_check_reads_without_writing(run, tiny_root):
    before = sorted(tiny_root.rglob("*"))
    done = run("check", "--root", tiny_root)
    assert (done.returncode, done.stderr) == (0, "")
    assert "5 fichiers relus" in done.stdout
    assert sorted(tiny_root.rglob("*")) == before


def test_check_print_finds_what_does_not_fit(run, tiny_root):
    role = tiny_root / "kit/roles/guide.yml"
    text = role.read_text(encoding="utf-8").replace("J'accueille.", "J'accueille tout le monde, encore. " * 60)
    role.write_text(text, encoding="utf-8")
    assert run("check", "--root", tiny_root).returncode == 0
    done = run("check", "--print", "--root", tiny_root)
    assert done.returncode == 1
    assert done.stderr.startswith("kit/roles/guide.yml:4:")
    assert "ne tient pas sur « Guide »" in done.stderr


def test_the_current_folder_is_the_root(run, tiny_root):
    assert run("check", cwd=tiny_root).returncode == 0


@pytest.mark.parametrize("lacking", ["kit/kit.yml", "mkdocs.yml"])
def test_a_root_without_its_first_file_is_told(run, tiny_root, lacking):
    (tiny_root / lacking).unlink()
    done = run("build", "--root", tiny_root)
    assert done.returncode == 1
    assert lacking in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("place", [".", "kit", "kit/roles", "docs", ".."])
def test_a_site_never_replaces_its_sources(run, tiny_root, place):
    done = run("build", "--root", tiny_root, "--site-dir", tiny_root / place)
    assert done.returncode == 1
    assert "sources" in done.stderr
    assert (tiny_root / "kit/kit.yml").is_file()


def test_a_second_build_is_quick_and_the_same(run, tiny_root):
    assert run("build", "--root", tiny_root).returncode == 0
    cache = {p: p.stat().st_ino for p in (tiny_root / ".cache/mallette").iterdir()}
    assert len(cache) == 3 * 5
    first = {p.relative_to(tiny_root): p.read_bytes() for p in (tiny_root / "site").rglob("*.pdf")}
    assert run("build", "--root", tiny_root).returncode == 0
    assert {p: p.stat().st_ino for p in (tiny_root / ".cache/mallette").iterdir()} == cache
    assert {p.relative_to(tiny_root): p.read_bytes() for p in (tiny_root / "site").rglob("*.pdf")} == first


def test_a_damaged_cache_is_made_again(run, tiny_root):
    assert run("build", "--root", tiny_root).returncode == 0
    before = {p.name: p.read_bytes() for p in (tiny_root / "site").rglob("*.pdf")}
    for path in (tiny_root / ".cache/mallette").glob("*.json"):
        path.write_text("{", encoding="utf-8")
    assert run("build", "--root", tiny_root).returncode == 0
    assert {p.name: p.read_bytes() for p in (tiny_root / "site").rglob("*.pdf")} == before


def test_a_cache_that_cannot_be_written_costs_only_time(run, tiny_root):
    (tiny_root / ".cache").write_text("not a folder", encoding="utf-8")
    assert run("build", "--root", tiny_root).returncode == 0
