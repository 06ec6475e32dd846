"""What a release is made of, as a CycloneDX document: the pinned packages, and the fonts, icons and theme within.

Needs nothing but Python. Licences and who needs whom are read from the environment where this runs.
"""

from __future__ import annotations

import json
import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(
    r"^([a-z0-9-]+)==([^\s;]+)(?: ; (.+?))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+)", re.MULTILINE
)
WITHIN = (
    ("Atkinson Hyperlegible Next", "file", "OFL-1.1", "https://github.com/googlefonts/atkinson-hyperlegible-next"),
    ("Bricolage Grotesque", "file", "OFL-1.1", "https://github.com/ateliertriay/bricolage"),
    ("Tabler Icons", "file", "MIT", "https://github.com/tabler/tabler-icons"),
)
"""What is copied into the repository: name, type, licence, where it comes from."""
SPELT = {"BSD License": "BSD-3-Clause", "MIT License": "MIT", "Apache Software License": "Apache-2.0"}
"""The SPDX code of a licence that a package says in words alone."""


def normal(name: str) -> str:
    """A name as lock files write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(lock: str) -> dict[str, tuple[str, list[str]]]:
    """The packages of a lock file: version, and the hashes of its files; of two, the one that this Python takes."""
    found: dict[str, tuple[str, list[str]]] = {}
    for name, version, marker, hashes in PINNED.findall(lock):
        if not marker or name not in found or installed(name) == version:
            found[name] = (version, re.findall("[0-9a-f]{64}", hashes))
    return found


def installed(name: str) -> str | None:
    """The version in this environment."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def license_of(name: str) -> str | None:
    """The licence that an installed package says it has, as an SPDX expression if it has one."""
    if installed(name) is None:
        return None
    told = metadata.metadata(name)
    if expression := told.get("License-Expression"):
        return str(expression)
    said = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    return SPELT.get(said[0], said[0]) if said else (told.get("License") or "").splitlines()[0] or None


def needed(name: str, known: set[str]) -> list[str]:
    """The packages of the lock file that a package asks for."""
    asked = (metadata.requires(name) or ()) if installed(name) else ()
    plain = {normal(re.split(r"[\s<>=!~;\[(]", one, maxsplit=1)[0]) for one in asked if "extra ==" not in one}
    return sorted(plain & known)


def bill(root: Path = ROOT) -> dict[str, Any]:
    """The bill of materials; the same bytes for the same lock file and environment."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = pinned((root / "requirements.txt").read_text(encoding="utf-8"))
    refs = {name: f"pkg:pypi/{name}@{version}" for name, (version, _) in packages.items()}
    components: list[dict[str, Any]] = []
    for name, (version, hashes) in sorted(packages.items()):
        one: dict[str, Any] = {"type": "library", "bom-ref": refs[name], "name": name, "version": version}
        one["purl"] = refs[name]
        if license := license_of(name):
            spdx = re.fullmatch(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*", license)
            one["licenses"] = [{"expression": license} if spdx else {"license": {"name": license}}]
        one["properties"] = [{"name": "mallette:sha256", "value": digest} for digest in hashes]
        components.append(one)
    for name, kind, license, url in WITHIN:
        within = {"type": kind, "bom-ref": normal(name.replace(" ", "-")), "name": name}
        within |= {"licenses": [{"license": {"id": license}}], "externalReferences": [{"type": "vcs", "url": url}]}
        components.append(within)
    own = {"type": "application", "bom-ref": "mallette", "name": "mallette", "version": project["version"]}
    direct = {normal(re.split(r"[<>=!~;\[]", line, maxsplit=1)[0]) for line in project["dependencies"]}
    graph = [{"ref": "mallette", "dependsOn": sorted(refs[name] for name in direct)}]
    graph += [{"ref": refs[n], "dependsOn": [refs[x] for x in needed(n, set(refs))]} for n in sorted(packages)]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own | {"licenses": [{"expression": project["license"]}]}},
        "components": components,
        "dependencies": graph,
    }


def text(root: Path = ROOT) -> str:
    """The document as it is written."""
    return json.dumps(bill(root), indent=2, ensure_ascii=False) + "\n"
