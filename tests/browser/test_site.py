"""The real site in a real browser, as people see it on a phone, a tablet and a desk."""

import re
import shutil
from contextlib import suppress

import measure
import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from visiting import Visit, opened, served

PAGES = (
    "",
    "protocoles/",
    "protocoles/atelier-entraide/",
    "recits/",
    "recits/pro-action-cafe-belgique/",
    "roles/",
    "telecharger/",
    "credits/",
    "accessibilite/",
    "donnees/",
    "imprimer/",
    "404.html",
)
WIDTHS = (320, 360, 768, 1280)
OURS = {"Atkinson Hyperlegible Next", "Bricolage Grotesque"}


@pytest.fixture
def visit(browser, address):
    with opened(browser, address, color_scheme="light", locale="fr-FR") as visit:
        yield visit


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "home")
def test_a_page_is_whole_at_every_width(visit, path):
    page = visit.to(path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        with suppress(PlaywrightTimeoutError):  # a busy machine lays out late
            page.wait_for_function("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= room, f"{width} px: {wide} px wide"
        assert page.locator("h1").count() == 1
        assert page.locator("h1").is_visible()
    loaded = page.evaluate(
        """Promise.all([...document.images].map(image => {
            image.loading = 'eager'
            return image.decode().then(() => image.naturalWidth)
        }))"""
    )
    assert all(width > 0 for width in loaded)
    origin = re.match(r"https?://[^/]+", visit.address).group()
    assert len(visit.asked) > 3
    assert [url for url in visit.asked if not url.startswith((origin, "data:", "blob:"))] == []
    assert visit.wrong == []


def test_only_our_fonts_are_used(visit):
    page = visit.to("protocoles/atelier-entraide/")
    page.evaluate("document.fonts.ready.then(() => true)")
    inspector = page.context.new_cdp_session(page)
    inspector.send("DOM.enable")
    inspector.send("CSS.enable")
    document = inspector.send("DOM.getDocument")["root"]["nodeId"]
    used = {}
    for selector in ("h1", "h2", ".md-content p", ".md-content strong", ".m-tabs a", "footer p"):
        node = inspector.send("DOM.querySelector", {"nodeId": document, "selector": selector})["nodeId"]
        assert node, selector
        fonts = inspector.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        used[selector] = {font["familyName"] for font in fonts}
    names = set.union(*used.values())
    assert all(any(name.startswith(ours) for name in names) for ours in OURS), used
    assert all(name.startswith(tuple(OURS)) for name in names), used


def test_the_home_page_has_three_doors(visit):
    page = visit.to("")
    doors = page.locator(".m-door a")
    assert doors.count() == 3
    for number in range(3):
        page = visit.to("")
        page.locator(".m-door a").nth(number).click()
        page.wait_for_load_state("networkidle")
        assert page.url.rstrip("/") != visit.address.rstrip("/")
        assert page.locator("h1").is_visible()
    assert visit.wrong == []


def test_downloads_are_real_documents(visit):
    page = visit.to("telecharger/")
    links = page.eval_on_selector_all("main a[href$='.pdf']", "all => all.map(a => a.href)")
    assert len(set(links)) >= 19
    for link in set(links):
        answer = page.request.get(link)
        assert answer.ok
        assert answer.body().startswith(b"%PDF-")


def test_everything_can_be_downloaded_in_two_clicks_from_home(visit):
    page = visit.to("")
    page.locator(".md-content a[href*='telecharger/']:visible").first.click()
    page.wait_for_load_state("networkidle")
    with page.expect_download() as download:
        page.locator("main a[href$='.pdf']:visible").first.click()
    assert download.value.suggested_filename.endswith(".pdf")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    ("words", "found"), [("entraide", "recits/"), ("departements", "recits/entraide-haute-loire/")]
)
def test_search_finds_a_story(visit, words, found, width):
    page = visit.to("")
    page.set_viewport_size({"width": width, "height": 700})
    search(visit, words, found)


def search(visit, words, found):
    page = visit.page
    page.locator(".m-header__search").click()
    page.locator("#m-search").press_sequentially(words, delay=20)
    page.locator(f".m-found__title[href*='{found}']").first.click()
    page.wait_for_url(f"**/{found}**")
    assert page.locator("h1").is_visible()
    assert page.url.startswith(visit.address)
    assert visit.wrong == []


def test_the_site_works_below_a_path(browser, built_site, tmp_path):
    (tmp_path / "sous").mkdir()
    shutil.copytree(built_site, tmp_path / "sous" / "dossier")
    context = browser.new_context()
    with served(tmp_path) as address:
        visit = Visit(context.new_page(), f"{address}sous/dossier/")
        for path in PAGES[:-1]:
            visit.to(path)
        assert len(visit.asked) > 20
        assert [url for url in visit.asked if not url.startswith((visit.address, "data:", "blob:"))] == []
        visit.to("")
        search(visit, "entraide", "recits/")
    context.close()


def colours(page):
    ground, ink = page.evaluate(
        """[getComputedStyle(document.body).backgroundColor,
            getComputedStyle(document.querySelector('main p')).color]"""
    )
    return ["#" + "".join(f"{int(part):02X}" for part in re.findall(r"\d+", colour)[:3]) for colour in (ground, ink)]


def test_dark_colours_can_be_chosen_and_stay(visit):
    page = visit.to("recits/entraide-haute-loire/")
    light = colours(page)
    page.locator(".m-palette button").click()
    page.wait_for_function("document.body.dataset.mdColorScheme === 'mallette-dark'")
    dark = colours(page)
    assert light[0] != dark[0]
    for ground, ink in (light, dark):
        assert measure.contrast(ground, ink) >= 4.5
    page.reload(wait_until="networkidle")
    assert colours(page) == dark
    assert visit.wrong == []


def test_the_menu_opens_on_a_phone(visit):
    page = visit.to("recits/entraide-haute-loire/")
    page.set_viewport_size({"width": 360, "height": 700})
    page.locator("button.m-header__menu").click()
    link = page.locator(".md-sidebar--primary a[href*='telecharger']").first
    link.wait_for(state="visible")
    link.click()
    page.wait_for_url("**/telecharger/")


def test_the_site_reads_without_javascript(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("h1").is_visible()
    assert page.locator(".m-door a").first.is_visible()
    context.close()


def test_a_story_is_a_light_page(built_site):
    stories = list(built_site.glob("recits/*/index.html"))
    assert len(stories) >= 5
    assert max(path.stat().st_size for path in stories) < 60_000
