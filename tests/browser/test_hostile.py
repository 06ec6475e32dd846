"""Texts of strangers in a real browser: none of them runs, asks or covers anything; and the policy behind them."""

import re
import shutil
from itertools import cycle

import pytest
import yaml
from conftest import TINY
from editing import edit
from exploring import BOOKLET, PROSE, SHEET, choose, settled
from playwright.sync_api import expect
from strangers import FOLDERS, STRINGS, filled, write
from test_serve import served as previewed
from visiting import opened, served

WATCH = """
Object.defineProperty(window, "hyene", { value: () => console.error("a stranger's script ran"), configurable: false })
const told = event => console.error(`refused: ${event.violatedDirective} ${event.blockedURI}`)
addEventListener("securitypolicyviolation", told)
"""
SEEN = """() => {
  const get = (owner, name) => Object.getOwnPropertyDescriptor(owner, name).get
  const name = get(Element.prototype, "localName"), root = get(Document.prototype, "documentElement")
  const all = [...Element.prototype.querySelectorAll.call(root.call(document), "*")]
  const attributes = one => Element.prototype.getAttributeNames.call(one)
  const value = (one, of) => Element.prototype.getAttribute.call(one, of)
  return {
    tags: [...new Set(all.map(one => name.call(one)))],
    attributes: [...new Set(all.flatMap(one => attributes(one).map(of => `${name.call(one)} ${of}`)))],
    scripts: all.filter(one => name.call(one) === "script").map(one => value(one, "src") ?? value(one, "type") ?? ""),
    shadows: all.filter(one => ["id", "name"].some(of => value(one, of) in Document.prototype)).length,
    links: all.filter(one => value(one, "href")).map(one => value(one, "href")),
  }
}"""
"""What is on a page, asked of getters that nothing on it can stand before."""
PALETTE = """
theme:
  name: material
  language: fr
  font: false
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: mallette
      toggle: {icon: material/weather-night, name: Sombre}
    - media: "(prefers-color-scheme: dark)"
      scheme: mallette-dark
      toggle: {icon: material/weather-sunny, name: Clair}
"""
STORIES = 16


def dealt():
    """Each text in turn, where there is room for it."""
    waiting, again = list(STRINGS), cycle(STRINGS)

    def text(kind, path, limit):
        found = next((one for one in waiting if limit is None or len(one) <= limit), None)
        if found is None:
            return next(one for one in again if limit is None or len(one) <= limit)
        waiting.remove(found)
        return found

    return text, waiting


def strangers_root(folder):
    """A small site that is full of strangers' texts, with some stories that are not."""
    root = shutil.copytree(TINY, folder / "root")
    settings = (root / "mkdocs.yml").read_text("utf-8")
    old = "theme:\n  name: material\n  language: fr\n  font: false\n"
    assert old in settings
    (root / "mkdocs.yml").write_text(settings.replace(old, PALETTE), "utf-8")
    for kind, names in (
        ("story", [f"s{n}" for n in range(STORIES)]),
        ("protocol", ["p0", "p1", "p2"]),
        ("role", ["r0"]),
    ):
        text, waiting = dealt()
        place, model = FOLDERS[kind]
        for name in names:
            references = {"roles": ["guide"], "supports": ["mot"], "protocols": ["tour"], "printables": None}
            write(root / place.format(name), filled(model, text, **references))
        assert kind != "story" or not waiting, "every text is in a story"
    kit = filled(FOLDERS["kit"][1], dealt()[0]) | {"printables": [BOOKLET, SHEET], "selections": None}
    write(root / "kit/kit.yml", {key: value for key, value in kit.items() if value})
    tour = yaml.safe_load((root / "kit/protocols/tour.yml").read_text("utf-8"))
    write(root / "kit/protocols/tour.yml", tour | {"title": "Mallettemarkbody </title><script>hyene()</script>"})
    story = {"sector": "Santé", "location": {"country": "France"}, "protocols": ["tour"], "summary": "Rien."}
    for number in range(4):
        write(root / f"cases/calme-{number}.yml", story | PROSE | {"title": f"Une loutre calme {number}"})
    return root


@pytest.fixture(scope="module")
def site(tmp_path_factory, run):
    root = strangers_root(tmp_path_factory.mktemp("strangers"))
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    assert "::error" not in done.stdout + done.stderr
    return root / "site"


@pytest.fixture
def visit(browser, address):
    yield from visiting(browser, address)


def visiting(browser, address):
    with opened(browser, address, locale="fr-FR", color_scheme="light") as found:
        found.page.context.add_init_script(WATCH)
        found.dialogs = []
        found.stop = lambda route: (found.left.append(route.request.url), route.abort())
        found.page.on("dialog", lambda dialog: (found.dialogs.append(dialog.message), dialog.dismiss()))
        yield found


