"""Translations: texts in another language, laid over an item that keeps its structure."""

import re
import shutil

import pytest
from conftest import copy_sources
from editing import edit

from mallette.errors import InvalidSource
from mallette.labels import SHIPPED
from mallette.languages import coverage
from mallette.loading import load
from mallette.model import CaseStory, Kit, Protocol, Role, WritingCard
from mallette.reading import read
from mallette.translations import texts

KIT = """\
title: Small kit
tagline: The smallest kit that is valid.
introduction: One sentence.
credits:
  - what: Nothing at all
credit_line: Trial texts
printables:
  - id: fiche
    title: Step sheet
    use: To facilitate.
  - id: affiche-a2
    title: Poster
    use: On the wall.
  - id: cartes-roles
    title: Role cards
    use: One each.
  - id: cartes-a-ecrire
    title: Writing cards
    use: To write.
  - id: recit
    title: Case story
    use: To hand out.
"""
TOUR = """\
title: Go-round
summary: Each person speaks, then we leave.
purpose: To try the kit.
steps:
  - id: parler
    title: Speak
    aim: Say what one has to say.
    actions:
      guide: I listen.
timing_note: Our proposals.
posture:
  - The support must not freeze the process.
"""
GUIDE = """\
title: Guide
in_a_sentence: I look after the group.
i_do:
  - I welcome.
  - I thank.
i_do_not:
  - Interrupt.
"""
MOT = "title: A word\nquestion: With which word do you leave?\n"
PREMIER = """\
title: A first try
summary: A group tries, and tells.
sector: Education
location:
  country: France
objective: To try.
context: A group meets.
intervention: We go round the table.
results: Everyone spoke.
"""
FILES = {
    "kit/kit": KIT, "kit/protocols/tour": TOUR, "kit/roles/guide": GUIDE, "kit/cards/mot": MOT, "cases/premier": PREMIER
}  # fmt: skip


def translate(root, name, text, language="en"):
    """Write a translation, with the mark that `mallette check` says to write."""
    path = root / f"{name}.{language}.yml"
    path.write_text(text, encoding="utf-8")
    told = [p for p in load(root).warnings if p.path == f"{name}.{language}.yml" and p.code == "translates_missing"]
    path.write_text(f"translates: {told[0].params['hash']}\n{text}", encoding="utf-8")


@pytest.fixture
def root(tiny_root):
    edit(tiny_root / "kit/kit.yml", ("title: Petite", "languages:\n  - fr\n  - en\ntitle: Petite"))
    return tiny_root


@pytest.fixture
def whole(root):
    """The smallest root, all of it translated."""
    for name, text in FILES.items():
        translate(root, name, text)
    return root


def english(root):
    (other,) = load(root).others
    return other


def test_without_other_languages_nothing_changes(tiny_root):
    loaded = load(tiny_root)
    assert (loaded.language, loaded.prefix, loaded.others, loaded.notes) == ("fr", "", (), ())
    assert loaded.mallette.protocols["tour"].language == "fr"
    assert loaded.mallette.protocols["tour"].title.language == "fr"


def test_what_is_not_translated_falls_back_to_the_original(root):
    main, other = load(root), english(root)
    assert other.mallette.protocols == main.mallette.protocols
    assert (other.language, other.prefix) == ("en", "en/")
    standing = other.standing(other.mallette.protocols["tour"])
    assert (standing.state, standing.file) == ("missing", "kit/protocols/tour.en.yml")
    assert main.standing(main.mallette.protocols["tour"]).state == "own"


