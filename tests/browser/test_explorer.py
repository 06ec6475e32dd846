"""The explorers of stories and protocols in a real browser: choices, counts, words, address, keyboard, export."""

import csv
import io
import json
import random
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from exploring import (
    EVERY,
    PROTOCOLS,
    STORIES,
    TOUR,
    answers,
    choose,
    counts,
    explored,
    fitting,
    recount,
    said,
    settled,
    shown,
)
from playwright.sync_api import expect
from visiting import Visit, served


@pytest.fixture(scope="module")
def site(tmp_path_factory, run):
    root = explored(tmp_path_factory.mktemp("explorer"), STORIES)
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    return root / "site"


def test_the_page_as_it_comes_shows_all_and_asks_for_nothing(visit):
    page = visit.to("recits/")
    assert set(shown(page)) == set(STORIES)
    assert said(page) == "12 récits"
    assert not [url for url in visit.asked if url.endswith(".json")]
    for facet in next(iter(EVERY.values())):
        assert counts(page, facet) == recount({}, facet), facet
    page.locator("#ask-word").focus()
    page.wait_for_load_state("networkidle")
    assert [url.removeprefix(visit.address) for url in visit.asked if "facettes" in url] == ["recits/facettes.json"]


def test_choices_add_up_within_a_facet_and_narrow_between_facets(visit):
    page = visit.to("recits/")
    chosen = {}
    for facet, key in (
        ("secteur", "sante"),
        ("secteur", "education"),
        ("region", "bretagne"),
        ("region", "-"),
        ("palier", "valoriser"),
        ("palier", "-"),
    ):
        chosen.setdefault(facet, set()).add(key)
        choose(page, facet, key)
        expected = answers(chosen)
        settled(page, len(expected))
        assert set(shown(page)) == expected
        for other in EVERY["ecole"]:
            assert counts(page, other) == recount(chosen, other), (chosen, other)
    assert expected == {"ecole", "muette"}


def test_many_random_choices_give_what_a_recount_gives(visit):
    page = visit.to("recits/")
    dice = random.Random(11)
    asked = []
    for _ in range(300):
        facets = dice.sample(sorted(EVERY["ecole"]), dice.randint(1, 4))
        asked.append(
            {
                f: dice.sample(sorted(k for k in recount({}, f)), dice.randint(1, min(3, len(recount({}, f)))))
                for f in facets
            }
        )
    got = page.evaluate(
        """async asked => {
            const { opened, filtered } = await import('../assets/explorer-table.js')
            const table = opened(await (await fetch('facettes.json')).json())
            return asked.map(chosen => {
                const { rows, counts } = filtered(table, chosen)
                const named = Object.values(table.facets).map(({ parameter, keys }) =>
                    [parameter, Object.fromEntries(keys.map((key, n) => [key, counts[parameter][n]]))])
                return [rows.map(row => table.ids[row]), Object.fromEntries(named)]
            })
        }""",
        asked,
    )
    seen = set()
    for chosen, (rows, counted) in zip(asked, got, strict=True):
        chosen = {facet: set(wanted) for facet, wanted in chosen.items()}
        assert set(rows) == answers(chosen)
        assert counted == {facet: recount(chosen, facet) for facet in EVERY["ecole"]}
        seen.add(len(rows))
    assert len(seen) > 5


def test_the_address_says_what_is_asked_and_back_goes_back(visit, browser):
    page = visit.to("recits/")
    choose(page, "secteur", "sante")
    settled(page, 3)
    choose(page, "pays", "france")
    settled(page, 2)
    page.locator("#ask-word").press_sequentially("bureau", delay=30)
    settled(page, 1)
    assert sorted(parse_qsl(urlsplit(page.url).query)) == [("mot", "bureau"), ("pays", "france"), ("secteur", "sante")]
    link = page.url
    page.go_back()
    settled(page, 2)
    assert page.locator("#ask-word").input_value() == ""
    page.go_back()
    settled(page, 3)
    assert not page.locator("input[name='pays'][value='france']").is_checked()
    page.go_back()
    settled(page, 12)
    assert urlsplit(page.url).query == ""
    page.go_forward()
    settled(page, 3)
    other = browser.new_context().new_page()
    other.goto(link)
    settled(other, 1)
    assert shown(other) == ["bureaux"]
    assert other.locator("input[name='secteur'][value='sante']").is_checked()
    assert other.locator("#ask-word").input_value() == "bureau"
    other.reload()
    settled(other, 1)
    other.context.close()


