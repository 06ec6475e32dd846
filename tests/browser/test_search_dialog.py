"""The search of the whole site in a real browser: words as people type them, kinds, keyboard, hostile texts."""

import base64
import hashlib
import http.server
import re
import shutil
import threading
from functools import partial

import pytest
from exploring import PROSE, TINY, explored, write
from playwright.sync_api import expect
from visiting import Quiet, Visit

ALIKE = (
    ("problématique", "problematique", "problématiques", "PROBLEMATIQUES"),
    ("l’isolement", "l'isolement", "isolement", "L'ISOLEMENT", "d'isolement", "isolements"),
    ("décision", "decision", "décisions", "la decision", "des décisions"),
    ("œuvre", "oeuvre", "œuvres", "l'œuvre", "d’oeuvres", "Œuvre", "OEUVRE"),
    ("élu", "elu", "élus", "elus", "l'élu", "les élus"),
    ("réseau", "reseau", "réseaux", "reseaux"),
    ("journal", "journaux", "le journal", "les journaux"),
    ("bénévole", "benevole", "bénévoles", "benevoles"),
    ("écoute", "ecoute", "l'écoute", "d’écoute", "ecoutes"),
    ("tiers-lieu", "tiers lieu", "tiers-lieux", "TIERS LIEUX"),
    ("aujourd'hui", "aujourd’hui", "AUJOURD'HUI"),
    ("entraide", "l'entraide", "d’entraide", "entraides", "s'entraide"),
    ("cœur", "coeur", "cœurs", "coeurs", "le coeur"),
    ("bibliothèque", "bibliotheque", "bibliothèques", "la bibliotheque"),
    ("délai", "delai", "délais", "delais"),
    ("métier", "metier", "métiers", "metiers"),
    ("école", "ecole", "écoles", "l'école", "l'ecole"),
    ("difficulté", "difficulte", "difficultés", "la difficulte"),
    ("l'agent d'accueil", "agent accueil", "agents d’accueil", "les agents de l'accueil"),
    ("« bureau »", "bureau", "bureaux", "BUREAU !"),
    ("jusqu'à l'étape", "etape", "étape", "étapes", "l’étape"),
)
SINGULAR = (
    "Une problématique revient : l'isolement. La décision tarde. L'œuvre d'un élu. Le réseau lance un journal. Une "
    "bénévole à l'écoute, dans un tiers-lieu. Aujourd'hui, l'entraide est au cœur de la bibliothèque. Le délai est "
    "court. Un métier, une école, une difficulté. L'agent d'accueil quitte son bureau jusqu'à l'étape."
)
PLURAL = (
    "Des problématiques reviennent, et les isolements. Des décisions, des œuvres, des élus. Deux réseaux et leurs "
    "journaux. Des bénévoles, des écoutes, des tiers-lieux. « Aujourd'hui » : des entraides, des cœurs, des "
    "bibliothèques. Des délais, des métiers, des écoles, des difficultés. Les agents d'accueil et leurs bureaux, "
    "plusieurs étapes."
)
HOSTILE = '<img src=x onerror=alert(1)> <mark>hyène</mark> & "q" &lt;b&gt; l\'œuvre'
STORY = {"summary": "Rien.", "sector": "Santé", "location": {"country": "France"}, "protocols": ["tour"]}
STORIES = {
    "un": STORY | {"title": "Premier"} | PROSE | {"context": SINGULAR},
    "deux": STORY | {"title": "Second"} | PROSE | {"context": PLURAL},
    "attaque": STORY | {"title": HOSTILE} | PROSE | {"results": f"Un {HOSTILE} ___PAGEFIND_WEIGHT___9"},
    "galets": STORY | {"title": "Plage"} | PROSE | {"context": "Galet, un galet, les galets (galet)."},
    **{f"loutre-{n}": STORY | {"title": f"Loutre {n}"} | PROSE for n in range(18)},
}


@pytest.fixture(scope="module")
def site(tmp_path_factory, run):
    root = explored(tmp_path_factory.mktemp("search"), STORIES)
    write(root / "cases/un.en.yml", {"title": "The otter", "context": "A badger’s decision.", "summary": "Nothing."})
    shutil.copy(TINY / "kit/roles/guide.yml", root / "kit/roles/loutre.yml")
    role = root / "kit/roles/loutre.yml"
    role.write_text(role.read_text("utf-8").replace("title: Guide", "title: Loutre sage"), "utf-8")
    guide = root / "docs/guide.md"
    guide.write_text("# L'art de la loutre\n\nUn guide.\n\n## Nager\n\nLa loutre nage.\n", "utf-8")
    cafe = root / "kit/protocols/cafe.yml"
    cafe.write_text(cafe.read_text("utf-8").replace("summary: ", "summary: Une loutre. ", 1), "utf-8")
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    return root / "site"


