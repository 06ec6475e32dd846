"""The files of an index: what Pagefind's own program would have said of the same words, in pieces of a bounded size."""

import base64
import gzip
import html
import json
from pathlib import Path

import pytest

from mallette import pagefind, search
from mallette.artifact import Offer
from mallette.cbor import decoded, encoded
from mallette.digest import digest
from mallette.errors import MalletteError
from mallette.loading import load
from mallette.pages import pages
from mallette.postings import HEAVIEST, LIMIT, Found, Index, apart
from mallette.search import Entry, entries
from mallette.templating import words_for

ROOT = Path(__file__).resolve().parent.parent
ODD = (
    "tiers-lieux pas-à-pas porte-à-porte aujourd'hui 3,5 l'an 2000… WKWebView longEdge a_b c++ « » — 🌦️soleil é É ß İ "
    'ﬁn naïve Noël COOPÉRATION x/y/z a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p pre\u0301post & <b> "q" ___ 100% n° 1ᵉʳ'
)


def index(found, kept=None):
    """The files of an index by their names."""
    return dict(search.index(found, kept))


@pytest.fixture(scope="module")
def library():
    """The entries of the real kit, and one of odd words at each weight."""
    loaded = load(ROOT)
    found = [
        entry
        for one in loaded.every
        for entry in entries(pages(one, ROOT, words_for(ROOT, one.language), Offer(), loaded))
    ]
    odd = html.escape(ODD)
    text = f'<h2 id="a">{odd}</h2><h3>{odd}</h3><p>{odd}</p><dl class="m-facts"><dt>{odd}</dt></dl>'
    return [*found, *(Entry(f"x/{language}/", ODD, language, "story", text) for language in ("fr", "en"))]


@pytest.fixture(scope="module")
def theirs(library):
    """The files of the index that Pagefind's program makes of the same words."""
    return own(library)


def own(found):
    with pagefind._running() as ask:
        number = ask("NewIndex", config={})["index_id"]
        for entry in found:
            read = digest(entry.title, entry.html, entry.language, alike=entry.kind == "story")
            title = html.escape(" ".join(read.title))
            runs = "".join(
                f'<i data-pagefind-weight="{ {7: 0.3}.get(weight, weight / 24) }"> {html.escape(" ".join(words))} </i>'
                for weight, words in read.runs
            )
            text = f'<i data-pagefind-meta="title[title]" title="{title}"></i>{runs}'
            page = f'<html lang="{entry.language}"><body data-pagefind-body>{text}</body></html>'
            ask("AddFile", index_id=number, url=f"/{entry.address}", file_contents=page)
        return {file["path"]: base64.b64decode(file["content"]) for file in ask("GetFiles", index_id=number)["files"]}


def places(told):
    """What a list of places says, whatever its order; those that weigh nothing are not found."""
    return sorted((place, weight) for place, weight in pagefind._places(told) if weight)


def meaning(files):
    """What an index says: by language, word and address, the places in the text and in the title."""
    entry, said = json.loads(files["pagefind-entry.json"]), {}
    for language, about in entry["languages"].items():
        version, listed, chunks, filters, sorts, fields = decoded(
            pagefind.unpacked(files[f"pagefind.{about['hash']}.pf_meta"])
        )
        assert (version, filters, sorts, fields) == (entry["version"], [], [], ["title"])
        assert about["page_count"] == len(listed)
        shown = [json.loads(pagefind.unpacked(files[f"fragment/{name}.pf_fragment"])) for name, _ in listed]
        assert [count for _, count in listed] == [one["word_count"] for one in shown]
        for start, to, name in chunks:
            (stems,) = decoded(pagefind.unpacked(files[f"index/{name}.pf_index"]))
            assert stems[0][0].startswith(start)
            assert stems[-1][0].startswith(to)
            for stem, plain, accented in stems:
                for found in (plain, *(more for _, more in accented)):
                    number = 0
                    for step, text, title in found:
                        number += step
                        key, there = (
                            (language, stem, shown[number]["url"]),
                            [places(text), sorted(pagefind._places(title))],
                        )
                        before = said.get(key, ([], []))
                        if any(there):
                            said[key] = tuple(sorted(one + more) for one, more in zip(before, there, strict=True))
    return said


def test_words_are_where_the_programs_own_index_has_them(library, theirs, monkeypatch):
    monkeypatch.setattr(search, "PLACES", 1000)
    ours, theirs = meaning(index(library)), meaning(theirs)
    assert len(theirs) > 10_000
    assert ours.keys() == theirs.keys()
    assert {key: (value, theirs[key]) for key, value in ours.items() if value != theirs[key]} == {}