def test_an_address_that_asks_for_what_is_not_there_shows_what_is(visit):
    page = visit.to("recits/?secteur=rien&tri=rien&page=99&palier=accompagner&autre=1")
    settled(page, 4)
    assert page.locator(".m-bar__sort select").input_value() == ""


@pytest.mark.parametrize(
    ("order", "first", "last"),
    [
        ("", ["hyperlink", "attaque"], []),
        ("annee", ["journaux", "reseau", "voix"], ["financiere", "muette"]),
        ("petits", ["attaque", "voix", "journaux"], ["financiere", "muette"]),
        ("grands", ["financiere", "bureaux", "ecole"], ["attaque", "muette"]),
    ],
)
def test_stories_are_sorted(visit, order, first, last):
    page = visit.to("recits/")
    if not order:
        titles = page.eval_on_selector_all("[data-list] h2", "all => all.map(one => one.textContent.trim())")
        assert titles[:4] == ["Ateliers d’été", "Au cœur du métier", "Ce que dit Noël", "Dans une école"]
        return
    page.locator("#ask-sort").select_option(order)
    expect(page.locator(".m-bar__status")).to_have_text("12 récits sur 12")
    assert page.url.endswith(f"?tri={order}")
    assert shown(page)[: len(first)] == first
    assert shown(page)[-len(last) :] == last


QUERIES = [
    (("problématiques", "problematique", "PROBLÉMATIQUE", "problématique"), {"problematiques"}),
    (("l'isolement", "isolement", "l’isolement", "isolements"), {"isolement"}),
    (("décision", "decisions", "la décision", "des décisions"), {"problematiques"}),
    (("bureau", "bureaux", "un bureau"), {"bureaux"}),
    (("journal", "journaux", "le journal"), {"journaux"}),
    (("municipal", "municipale", "municipaux"), {"journaux"}),
    (("travail", "travaux"), {"journaux"}),
    (("cœur", "coeur", "Cœurs"), {"coeur"}),
    (("œuvre", "oeuvre", "l'œuvre", "oeuvres"), {"attaque"}),
    (("facilitateur", "facilitatrice", "facilitatrices", "facilitation"), {"coeur"}),
    (("régulier", "régulière", "regulierement"), {"coeur"}),
    (("financier", "financière", "financieres"), {"financiere"}),
    (("engagement", "engagé", "engagées", "engager"), {"financiere"}),
    (("collectif", "collective", "collectives"), {"financiere"}),
    (("élève", "eleves", "l'élève"), {"bureaux"}),
    (("aîné", "aines", "aînées"), {"isolement"}),
    (("entraide", "l'entraide", "d’entraide"), {"isolement", "reseau"}),
    (("réseau", "reseaux", "un réseau qu'on anime"), {"reseau"}),
    (("accompagner", "accompagnement", "accompagne"), {"voix"}),
    (("Île-de-France", "ile de france", "l'île de France"), {"coeur", "voix"}),
    (("bénévole", "benevoles", "des bénévoles"), {"voix"}),
    (("Noël", "noel"), {"voix"}),
    (("atelier", "ateliers", "l'atelier d'été"), {"atelier"}),
    (("café", "cafe", "cafés des projets"), {"problematiques", "bureaux", "voix", "atelier"}),
]


def look_for(page, words):
    page.locator("#ask-word").fill(words)
    page.wait_for_function("asked => new URLSearchParams(location.search).get('mot') === asked", arg=words)


