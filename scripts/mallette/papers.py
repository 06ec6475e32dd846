"""Papers and sheets of cards, read from the data files of templates/print."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .errors import MalletteError
from .imposition import DoesNotFit, Imposed, Sheet, Size, Sizes, impose
from .model import Printable
from .model.kit import FOLDED, Offset
from .templating import folders
from .validation import settings

NO_OFFSET = Offset()


@dataclass(frozen=True)
class Papers:
    """The papers and sheets of a root folder; the backs of cards are moved by `back_offset`."""

    root: Path
    back_offset: Offset = NO_OFFSET

    @cached_property
    def sizes(self) -> dict[str, Size]:
        """The papers there are, upright, by name."""
        path = next(path for folder in folders(self.root) if (path := folder / "print" / "papers.yml").is_file())
        return dict(settings(Sizes, path, "templates/print/papers.yml"))

    def size(self, name: str) -> Size:
        """The size of a paper; an unknown one is an error that names those there are."""
        if name not in self.sizes:
            raise MalletteError("paper_missing", paper=name, known=", ".join(self.sizes))
        return self.sizes[name]

    def folded(self, printable: Printable) -> tuple[float, float]:
        """The sheet, lying, that two pages of a booklet are printed on."""
        if printable.paper not in FOLDED:
            raise MalletteError("no_paper_to_fold", paper=printable.paper, known=", ".join(FOLDED))
        sheet = self.size(printable.printed_on)
        return sheet.height, sheet.width

    def sheet(self, printable: Printable) -> Sheet:
        """The sheet of a printable, or the one that stands for it in large print, with the flip that was chosen."""
        sheet = self._read(str(printable.sheet))
        if printable.edition == "gros-caracteres" and sheet.large:
            sheet = self._read(sheet.large)
        chosen = {"flip": printable.flip, "order": printable.order} if printable.flip else {}
        return sheet.model_copy(update={**chosen, "back_offset": self.back_offset})

    def places(self, printable: Printable) -> int:
        """How many cards a sheet takes; an impossible sheet is told where it is printed."""
        try:
            return self.sheet(printable).places
        except DoesNotFit:
            return 1

    def impose(self, printable: Printable, cards: int, sheet: Sheet) -> list[Imposed]:
        """Cards on their sheets; an impossible sheet is told with its sizes."""
        try:
            return impose(cards, sheet)
        except DoesNotFit as error:
            card, paper = (f"{size.width:g} x {size.height:g}" for size in (sheet.card, sheet.paper))
            params = {"sheet": printable.sheet, "flip": sheet.flip, "card": card, "paper": paper}
            raise MalletteError("sheet_too_small", **params) from error

    def _read(self, name: str) -> Sheet:
        for folder in folders(self.root):
            path = folder / "print" / "sheets" / f"{name}.yml"
            if path.is_file():
                return settings(Sheet, path, f"templates/print/sheets/{path.name}")
        raise MalletteError("sheet_missing", sheet=name)