def ask(page, words):
    """Type in the dialog, which is opened if need be, and wait for the answer; give what it says."""
    box = page.locator(".m-search")
    if not box.is_visible():
        page.locator(".m-header__search").click()
    page.locator("#m-search").fill(words)
    expect(box.locator(".m-search__status")).to_contain_text(re.compile(rf"[«“]\s?{re.escape(words)}\s?[»”]"))
    return box.locator(".m-search__status").inner_text().replace("\u202f", " ")


def groups(page):
    """What is shown, by kind: how many there are, and the addresses of the results."""
    return page.eval_on_selector_all(
        ".m-search__group",
        """all => Object.fromEntries(all.map(group => [
            group.className.match(/--(\\w+)/)[1],
            [+group.querySelector('.m-count').textContent,
             [...group.querySelectorAll('.m-found__title')].map(a => new URL(a.href).pathname + new URL(a.href).hash)],
        ]))""",
    )


def asked(visit):
    return [url for url in visit.asked if "/pagefind/" in url or "search-" in url or url.endswith(".json")]


def test_nothing_is_fetched_before_someone_searches(visit):
    page = visit.to("recits/un/")
    page.keyboard.press("Tab")
    page.wait_for_load_state("networkidle")
    assert asked(visit) == []
    with page.expect_request("**/pagefind/pagefind.js"):
        page.locator(".m-header__search").click()
    ask(page, "loutre")
    assert not [url for url in visit.asked if "search_index" in url or "lunr" in url]


def test_what_is_typed_at_once_is_not_lost(visit):
    page = visit.to("recits/un/")
    page.route("**/assets/search.fr.json", lambda route: page.wait_for_timeout(700) or route.continue_())
    page.keyboard.press("Control+k")
    page.keyboard.type("loutre")
    assert page.locator("#m-search").input_value() == "loutre"
    expect(page.locator(".m-search__status")).to_contain_text("loutre")
    assert page.locator(".m-search").get_attribute("aria-label") == "Recherche dans la mallette"


@pytest.mark.parametrize("answer", [{}, {"status": 404, "body": "<html>"}], ids=["none", "another page"])
def test_without_its_words_the_search_is_the_list(visit, answer):
    page = visit.to("recits/un/")
    page.route("**/assets/search.fr.json", lambda route: route.fulfill(**answer) if answer else route.abort())
    page.keyboard.press("Control+k")
    page.wait_for_url("**/recits/")
    visit.wrong.clear()


def test_words_are_found_however_they_are_typed(visit):
    page = visit.to("")
    assert len(ALIKE) > 20
    for words in ALIKE:
        found = {}
        for one in words:
            ask(page, one)
            found[one] = {kind: (count, set(links)) for kind, (count, links) in groups(page).items()}
        first = found[words[0]]
        assert first["story"][1] - {"/recits/attaque/"} == {"/recits/un/", "/recits/deux/"}
        assert found == dict.fromkeys(words, first)


def test_results_are_grouped_by_kind_with_their_counts(visit):
    page = visit.to("")
    assert ask(page, "loutre") == "21 résultats pour « loutre »"
    found = groups(page)
    assert {kind: count for kind, (count, _) in found.items()} == {"story": 18, "protocol": 1, "role": 1, "guide": 1}
    assert len(found["story"][1]) == 3
    assert found["role"][1] == ["/roles/#loutre"]
    assert found["guide"][1] == ["/guide/"]
    assert found["protocol"][1] == ["/protocoles/cafe/"]
    headings = page.locator(".m-search__group h2 > span:first-child").all_inner_texts()
    assert sorted(headings) == ["Guides et pages", "Protocoles", "Récits", "Rôles"]
    part = page.locator(".m-search__group--guide .m-found__parts a")
    assert part.all_inner_texts() == ["Nager"]
    part.click()
    page.wait_for_url("**/guide/#nager")
    expect(page.locator(".m-search")).to_be_hidden()