def test_words_are_found_however_they_are_written(visit):
    assert len(QUERIES) >= 20
    asked = [spelling for spellings, _ in QUERIES for spelling in spellings]
    got = visit.to("recits/").evaluate(
        """async asked => {
            const { opened, searched, searcher } = await import('../assets/explorer-table.js')
            const [table, texts] = await Promise.all(
                ['facettes.json', 'resumes.json'].map(async name => (await fetch(name)).json()))
            opened(table)
            const search = searcher(table.ids.map((_, row) => searched(table, texts, row)), 'fr')
            return asked.map(words => [...search(words)].map(row => table.ids[row]))
        }""",
        asked,
    )
    found = dict(zip(asked, map(set, got), strict=True))
    assert {spelling: found[spelling] for spelling in asked} == {
        s: ids for spellings, ids in QUERIES for s in spellings
    }


def test_each_word_narrows_and_a_word_begun_is_found(visit):
    page = visit.to("recits/")
    for typed, found in (
        ("bibl", set()),
        ("problematique", {"problematiques"}),
        ("l’isolement", {"isolement"}),
        ("séan", {"coeur"}),
        ("association école", set()),
        ("école trente", {"ecole"}),
    ):
        look_for(page, typed)
        settled(page, len(found))
        assert set(shown(page)) == found
    assert page.locator(".m-none").is_hidden()


def test_nothing_found_says_so_and_how_to_go_on(visit):
    page = visit.to("recits/?mot=xyzzy&palier=valoriser")
    settled(page, 0)
    assert said(page) == "Aucun récit sur 12"
    assert page.locator(".m-none").is_visible()
    assert page.locator(".m-take").is_hidden()
    page.get_by_role("button", name="Tout effacer").click()
    settled(page, 12)
    assert urlsplit(page.url).query == ""
    assert page.locator(".m-none").is_hidden()


def test_each_choice_can_be_taken_back_where_it_is_told(visit):
    page = visit.to("recits/?secteur=sante&region=-&mot=chiffres")
    settled(page, 1)
    chips = page.locator(".m-chips button")
    assert chips.all_text_contents() == [
        "«\u202fchiffres\u202f», retirer",
        "Santé, retirer",
        "Région\u202f: non précisé, retirer",
        "Tout effacer",
    ]
    chips.first.click()
    settled(page, 1)
    chips.first.click()
    settled(page, 2)
    assert parse_qsl(urlsplit(page.url).query) == [("region", "-")]
    assert page.evaluate("document.activeElement.className") == "m-bar__status"
    assert chips.count() == 1


def test_the_keyboard_alone_is_enough(visit):
    page = visit.to("recits/")
    page.locator("h1").click()
    names = []
    for _ in range(60):
        page.keyboard.press("Tab")
        role, name = page.evaluate("[document.activeElement.type ?? '', document.activeElement.name ?? '']")
        names.append(name)
        if (role, name) == ("checkbox", "palier"):
            break
    assert "mot" in names, "the word comes before the choices"
    assert page.evaluate("document.activeElement.matches(':focus-visible')")
    page.keyboard.press("Space")
    settled(page, 3)
    assert page.evaluate("document.activeElement.value") == "valoriser", "the focus stays on the choice"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    settled(page, 5)
    summary = page.locator(".m-facet > summary", has_text="Région")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    settled(page, len(answers({"palier": {"valoriser", "mettre-en-lien"}, "region": {"bretagne"}})))
    page.locator(".m-chips button").first.focus()
    page.keyboard.press("Enter")
    settled(page, len(answers({"palier": {"mettre-en-lien"}, "region": {"bretagne"}})))


def test_a_screen_reader_is_told(visit):
    page = visit.to("recits/")
    status = page.locator(".m-bar__status")
    assert status.get_attribute("role") == "status"
    assert status.is_visible()
    form = page.get_by_role("form", name="Chercher dans les récits")
    group = form.get_by_role("group", name="Palier")
    assert group.get_by_role("checkbox").count() == 5
    assert group.get_by_role("checkbox", name=re.compile("^Accompagner ?4$")).count() == 1
    assert form.get_by_role("searchbox", name="Chercher un mot").count() == 1
    assert page.get_by_role("combobox", name="Trier par").count() == 1
    unnamed = page.eval_on_selector_all(
        "form input, form select, .m-results button, .m-results a",
        """all => all.filter(one => !one.labels?.length && !one.textContent.trim() && !one.ariaLabel)
            .map(one => one.outerHTML)""",
    )
    assert unnamed == []


