"""Bytes laid aside come back as they were, in any order, and are held where there is no room for them."""

import tempfile

import pytest

from mallette.artifact import Artifact, SitePage
from mallette.aside import Aside, Laid


def test_what_is_laid_aside_comes_back_in_any_order():
    aside = Aside()
    given = [b"un", b"", "été".encode() * 5000, b"\x00\xff"]
    laid = [aside.lay(content) for content in given]
    assert all(isinstance(one, Laid) for one in laid)
    assert [len(one) for one in laid] == [len(content) for content in given]
    assert [one.read_bytes() for one in reversed(laid)] == given[::-1]
    again = aside.lay(b"encore")  # after something was read
    assert [one.read_bytes() for one in (*laid, again)] == [*given, b"encore"]


def test_a_page_and_a_file_say_the_same_wherever_they_lie():
    aside = Aside()
    page = SitePage("recits/x/", "X", "x", "<p>été</p>".encode())
    assert isinstance(page.laid(aside).html, Laid)
    assert page.laid(aside) == page.laid(Aside()) == page
    assert page.laid(aside) != SitePage("recits/x/", "X", "x", b"<p>autre</p>").laid(aside)
    assert page.laid(aside).body == page.body == "<p>été</p>"
    assert Artifact("data/x.csv", aside.lay(b"a,b")).content == b"a,b"


@pytest.mark.parametrize("fault", ["nowhere", "full", "short"])
def test_without_room_all_is_held(monkeypatch, fault):
    class Full:
        def seek(self, place):
            pass

        def write(self, content):
            if fault == "full":
                raise OSError(28, "No space left on device")
            return len(content) - 1

    def made(**_):
        if fault == "nowhere":
            raise FileNotFoundError("no folder for what is temporary")
        return Full()

    monkeypatch.setattr(tempfile, "TemporaryFile", made)
    assert Aside().lay(b"gros") == b"gros"
