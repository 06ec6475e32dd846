"""The commonest mistakes: what people are told is in golden files, says what to do, and speaks no jargon."""

import re

import pytest

from mallette.errors import InvalidSource
from mallette.labels import labels, languages
from mallette.loading import load
from mallette.reading import read_settings

JARGON = {
    "fr": "scalaire|mapping|null|none|regexp?|pydantic|yaml|token|chaîne de caract|booléen|nombre entier|syntaxe|"
    "parse\\w*|indent\\w*|identifiant|clé|valeur|format iso|objet|tableau|array|string",
    "en": "scalars?|mappings?|null|none|regexp?|pydantic|yaml|tokens?|strings?|booleans?|integers?|syntax|pars\\w+|"
    "keys?|identifiers?|iso|objects?|arrays?|expected|invalid|values?",
}
TO_DO = {
    "fr": r"\b\w+ez\b",
    "en": r"\b(add|correct|write|put|keep|delete|take|choose|check|copy|remove|rename|swap|replace|close|explain)\b",
}


@pytest.fixture(scope="module")
def mistakes(root):
    found = read_settings(root / "tests/golden/mistakes.yml")
    assert len(found) >= 30
    return found


def make(root, file, new, old=None):
    """Make a mistake in one file, or a file that is one."""
    path = root / file
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    assert old is None or old in text
    path.write_text(text + new if old is None else text.replace(old, new, 1), encoding="utf-8")
    return path, text


def told(root):
    try:
        return load(root).warnings
    except InvalidSource as error:
        return error.problems


@pytest.fixture
def said(tiny_root, mistakes):
    """What is said of each mistake, alone in a kit that was sound."""
    found = {}
    for mistake in mistakes:
        path, before = make(tiny_root, **{key: mistake[key] for key in ("file", "new", "old") if key in mistake})
        found[mistake["what"]] = told(tiny_root)
        path.write_text(before, encoding="utf-8") if before else path.unlink()
    assert load(tiny_root).warnings == ()
    return found


def test_each_mistake_is_told_in_both_languages(root, said, request):
    for language in languages():
        path = root / f"tests/golden/mistakes.{language}.txt"
        words = labels(language)
        parts = ("\n".join((f"# {what}", *map(words.problem, found))) for what, found in said.items())
        text = "\n\n".join(parts) + "\n"
        if request.config.getoption("--write-golden"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")


def test_each_says_where_what_and_what_to_do_without_jargon(said):
    for what, problems in said.items():
        assert 1 <= len(problems) <= 3, what
        for problem in problems:
            assert problem.path.startswith(("cases/", "kit/"))
            for language in languages():
                sentence = labels(language).said(problem)
                assert re.search(TO_DO[language], sentence, re.IGNORECASE), sentence
                assert not re.search(rf"(?<!\.)\b({JARGON[language]})\b", sentence, re.IGNORECASE), sentence
