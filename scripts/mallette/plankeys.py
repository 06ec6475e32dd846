"""The keys of documents, kept by all that these are made of: what has not changed is not even written out to be set."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .artifact import item_key
from .cache import key_of
from .fingerprints import of_stories, of_templates
from .labels import Labels
from .loading import Loaded
from .model import CaseStory, Protocol
from .pdf import engines
from .printables import Plan
from .store import Store, code
from .templating import folders

KEYS = ".cache/mallette-documents.db"
LAYOUT = 1
READ = ("fonts", "icons", "labels", "look.yml", "partials", "print")
"""Of templates: where what documents are made with lies."""


class PlanKeys:
    """The keys of the documents of one language; those about the whole kit show stories and guides too."""

    def __init__(self, loaded: Loaded, root: Path, words: Labels, kept: Store) -> None:
        own, *shipped = folders(root)
        laid_out = bool(shipped) and (own / "print").is_dir()  # what templates of a root's own show is not known
        self._kept = kept
        self._stories = of_stories(loaded.digests)
        digest = hashlib.sha256(engines() + code() + repr((words.language, loaded.prefix)).encode())
        for path, said in sorted(loaded.digests.items()):
            if laid_out or path.startswith("kit/"):
                digest.update(f"|{path}|".encode() + said)
        digest.update(of_templates((own, *shipped), READ))
        digest.update(loaded.logo.drawing if loaded.logo else b"")
        self._base = digest

    def key(self, plan: Plan) -> str:
        """The key of a finished document."""
        if not isinstance(plan.subject, CaseStory | Protocol):
            return key_of(plan.job())
        digest = self._base.copy()
        own = self._stories[plan.subject.id] if isinstance(plan.subject, CaseStory) else []
        digest.update(repr((item_key(plan.subject), plan.printable, own)).encode())
        basis = digest.digest()
        if found := self._kept.get(basis):
            return found.decode()
        key = key_of(plan.job())
        self._kept.put(basis, key.encode())
        return key
