"""The forms of the site in a real browser: a story from the first word typed to the page that shows it."""

import json
import random
import re
import shutil
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import yaml
from forming import CAFE, Person, answer, faults, formed, photo, plain, unpacked
from PIL import Image
from playwright.sync_api import expect
from visiting import served

from mallette.agreements import agreements
from mallette.errors import InvalidSource
from mallette.formdata import spec
from mallette.issues import form
from mallette.labels import labels
from mallette.loading import load
from mallette.model import CaseStory, SessionRecord
from mallette.pdf import typeset as typeset_pdf
from mallette.printables import plans
from mallette.questionnaires import questionnaire
from mallette.questions import questions
from mallette.reading import CONTROL, read
from mallette.reading import plain as plain_data
from mallette.richtext import html
from mallette.typography import typeset
from mallette.validation import validate
from mallette.writing import order, tidy, write

POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"


@pytest.fixture(scope="module")
def root(tmp_path_factory, run):
    root = formed(tmp_path_factory.mktemp("form"))
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def site(root):
    return root / "site"


NEWCOMER = {
    "title": 'L\'été où « tout » a changé : "ça" marche 🎉',
    "sector": "Éducation & petite enfance",
    "location.country": "Côte d'Ivoire",
    "objective": "Réunir l'équipe : dire oui, ou non ? 100 % d'accord # ou presque…",
    "context": '- pas une liste ?\n- si : deux points\n\nPuis un paragraphe, avec <b>des</b> & des "guillemets".',
    "intervention": "12:30 — on commence.\n\n*Doucement*, puis **fort**.\n\nŒuvre, cœur, ça, Noël, où, ÿ.",
    "results": "{rien} [n'est] 'perdu' @ midi | > % ! : # \\ ` ~ fin 👩‍🏫",
}


def missing(label):
    return labels("fr")("problems.missing").replace(" ({label})", "").format(key=label)


def test_a_newcomer_tells_a_story_and_the_page_shows_what_was_typed(visit, root, run, tmp_path):
    page = visit.to("raconter/")
    person = Person(page)
    for name, text in NEWCOMER.items():
        person.fill(name, text)
    person.fill("title", NEWCOMER["title"] + " encore" * 12)
    page.locator("[name=sector]").focus()
    over = len(NEWCOMER["title"]) + 7 * 12 - 90
    said = labels("fr")("problems.text_too_long", key="Titre", over=over, limit=90)
    expect(page.locator("#f-title-fault")).to_have_text(typeset(said, "fr"))
    assert page.locator("#f-title").get_attribute("aria-invalid") == "true"
    person.open("Des images")
    number = person.add("images")
    person.fill(f"images.{number}.alt", "Un mur : orange.")
    person.leave("download")
    told = faults(page)
    assert [plain(one) for one in told] == [
        plain(typeset(one, "fr"))
        for one in (
            said,
            missing("Protocoles utilisés"),
            "Choisissez l'image, ou retirez-la.",
            missing("Auteur"),
            missing("Licence de l'image"),
        )
    ]
    assert page.evaluate("document.activeElement.dataset.faults") == ""
    person.click(page.locator("[data-faults] a").first)
    assert page.evaluate("document.activeElement.id") == "f-title"
    person.fill("title", NEWCOMER["title"])
    person.tick("protocols", "tour")
    page.locator(f"[data-name='images.{number}.file']").set_input_files(photo(tmp_path))
    person.fill(f"images.{number}.credit", "Zoé")
    person.choose(f"images.{number}.license", "CC-BY-4.0")
    expect(page.locator("[data-preview] canvas")).to_have_attribute("aria-label", "Un mur : orange.")
    name, data = person.take()
    assert name == "l-ete-ou-tout-a-change-ca-marche.zip"
    files = unpacked(data)
    story, picture = f"cases/{name.removesuffix('.zip')}.yml", f"cases/{name.removesuffix('.zip')}-1.jpg"
    assert set(files) == {story, picture}
    assert b"Appareil secret" not in files[picture]
    assert files[story].decode().splitlines()[0].startswith("#")
    told = yaml.safe_load(files[story])
    assert {key: told.get(key) or told["location"][key.partition(".")[2]] for key in NEWCOMER} == NEWCOMER

    site = shutil.copytree(root, tmp_path / "root", ignore=shutil.ignore_patterns("site"))
    for path, content in files.items():
        (site / path).write_bytes(content)
    done = run("check", "--root", site)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    done = run("build", "--root", site)
    assert done.returncode == 0, done.stderr
    with Image.open(site / "site/recits/images" / Path(picture).name) as published:
        assert published.size == (900, 600)
    with served(site / "site") as address:
        page.goto(f"{address}recits/{Path(story).stem}/")
        assert page.locator("h1").inner_text() == typeset(NEWCOMER["title"], "fr")
        assert NEWCOMER["sector"] in page.locator(".m-facts").inner_text()
        assert page.locator(".m-picture img").get_attribute("alt") == typeset("Un mur : orange.", "fr")
        shown = plain(page.locator(".m-column").inner_text())
        for key in ("objective", "context", "intervention", "results"):
            for line in re.sub(r"^- |\*+", "", NEWCOMER[key], flags=re.MULTILINE).replace("\\ `", "\\ `").splitlines():
                assert plain(typeset(line, "fr")) in shown, line