def test_without_a_script_the_list_is_whole_and_no_form_is_shown(browser, address):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    for path, count in (("recits/", 12), ("protocoles/", 4), ("en/recits/", 12)):
        page.goto(address + path)
        cards = page.locator("[data-list] > li")
        assert cards.count() == count
        assert all(cards.nth(n).is_visible() for n in range(count))
        for hidden in ("form.m-questions", ".m-bar__sort", ".m-take", ".m-pager"):
            assert page.locator(hidden).is_hidden(), hidden
        assert page.locator("[data-list]").bounding_box()["x"] < 300, "no empty column"
    context.close()


@pytest.mark.parametrize(
    "path", ["recits/", "recits/?palier=accompagner&secteur=sante&mot=isolement", "protocoles/", "en/recits/"]
)
def test_it_holds_on_a_phone(visit, path):
    page = visit.page
    page.set_viewport_size({"width": 360, "height": 740})
    visit.to(path)
    fits = "[document.documentElement.scrollWidth <= innerWidth, document.querySelector('.m-questions__more').open]"
    assert page.evaluate(fits) == [True, False]
    page.locator(".m-questions__more > summary").click()
    assert page.evaluate(fits) == [True, True]
    before = shown(page)
    box = page.locator(".m-choice").first
    box.click()
    expect(page.locator("[data-seen]")).to_have_text(re.compile(r"\d+"))
    assert box.bounding_box()["height"] >= 36
    page.locator(".m-questions__go button").click()
    assert page.locator(".m-choice").first.is_hidden()
    assert page.locator(".m-bar__status").evaluate("status => status === document.activeElement")
    assert shown(page) != before or path.count("?")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_form_does_not_push_the_list_about(browser, address):
    for width in (360, 1280):
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        page.add_init_script(
            """window.moved = 0
            new PerformanceObserver(all => all.getEntries().forEach(one => window.moved += one.value))
                .observe({ type: 'layout-shift', buffered: true })"""
        )
        page.goto(f"{address}recits/", wait_until="networkidle")
        page.wait_for_timeout(200)
        # what Web Vitals call good; letters in another font until ours is there take their part on a busy machine
        assert page.evaluate("window.moved") < 0.1, width
        context.close()


def saved(page, name):
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_the_list_that_was_found_is_exported(visit):
    page = visit.to("recits/?palier=valoriser&tri=petits")
    settled(page, 3)
    name, data = saved(page, "CSV")
    assert name == "recits.csv"
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    assert text.count("\n") == text.count("\r\n") == 4
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["Identifiant"] for row in rows] == ["attaque", "journaux", "ecole"] == shown(page)
    attack = rows[0]
    assert attack["Titre"].startswith("'=HYPERLINK(")
    assert attack["Résumé"].startswith("'-2+3 : <b>")
    assert attack["Secteur"] == "'@Secteur"
    assert attack["Mots-clés"] == "'+tableur, œuvre"
    assert attack["Adresse"] == f"{visit.address}recits/attaque/"
    assert (attack["Participants"], attack["Animation, en minutes"], attack["Année"]) == ("3", "30", "2019")
    assert rows[1]["Région"] == ""
    assert rows[2]["Partenaires"] == "Organisme public"
    assert not re.search("[\u00a0\u202f]", text)
    name, data = saved(page, "JSON")
    assert name == "recits.json"
    records = json.loads(data)
    assert [one["id"] for one in records] == ["attaque", "journaux", "ecole"]
    assert records[0]["title"].startswith("=HYPERLINK(")
    assert (records[0]["people"], records[0]["partners"], records[1]["region"]) == (3, ["Autre"], None)


def test_the_whole_list_is_exported_when_nothing_is_asked(visit):
    page = visit.to("recits/")
    _, data = saved(page, "JSON")
    assert [one["id"] for one in json.loads(data)] == shown(page)
    page = visit.to("protocoles/?personnes=10")
    settled(page, 2)
    name, data = saved(page, "CSV")
    assert name == "protocoles.csv"
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [(row["Identifiant"], row["Effectif, au moins"], row["Effectif, au plus"]) for row in rows] == [
        ("bilan", "4", "20"),
        ("dix", "9", "12"),
    ]