def test_a_translation_gives_the_texts_and_the_original_all_the_rest(whole):
    main, other = load(whole), english(whole)
    assert main.warnings == main.notes == ()
    tour, before = other.mallette.protocols["tour"], main.mallette.protocols["tour"]
    assert (tour.title, tour.title.language, tour.language) == ("Go-round", "en", "en")
    assert tour.steps[0].actions == {"guide": "I listen."}
    assert (tour.steps[0].minutes, tour.roles, tour.slider) == (before.steps[0].minutes, before.roles, before.slider)
    assert other.origin(tour).path == "kit/protocols/tour.en.yml"
    assert [p.id for p in other.mallette.kit.printables] == [p.id for p in main.mallette.kit.printables]
    assert other.mallette.kit.printables[0].title == "Poster"
    assert {how.state for how in other.standings.values()} == {"current"}
    assert main.mallette.protocols["tour"].title == "Tour de table"


def test_every_text_of_the_smallest_root_is_translated(whole):
    """A word of French that is left in an item would be a field that no translation can give."""
    other = english(whole)

    def left(value, at):
        if isinstance(value, str):
            if getattr(value, "language", "") == "fr":
                yield at
        elif isinstance(value, dict | tuple | list):
            for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
                yield from left(inner, f"{at}.{key}")
        elif hasattr(value, "model_fields_set"):
            yield from left(dict(value), at)

    names = {"kit.credits.0.name", "kit.edition", "kit.authors.0", "kit.sources.0.title"}
    found = {at for (_, name), _ in other.standings.items() for at in left(item(other, name), name)}
    assert found == names


def item(loaded, name):
    everything = (loaded.mallette.protocols, loaded.mallette.roles, loaded.mallette.cards, loaded.mallette.stories)
    return next((items[name] for items in everything if name in items), loaded.mallette.kit)


def test_coverage_counts_what_is_whole(root):
    assert coverage(english(root).standings) == dict.fromkeys((Kit, Protocol, Role, WritingCard, CaseStory), (0, 1))
    translate(root, "kit/protocols/tour", TOUR)
    translate(root, "kit/roles/guide", GUIDE.replace("in_a_sentence: I look after the group.\n", ""))
    found = coverage(english(root).standings)
    assert (found[Protocol], found[Role], found[Kit]) == ((1, 1), (0, 1), (0, 1))


def test_a_text_that_is_left_is_told_and_stays_in_its_language(root):
    translate(root, "kit/protocols/tour", TOUR.replace("    aim: Say what one has to say.\n", ""))
    other = english(root)
    tour = other.mallette.protocols["tour"]
    assert other.standing(tour).state == "partial"
    assert (tour.steps[0].title.language, tour.steps[0].aim.language) == ("en", "fr")
    (note,) = other.notes
    assert (note.path, note.code, note.params["fields"]) == (
        "kit/protocols/tour.en.yml", "translation_partial", "steps[parler].aim"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "outdated"),
    [
        (("Dire ce que l'on a à dire.", "Dire ce qui compte."), True),
        (("posture:\n", "pitfalls:\n  - title: Vite\n    text: Trop vite.\nposture:\n"), True),
        (("title: Parler\n", "title: Parler\n    watch_for: Le temps\n"), True),
        (("slider: 10", "slider: 20"), False),
        (("      min: 5\n", "      min: 6\n"), False),
        (("title: Tour de table\n", "# La table\ntitle: 'Tour de table'\n"), False),
    ],
)
def test_a_translation_older_than_its_original_is_told(whole, change, outdated):
    edit(whole / "kit/protocols/tour.yml", change)
    other = english(whole)
    found = [note for note in other.notes if note.code == "translation_outdated"]
    assert bool(found) is outdated
    state = other.standing(other.mallette.protocols["tour"]).state
    if outdated:
        (note,) = found
        assert (note.path, note.line, note.column) == ("kit/protocols/tour.en.yml", 1, 13)
        said = (whole / "kit/protocols/tour.en.yml").read_text(encoding="utf-8")
        renewed = re.sub("translates: .*", f"translates: {note.params['hash']}", said)
        (whole / "kit/protocols/tour.en.yml").write_text(renewed, encoding="utf-8")
        assert not [n for n in english(whole).notes if n.code == "translation_outdated"]
    else:
        assert state == "current"


