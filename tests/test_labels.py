import ast
import re
import string

import pytest

from mallette.errors import MalletteError, Problem
from mallette.labels import labels, languages, preferred
from mallette.reading import plain, read

PARTICULAR = {"first"}
"""Words that a language may do without: 1er has no English counterpart."""


def flat(words, prefix=""):
    for key, value in words.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def words_of(root, language):
    node, problems = read("labels", (root / "templates" / "labels" / f"{language}.yml").read_bytes())
    assert problems == []
    return dict(flat(plain(node)))


def placeholders(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_french_is_there():
    assert "fr" in languages()


@pytest.mark.parametrize("language", languages())
def test_every_language_says_the_same_things(root, language):
    french, other = words_of(root, "fr"), words_of(root, language)
    assert len(french) > 200
    assert set(french) - set(other) <= PARTICULAR
    assert set(other) - set(french) <= PARTICULAR
    assert {k: placeholders(v) for k, v in other.items()} == {k: placeholders(french[k]) for k in other}
    assert all(value.strip() for value in other.values())


def codes(root):
    """The codes of problems and errors that the sources raise: literal arguments of the calls that make them."""
    found = {"problems": set(), "errors": set()}
    for path in sorted((root / "scripts" / "mallette").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = {"MalletteError": 0, "_Refused": 0, "PydanticCustomError": 0, "Unfit": 0}.get(name)
            place = {"Problem": 3, "problem": 1, "_fault": 1, "refuse": 1}.get(name, place)
            if place is None or len(node.args) <= place:
                continue
            kind = "errors" if name == "MalletteError" else "problems"
            argument = node.args[place]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found[kind].add(argument.value)
    return found


def test_every_fault_has_words(root):
    found = codes(root)
    assert {"no_kit", "locked", "not_ours"} <= found["errors"]
    assert {"anchor", "missing", "sum", "not_a_folder", "does_not_fit", "license"} - found["problems"] <= {"missing"}
    for language in languages():
        words = labels(language)
        asked = [f"{kind}.{code}" for kind, names in found.items() for code in names]
        assert [key for key in asked if not words.has(key)] == [], language


@pytest.mark.parametrize("language", languages())
def test_the_parsers_words_are_put_in_plain_words(language):
    words = labels(language)
    for said in ("mapping values are not allowed in this context", "found unexpected end of stream"):
        line = words.problem(Problem("x.yml", 1, 2, "yaml_syntax", {"said": said}))
        assert line.startswith("x.yml:1:2: ")
        assert said not in line
    other = words.problem(Problem("x.yml", 1, 2, "yaml_syntax", {"said": "never seen"}))
    assert "never seen" not in other, "the parser's own words help nobody"


def test_the_labels_that_code_and_templates_ask_for_exist(root):
    """t("x.y") in templates, words("x.y") in code; those that end with a computed part are looked up by prefix."""
    asked = {}
    call = re.compile(r"(?<!lang\.)\b(?:t|words)\(\s*f?[\"']([a-z_.-]+)([\"']\s*[~+]|\{)?")
    for pattern in ("templates/**/*.j2", "templates/**/*.html", "scripts/mallette/*.py"):
        paths = list(root.glob(pattern))
        assert paths, pattern
        for path in paths:
            for key, more in call.findall(path.read_text(encoding="utf-8")):
                asked.setdefault((key, bool(more)), path)
    assert len(asked) > 60
    for language in languages():
        known = words_of(root, language)
        for (key, more), path in asked.items():
            there = any(k == key or k.startswith(f"{key.rstrip('.')}.") or (more and k.startswith(key)) for k in known)
            assert there or key in PARTICULAR, f"{language}: {key} ({path})"


def test_one_and_many():
    words = labels("fr")
    assert words("people", count=1) == "1 personne"
    assert words("people", count=0) == "0 personne"
    assert words("people", count=2) == "2 personnes"


@pytest.mark.parametrize(("count", "said"), [(0, "0 people"), ("0", "0 people"), (1, "1 person"), ("1", "1 person")])
def test_in_english_zero_is_many(count, said):
    assert labels("en")("people", count=count) == said


def test_missing_words_are_an_error():
    words = labels("fr")
    assert not words.has("print.nothing")
    with pytest.raises(KeyError, match=r"print\.nothing"):
        words("print.nothing")


def test_an_unknown_language_names_those_there_are():
    with pytest.raises(MalletteError) as caught:
        labels("xx")
    assert "fr" in caught.value.params["known"]
    assert "xx" in labels("fr").error(caught.value)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "fr"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "fr"),
        ({"LANG": "C"}, "fr"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "fr_FR"}, "fr"),
        ({"LANG": "fr_FR", "MALLETTE_LANG": "en"}, "en"),
    ],
)
def test_the_environment_chooses_the_language(environment, language):
    assert preferred(environment, ["en", "fr"]) == language