def test_the_belgian_story_takes_few_clicks_and_is_the_same_file(visit, real_root, capsys):
    seed = yaml.safe_load((real_root / f"cases/{CAFE}-belgique.yml").read_text(encoding="utf-8"))
    values = {key: value for key, value in seed.items() if key not in ("status",)}
    page = visit.to("raconter/")
    person = Person(page)
    needed = page.locator("form [required]:not([data-accord]), form [data-required]").count()
    assert needed == 8
    asked = page.eval_on_selector_all("[data-ask]", "all => all.map(one => one.dataset.ask)")
    assert set(values) <= set(asked)
    answer(person, {name: values[name] for name in asked if name in values})
    person.agree()
    person.leave("mail")
    expect(page.locator("[data-steps=paste]")).to_be_visible()
    clicks, fields = person.clicks, person.fields
    name, data = person.take()
    assert name == "l-aide-attendue-etait-deja-dans-le-groupe.yml"
    node, problems = read("cases/x.yml", data)
    assert problems == []
    value, faults = validate(CaseStory, node, id="x")
    assert faults == []
    node, _ = read("cases/y.yml", (real_root / f"cases/{CAFE}-belgique.yml").read_bytes())
    expected = validate(CaseStory, node, id="x")[0].model_copy(update={"status": "draft"})
    assert json.loads(value.model_dump_json()) == json.loads(tidied(expected))
    with capsys.disabled():
        print(f"\nBelgian story: {clicks} clicks, {fields} fields, {needed} of them required")
    assert clicks <= 30
    assert fields <= 45


def tidied(story):
    return json.dumps(json.loads(story.model_dump_json()), ensure_ascii=False)


POOL = [
    *" \n\n\t:#-?|>'\"{}[]&*!%@`,~\\\\é«»œ’…🎉\u2028\u00a0\u200b\ufeff\x85ſ\ufdd0\ufffb\U0001fffe",
    "👩‍🏫",
    ": ",
    " #",
    "- ",
    "\n\n\n",
    "no",
    "12",
    "0x",
]
WORDS = (
    "mot",
    "entraide",
    "où",
    "NULL",
    "12:30",
    "2026-11",
    "1e3",
    "~",
    "Oui",
    "yeſ",
    "https://exemple.org/a#b",
    "« cité »",
)


def hostile(dice):
    """A text that is hard to write: signs, odd spaces, or words enough to be folded."""
    if dice.random() < 0.3:
        return " ".join(dice.choice(WORDS) for _ in range(dice.randint(1, 60)))
    return "".join(dice.choice([*POOL, *"abcdefgh   "]) for _ in range(dice.randint(1, 60)))


def values(dice):
    """A story whose every text is hostile."""
    text = lambda: hostile(dice)  # noqa: E731
    return {
        "title": dice.choice([text(), *WORDS]),
        "location": {"country": text(), "place": text()},
        "intervention": text(),
        "conditions": [text() for _ in range(dice.randint(0, 4))],
        "participants": {
            "total": dice.randint(0, 99),
            "about": dice.random() < 0.5,
            "by_role": [{"name": text(), "count": 3}],
        },
        "testimonies": [{"text": text(), "role": text(), "consent": "yes"} for _ in range(dice.randint(0, 2))],
        "tags": [text()],
    }


def test_the_browser_writes_the_bytes_that_python_writes(visit, root):
    page = visit.to("raconter/")
    dice = random.Random(7)
    every = [values(dice) for _ in range(400)]
    every += [
        one["values"] for one in json.loads((Path(__file__).parents[1] / "golden/writing.json").read_text("utf-8"))
    ]
    head = {"schema": "../story.json", "heading": "Récit"}
    for language in ("fr", "en"):
        asked = questions(CaseStory, language, {})
        fields = spec((asked[name] for name in order(CaseStory)), language)
        got = page.evaluate(
            """async ([every, fields, language, head]) => {
                const { write } = await import('../assets/form-yaml.js')
                return every.map(values => write(values, fields, language, head))
            }""",
            [every, fields, language, head],
        )
        for one, text in zip(every, got, strict=True):
            assert text == write(one, CaseStory, language, **head)


def test_the_browser_tidies_texts_as_python_does(visit):
    page = visit.to("raconter/")
    dice = random.Random(8)
    texts = [hostile(dice) + dice.choice(["", " \r\n", "\u2029\v", "\u202e\x07"]) + hostile(dice) for _ in range(600)]
    texts += [f"a{chr(code)}b" for code in range(0x20000) if CONTROL.match(chr(code)) and not 0xD800 <= code < 0xE000]
    texts += [f"a{chr(plane << 16 | last)}b" for plane in range(2, 17) for last in (0xFFFE, 0xFFFF)]
    got = page.evaluate(
        "async texts => { const { tidy } = await import('../assets/form-text.js'); return texts.map(tidy) }", texts
    )
    assert got == [tidy(text) for text in texts]