def test_a_text_added_to_the_original_is_one_to_translate(whole):
    edit(whole / "kit/protocols/tour.yml", ("slider: 10", "slider: 10\nroom: Une salle."))
    other = english(whole)
    assert other.standing(other.mallette.protocols["tour"]).state == "partial"
    assert {note.code for note in other.notes} == {"translation_partial", "translation_outdated"}


def test_the_order_of_steps_is_not_a_text(whole):
    edit(whole / "kit/protocols/tour.yml", ("timing_note", "  - id: partir\n    title: Partir\n    aim: Saluer.\n"
         "    minutes: {min: 1, max: 1}\n    actions: {guide: Au revoir.}\ntiming_note"))  # fmt: skip
    path = whole / "kit/protocols/tour.yml"
    before = load(whole).standings[Protocol, "tour"].fingerprint
    text = path.read_text(encoding="utf-8")
    first, second = text.index("  - id: parler"), text.index("  - id: partir")
    end = text.index("timing_note")
    path.write_text(text[:first] + text[second:end] + text[first:second] + text[end:], encoding="utf-8")
    moved = load(whole)
    assert [step.id for step in moved.mallette.protocols["tour"].steps] == ["partir", "parler"]
    assert moved.standings[Protocol, "tour"].fingerprint == before


ECLAIR = "of: tour\ntitle: Tour éclair\nsummary: En trois minutes.\nsteps:\n  - id: parler\n    aim: Faire vite.\n"


def test_a_variant_inherits_the_translation_of_its_original(whole):
    (whole / "kit/variants").mkdir()
    (whole / "kit/variants/eclair.yml").write_text(ECLAIR, encoding="utf-8")
    assert english(whole).standings[Protocol, "eclair"].state == "missing"
    text = "title: Flash round\nsummary: In three minutes.\nsteps:\n  - id: parler\n    aim: Be quick.\n"
    translate(whole, "kit/variants/eclair", text)
    other = english(whole)
    eclair = other.mallette.protocols["eclair"]
    assert other.standing(eclair).state == "current"
    assert (eclair.title, eclair.purpose, eclair.steps[0].title) == ("Flash round", "To try the kit.", "Speak")
    assert (eclair.variant_of, eclair.steps[0].aim) == ("tour", "Be quick.")
    # a change of the original is told in its own translation, not in the variant's
    edit(whole / "kit/protocols/tour.yml", ("Essayer la mallette.", "Essayer le kit."))
    assert {note.path for note in english(whole).notes} == {"kit/protocols/tour.en.yml"}


def test_an_item_written_in_another_language_is_translated_into_the_main_one(root):
    (root / "cases/premier.yml").write_text(
        "language: en\n" + PREMIER + "protocols:\n  - tour\n", encoding="utf-8"
    )  # fmt: skip
    main, other = load(root), english(root)
    assert main.standings[CaseStory, "premier"].state == "missing"
    assert main.mallette.stories["premier"].title.language == "en"
    assert other.standings[CaseStory, "premier"].state == "own"
    translate(root, "cases/premier", PREMIER.replace("A first try", "Un premier essai"), "fr")
    main = load(root)
    assert main.mallette.stories["premier"].title == "Un premier essai"
    assert main.standing(main.mallette.stories["premier"]).whole