def test_a_word_that_a_story_repeats_has_few_places_that_weigh_as_much(library, theirs):
    whole, few = meaning(theirs), meaning(index(library))
    told = {f"/{entry.address}": entry.kind for entry in library}
    fewer = [key for key in whole if len(few[key][0]) < len(whole[key][0])]
    assert len(fewer) > 100
    assert {told[address] for _, _, address in fewer} == {"story"}
    for key in fewer:
        places = {place for place, _ in few[key][0]}
        assert places <= {place for place, _ in whole[key][0]}
        assert min(whole[key][0])[0] in places, key
        weighs = [sum(weight for _, weight in said[key][0]) for said in (whole, few)]
        heaviest = max(weight for _, weight in few[key][0])
        assert weighs[0] - len(whole[key][0]) <= weighs[1] <= weighs[0] or heaviest == HEAVIEST, key


def test_what_is_shown_is_what_the_program_shows(library, theirs):
    def shown(files):
        told = [json.loads(pagefind.unpacked(data)) for name, data in files.items() if name.startswith("fragment/")]
        return {one["url"]: (one["content"], one["word_count"], one["meta"], one["filters"]) for one in told}

    assert shown(index(library)) == shown(theirs)


def many(count=7000):
    for number in range(count):
        rare = f"mot{number} autre{number % 50}"
        yield Entry(f"r/{number}/", f"T{number}", "fr", "story", f"<p>{'partout ' * (number % 9 + 3)}{rare}</p>")


def test_a_word_that_is_everywhere_is_in_a_file_of_its_own():
    files = index(many())
    chunks = [decoded(pagefind.unpacked(data))[0] for name, data in files.items() if name.startswith("index/")]
    sizes = {tuple(word[0] for word in chunk): len(encoded([chunk])) for chunk in chunks}
    assert sum(len(stems) for stems in sizes) > 6000
    assert [stems for stems, size in sizes.items() if size > LIMIT + 20] == [("partout",)]
    assert len([size for size in sizes.values() if size > LIMIT / 2]) >= len(sizes) - 2


def test_a_word_is_looked_for_in_the_file_that_has_it():
    files = index(many())
    (about,) = json.loads(files["pagefind-entry.json"])["languages"].values()
    chunks = decoded(pagefind.unpacked(files[f"pagefind.{about['hash']}.pf_meta"]))[2]
    for start, to, name in chunks:
        for stem, *_ in decoded(pagefind.unpacked(files[f"index/{name}.pf_index"]))[0]:
            there = [other for first, last, other in chunks if first <= stem <= last]
            near = [other for first, last, other in chunks if stem[: len(first)] >= first and stem[: len(last)] <= last]
            assert there[:1] == [name] or (not there and name in near), (stem, start, to)


@pytest.mark.parametrize(
    ("last", "first", "told"),
    [
        ("apple", "apricot", ("app", "apr")),
        ("cath", "cathartic", ("cath", "catha")),
        ("été", "œuf", ("é", "œ")),
        ("a", "b", ("a", "b")),
    ],
)
def test_files_are_told_apart_by_few_letters(last, first, told):
    assert apart(last, first) == told


def test_names_that_are_taken_are_longer():
    made = Index("fr")
    pages = [Found(bytes.fromhex(name) + bytes(30), 1, b"", {}) for name in ("abcd", "abce", "1234")]
    assert [made.add(page) for page in pages] == ["fr_abcd0", "fr_abce0", "fr_12340"]
    assert made.add(Found(bytes.fromhex("abcd01") + bytes(29), 1, b"", {})) == "fr_abcd01"
    assert made.add(pages[0]) == "fr_abcd00"
    assert made.add(pages[0]) == "fr_abcd000"


def test_what_is_kept_of_a_page_is_all_of_it():
    pages = [
        Found(bytes(range(32)), 70_000, b"abc", {"mot": b"x" * 70_000, "é": b"", "b": b"\n\0"}),
        Found(bytes(32), 0, b"", {}),
    ]
    for page in pages:
        assert Found.read(bytes(page)) == page


@pytest.mark.parametrize(
    "value", [0, 23, 24, 255, 256, 65_535, 65_536, 2**32, -1, -24, -25, -300, "", "é" * 30, [[], [1, ["a"]]]]
)
def test_numbers_texts_and_lists_come_back(value):
    assert decoded(encoded(value)) == value


@pytest.mark.parametrize("data", [b"\x01\x01", b"\xa0", b"\xf6"])
def test_other_bytes_are_refused(data):
    with pytest.raises(ValueError, match="CBOR"):
        decoded(data)


def test_another_format_of_the_program_is_refused(monkeypatch):
    monkeypatch.setattr(pagefind, "FORMAT", "9.")
    with pytest.raises(MalletteError) as caught:
        pagefind.Engine().learn({"fr": {"mot"}})
    assert caught.value.code == "search_failed"
    assert "9." in caught.value.params["said"]


def test_a_packed_file_says_nothing_of_the_machine():
    data = pagefind.packed(b"x")
    assert data[4:8] == bytes(4)
    assert data[9] == 255
    assert gzip.decompress(data) == b"pagefind_dcdx"
    assert pagefind.unpacked(data) == b"x"


def test_a_library_without_a_text_has_an_index_too():
    assert json.loads(index([])["pagefind-entry.json"])["languages"] == {}
    assert search.KINDS in index([])