WHOLE = {
    "title": "Titre",
    "sector": "Santé",
    "location": {"country": "France"},
    "objective": "Essayer.",
    "context": "Un groupe.",
    "intervention": "Un tour.",
    "protocols": ["tour"],
    "results": "Rien.",
}
WRONG = (
    {"title": ""},
    {"title": "🎉" * 90},
    {"title": "é🎉" * 46, "summary": "x" * 201},
    {"location": {"region": "Bretagne"}, "protocols": []},
    {"effort": {"half_days": "douze", "sessions": "-1", "note": "n" * 201}},
    {"sources": [{"title": "Un texte", "year": "3000", "url": "http://exemple.org"}]},
    {"sources": [{"title": "Un texte", "url": "https://exemple"}, {"publisher": "Personne"}]},
    {"dates": {"start": "2023-02-29", "end": "hier"}},
    {"dates": {"start": "2024-02-29"}},
    {"participants": {"total": "20", "by_role": [{"name": "ici", "count": "4"}, {"name": "là", "count": "15"}]}},
    {"participants": {"by_role": [{"name": "ici", "count": "beaucoup"}]}},
    {"partners": [{"part": "Prête la salle"}]},
    {"testimonies": [{"text": "Oui.", "role": "Directrice", "person": "Zoé", "consent": "anonymised"}]},
    {"testimonies": [{"text": "t" * 601, "role": "r" * 121, "consent": "anonymised"}]},
    {"follow_up": [{"when": "w" * 61}], "adaptations": [{"title": "Une"}]},
    {"obstacles": ["a", "b"], "shared_need": "b" * 241, "results": "r" * 1601},
)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_faults_are_told_in_the_words_of_check(visit, tiny_root, language):
    page = visit.to(f"{'en/' if language == 'en' else ''}raconter/")
    words, named = labels(language), {}
    for question in questionnaire("story", load(tiny_root), words, tiny_root).questions:
        for one in question.every:
            named.setdefault(one.name, set()).add(one.shown)
    expected, every = [], [WHOLE | wrong for wrong in WRONG]
    for one in every:
        (tiny_root / "cases/x.yml").write_text(write(one, CaseStory), encoding="utf-8")
        try:
            problems = load(tiny_root).warnings
        except InvalidSource as error:
            problems = error.problems
        problems = [problem for problem in problems if problem.path == "cases/x.yml"]
        told = set()
        for problem in problems:
            params, key = dict(problem.params), problem.params.get("key", "")
            sentence = words(f"problems.{problem.code}").replace(" ({label})", "")
            for name in ("caveat", "consent"):  # a form says its label
                sentence = re.sub(rf"(« |“){name}( »|”)", rf"\1{min(named[name])}\2", sentence)
            for label in named.get(key, {""}):
                told.add((problem.code, typeset(sentence.format(**params | {"key": label}), language)))
        expected.append((len(problems), told))
    got = page.evaluate(
        """async every => {
            const { src } = document.querySelector('script[src$="/form.js"]')
            const { check } = await import(src.replace('form.js', 'form-check.js'))
            const { fields, messages } = JSON.parse(document.querySelector('[data-described]').textContent)
            return every.map(one => check(one, fields, messages).map(({ code, text }) => [code, text]))
        }""",
        every,
    )
    assert sum(count for count, _ in expected) > 20
    for one, told, (count, known) in zip(WRONG, got, expected, strict=True):
        assert len(told) == count, (one, told, known)
        assert {tuple(fault) for fault in told} <= known, one


def test_a_draft_survives_a_reload_and_can_be_erased(visit, tmp_path):
    page = visit.to("raconter/")
    person = Person(page)
    person.fill("title", "Un « brouillon » 🎉")
    person.open("Des témoignages")
    number = person.add("testimonies")
    person.fill(f"testimonies.{number}.text", "Deux\n\nparagraphes")
    person.choose(f"testimonies.{number}.consent", "yes")
    person.tick("protocols", CAFE)
    person.open("Des images")
    number = person.add("images")
    page.locator(f"[data-name='images.{number}.file']").set_input_files(photo(tmp_path))
    expect(page.locator("[data-preview] canvas")).to_have_count(1)
    person.fill(f"images.{number}.alt", "Une salle")
    expect(page.locator("[data-draft]")).to_contain_text("Brouillon gardé")
    page.wait_for_timeout(300)
    page.reload(wait_until="networkidle")
    assert page.locator("[data-restored]").is_visible()
    assert page.locator("[name=title]").input_value() == "Un « brouillon » 🎉"
    assert page.locator("[name='testimonies.1.text']").input_value() == "Deux\n\nparagraphes"
    assert page.locator("[name='testimonies.1.text']").is_visible()
    assert page.locator("[name='testimonies.1.consent']").input_value() == "yes"
    assert page.locator(f"[name=protocols][value={CAFE}]").is_checked()
    assert page.locator("[name='images.1.alt']").input_value() == "Une salle"
    assert page.locator("[data-kept]").is_visible()
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Effacer le brouillon").click()
    assert page.locator("[name=title]").input_value() == "Un « brouillon » 🎉"
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Effacer le brouillon").click()
    assert page.locator("[name=title]").input_value() == ""
    assert page.locator("[data-item]").count() == 0
    assert page.evaluate("localStorage.length") == 0
    assert page.evaluate("document.activeElement.name") == "title"
    page.reload(wait_until="networkidle")
    assert page.locator("[data-restored]").is_hidden()
    assert page.locator("[name=title]").input_value() == ""


def test_a_draft_is_that_of_one_site(browser, site, tmp_path):
    for name in ("un", "deux"):
        shutil.copytree(site, tmp_path / name)
    with served(tmp_path) as address:
        page = browser.new_context().new_page()
        page.goto(f"{address}un/raconter/", wait_until="networkidle")
        page.locator("[name=title]").fill("Ici seulement")
        expect(page.locator("[data-draft]")).to_contain_text("Brouillon gardé")
        page.goto(f"{address}deux/raconter/", wait_until="networkidle")
        assert page.locator("[name=title]").input_value() == ""
        page.goto(f"{address}un/raconter/", wait_until="networkidle")
        assert page.locator("[name=title]").input_value() == "Ici seulement"
        page.context.close()


