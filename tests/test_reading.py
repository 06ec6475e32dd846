import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mallette import reading
from mallette.reading import MAX_BYTES, Fields, Items, Text, place, plain, read

LOADERS = [loader for name in ("CSafeLoader", "SafeLoader") if (loader := getattr(yaml, name, None))]


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__, autouse=True)
def loader(request, monkeypatch):
    monkeypatch.setattr(reading, "LOADER", request.param)


def test_both_loaders_are_tried():
    assert yaml.SafeLoader in LOADERS
    assert len(LOADERS) == 2, "PyYAML was installed without its C part: its behaviour would go untested"


@pytest.mark.parametrize(
    "typed",
    ["12:30", "no", "NO", "oui", "0123", "0x1F", "1_000", "1e3", "2026-11-23", "2024-13-45", "~", "null", "=", ".inf"],
)
def test_a_scalar_stays_what_was_typed(typed):
    node, problems = read("x.yml", f"key: {typed}\nlist: [{typed}]\n".encode())
    assert problems == []
    assert plain(node) == {"key": typed, "list": [typed]}


REFUSED = {
    "duplicate key": ("a: 1\nb: 2\na: 3\n", 3, 1, "duplicate_key"),
    "duplicate key, below": ("é😀:\n  - ä: 1\n    ä: 2\n", 3, 5, "duplicate_key"),
    "anchor": ("titre: &x oui\n", 1, 8, "anchor"),
    "anchor after accents and emoji": ("é😀ñ: &x oui\n", 1, 6, "anchor"),
    "anchor on a list": ("a:\n  - b\nc: &x\n  - d\n", 3, 4, "anchor"),
    "alias": ("a: b\nc: *x\n", 2, 4, "alias"),
    "tag": ("a: !!python/name:os.system x\n", 1, 4, "tag"),
    "tag on the document": ("--- !!set\na: b\n", 1, 5, "tag"),
    "merge key": ("a:\n  <<: {b: c}\n", 2, 3, "merge_key"),
    "several documents": ("a: b\n---\nc: d\n", 2, 1, "several_documents"),
    "key that is a list": ("? [a, b]\n: c\n", 1, 3, "key_not_text"),
    "too deep": ("a: " + "[" * 9 + "]" * 9 + "\n", 1, 11, "too_deep"),
    "too many values": ("a: [" + "b," * 5_001 + "]\n", 1, 5 + 2 * 4_997, "too_many_values"),
    "empty": ("# rien\n", 1, 1, "empty_file"),
    "no text at all": ("", 1, 1, "empty_file"),
    "NUL": ("a: b\nc: d\0\n", 2, 5, "control_character"),
    "escape character": ("é😀: \x1b[31m\n", 1, 5, "control_character"),
    "bidi control": ("a: b\nç: abc\u202ecba\n", 2, 7, "control_character"),
    "bidi isolate": ("\u2066a: b\n", 1, 1, "control_character"),
    "NUL by escape": ('a: b\nc: "x\\0"\n', 2, 4, "control_character"),
    "bidi control by escape": ('a: "x\\u202e"\n', 1, 4, "control_character"),
    "quote left open": ('a: b\nc: "d\n', 3, 1, "yaml_syntax"),
    "colon in plain text": ("é😀: un: deux\n", 1, 7, "yaml_syntax"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_trap_is_refused_at_its_place(name):
    text, line, column, code = REFUSED[name]
    node, problems = read("x.yml", text.encode())
    assert (node is None) is (code != "duplicate_key"), "after a repeated key, the rest of the file is still searched"
    assert [(p.path, p.line, p.column, p.code) for p in problems if p.severity == "error"] == [
        ("x.yml", line, column, code)
    ]


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
@pytest.mark.parametrize("bad", [b"\xff", b"\xe9", b"\xed\xa0\x80", b"\xc0\x80", b"\xf0\x9f\x98"])
def test_broken_utf8_is_refused_at_its_place(start, bad):
    node, problems = read("x.yml", start + "a: b\né😀: pr".encode() + bad + b"s\n")
    assert node is None
    assert [(p.line, p.column, p.code) for p in problems] == [(2, 7, "not_utf8")]


def test_a_file_too_big_is_refused_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr(yaml, "parse", None)
    node, problems = read("x.yml", b"a" * (MAX_BYTES + 1))
    assert (node, [p.code for p in problems]) == (None, ["file_too_big"])


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 30_000,
        "{a: " * 30_000,
        "- " * 30_000,
        "? " * 30_000,
        "a: &a [" + "x," * 9 + "]\n" + "".join(f"b{n}: &b{n} {{<<: [*a, *a, *a]}}\n" for n in range(200)),
    ],
    ids=["lists", "mappings", "dashes", "keys", "merge keys"],
)
def test_a_bomb_is_refused_fast(bomb):
    start = time.perf_counter()
    node, problems = read("x.yml", bomb.encode())
    assert node is None
    assert problems
    assert time.perf_counter() - start < 1