def test_texts_are_told_from_names_and_references():
    node, _ = read(
        "x.yml", b"title: a\nicon: b\ncopies: 2\ni_do: [c, d]\nauthors: [e]\nsources:\n  - {title: f, note: g}\n"
    )
    assert dict(texts(Role, node)).keys() == {"title", "i_do[1]", "i_do[2]", "sources[1].note"}


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("  - id: parler\n", "  - id: dire\n", "translation_adds"),
        ("posture:\n", "posture:\n  - Écouter.\n", "translation_length"),
    ],
)
def test_whoever_changes_the_original_is_not_stopped_by_a_translation(whole, before, after, code):
    edit(whole / "kit/protocols/tour.yml", (before, after))
    other = english(whole)
    assert code in {note.code for note in other.notes}
    assert other.standing(other.mallette.protocols["tour"]).state == "partial"
    # whoever says that the translation is up to date is told that it is not
    now = other.standing(other.mallette.protocols["tour"]).fingerprint
    said = (whole / "kit/protocols/tour.en.yml").read_text(encoding="utf-8")
    (whole / "kit/protocols/tour.en.yml").write_text(re.sub("translates: .*", f"translates: {now}", said), "utf-8")
    with pytest.raises(InvalidSource) as caught:
        load(whole)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_translation_says_who_made_it_and_whether_it_was_reviewed(whole):
    edit(whole / "kit/protocols/tour.yml", ("slider: 10", "slider: 10\nstatus: reviewed"))
    edit(whole / "kit/protocols/tour.en.yml", ("title: Go", "translators:\n  - Ana\nstatus: draft\ntitle: Go"))
    main, other = load(whole), english(whole)
    assert (main.mallette.protocols["tour"].translators, main.mallette.protocols["tour"].status) == ((), "reviewed")
    assert (other.mallette.protocols["tour"].translators, other.mallette.protocols["tour"].status) == (
        ("Ana",),
        "draft",
    )
    assert other.standings[Protocol, "tour"].state == "current"


def test_a_language_is_one_file_of_words(root):
    shutil.copytree(SHIPPED / "labels", root / "templates/labels")
    (root / "templates/labels/en.yml").rename(root / "templates/labels/es.yml")
    edit(root / "kit/kit.yml", ("  - en\n", "  - en\n  - es\n"))
    translate(root, "kit/roles/guide", GUIDE.replace("title: Guide", "title: Guía"), "es")
    english, spanish = load(root).others
    assert (english.language, spanish.language, spanish.prefix) == ("en", "es", "es/")
    assert (english.mallette.roles["guide"].title, spanish.mallette.roles["guide"].title) == ("Guide", "Guía")


def test_the_example_of_the_guide_is_a_whole_translation(tmp_path):
    copy = copy_sources(tmp_path / "real")
    guide = (copy / "docs/adapter.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(translates: .*?)```", guide, re.DOTALL)
    (copy / "kit/cards/probleme.en.yml").write_text(example, encoding="utf-8")
    assert english(copy).standings[WritingCard, "probleme"].state == "current"


def test_a_document_is_made_if_all_that_it_shows_is_translated(whole):
    def made(root):
        other = english(root)
        return {printable.id for printable in other.mallette.kit.printables if other.subjects(printable)}

    everything = made(whole)
    assert everything == {"affiche-a2", "cartes-roles", "cartes-a-ecrire", "fiche", "recit"}
    kit = whole / "kit/kit.yml"
    entry = "  - id: badges\n    title: Badges\n    template: name-badges\n    about: protocol\n    use: Nommer.\n"
    kit.write_text(kit.read_text(encoding="utf-8") + entry, encoding="utf-8")
    assert made(whole) == everything, "a new document waits for its translation alone"
    edit(whole / "kit/kit.en.yml", ("    title: Poster\n", ""))
    assert made(whole) == everything - {"affiche-a2"}
    (whole / "kit/roles/guide.en.yml").unlink()
    assert made(whole) == {"recit"}
    edit(whole / "kit/protocols/tour.en.yml", ("summary: Each person speaks, then we leave.\n", ""))
    assert made(whole) == {"recit"}, "a story shows the titles of its protocols"
    edit(whole / "kit/protocols/tour.en.yml", ("title: Go-round\n", ""))
    assert made(whole) == set(), "and nothing else of them"
    edit(whole / "kit/protocols/tour.en.yml", ("steps:", "title: Go-round\nsteps:"))
    assert made(whole) == {"recit"}
    edit(whole / "kit/kit.en.yml", ("credit_line: Trial texts\n", ""))
    assert made(whole) == set()
