"""The real site in a real browser, as people see it on a phone, a tablet and a desk."""

import http.server
import os
import re
import shutil
import threading
from functools import partial

import measure
import pytest
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PAGES = (
    "",
    "protocoles/",
    "protocoles/atelier-entraide/",
    "recits/",
    "recits/pro-action-cafe-belgique/",
    "roles/",
    "telecharger/",
    "credits/",
    "imprimer/",
    "404.html",
)
WIDTHS = (320, 360, 768, 1280)
OURS = {"Atkinson Hyperlegible Next", "Bricolage Grotesque"}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def browser():
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium here")
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=["/", "/sous/dossier/"], ids=["at the root", "below a path"])
def address(request, built_site, tmp_path_factory):
    """The site is served at the root of a server, then below a path."""
    folder = built_site
    if request.param != "/":
        folder = tmp_path_factory.mktemp("server")
        below = folder / request.param.strip("/")
        below.parent.mkdir(parents=True)
        shutil.copytree(built_site, below)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}{request.param}"
    server.shutdown()
    server.server_close()


class Visit:
    """A page of the browser that remembers what it asked for and what went wrong."""

    def __init__(self, page, address):
        self.page, self.address = page, address
        self.asked, self.wrong = [], []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: message.type == "error" and self.wrong.append(message.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("response", lambda answer: answer.status >= 400 and self.wrong.append(f"{answer.status} {answer.url}"))

    def to(self, path):
        self.page.goto(self.address + path, wait_until="networkidle")
        return self.page


@pytest.fixture
def visit(browser, address):
    context = browser.new_context(color_scheme="light", locale="fr-FR")
    yield Visit(context.new_page(), address)
    context.close()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "home")
def test_a_page_is_whole_at_every_width(visit, path):
    if path == "404.html" and visit.address.count("/") > 3:
        pytest.skip("a server shows it at its own root")
    page = visit.to(path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= room, f"{width} px: {wide} px wide"
        assert page.locator("h1").count() == 1
        assert page.locator("h1").is_visible()
    loaded = page.evaluate(
        "Promise.all([...document.images].map(i => { i.loading = 'eager'; return i.decode().then(() => i.naturalWidth) }))"
    )
    assert all(width > 0 for width in loaded)
    origin = re.match(r"https?://[^/]+", visit.address).group()
    assert len(visit.asked) > 3
    assert [url for url in visit.asked if not url.startswith((origin, "data:", "blob:"))] == []
    assert visit.wrong == []


def test_only_our_fonts_are_used(visit):
    page = visit.to("protocoles/atelier-entraide/")
    fonts = page.evaluate(
        "document.fonts.ready.then(f => [...f].map(x => [x.family.replaceAll('\"', ''), x.status]))"
    )
    assert {family for family, status in fonts if status == "loaded"} == OURS
    for selector in ("h1", "main p"):
        family = page.locator(selector).first.evaluate("e => getComputedStyle(e).fontFamily")
        assert family.split(",")[0].strip('"') in OURS


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
    page.locator("main a[href*='telecharger/']").first.click()
    page.wait_for_load_state("networkidle")
    with page.expect_event("request", lambda request: request.url.endswith(".pdf")):
        page.locator("main a[href$='.pdf']:visible").first.click()


@pytest.mark.parametrize(("words", "found"), [("entraide", "recits/"), ("departements", "recits/entraide-haute-loire/")])
def test_search_finds_a_story(visit, words, found):
    page = visit.to("")
    page.locator("label[for='__search']:visible").first.click()
    page.locator(".md-search__input").press_sequentially(words, delay=20)
    result = page.locator(f".md-search-result__link[href*='{found}']").first
    result.wait_for(state="attached", timeout=10_000)
    page.goto(result.evaluate("link => link.href"))
    assert page.locator("h1").is_visible()
    assert page.url.startswith(visit.address)
    assert visit.wrong == []


def colours(page):
    ground, ink = page.evaluate(
        "[document.body, document.querySelector('main p')].map((e, i) => getComputedStyle(e)[i ? 'color' : 'backgroundColor'])"
    )
    return ["#" + "".join(f"{int(part):02X}" for part in re.findall(r"\d+", colour)[:3]) for colour in (ground, ink)]


def test_dark_colours_can_be_chosen_and_stay(visit):
    page = visit.to("recits/entraide-haute-loire/")
    light = colours(page)
    page.locator("form[data-md-component='palette'] label:visible").first.click()
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
    page.locator("label[for='__drawer']:visible").first.click()
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