def test_more_results_are_shown_when_asked_for(visit):
    page = visit.to("")
    ask(page, "loutre")
    more = page.locator(".m-search__group--story .m-search__more")
    assert more.inner_text() == "Afficher 12 de plus"
    more.click()
    expect(page.locator(".m-search__group--story .m-found > li")).to_have_count(15)
    assert page.evaluate("document.activeElement.closest('li') === document.querySelectorAll('.m-found > li')[3]")
    assert more.inner_text() == "Afficher 3 de plus"
    more.click()
    expect(page.locator(".m-search__group--story .m-found > li")).to_have_count(18)
    expect(more).to_have_count(0)


def test_an_excerpt_is_in_its_typography_with_the_words_marked(visit):
    page = visit.to("")
    ask(page, "oeuvre elu")
    story = page.locator(".m-found > li").filter(has=page.locator("a[href$='/recits/un/']"))
    text = story.locator(".m-found__text").inner_text()
    assert "revient\u202f: l’isolement." in text
    assert "L’œuvre d’un élu." in text
    assert {"œuvre", "élu"} <= set(story.locator("mark").all_inner_texts())


def test_a_role_has_an_excerpt_of_its_own(visit):
    page = visit.to("")
    ask(page, "loutre sage")
    link = page.locator(".m-search__group--role .m-found__title")
    assert link.inner_text() == "Loutre sage"
    link.click()
    page.wait_for_url("**/roles/#loutre")


def test_stories_can_be_seen_in_the_explorer(visit):
    page = visit.to("protocoles/tour/")
    ask(page, "loutre 7")
    page.locator(".m-search__explore").click()
    page.wait_for_url("**/recits/?mot=loutre+7")
    assert page.locator("#ask-word").input_value() == "loutre 7"


def test_a_word_is_marked_wherever_it_is_in_an_excerpt(visit):
    page = visit.to("recits/un/")
    ask(page, "galet")
    text = page.locator(".m-search__group--story .m-found__text").first
    assert text.locator("mark").all_inner_texts() == ["Galet", "galet", "galets", "galet"], text.inner_text()


@pytest.mark.parametrize("words", ["abricot", "zygomatique", "loutre abricot", "xyz"])
def test_words_that_are_nowhere_find_nothing(visit, words):
    page = visit.to("")
    assert ask(page, words).startswith(f"Rien pour « {words} »")
    assert groups(page) == {}
    assert ask(page, "loutre").startswith("21 ")
    page.locator("#m-search").fill("")
    expect(page.locator(".m-search__status")).to_contain_text("Un mot suffit")
    assert groups(page) == {}


