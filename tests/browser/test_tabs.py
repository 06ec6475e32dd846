"""The tabs of a guide in a real Chromium: with a pointer, with the keyboard, from page to page, without a script."""

import shutil

import pytest
from conftest import TINY
from editing import edit
from playwright.sync_api import expect
from visiting import opened

TABS = """# {title}

Avant les onglets.

=== "À la main"

    Coupez aux ciseaux.

=== "Au massicot"

    Coupez au massicot.

=== "Chez un imprimeur"

    Faites couper.
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory, run):
    root = shutil.copytree(TINY, tmp_path_factory.mktemp("tabs") / "root")
    for name in ("guide", "autre"):
        (root / f"docs/{name}.md").write_text(TABS.format(title=name.capitalize()), "utf-8")
    edit(root / "mkdocs.yml", ("  font: false\n", "  font: false\n  features: [content.tabs.link]\n"))
    edit(root / "mkdocs.yml", ("  - Guide: guide.md\n", "  - Guide: guide.md\n  - Autre: autre.md\n"))
    extensions = "markdown_extensions:\n  - pymdownx.tabbed:\n      alternate_style: true\n"
    (root / "mkdocs.yml").write_text((root / "mkdocs.yml").read_text("utf-8") + extensions, "utf-8")
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    return root / "site"


def shown(page):
    """The texts of tabs that are seen: one of each set."""
    return page.locator(".tabbed-block:visible").all_inner_texts()


def chosen(page):
    """The name of the tab that is chosen, as whoever does not see the page is told."""
    return page.locator(".tabbed-set > input:checked").evaluate("one => one.labels[0].innerText.trim()")


def ringed(page):
    """Whether it is seen, otherwise than by a colour, that the keyboard is among the tabs."""
    return page.locator(".tabbed-labels").evaluate(
        "one => getComputedStyle(one).outlineStyle === 'solid' && parseFloat(getComputedStyle(one).outlineWidth) >= 2"
    )


def test_a_pointer_chooses_a_tab(visit):
    page = visit.to("guide/")
    assert shown(page) == ["Coupez aux ciseaux."]
    page.get_by_text("Au massicot", exact=True).click()
    expect(page.locator(".tabbed-block", has_text="au massicot")).to_be_visible()
    assert shown(page) == ["Coupez au massicot."]
    assert chosen(page) == "Au massicot"


def test_the_keyboard_goes_to_the_tabs_and_through_them(visit):
    page = visit.to("guide/")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.tabbed-set input')"):
            break
    assert page.evaluate("document.activeElement.labels[0].innerText.trim()") == "À la main"
    page.keyboard.press("ArrowRight")
    assert shown(page) == ["Coupez au massicot."]
    page.keyboard.press("ArrowDown")
    assert shown(page) == ["Faites couper."]
    page.keyboard.press("ArrowLeft")
    assert (chosen(page), shown(page)) == ("Au massicot", ["Coupez au massicot."])
    assert ringed(page)
    page.get_by_text("À la main", exact=True).click()
    assert not ringed(page), "a pointer is where it is"


def without_the_theme(visit, path):
    """A page as it is before the script of the theme has run: no choice is seen to jump."""
    visit.page.route("**/bundle.*.js", lambda route: route.abort())
    visit.page.goto("about:blank")
    visit.page.goto(visit.address + path, wait_until="load")
    assert [text for text in visit.wrong if "ERR_FAILED" not in text] == []
    visit.wrong.clear()
    return visit.page


def test_what_was_chosen_on_a_page_is_chosen_on_the_next_before_it_is_painted(visit):
    page = visit.to("guide/")
    page.get_by_text("Chez un imprimeur", exact=True).click()
    assert shown(page) == ["Faites couper."]
    assert shown(without_the_theme(visit, "autre/")) == ["Faites couper."]


def test_an_address_chooses_its_tab(visit):
    names = visit.to("guide/").locator(".tabbed-set > input").evaluate_all("all => all.map(one => one.id)")
    assert len(names) == 3
    for name, text in zip(names, ("Coupez aux ciseaux.", "Coupez au massicot.", "Faites couper."), strict=True):
        assert shown(without_the_theme(visit, f"autre/#{name}")) == [text]


def test_without_a_script_tabs_work_with_pointer_and_keyboard(browser, address):
    with opened(browser, address, java_script_enabled=False) as visit:
        page = visit.to("guide/")
        expect(page.locator(".tabbed-block:visible")).to_have_text("Coupez aux ciseaux.")
        page.get_by_text("Chez un imprimeur", exact=True).click()
        expect(page.locator(".tabbed-block:visible")).to_have_text("Faites couper.")
        page.keyboard.press("ArrowLeft")
        assert ringed(page)
        expect(page.locator(".tabbed-block:visible")).to_have_text("Coupez au massicot.")
        assert visit.wrong == []