def test_the_command_of_a_booklet_can_be_copied(visit):
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.to("recits/")
    assert page.locator(".m-command").is_hidden()
    page = visit.to("recits/?secteur=sante&pays=france")
    settled(page, 2)
    expected = "mallette print --only livret-recits --stories bureaux --stories isolement"
    assert page.locator(".m-command").is_hidden(), "a command is for those who ask for it"
    page.locator(".m-take__booklet summary").click()
    assert page.locator(".m-command code").inner_text() == expected
    page.get_by_role("button", name="Copier la commande").click()
    expect(page.locator(".m-take__booklet [role=status]")).to_have_text("La commande est copiée.")
    assert page.evaluate("navigator.clipboard.readText()") == expected


@pytest.mark.parametrize(("people", "minutes"), [(10, None), (None, 30), (10, 25), (3, 5), (25, 600), (500, 5)])
def test_protocols_are_found_by_the_size_of_the_group_and_the_time_there_is(visit, people, minutes):
    page = visit.to("protocoles/")
    assert said(page) == "5 protocoles, variantes comprises"
    for name, value in (("personnes", people), ("minutes", minutes)):
        if value:
            page.locator(f"#ask-{name}").fill(str(value))
    expected = fitting(people, minutes)
    expect(page.locator(".m-bar__status")).to_have_text(re.compile(rf"^{len(expected) or 'Aucun'} .*sur 5"))
    assert set(shown(page)) == expected
    sizes = {
        key: sum(PROTOCOLS.get(name, TOUR)[5] == key for name in expected) for key in ("easy", "medium", "demanding")
    }
    assert counts(page, "difficulte") == sizes
    assert ("personnes" in page.url, "minutes" in page.url) == (bool(people), bool(minutes))


def test_protocols_are_found_by_what_they_are_for(visit):
    page = visit.to("protocoles/")
    for name, key, found in (
        ("curseur", "lien", {"tour", "dix", "longue"}),
        ("palier", "valoriser", {"tour", "dix"}),
        ("difficulte", "easy", {"tour", "dix"}),
    ):
        choose(page, name, key)
        settled(page, len(found))
        assert set(shown(page)) == found
    variant = page.locator("[data-id=dix]")
    assert variant.locator(".m-card__kicker").inner_text() == "Variante de Tour de table"
    page.locator("#ask-sort").select_option("curseur")
    page.wait_for_url("**tri=curseur*")
    page = visit.to("protocoles/?tri=curseur")
    expect(page.locator(".m-bar__status")).to_contain_text("sur 5")
    assert shown(page) == ["longue", "tour", "dix", "cafe", "bilan"]
    page = visit.to("protocoles/?tri=titre")
    expect(page.locator(".m-bar__status")).to_contain_text("sur 5")
    assert shown(page) == ["bilan", "cafe", "longue", "dix", "tour"]


def test_the_pages_in_english_work_in_english(visit):
    page = visit.to("en/recits/?palier=accompagner")
    expect(page.locator(".m-bar__status")).to_have_text("4 stories out of 12")
    assert page.locator("legend", has_text="Stage").count() == 1
    assert [url for url in visit.asked if "facettes" in url] == [f"{visit.address}en/recits/facettes.json"]
    page.locator("[data-id=isolement] h2 a").click()
    page.wait_for_url("**/en/recits/isolement/")
    page = visit.to("en/protocoles/?personnes=10")
    expect(page.locator(".m-bar__status")).to_have_text("2 protocols out of 5, variants included")


def test_a_table_that_does_not_come_leaves_the_list_and_says_so(visit):
    visit.page.route("**/facettes.json", lambda route: route.abort())
    page = visit.to("recits/")
    choose(page, "secteur", "sante")
    expect(page.locator(".m-bar__status")).to_contain_text("n’a pas pu être chargée")
    assert len(shown(page)) == 12
    visit.page.unroute("**/facettes.json")
    choose(page, "pays", "france")
    settled(page, 2)
    visit.wrong.clear()