def test_a_name_of_a_file_may_be_as_long_as_check_allows(visit):
    page = visit.to("raconter/")
    for part in page.locator("details:has([data-id])").all():
        part.locator("summary").first.click()
    for name, good in (("m" * 50 + "-2", True), ("m" * 60, True), ("m" * 61, False), ("con", False), ("a--b", False)):
        page.locator("[data-id]").fill(name)
        page.locator("[name=title]").focus()
        expect(page.locator("#f-id-fault")).to_be_hidden() if good else expect(
            page.locator("#f-id-fault")
        ).to_be_visible()


NUMBERED = {
    "2019. Le groupe se forme.": ['<ol start="2019"><li>Le groupe se forme.</li></ol>'],
    "1. un\n\nPuis :\n\n2. deux": ["<ol><li>un</li></ol>", "<p>Puis :</p>", '<ol start="2"><li>deux</li></ol>'],
    "1. un\nsuite\n2. deux": ["<ol><li>un suite</li><li>deux</li></ol>"],
    "Depuis\n2019. Puis": ["<p>Depuis 2019. Puis</p>"],
    "Trois :\n1) un\n- deux": ["<p>Trois :</p>", "<ol><li>un</li></ol>", "<ul><li>deux</li></ul>"],
}


def test_the_preview_shows_the_numbers_that_the_page_shows(visit):
    page = visit.to("raconter/")
    for typed, expected in NUMBERED.items():
        got = page.evaluate(
            """async text => { const { prose } = await import('../assets/form-preview.js')
                return prose(text).map(one => one.outerHTML) }""",
            typed,
        )
        assert got == expected
        shown = re.sub(r"\n(?=<)|(?<=>)\n", "", html(typed, "fr")).replace("\n", " ").replace("\u202f", " ")
        assert shown == "".join(got)
    page.locator("[name=objective]").fill("2019. Le groupe se forme.")
    room = page.locator("[data-preview] ol[start] li").evaluate(
        "li => li.getBoundingClientRect().left - document.querySelector('[data-preview]').getBoundingClientRect().left"
    )
    size = page.locator("[data-preview] li").evaluate("li => parseFloat(getComputedStyle(li).fontSize)")
    assert room > 2.6 * size  # the number stands left of its text


ATTACKS = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "[x](javascript:alert(1)) [y](data:text/html,x) [z](https://exemple.org/ok)",
    "{{ 7*7 }} {% raw %} ${alert(1)} __proto__",
    '"><svg onload=alert(1)> **<b>gras</b>**',
    "- <a href='javascript:alert(1)'>x</a>",
)


def test_hostile_text_is_never_live(visit):
    page = visit.to("raconter/")
    page.on("dialog", lambda dialog: visit.wrong.append(dialog.message))
    person = Person(page)
    for attack in ATTACKS:
        for name in ("title", "sector", "location.country", "objective", "context", "results"):
            page.locator(f"[name='{name}']").fill(attack)
        page.locator("[name=summary]").evaluate("one => { one.closest('details').open = true }")
        page.locator("[name=summary]").fill(attack)
        person.leave("download")
        shown = page.locator("[data-preview]")
        expect(shown.locator(".m-form__title")).to_have_text(plain(attack))
        assert shown.locator("img, script, svg, b, iframe").count() == 0
        assert page.locator("[data-faults], [data-file], [data-said]").locator("img, script, svg").count() == 0
        links = shown.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        assert set(links) <= {"https://exemple.org/ok"}
    assert page.locator("[data-preview] strong").count() == 0
    assert page.evaluate("({}).polluted") is None


def test_a_story_in_english_says_its_language(visit, root, run, tmp_path):
    page = visit.to("en/raconter/")
    assert page.locator("h1").inner_text() == "Tell your story"
    person = Person(page)
    answer(person, WHOLE | {"title": "It's a start: yes"})
    person.agree()
    person.leave("mail")
    expect(page.locator("[data-said]").first).to_contain_text("mail program")
    name, data = person.take()
    assert name == "it-s-a-start-yes.yml"
    assert "# Where\nlocation:" in data.decode()
    assert yaml.safe_load(data)["language"] == "en"
    site = shutil.copytree(root, tmp_path / "root", ignore=shutil.ignore_patterns("site"))
    (site / "cases" / name).write_bytes(data)
    assert run("check", "--root", site).returncode == 0
    assert load(site).in_language("en").mallette.stories[name.removesuffix(".yml")].language == "en"


def typed(page, text):
    page.keyboard.insert_text(text)
    page.keyboard.press("Tab")


def test_the_keyboard_is_enough(visit):
    page = visit.to("raconter/")
    page.locator("[name=title]").focus()
    for text in ("Au clavier", "Santé", "France", "", ""):
        typed(page, text)
    page.keyboard.press("Space")
    for _ in range(2):
        page.keyboard.press("Tab")
    for text in ("Un but.", "Un contexte.", "Une action.", "Un effet."):
        typed(page, text)
    seen = set()
    for _ in range(40):
        focused = page.evaluate("({ ...document.activeElement.dataset, name: document.activeElement.localName })")
        if focused.get("way") == "mail":
            break
        seen.add(focused["name"])
        page.keyboard.press("Space") if "accord" in focused else None
        page.keyboard.press("Tab")
    assert {"summary", "input"} <= seen
    page.keyboard.press("Enter")
    expect(page.locator("[data-steps=mail]")).to_be_focused()
    told = yaml.safe_load(page.locator("code[data-file]").evaluate("one => one.textContent"))
    assert (told["title"], told["results"], len(told["protocols"])) == ("Au clavier", "Un effet.", 1)


