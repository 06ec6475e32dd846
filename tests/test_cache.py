import dataclasses
from types import SimpleNamespace

from mallette.artifact import PrintJob
from mallette.cache import Cache
from mallette.pdf import Typeset, fingerprint

JOB = PrintJob("x.pdf", "#source", {"a.typ": b"a", "b.typ": b"b"}, SimpleNamespace(), SimpleNamespace())
MADE = Typeset(b"%PDF", b"PNG", 2, ())


def test_whatever_could_change_the_document_changes_its_key():
    others = [
        dataclasses.replace(JOB, source="#other"),
        dataclasses.replace(JOB, files={"a.typ": b"a", "b.typ": b"c"}),
        dataclasses.replace(JOB, files={"a.typ": b"a", "c.typ": b"b"}),
        dataclasses.replace(JOB, files={"a.typ": b"ab", "b.typ": b""}),
        dataclasses.replace(JOB, files={"a.typ": b"a"}),
    ]
    keys = {fingerprint(job) for job in (JOB, *others)}
    assert len(keys) == 1 + len(others)
    assert fingerprint(JOB) == fingerprint(dataclasses.replace(JOB, files=dict(reversed(JOB.files.items()))))


def test_a_document_is_made_once_and_goes_when_nobody_asks_for_it(tmp_path):
    made = []

    def make():
        made.append(1)
        return MADE

    cache = Cache(tmp_path / "cache")
    assert cache.get("one", make) == cache.get("one", make) == MADE
    assert len(made) == 1
    other = Cache(tmp_path / "cache")
    other.get("two", make)
    other.sweep()
    assert {path.stem for path in (tmp_path / "cache").iterdir()} == {"two"}
