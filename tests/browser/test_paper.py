"""A page printed from the browser: no menus, one line of licence, steps whole, and where the sheet is."""

import shutil

import pytest
from conftest import TINY
from editing import edit


@pytest.fixture(scope="module")
def site(tmp_path_factory, run):
    root = shutil.copytree(TINY, tmp_path_factory.mktemp("paper") / "root")
    edit(root / "kit/kit.yml", ("  - id: fiche\n", "  - id: fiche\n    essential: oui\n"))
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    return root / "site"


def test_a_printed_page_is_its_text_and_a_line(visit):
    page = visit.to("protocoles/tour/")
    line, footer = page.locator(".m-paper"), page.locator(".m-footer")
    assert line.is_hidden()
    assert page.locator(".m-go").is_visible()
    page.emulate_media(media="print")
    assert line.is_visible()
    assert "telecharger/tour/tour-fiche.pdf" in line.inner_text()
    for hidden in (".m-go", ".m-document", ".m-footer__links", ".m-footer__made", "header.m-header"):
        assert page.locator(hidden).first.is_hidden(), hidden
    assert "CC BY-SA" in footer.inner_text()
    assert footer.bounding_box()["height"] < 60
    for whole in (".m-step", ".m-posture"):
        assert page.locator(whole).first.evaluate("one => getComputedStyle(one).breakInside") == "avoid"


def test_what_is_folded_opens_without_a_script(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "telecharger/")
    document = page.locator("a[href$='tour-fiche.pdf']")
    assert document.is_hidden()
    page.locator(".m-kit summary").click()
    assert document.is_visible()
    context.close()