def test_it_works_where_no_inline_script_may_run(visit):
    policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"

    def guarded(route):
        answer = route.fetch()
        route.fulfill(response=answer, headers=answer.headers | {"content-security-policy": policy})

    visit.page.route(re.compile(r"/recits/(\?.*)?$"), guarded)
    page = visit.to("recits/?secteur=sante")
    settled(page, 3)
    assert visit.wrong == [], "our pages have no inline script"
    choose(page, "pays", "france")
    settled(page, 2)
    assert [one["id"] for one in json.loads(saved(page, "JSON")[1])] == ["bureaux", "isolement"]


MANY = {f"recit-{n:03}": STORIES["reseau"] | {"title": f"Récit numéro {n:03}"} for n in range(120)} | STORIES
MANY["zeste"] = STORIES["attaque"] | {"title": "Zeste <img src=x onerror=alert(1)>"}


@pytest.fixture(scope="module")
def large(tmp_path_factory, run):
    root = explored(tmp_path_factory.mktemp("large"), MANY)
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    with served(root / "site") as address:
        yield address


WRITTEN = "[...document.querySelectorAll('[data-list] p')].every(one => one.textContent.trim())"
CARDS = """all => Object.fromEntries(all.map(one => [one.dataset.id, [
    one.className, one.querySelector('a').href,
    one.innerHTML.replace(/ href="[^"]*"/g, '').replace(/>\\s+/g, '>').replace(/\\s+</g, '<').trim()]]))"""


def test_a_long_list_turns_its_pages_and_cards_are_the_same(browser, large):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    visit = Visit(context.new_page(), large)
    page = visit.to("recits/")
    cards = page.eval_on_selector_all("[data-list] > li", CARDS)
    cards |= visit.to("recits/liste/2/").eval_on_selector_all(".m-cards > li", CARDS)
    assert set(cards) == set(MANY)
    for language in ("", "en/"):
        if language:
            cards = visit.to("en/recits/").eval_on_selector_all("[data-list] > li", CARDS)
            cards |= visit.to("en/recits/liste/2/").eval_on_selector_all(".m-cards > li", CARDS)
        made = {}
        for number in range(1, 6):
            page = visit.to(f"{language}recits/?tri=grands&page={number}")
            expect(page.locator(".m-bar__status")).to_contain_text(re.compile("133 .* 133$"))
            page.wait_for_function(WRITTEN)
            made |= page.eval_on_selector_all("[data-list] > li", CARDS)
            expect(page.locator(".m-pager [aria-current]")).to_have_text(str(number))
        assert made == cards
    assert visit.wrong == []
    page = visit.to("recits/?pays=belgique")
    expect(page.locator(".m-bar__status")).to_have_text("123 récits sur 133")
    page.locator(".m-pager a", has_text="3").click()
    page.wait_for_url("**page=3")
    assert len(shown(page)) == 30
    assert page.evaluate("document.activeElement.className") == "m-bar__status"
    expect(page.locator(".m-bar__status")).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".m-pager [aria-current]")).to_have_text("1")
    page.locator(".m-pager a", has_text="5").click()
    page.wait_for_url("**page=5")
    assert len(shown(page)) == 3
    choose(page, "secteur", "sante")
    settled(page, 1)
    assert "page=" not in page.url
    assert page.locator(".m-pager").is_hidden()
    assert page.locator(".m-take__booklet [data-many]").is_hidden()
    context.close()


def test_the_long_list_reads_without_a_script(browser, large):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{large}recits/")
    found = set(shown_without(page))
    assert len(found) == 100
    page.locator(".m-pager a", has_text="2").click()
    page.wait_for_url("**/recits/liste/2/")  # which waits for all of the page
    found |= set(shown_without(page))
    assert found == set(MANY)
    page.locator(".m-card a").first.click()
    assert page.locator("h1").is_visible()
    context.close()


def shown_without(page):
    return [card.get_attribute("data-id") for card in page.locator(".m-cards > li").all()]