def test_several_duplicates_are_told_at_once():
    _, problems = read("x.yml", b"a: 1\na: 2\nb: 3\nb: 4\nb: 5\n")
    assert [(p.line, p.code) for p in problems] == [(2, "duplicate_key"), (4, "duplicate_key"), (5, "duplicate_key")]
    assert problems[0].params == {"key": "a", "first": "1"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("titre: Projet #1 et #2\n", (1, 15)),
        ("titre: Projet  # 1\n", (1, 16)),
        ("é😀: Projet #1\n", (1, 12)),
        ("titre: Projet#1\n", None),
        ("liste:\n  - un\n  - deux # trois\n", (3, 10)),
        ("a: un\n  deux # trois\nb: c\n", (2, 8)),
        ('titre: "Projet # 1"\n', None),
        ('titre: "Projet" # remarque\n', None),
        ("# remarque\ntitre: Projet\n  # remarque\n", None),
        ("titre: # remarque\n  Projet\n", None),
    ],
)
def test_a_comment_that_eats_text_is_told(text, place):
    node, problems = read("x.yml", text.encode())
    assert node is not None
    assert [(p.line, p.column, p.code, p.severity) for p in problems] == (
        [(*place, "comment_eats_text", "warning")] if place else []
    )


def test_a_key_with_nothing_behind_it_is_not_given():
    node, problems = read("x.yml", b"a:\nb: ''\nc: d\n")
    assert problems == []
    assert plain(node) == {"b": "", "c": "d"}


def test_places_count_characters():
    node, _ = read("x.yml", "é😀:\n  - ñ: [un, deux]\n    vide:\n".encode())
    assert place(node, ("é😀",), key=True) == ("x.yml", 1, 1)
    assert place(node, ("é😀", 0, "ñ", 1)) == ("x.yml", 2, 13)
    assert place(node, ("é😀", 0, "vide")) == ("x.yml", 3, 5)
    assert place(node, ("é😀", 0, "inconnu")) == ("x.yml", 2, 5)


def marks(node):
    match node:
        case Text():
            return (node.value, node.given, node.line, node.column)
        case Items():
            return (node.line, node.column, [marks(value) for value in node.values])
        case Fields():
            keys = [marks(key) for key in node.keys.values()]
            return (node.line, node.column, keys, [marks(value) for value in node.values.values()])


def test_both_loaders_agree_on_every_real_file(root, monkeypatch):
    files = [*root.glob("kit/**/*.yml"), *root.glob("cases/*.yml"), *root.glob("tests/tiny/**/*.yml")]
    assert len(files) > 15
    for path in files:
        seen = []
        for loader in LOADERS:
            monkeypatch.setattr(reading, "LOADER", loader)
            node, problems = read("x.yml", path.read_bytes())
            seen.append((marks(node), problems))
        assert all(one == seen[0] for one in seen), path


@given(st.binary(max_size=200))
def test_any_bytes_give_a_node_or_problems(data):
    node, problems = read("x.yml", data)
    assert (node is None) == any(p.severity == "error" for p in problems)
    assert all(p.line >= 1 and p.column >= 1 for p in problems)


@given(st.text("ab:-?[]{}&*!|>'\"%@`#,<\n\t \u2028é😀\\0xu", max_size=80))
def test_any_text_that_looks_like_yaml_gives_a_node_or_problems(text):
    node, problems = read("x.yml", text.encode())
    assert (node is None) == any(p.severity == "error" for p in problems)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cn"))))
def test_any_text_in_double_quotes_comes_back_whole(text):
    quoted = yaml.safe_dump({"key": text}, default_style='"', allow_unicode=True, width=10_000)
    node, problems = read("x.yml", quoted.encode())
    assert problems == []
    assert plain(node) == {"key": text}
