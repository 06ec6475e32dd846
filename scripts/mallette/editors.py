"""What editors need to help: the schemas of a root folder, and a first line in each file that leads to its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from .inputs import FOLDER, schemas, way
from .sources import FOLDERS
from .writing import LINK


def schema_files(language: str) -> Iterator[tuple[str, bytes]]:
    """Each schema as a file, by its path from the root."""
    for name, schema in schemas(language):
        yield f"{FOLDER}/{name}", f"{json.dumps(schema, ensure_ascii=False, indent=1)}\n".encode()


def linked(root: Path) -> Iterator[tuple[str, bytes]]:
    """The files whose first line does not lead to their schema yet, and what they are to say."""
    for folder in ("kit", *FOLDERS):
        for path in sorted((root / folder).glob("*.yml")):
            name = path.relative_to(root).as_posix()
            schema = way(name, root)
            if not schema or path.is_symlink() or not path.is_file():
                continue
            data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
            first, _, rest = data.partition(b"\n")
            wanted = f"{LINK}{schema}".encode()
            if first.rstrip(b"\r") != wanted:
                yield name, wanted + b"\n" + (rest if first.startswith(LINK.encode()) else data)