def test_the_keyboard_is_enough(visit):
    page = visit.to("")
    page.keyboard.press("Control+k")
    box = page.locator(".m-search")
    expect(box).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "m-search"
    page.keyboard.type("loutre 3", delay=20)
    expect(page.locator(".m-found__title").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    first = page.evaluate("document.activeElement.href")
    assert first.endswith("/recits/loutre-3/")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "m-search"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.m-search__results') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url(first)
    page.keyboard.press("/")
    expect(box).to_be_hidden()


def test_enter_goes_to_the_first_result(visit):
    page = visit.to("")
    page.keyboard.press("Control+k")
    page.keyboard.type("loutre sage")
    page.keyboard.press("Enter")
    expect(page.locator(".m-search__group--role a").first).to_be_focused()
    assert page.evaluate("document.activeElement.href").endswith("/roles/#loutre")
    assert page.url == visit.address


def test_escape_closes_and_the_focus_comes_back(visit):
    page = visit.to("")
    button = page.locator("button.m-header__search")
    button.focus()
    page.keyboard.press("Enter")
    ask(page, "loutre")
    page.keyboard.press("Escape")
    expect(page.locator(".m-search")).to_be_hidden()
    assert button.evaluate("button => button === document.activeElement")
    button.click()
    assert page.locator("#m-search").input_value() == "loutre", "what was found is still there"
    page.locator(".m-search__close").click()
    expect(page.locator(".m-search")).to_be_hidden()
    button.click()
    page.mouse.click(20, 880)
    expect(page.locator(".m-search")).to_be_hidden()


def test_a_slash_that_is_typed_stays_a_slash(visit):
    page = visit.to("recits/")
    page.locator("#ask-word").press_sequentially("a/b")
    expect(page.locator(".m-search")).to_be_hidden()
    assert page.locator("#ask-word").input_value() == "a/b"


def test_a_hostile_text_stays_a_text(visit):
    page = visit.to("")
    alerts = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    ask(page, "hyene")
    title, text = (page.locator(f".m-found__{part}").first for part in ("title", "text"))
    told = "<img src=x onerror=alert(1)> <mark>hyène</mark> & «\u202fq\u202f» &lt;b&gt\u202f; l’œuvre"
    assert title.inner_text() == told
    assert "<img src=x onerror=alert(1)> <mark>hyène</mark> & " in text.inner_text()
    assert page.locator(".m-search img, .m-search b").count() == 0
    assert set(page.locator(".m-found__title mark, .m-found__text mark").all_inner_texts()) == {"mark>hyène</mark"}
    assert alerts == []
    ask(page, "hyene <img src=x onerror=alert(2)> $& {count}")
    assert alerts == []


def test_an_english_page_finds_english_only(visit):
    page = visit.to("en/recits/un/")
    assert ask(page, "badger").startswith("1 result for")
    assert groups(page) == {"story": [1, ["/en/recits/un/"]]}
    assert page.locator(".m-search__group h2 > span:first-child").all_inner_texts() == ["Stories"]
    assert "A badger’s decision." in page.locator(".m-found__text").inner_text()
    for words in ("loutre", "bénévole", "isolement"):
        assert ask(page, words).startswith("Nothing for")
    page = visit.to("recits/")
    assert ask(page, "badger").startswith("Rien pour")


def test_the_search_works_below_a_path_and_under_a_strict_policy(browser, site, tmp_path):
    shutil.copytree(site, tmp_path / "sous/dossier")
    pages = [page.read_text("utf-8") for page in site.rglob("*.html")]
    inline = {code for text in pages for code in re.findall(r"<script>(.*?)</script>", text, re.DOTALL)}
    hashes = [base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in sorted(inline)]
    allowed = " ".join(f"'sha256-{one}'" for one in hashes)

    class Strict(Quiet):
        def end_headers(self):
            self.send_header("Content-Security-Policy", f"script-src 'self' 'wasm-unsafe-eval' {allowed}")
            super().end_headers()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Strict, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context(locale="fr-FR")
    visit = Visit(context.new_page(), f"http://127.0.0.1:{server.server_address[1]}/sous/dossier/")
    page = visit.to("recits/un/")
    assert ask(page, "loutre") == "21 résultats pour « loutre »"
    assert groups(page)["role"][1] == ["/sous/dossier/roles/#loutre"]
    page.locator(".m-search__group--guide .m-found__parts a").click()
    page.wait_for_url("**/sous/dossier/guide/#nager")
    assert visit.wrong == []
    context.close()
    server.shutdown()
    server.server_close()


def test_a_lost_connection_is_told_and_the_search_can_be_tried_again(browser, address):
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(address)
    page.route("**/pagefind/*", lambda route: route.abort())
    page.locator(".m-header__search").click()
    page.locator("#m-search").fill("loutre")
    expect(page.locator(".m-search__status")).to_contain_text("n’a pas pu être chargée")
    page.unroute("**/pagefind/*")
    page.locator("#m-search").fill("loutres")
    expect(page.locator(".m-search__status")).to_contain_text("21 résultats")
    context.close()


def test_without_a_script_the_search_leads_to_the_list(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}en/recits/un/")
    page.locator("a.m-header__search").click()
    assert page.url == f"{address}en/recits/"
    assert page.locator(".m-cards a").count() > 5
    context.close()


@pytest.mark.parametrize(("width", "height"), [(320, 560), (360, 740), (768, 1000), (1280, 800)])
def test_the_dialog_fits_every_screen(visit, width, height):
    page = visit.to("")
    page.set_viewport_size({"width": width, "height": height})
    ask(page, "oeuvre")
    ask(page, "isolement")
    box = page.locator(".m-search").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height
    wide = page.evaluate(
        "[...document.querySelectorAll('.m-search *')].filter(e => e.scrollWidth > e.clientWidth + 1)"
        ".filter(e => getComputedStyle(e).display !== 'inline' && !e.closest('.m-hidden')).map(e => e.className)"
    )
    assert wide == []
    targets = page.eval_on_selector_all(
        ".m-search button:not([hidden]), .m-search a",
        "all => all.map(e => e.getBoundingClientRect()).filter(r => r.height < 22 || r.width < 24).length",
    )
    assert targets == 0