def test_faults_lead_to_their_field_with_the_keyboard(visit):
    page = visit.to("raconter/")
    person = Person(page)
    answer(person, WHOLE | {"effort": {"half_days": "deux"}})
    page.locator("details.m-form__section", has_text="Des chiffres").locator("summary").first.click()
    page.locator("[data-way=mail]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-faults]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    field = page.locator("[name='effort.half_days']")
    expect(field).to_be_focused()
    described = field.get_attribute("aria-describedby").split()
    assert "attend un nombre" in page.locator(f"[id='{described[-1]}']").inner_text()
    field.fill("2")
    expect(page.locator("[id='f-effort-half_days-fault']")).to_be_hidden()


def test_a_named_person_has_to_agree(visit):
    page = visit.to("raconter/")
    person = Person(page)
    voice = {"text": "Oui.", "role": "Directrice", "person": "Zoé <Martin>"}
    answer(person, WHOLE | {"testimonies": [voice]})
    consent = page.locator("[name='testimonies.1.consent']")
    assert consent.locator("option").evaluate_all("all => all.map(one => one.value)") == [
        "",
        "published",
        "yes",
        "anonymised",
    ]
    person.leave("download")
    assert faults(page) == [typeset(missing("Cette personne est-elle d'accord ?"), "fr")]
    consent.select_option("published")
    person.leave("download")
    assert faults(page) == [typeset("Ces mots viennent d'un texte publié : ajoutez ce texte à « Sources ».", "fr")]
    consent.select_option("yes")
    person.leave("download")
    assert faults(page)[0] == typeset(missing("Date de son accord"), "fr")
    voice |= {"consent": "yes", "consent_date": "2026-11-02"}
    page.locator("[name='testimonies.1.consent_date']").fill("2026-11-02")
    person.leave("download")
    assert faults(page) == [
        typeset("Zoé <Martin> est une personne nommée : cochez la case quand elle a dit oui, ou retirez son nom.", "fr")
    ]
    page.locator("[data-agree]").check()
    _, data = person.take()
    (told,) = plain_data(read("x.yml", data)[0])["testimonies"]
    assert told == voice
    assert "agreed" not in data.decode()


WAYS = """async ([repository, text]) => {
    const { proposal } = await import('../assets/form-ways.js')
    return proposal(repository, 'cases/été &.yml', text)
}"""


@pytest.mark.parametrize(
    ("kind", "path", "name"),
    [
        ("github", "/exemple/mallette/new/main/v2", "filename"),
        ("forgejo", "/exemple/mallette/_new/main/v2/", "filename"),
        ("gitlab", "/exemple/mallette/-/new/main/v2", "file_name"),
    ],
)
def test_a_new_file_is_proposed_to_each_forge(visit, kind, path, name):
    page = visit.to("raconter/")
    repository = {"kind": kind, "url": "https://forge.example.org/exemple/mallette", "branch": "main/v2"}
    text = "title: a & b = c + d # é\n"
    short, long = (page.evaluate(WAYS, [repository, one]) for one in (text, text * 400))
    asked = urlsplit(short["href"])
    assert (asked.netloc, asked.path) == ("forge.example.org", path)
    told = parse_qs(asked.query)
    assert told[name] == ["cases/été &.yml"]
    assert short["whole"] == (kind != "gitlab")
    if short["whole"]:
        assert told["value"] == [text]
    assert long["whole"] is False
    assert set(parse_qs(urlsplit(long["href"]).query)) == {name}


def test_a_proposal_opens_the_forge_or_copies_the_text(visit):
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.to("raconter/")
    page.context.route("https://github.com/**", lambda route: route.fulfill(body="forge"))
    person = Person(page)
    answer(person, WHOLE)
    person.agree()
    with page.context.expect_page() as opened:
        person.leave("propose")
    expect(opened.value.locator("body")).to_have_text("forge")
    asked = parse_qs(urlsplit(opened.value.url).query)
    assert asked["filename"] == ["cases/titre.yml"]
    assert asked["value"] == [page.locator("code[data-file]").evaluate("one => one.textContent")]
    person.fill("results", "Très long. " * 120)
    person.fill("intervention", "é" * 1500)
    person.leave("propose")
    expect(page.locator("details:has([data-way=propose]) [data-said]")).to_have_text("Le texte est copié.")
    for sentence in agreements(labels("fr")).values():
        expect(page.locator("[data-agreements]")).to_contain_text(sentence.format(license="CC BY-SA 4.0"))
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("code[data-file]").evaluate(
        "one => one.textContent"
    )
    assert page.locator("[data-steps=propose] li").count() == 4
    assert page.locator("[data-steps=propose] a").get_attribute("href").endswith("?filename=cases%2Ftitre.yml")


def letter(page, panel):
    """The message that a panel leads to: its address, subject and text."""
    address, _, query = page.locator(f"[data-steps={panel}] [data-to]").get_attribute("href").partition("?")
    told = {name: unquote(value) for name, _, value in (part.partition("=") for part in query.split("&"))}
    return address, told["subject"], told["body"].replace("\r\n", "\n")


def written(page):
    return page.locator("code[data-file]").evaluate("one => one.textContent")


def test_a_short_text_is_in_the_message(visit):
    page = visit.to("raconter/")
    person = Person(page)
    answer(person, WHOLE)
    person.agree()
    expect(page.locator("[data-mail-lead]")).to_contain_text("un message tout prêt. Il est pour reseau@example.org")
    person.leave("mail")
    address, subject, text = letter(page, "mail")
    assert (address, subject) == ("mailto:reseau@example.org", "Récit d'expérience : Titre")
    assert text.endswith(written(page))
    body = page.evaluate(
        """async text => {
            const { letterOf } = await import('../assets/form-letter.js')
            const about = JSON.parse(document.querySelector('[data-described]').textContent)
            return letterOf({ given: {}, agreed: [], path: 'x', text }, about, false).body
        }""",
        "# yaml-language-server: $schema=../story.json\n# Récit\ntitle: Un\n",
    )
    assert body.endswith(":\n\n# Récit\ntitle: Un\n")


def test_a_long_text_is_copied_and_the_page_says_so_before(visit):
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.to("raconter/")
    person = Person(page)
    answer(person, WHOLE | {"context": "Très long. " * 100})
    expect(page.locator("[data-mail-lead]")).to_contain_text("Votre texte est long")
    person.agree()
    person.leave("mail")
    expect(page.locator("[data-steps=paste]")).to_be_focused()
    copied = page.evaluate("navigator.clipboard.readText()")
    node, problems = read("cases/titre.yml", copied.encode())
    assert (problems, validate(CaseStory, node, id="titre")[1]) == ([], [])
    assert copied == written(page)
    address, subject, text = letter(page, "paste")
    assert (address, subject) == ("mailto:reseau@example.org", "Récit d'expérience : Titre")
    assert "cases/titre.yml" in text
    assert text.strip().endswith("(Collez le texte copié sous cette ligne.)")
    for sentence in agreements(labels("fr")).values():
        assert sentence.format(license="CC BY-SA 4.0") in text
    assert len(page.locator("[data-steps=paste] [data-to]").get_attribute("href")) < 1200


def test_a_text_is_copied_where_the_clipboard_is_closed(visit):
    visit.page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page = visit.to("raconter/")
    page.evaluate("addEventListener('copy', () => { window.copied = getSelection().toString() })")
    person = Person(page)
    answer(person, WHOLE)
    person.leave("copy")
    expect(page.locator("details:has(> details [data-file]) > [data-said]")).to_have_text("Le texte est copié.")
    assert page.evaluate("document.activeElement.dataset.way") == "copy"


SHEET = """navigator.canShare = ({ files = [] }) => files.every(one => /[.](txt|jpg|png)$/.test(one.name))
navigator.share = async shared => { window.shared = shared }"""


def test_the_share_sheet_takes_a_long_text_and_its_pictures(visit, tmp_path):
    visit.page.add_init_script(SHEET)
    page = visit.to("raconter/")
    person = Person(page)
    answer(person, WHOLE | {"context": "Très long. " * 100})
    person.leave("share")
    assert faults(page) == [typeset("Cochez les trois accords avant d'envoyer.", "fr")]
    person.agree()
    person.leave("share")
    shared = page.evaluate("({ ...window.shared })")
    assert shared["title"] == "Récit d'expérience : Titre"
    assert shared["text"].endswith(written(page))
    filled = page.locator(".m-form__out .m-button:not(.m-button--quiet):visible")
    assert filled.evaluate_all("all => all.map(one => one.dataset.way)") == ["mail"]

    person.open("Des images")
    number = person.add("images")
    page.locator(f"[data-name='images.{number}.file']").set_input_files(photo(tmp_path))
    answer(person, {"alt": "Une salle", "credit": "Zoé", "license": "CC-BY-4.0"}, f"images.{number}.")
    expect(filled).to_have_attribute("data-way", "share")
    assert page.locator(".m-ways [data-way]").first.get_attribute("data-way") == "share"
    person.leave("share")
    files = page.evaluate("Promise.all(window.shared.files.map(async one => [one.name, one.type, await one.text()]))")
    assert [one[:2] for one in files] == [["titre.txt", "text/plain"], ["titre-1.jpg", "image/jpeg"]]
    assert files[0][2] == written(page)


def test_without_a_share_sheet_pictures_go_in_a_file_to_attach(visit, tmp_path):
    page = visit.to("raconter/")
    person = Person(page)
    answer(person, WHOLE)
    person.open("Des images")
    number = person.add("images")
    page.locator(f"[data-name='images.{number}.file']").set_input_files(photo(tmp_path))
    answer(person, {"alt": "Une salle", "credit": "Zoé", "license": "CC-BY-4.0"}, f"images.{number}.")
    expect(page.locator("[data-mail-lead]")).to_contain_text("ZIP")
    assert page.locator("[data-way=share]").is_hidden()
    person.agree()
    with page.expect_download() as caught:
        person.leave("mail")
    assert set(unpacked(Path(caught.value.path()).read_bytes())) == {"cases/titre.yml", "cases/titre-1.jpg"}
    assert letter(page, "attach")[0] == "mailto:reseau@example.org"


@pytest.mark.parametrize("path", ["raconter/", "raconter/adaptation/"])
def test_nothing_is_sent_before_it_is_agreed_to(visit, path):
    page = visit.to(path)
    told = page.locator(".m-agree .m-choice__name").all_text_contents()
    boxes = yaml.safe_load(form(labels("fr"), "CC-BY-SA-4.0"))["body"][-1]["attributes"]["options"]
    assert told == [typeset(box["label"], "fr") for box in boxes]
    person = Person(page)
    answer(person, WHOLE if path == "raconter/" else {"of": CAFE, "title": "Titre", "summary": "En visio."})
    for way in ("mail", "propose"):
        person.leave(way)
        assert faults(page) == [typeset("Cochez les trois accords avant d'envoyer.", "fr")]
    person.click(page.locator("[data-faults] a"))
    assert page.evaluate("document.activeElement.dataset.accord") == ""
    _, data = person.take()
    assert "# Accords pour publier : pas encore donnés." in data.decode().splitlines()
    person.agree()
    _, data = person.take()
    assert [f"# - {box['label']}" for box in boxes] == [
        line for line in data.decode().splitlines() if line.startswith("# - ")
    ]
    page.locator("details:has([name=license]) > summary").click()
    page.locator("[name=license]").select_option("CC0-1.0")
    expect(page.locator(".m-agree")).to_contain_text("CC0 1.0")
    assert page.locator("[data-accord]:checked").count() == 2, "another licence is another agreement"


def test_the_way_out_of_a_phone_comes_first_and_is_one(visit):
    visit.page.set_viewport_size({"width": 360, "height": 740})
    page = visit.to("raconter/")
    filled = page.locator(".m-form__out .m-button:not(.m-button--quiet):visible")
    assert filled.evaluate_all("all => all.map(one => one.dataset.way)") == ["mail"]
    for hidden in ("[data-way=propose]", "[data-way=download]", "[data-id]"):
        assert page.locator(hidden).is_hidden()
    top = page.evaluate("selector => document.querySelector(selector).getBoundingClientRect().top", "[data-preview]")
    assert top < page.evaluate("document.querySelector('.m-agree').getBoundingClientRect().top")


def test_a_story_goes_on_where_it_was_left(visit):
    page = visit.to("raconter/")
    person = Person(page)
    answer(person, {name: WHOLE[name] for name in ("title", "sector", "location", "protocols", "objective", "results")})
    page.locator("details:has([name=kind]) > summary").click()
    page.locator("[name=kind]").select_option("voice")
    page.evaluate(  # a phone drops the page at once
        """Object.defineProperty(document, 'hidden', { value: true })
        document.dispatchEvent(new Event('visibilitychange'))
        window.stored = localStorage.length"""
    )
    assert page.evaluate("window.stored") == 1
    page.reload(wait_until="networkidle")
    assert plain(page.locator("[data-left]").inner_text()) == "Il reste 2 réponses obligatoires."
    assert page.locator("[name=kind]").input_value() == "voice"
    assert page.locator("[name=kind]").is_visible(), "a section with an answer is open"
    person.click("[data-resume]")
    assert page.evaluate("document.activeElement.name") == "context"


def test_a_title_without_letters_still_names_a_file(visit):
    page = visit.to("raconter/")
    person = Person(page)
    answer(person, WHOLE | {"title": "🎉"})
    assert person.take()[0] == "recit.yml"


def test_an_adaptation_is_a_variant_that_check_accepts(visit, root, run, tmp_path):
    page = visit.to("raconter/adaptation/")
    assert page.locator("form [required]:not([data-accord])").count() <= 8
    person = Person(page)
    answer(person, {"of": CAFE, "title": "Café à distance", "summary": "En visio.", "remote": "Oui : en salles."})
    number = person.add("steps")
    options = page.locator(f"[name='steps.{number}.id'] option:not([hidden])").evaluate_all(
        "all => all.map(one => one.value)"
    )
    assert options == ["", "parler", "fin"]
    answer(person, {"id": "fin", "minutes": {"min": "20", "max": "10"}}, f"steps.{number}.")
    person.leave("download")
    assert len(faults(page)) == 1
    person.fill(f"steps.{number}.minutes.max", "30")
    name, data = person.take()
    assert name == "cafe-a-distance.yml"
    site = shutil.copytree(root, tmp_path / "root", ignore=shutil.ignore_patterns("site"))
    (site / "kit/variants").mkdir()
    (site / "kit/variants" / name).write_bytes(data)
    done = run("check", "--root", site)
    assert done.returncode == 0, done.stderr
    made = load(site).mallette.protocols["cafe-a-distance"]
    assert (made.variant_of, made.remote, made.title) == (CAFE, "Oui : en salles.", "Café à distance")
    assert [(step.id, step.minutes.max) for step in made.steps][1] == ("fin", 30)


def test_a_record_is_written_and_stays_here(visit, root):
    page = visit.to("raconter/trace/")
    assert page.locator("[data-way=propose], [data-id]").count() == 0
    described = json.loads(page.locator("[data-described]").text_content())
    assert (described["contact"], described["repository"]) == (None, None)
    person = Person(page)
    plan = [{"action": "Appeler : demain", "who": "Zoé"}, {"action": "Écrire", "due": "lundi"}]
    values = {"protocol": CAFE, "date": "2026-11-20", "request": "Comment ?\n\nEt puis ?", "ideas": ["Une", "Deux"]}
    values |= {
        "action_plan": plan,
        "departures": {"skipped": ["fin"]},
        "feelings": {"roti": "4"},
        "sharing": "anonymised",
        "consent": True,
    }
    answer(person, values)
    assert page.locator("[name='departures.skipped']:visible").count() == 2
    name, data = person.take()
    assert name == "trace.yml"
    node, problems = read(name, data)
    assert problems == []
    record, wrong = validate(SessionRecord, node)
    assert wrong == []
    assert (record.edition, str(record.date), record.request) == ("2026-11", "2026-11-20", values["request"])
    assert plain_data(node)["action_plan"] == plan
    assert (record.departures.skipped, record.feelings.roti, record.consent, record.ideas) == (
        ("fin",),
        4,
        True,
        ("Une", "Deux"),
    )


@pytest.mark.parametrize("path", ["raconter/", "raconter/adaptation/", "raconter/trace/", "en/raconter/"])
def test_nothing_is_in_the_way_of_anyone(visit, path):
    axe = pytest.importorskip("axe_playwright_python")
    page = visit.to(path)
    for add in page.locator("[data-add]").all():
        add.evaluate("one => { const part = one.closest('details'); if (part) part.open = true }")
        add.click()
    page.evaluate("for (const part of document.querySelectorAll('.m-form__out details')) part.open = true")
    page.locator("[data-way=mail]").click()
    page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("scrollTo(0, 0)")
        found = page.evaluate(
            """axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
                .then(found =>
                [found.passes.length, found.violations.map(one =>
                    [one.id, one.nodes[0].html.slice(0, 200), one.nodes[0].failureSummary])])"""
        )
        assert found[0] > 20
        assert found[1] == [], (path, width)
        wide = page.evaluate(
            """[...document.querySelectorAll('.m-form *')]
                .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
                .map(one => one.outerHTML.slice(0, 120))"""
        )
        assert [one for one in wide if "m-hidden" not in one] == []


def test_it_works_where_no_inline_script_may_run(visit):
    def guarded(route):
        answer = route.fetch()
        route.fulfill(response=answer, headers=answer.headers | {"content-security-policy": POLICY})

    visit.page.route(re.compile(r"/raconter/$"), guarded)
    page = visit.to("raconter/")
    assert visit.wrong == [], "our pages have no inline script"
    person = Person(page)
    answer(person, WHOLE)
    name, data = person.take()
    assert (name, yaml.safe_load(data)) == ("titre.yml", WHOLE)
    origin = re.match(r"https?://[^/]+", visit.address).group()
    assert [url for url in visit.asked if not url.startswith((origin, "data:", "blob:"))] == []


def test_the_questions_read_without_a_script(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}recits/")
    page.locator("a", has_text="Racontez-le").click()
    assert page.url.endswith("/raconter/")
    assert page.locator("noscript a[href='mailto:reseau@example.org']").count() == 1
    for name in ("Titre", "Pays", "Objectif", "Ce que cela a produit"):
        assert page.locator("label", has_text=name).first.is_visible()
    assert page.locator("[data-way]").first.is_hidden()
    context.close()


def test_its_scripts_are_fetched_on_its_pages_alone(visit):
    page = visit.to("")
    assert not [url for url in visit.asked if "/form" in url]
    page.locator("footer a", has_text="Raconter").click()
    page.wait_for_load_state("networkidle")
    assert [url for url in visit.asked if url.endswith("/form.js")]
    assert page.locator("a[href$='raconter/']").count()


SIZES = (900, 2300, 3100, 3500, 4200, 4800, 5300, 6500)


def test_the_length_of_the_sheet_is_that_of_print(visit, tiny_root, real_root):
    page = visit.to("raconter/")
    seeds = " ".join(path.read_text(encoding="utf-8") for path in sorted((real_root / "cases").glob("*.yml")))
    words = re.findall(r"[a-zà-ÿ',.]{2,}", seeds)
    dice = random.Random(5)
    told = {}
    for size in SIZES:
        parts = {"objective": 0.1, "context": 0.25, "intervention": 0.3, "results": 0.25}
        one = {
            name: " ".join(dice.choices(words, k=int(size * part / 5.5)))[
                : {"objective": 700, "context": 1400}.get(name, 1600)
            ]
            for name, part in parts.items()
        }
        one["conditions"] = [" ".join(dice.choices(words, k=12)) for _ in range(size // 1000)]
        one["follow_up"] = [{"when": "Après", "what": " ".join(dice.choices(words, k=60))} for _ in range(size // 2000)]
        told[f"essai-{size}"] = WHOLE | one
        (tiny_root / f"cases/essai-{size}.yml").write_text(write(told[f"essai-{size}"], CaseStory), encoding="utf-8")
    loaded = load(tiny_root)
    sheet = [one for one in loaded.mallette.kit.printables if one.template == "story-sheet"]
    real = {}
    for job in (plan.job() for plan in plans(loaded, tiny_root, labels("fr"), sheet)):
        made = typeset_pdf(job, loaded.mallette.kit.date, preview=False)
        real[job.subject.id] = max([1.0 * (made.pages > 1) * 2, *(one.ratio for one in made.overflows)])
    parts = page.evaluate(
        """async all => { const { length } = await import('../assets/form-length.js')
            return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, length(one).part])) }""",
        told,
    )
    assert {real[name] > 0 for name in parts} == {True, False}
    for name, part in parts.items():
        if real[name]:
            assert part == pytest.approx(real[name], rel=0.06), name
        else:
            assert part < 1.05, name


NAMES = {
    "L'été où « tout » a changé": "l-ete-ou-tout-a-change",
    "Œuvre & cœur à la Straße": "oeuvre-coeur-a-la-strasse",
    "Con": "recit-con",
    "🎉": "",
    "mot " * 30: "-".join(["mot"] * 12),
    "m" * 80: "m" * 50,
    "Titre": "titre-3",
}


def test_files_are_named_after_their_title(visit):
    page = visit.to("raconter/")
    got = page.evaluate(
        """async titles => { const { free, slug } = await import('../assets/form-text.js')
            return titles.map(title => free(slug(title), ['titre', 'titre-2'])) }""",
        [*NAMES],
    )
    assert dict(zip(NAMES, got, strict=True)) == NAMES
