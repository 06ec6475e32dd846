"""What is released, in dist/: the site and the kit as ZIPs, the bill of materials, and the hash of each.

Run it after `start.py build`, which makes site/; it needs nothing but Python.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOMENT = (1980, 1, 1, 0, 0, 0)
"""The date of each file in a ZIP: the same content is the same bytes."""


def zipped(folder: Path, target: Path) -> None:
    """A folder as a ZIP, in the order of names."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            about = zipfile.ZipInfo(path.relative_to(folder).as_posix(), MOMENT)
            about.create_system, about.external_attr = 3, 0o100644 << 16
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, path.read_bytes())


def release(site: Path, dist: Path, bill: str) -> list[Path]:
    """Write what is released of a site; refuse a folder that no finished build left."""
    if not (site / "mallette.txt").is_file():
        raise SystemExit(f"{site}: no finished site here; run start.py build first")
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir(parents=True)
    zipped(site, dist / "mallette-site.zip")
    for kit in sorted(site.glob("telecharger/**/mallette*.zip")):
        shutil.copyfile(kit, dist / kit.name)
    (dist / "mallette-sbom.cdx.json").write_text(bill, encoding="utf-8")
    made = sorted(dist.iterdir())
    sums = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made)
    (dist / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return [*made, dist / "SHA256SUMS"]


def main() -> None:
    """Make dist/ of site/; the bill is made in the environment that the site was made in."""
    environment = Path(os.environ.get("MALLETTE_VENV", ROOT / ".venv"))
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    command = [python, "-c", "import sbom, sys; sys.stdout.buffer.write(sbom.text().encode())"]
    made = subprocess.run(command, cwd=ROOT / "scripts", check=True, capture_output=True)
    for path in release(ROOT / "site", ROOT / "dist", made.stdout.decode()):
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
