import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mallette.model import CaseStory, Protocol, Role, SessionRecord, WritingCard
from mallette.reading import CONTROL, plain, read
from mallette.writing import WIDTH, order, tidy, write

KINDS = {"story": CaseStory, "protocol": Protocol, "role": Role, "card": WritingCard, "record": SessionRecord}


def read_back(text):
    """What the reader takes of a file: no fault, no warning."""
    node, problems = read("x.yml", text.encode())
    assert problems == [], text
    return plain(node)


def golden(root):
    return json.loads((root / "tests/golden/writing.json").read_text(encoding="utf-8"))


def test_the_golden_files_are_written_to_the_byte(root, request):
    found = [
        {**one, "text": write(one["values"], KINDS[one["kind"]], one["language"], **one["head"])}
        for one in golden(root)
    ]
    if request.config.getoption("--write-golden"):
        text = json.dumps(found, ensure_ascii=False, indent=1)
        (root / "tests/golden/writing.json").write_text(text + "\n", encoding="utf-8")
    assert len(found) > 4
    assert found == golden(root)


def test_the_golden_files_are_read_back(root):
    for one in golden(root):
        assert read_back(one["text"]) == as_read(one["values"], one["language"])


def as_read(value, language="fr"):
    """Values as the reader gives them: texts, and nothing that is empty."""
    if isinstance(value, dict):
        found = {key: as_read(part, language) for key, part in value.items()}
        return {key: part for key, part in found.items() if part not in ("", [], {}) and str(part).strip()}
    if isinstance(value, list):
        return [found for part in value if (found := as_read(part, language)) not in ("", [], {})]
    if isinstance(value, bool):
        return {"fr": ("non", "oui"), "en": ("no", "yes")}[language][value]
    return str(value) if value is not None else ""


HOSTILE = st.text(
    st.characters(blacklist_categories=("Cs",)) | st.sampled_from(list(" \n\t:#-?|>'\"{}[]&*!%@`,~\\é🎉\u2028\u00a0")),
    max_size=300,
).filter(lambda text: text.strip() and not CONTROL.search(text))


@given(text=HOSTILE, listed=HOSTILE, below=HOSTILE)
@settings(max_examples=400)
def test_whatever_is_typed_is_read_back_character_for_character(text, listed, below):
    typed = text.replace("\r", "")
    values = {"title": typed or "x", "tags": [listed, below], "testimonies": [{"text": below, "role": listed}]}
    assert read_back(write(values, CaseStory)) == values


@pytest.mark.parametrize(
    "typed",
    ["no", "Oui", "NULL", "~", "12:30", "2026-11", "1e3", "0x1f", "1_000", "3.14", "- a", "a: b", "a #b", "a:", "%a"],
)
def test_other_readers_take_a_text_for_a_text(typed):
    assert yaml.safe_load(write({"title": typed}, CaseStory))["title"] == typed


@given(words=st.lists(st.text("abcé«»,.'", min_size=1, max_size=30), min_size=1, max_size=60))
def test_a_long_text_is_folded_within_the_width(words):
    text = " ".join(words)
    written = write({"tags": [text], "testimonies": [{"text": text, "role": text}]}, CaseStory)
    assert read_back(written)["tags"] == [text]
    assert all(len(line) <= WIDTH for line in written.split("\n"))


def test_fields_come_in_the_order_people_fill_them_in():
    assert order(CaseStory)[:4] == ["title", "kind", "summary", "sector"]
    assert order(CaseStory)[-2:] == ["tags", "updated"]
    assert "id" not in order(CaseStory)
    assert "id" in order(Protocol.model_fields["steps"].annotation.__args__[0])
    written = write({"tags": ["a"], "inconnu": "b", "summary": "c", "title": "d"}, CaseStory)
    assert list(read_back(written)) == ["title", "summary", "tags", "inconnu"]


def test_the_line_for_editors_comes_first_and_each_field_is_described():
    written = write({"title": "Un", "location": {"country": "France"}}, CaseStory, schema="../s.json", heading="Récit")
    assert written.split("\n")[:6] == [
        "# yaml-language-server: $schema=../s.json",
        "# Récit",
        "# Titre",
        "title: Un",
        "# Où",
        "location:",
    ]
    assert "# Where\n" in write({"location": {"country": "Chad"}}, CaseStory, "en")


def test_what_is_pasted_loses_only_what_cannot_be_seen():
    pasted = " \ufeffUn\u200b\u202e texte\t\r\navec  \rdes\u2028lignes\n\n\n\nfin\x07\n"
    assert tidy(pasted) == "Un texte\navec\ndes\nlignes\n\nfin"
