"""The French of the sources: spelt right, in short sentences, without shorthand; and its authors are credited."""

import re
import shutil
from collections import defaultdict

import french
import grammar
import pytest

from mallette.loading import load

MEAN, SHARE, LONGEST = 15, 6, 30
"""Words a sentence, sentences of over 25 words in per cent, words of the longest: of each protocol, story and guide."""

FOR_TWO_GENDERS = re.compile(
    r"\w[·•‧∙]\w|[^\W\d_](?:\((?:e|ne|rice|euse)s?\)|[-./](?:e|ne|rice|euse|trice)(?:[-.]?s)?\b)", re.IGNORECASE
)
ELIDED = re.compile(r"(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)'", re.IGNORECASE)


@pytest.fixture(scope="module")
def loaded(root):
    return load(root)


@pytest.fixture(scope="module")
def blocks(root, loaded):
    return french.blocks(root, loaded)


@pytest.fixture(scope="module")
def strange(blocks):
    """The words that the dictionary does not have, without their elided article, and the files they are in."""
    files = defaultdict(set)
    for block in blocks:
        for word in block.words:
            files[word].add(block.file)
    quoted = french.identifiers()
    found = defaultdict(set)
    for word in french.unknown(files):
        where = {file for file in files[word] if word not in quoted or file not in (french.LABELS, french.MODEL)}
        if where:
            found[ELIDED.sub("", word, count=1)] |= where
    return dict(found)


@pytest.fixture(scope="module")
def kept():
    """Words that are right although the dictionary does not have them."""
    return french.WORDS.read_text(encoding="utf-8").splitlines()


def test_all_the_french_is_read(blocks):
    files = {block.file for block in blocks}
    assert {"kit/kit.yml", "docs/animer.md", "README.md", french.LABELS, french.MODEL} <= files
    assert "docs/architecture.md" not in files
    assert sum(len(block.words) for block in blocks) > 50_000


def test_words_are_spelt_right(strange, kept):
    wrong = {word: files for word, files in strange.items() if not {word, word[0].lower() + word[1:]} & set(kept)}
    said = "\n".join(f"{', '.join(sorted(files))}: {word}" for word, files in sorted(wrong.items()))
    assert not wrong, f"misspelt, or to add to tests/{french.WORDS.name}:\n{said}"


def test_a_misspelt_word_is_found():
    block = french.Block("x.yml", "L'atelier d'entrraide, aujourd'hui ou peut-être demain : le 1er, c'est promi")
    assert french.unknown(block.words) == {"d'entrraide", "promi"}


def test_the_kept_words_are_sorted_used_and_unknown_to_the_dictionary(strange, kept):
    assert kept == sorted(set(kept), key=lambda word: (word.casefold(), word))
    used = set(strange) | {word[0].lower() + word[1:] for word in strange}
    assert [word for word in kept if word not in used] == []


@pytest.mark.skipif(not shutil.which("grammalecte-cli"), reason="grammalecte-cli is not installed")
def test_grammar(blocks):
    found = grammar.remarks(blocks)
    new = [str(remark) for remark in found if not remark.accepted]
    assert not new, "\n".join(new)
    assert {remark.accepted for remark in found} == {*grammar.RULES_OFF, *grammar.ACCEPTED}


def test_sentences_are_short(blocks):
    levels = french.levels(blocks)
    assert len(levels) > 40
    hard = [
        f"{file}: {level.mean:.1f} words a sentence, {level.share:.1f} % of over 25"
        for file, level in levels.items()
        if level.mean > MEAN or level.share > SHARE
    ]
    assert not hard, "\n".join(hard)


def test_no_sentence_is_very_long(blocks):
    long = [f"{file}: {said}" for file, level in french.levels(blocks).items() for said in level.over(LONGEST)]
    assert not long, "\n".join(long)


def test_sentences_and_words_are_counted():
    block = french.Block("x.yml", "Qui parle ? Le « facilitateur », d'abord... Puis (à 12 h 30) chacun : l'offreur.")
    assert [len(french.COUNTED.findall(sentence)) for sentence in block.sentences] == [2, 4, 8]
    assert french.Block("x.yml", "Un titre, sans point").sentences == []
    level = french.Level(("Nous parlons.", "Chaque participant écoute une autre personne."))
    assert (level.mean, level.share, level.lix) == (4, 0, 4 + 100 * 3 / 8)


def test_words_are_written_for_everyone_without_shorthand(blocks):
    shorthand = [f"{block.file}: {block.text}" for block in blocks if FOR_TWO_GENDERS.search(block.text)]
    assert not shorthand, "\n".join(shorthand)


@pytest.mark.parametrize("word", ["participant·e·s", "présent(e)s", "animateur/trice", "chacun-e", "né.e.s"])
def test_shorthand_is_found(word):
    assert FOR_TWO_GENDERS.search(word)


@pytest.mark.parametrize("word", ["erreur(s)", "dites-le", "a-t-elle", "oui/non", "rendez-vous", "fin.Et"])
def test_other_words_are_not_shorthand(word):
    assert not FOR_TWO_GENDERS.search(word)


def test_who_is_named_is_credited(loaded):
    mallette = loaded.mallette
    credits = " ".join(f"{credit.name} {credit.what}" for credit in mallette.kit.credits)
    items = (
        mallette.kit,
        *(i for kind in ("protocols", "stories", "roles", "cards") for i in getattr(mallette, kind).values()),
    )
    named = {name for item in items for source in item.sources for name in source.authors}
    named |= {name for item in items for name in item.authors if item is not mallette.kit}
    named |= {said.person for story in mallette.stories.values() for said in story.testimonies if said.person}
    assert len(named) > 5
    assert sorted(name for name in named if name not in credits) == []
