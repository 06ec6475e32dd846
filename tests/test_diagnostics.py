import json
import shutil

import pytest

from mallette.cli import commands
from mallette.diagnostics import FORMATS, told, with_excerpt
from mallette.errors import InvalidSource, Problem
from mallette.labels import labels
from mallette.loading import load

FR = labels("fr")


def fault(root, text, name="cases/premier.yml"):
    """The first problem once a story says this."""
    (root / name).write_text(text, encoding="utf-8")
    with pytest.raises(InvalidSource) as caught:
        load(root)
    return caught.value.problems[0]


def test_the_line_is_shown_with_a_mark_under_the_fault(tiny_root):
    story = (tiny_root / "cases/premier.yml").read_text(encoding="utf-8")
    found = fault(tiny_root, story.replace("- tour", "- toour"))
    line = story[: story.index("- tour")].count("\n") + 1
    assert with_excerpt(found, tiny_root, FR).split("\n")[1:] == [
        f"  {line} |   - toour",
        f"  {' ' * len(str(line))} |     ^^^^^",
    ]


def test_the_mark_stays_under_wide_characters_tabs_and_long_lines(tiny_root):
    story = (tiny_root / "cases/premier.yml").read_text(encoding="utf-8")
    found = fault(tiny_root, f"{story}stage: 🎉é\u0301\n")
    assert with_excerpt(found, tiny_root, FR).split("\n")[2].endswith("|        ^^^")
    (tiny_root / "cases/long.yml").write_text("x: [" + "a, " * 200 + "b]", encoding="utf-8")
    _, line, mark = with_excerpt(Problem("cases/long.yml", 1, 302, "yaml_syntax", {"said": ""}), tiny_root, FR).split(
        "\n"
    )
    assert len(line) < 130
    assert line.count("…") == 2
    assert line[mark.index("^")] == "a"


@pytest.mark.parametrize("path", ["cases/absent.yml", "cases", "cases/lien.yml", "a\u0000b"])
def test_no_excerpt_of_what_is_not_a_file(tiny_root, path):
    (tiny_root / "cases/lien.yml").symlink_to("/etc/passwd")
    found = Problem(path, 1, 2, "unknown_key", {"key": "x"})
    assert with_excerpt(found, tiny_root, FR) == FR.problem(found)


def test_what_is_typed_cannot_command_the_terminal(tiny_root):
    found = Problem("cases/premier.yml", 1, 3, "unknown_key", {"key": "x"})
    (tiny_root / "cases/premier.yml").write_text("a\x1b[31m\u202eb: c\n", encoding="utf-8")
    assert all(line.isprintable() for line in with_excerpt(found, tiny_root, FR).split("\n"))


HOSTILE = "a\n::error::forged%0A\r::warning file=x::,:"


def test_no_name_and_no_value_forges_a_command_of_the_runner(tiny_root):
    shutil.copy(tiny_root / "cases/premier.yml", tiny_root / "cases" / "a\n::error::b.yml")
    story = (tiny_root / "cases/premier.yml").read_text(encoding="utf-8")
    typed = json.dumps(HOSTILE)
    (tiny_root / "cases/premier.yml").write_text(f"{story}stage: {typed}\n? {typed}\n: x\n", encoding="utf-8")
    with pytest.raises(InvalidSource) as caught:
        load(tiny_root)
    lines = told(caught.value.problems, "github", FR).split("\n")
    assert len(lines) == len(caught.value.problems) == 3
    assert all(line.startswith("::error file=cases/") and line.isprintable() for line in lines)
    assert all(line.count("::") == 2 + line.split("::", 2)[2].count("::") for line in lines)
    assert "%3A%3Aerror" in lines[0].split("::")[1]


def test_a_note_for_the_runner_escapes_what_it_takes_for_its_own():
    found = Problem("a,b:c%.yml", 2, 3, "want_text", {"key": "50 %\n::error::x", "got": "list"})
    said = told([found], "github", FR)
    assert said.startswith("::error file=a%2Cb%3Ac%25.yml,line=2,col=3,title=À corriger::")
    assert "50 %25%0A::error" in said


def test_json_says_where_and_what():
    found = Problem("cases/x.yml", 2, 3, "unknown_key", {"key": "sumary"}, "summary")
    (one,) = json.loads(told([found], "json", FR))
    assert (one["file"], one["line"], one["column"], one["severity"], one["code"]) == (
        "cases/x.yml",
        2,
        3,
        "error",
        "unknown_key",
    )
    assert one["message"].endswith("Vouliez-vous dire « summary » ?")


def test_sarif_has_what_its_version_2_1_requires():
    found = [
        Problem("cases/é x.yml", 2, 3, "unknown_key", {"key": "a"}),
        Problem("b", 1, 1, "empty_file", severity="note"),
    ]
    data = json.loads(told(found, "sarif", FR))
    assert (data["version"], set(data)) == ("2.1.0", {"$schema", "version", "runs"})
    (run,) = data["runs"]
    assert run["tool"]["driver"]["name"] == "mallette"
    known = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert known == ["empty_file", "unknown_key"]
    assert [result["level"] for result in run["results"]] == ["error", "note"]
    for result in run["results"]:
        assert result["ruleId"] in known
        assert result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].isascii()
        assert min(place["region"].values()) >= 1
    assert json.loads(told([], "sarif", FR))["runs"][0]["results"] == []


@pytest.mark.parametrize("form", FORMATS)
def test_check_ends_with_1_and_writes_what_was_asked(run, tiny_root, form):
    story = (tiny_root / "cases/premier.yml").read_text(encoding="utf-8")
    (tiny_root / "cases/premier.yml").write_text(story.replace("- tour", "- toour"), encoding="utf-8")
    done = run("check", "--root", tiny_root, "--format", form)
    assert done.returncode == 1
    assert "1 erreur(s)" in done.stderr
    said = done.stderr if form == "text" else done.stdout
    assert "« tour »" in said
    assert ("^^^^^" in said) == (form == "text")
    if form in ("json", "sarif"):
        assert json.loads(done.stdout)


def test_a_sound_kit_gives_machines_an_empty_answer(run, tiny_root):
    assert run("check", "--root", tiny_root, "--format", "github").stdout == ""
    assert json.loads(run("check", "--root", tiny_root, "--format", "json").stdout) == []


def test_the_forms_are_those_of_the_command():
    (option,) = (one for one in commands(FR).commands["check"].params if one.name == "form")
    assert tuple(option.type.choices) == FORMATS