def test_no_text_of_a_stranger_does_anything(visit):
    visit.to("recits/calme-0/")
    visit.to("roles/")
    plain = set(visit.page.evaluate(SEEN)["tags"]) | {"ul", "ol", "li", "em", "strong", "br"}
    known = {"", "application/json", "application/ld+json"}
    paths = [f"recits/s{n}/" for n in range(STORIES)] + [f"protocoles/{n}/" for n in ("p0", "p1", "p2", "tour")]
    for path in (*paths, "roles/", "", "recits/", "protocoles/", "credits/", "donnees/", "guide/", "404.html"):
        page = visit.to(path)
        seen = page.evaluate(SEEN)
        more = set(seen["tags"]) - plain - {"section", "article", "aside", "figure", "blockquote", "table", "details"}
        assert not more & {
            "iframe",
            "object",
            "embed",
            "style",
            "base",
            "video",
            "audio",
            "math",
            "marquee",
            "frame",
        }, path
        assert not [one for one in seen["attributes"] if re.search(r" (on\w+|srcdoc|formaction|ping)$", one)], path
        assert [
            one for one in seen["scripts"] if one not in known and not re.match(r"[./]*assets/|/assets/", one)
        ] == []
        assert seen["shadows"] == 0, path
        assert [url for url in seen["links"] if not re.match(r"https://|mailto:|[\w./#?=%-]*$", url)] == [], path
        assert page.locator("h1").count() == 1, path
    assert visit.wrong == []
    assert visit.dialogs == []
    assert [url for url in visit.asked if not url.startswith((visit.address, "data:", "blob:"))] == []


def test_search_explorer_navigation_and_colours_work_behind_the_policy(visit):
    page = visit.to("recits/s0/")
    page.locator(".m-header__search").click()
    page.locator("#m-search").fill("hyene")
    expect(page.locator(".m-search__status")).to_contain_text("résultats pour")
    assert page.locator(".m-found a").count() > 3
    page.locator("#m-search").fill("loutre")
    expect(page.locator(".m-search__status")).to_contain_text(re.compile("[4-9] résultats"))
    page.locator(".m-found a[href*=calme]").first.click()
    page.wait_for_url("**/recits/calme-*/")
    page.locator(".m-tabs a").nth(1).click()
    page.wait_for_url("**/recits/")
    choose(page, "secteur", "sante")
    settled(page, 4)
    page.locator("[data-save=csv]").scroll_into_view_if_needed()
    with page.expect_download() as saved:
        page.locator("[data-save=csv]").click()
    assert "loutre" in saved.value.path().read_text("utf-8")
    choose(page, "secteur", "sante")
    before = page.evaluate("document.body.getAttribute('data-md-color-scheme')")
    page.locator("[data-md-component=palette] button").click()
    page.wait_for_function(f"document.body.getAttribute('data-md-color-scheme') !== '{before}'")
    page = visit.to("recits/s0/")
    assert page.evaluate("document.body.getAttribute('data-md-color-scheme')") != before, "the palette's script ran"
    assert visit.wrong == []
    assert visit.dialogs == []


SMUGGLED = """<script>hyene()</script><script src="data:text/javascript,hyene()"></script>
<img src=x: onerror=hyene()><a id=ici href="javascript:hyene()">ici</a><style>body{color:red}</style>
<img src="https://evil.example/p.png"><form action="https://evil.example/"><button id=la>là</button></form>"""


@pytest.mark.parametrize("guarded", [True, False], ids=["behind the policy", "without it"])
def test_a_script_that_was_smuggled_in_does_not_run(site, tmp_path, browser, guarded):
    copy = shutil.copytree(site, tmp_path / "site")
    page = copy / "recits/calme-1/index.html"
    text = page.read_text("utf-8")
    assert text.count("<meta http-equiv") == 1
    text = text.replace("</h1>", f"</h1>{SMUGGLED}", 1)
    page.write_text(text if guarded else re.sub("<meta http-equiv[^>]*>", "", text), "utf-8")
    with served(copy) as address:
        for visit in visiting(browser, address):
            visit.left = []  # what left the browser: a request that is refused is told, too
            visit.page.route("https://evil.example/**", visit.stop)
            visit.to("recits/calme-1/").locator("#ici").click()
            visit.page.locator("#la").dispatch_event("click")
            ran = [said for said in visit.wrong if said == "a stranger's script ran"]
            assert (len(ran) >= 3) is not guarded, visit.wrong
            assert bool(visit.left) is not guarded
            assert any("refused" in said for said in visit.wrong) is guarded


def test_every_page_has_the_policy_before_its_scripts(site):
    paths = [*site.rglob("*.html")]
    assert len(paths) > 20
    said = set()
    for path in paths:
        head, found, rest = path.read_text("utf-8").partition('<meta http-equiv="Content-Security-Policy" content="')
        assert found, path
        assert "<script" not in head
        assert "<meta http-equiv" not in rest
        said.add(rest.partition('"')[0])
        assert len(re.findall("<script>", rest)) == rest.partition('"')[0].count("'sha256-")
    assert all("'unsafe-inline'" not in one.replace("style-src-attr 'unsafe-inline'", "") for one in said)
    assert all(one.startswith("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; ") for one in said)


def test_the_preview_reloads_behind_the_policy(tmp_path, installed, browser):
    root = strangers_root(tmp_path)
    with previewed(root, installed) as (_, url, _):
        for visit in visiting(browser, url):
            for _ in range(100):
                try:
                    visit.page.goto(f"{url}recits/calme-0/")
                    break
                except Exception:
                    visit.page.wait_for_timeout(200)
            visit.wrong.clear()
            expect(visit.page.locator("h1")).to_have_text("Une loutre calme 0")
            edit(root / "cases/calme-0.yml", ("Une loutre calme 0", "Une loutre vive"))
            expect(visit.page.locator("h1")).to_have_text("Une loutre vive")
            visit.page.wait_for_timeout(1500)  # an empty file may have been seen, and shown, before the whole one
            visit.page.locator(".m-header__search").click()
            visit.page.locator("#m-search").fill("loutre")
            expect(visit.page.locator(".m-search__status")).to_contain_text(
                re.compile("[4-9] résultats"), timeout=15000
            )
            assert visit.wrong == []
            assert visit.dialogs == []
