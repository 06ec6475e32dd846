"""A site built or shown by MkDocs, as `mallette build` and `mallette serve` ask for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.commands.serve import serve as mkdocs_serve
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException
from mkdocs.utils.yaml import yaml_load

from .build import Built
from .errors import InvalidSource, MalletteError, Problem
from .plugin import MallettePlugin
from .reading import fault_of_settings
from .silence import hushed
from .splice import Unlike

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

SETTINGS = "mkdocs.yml"


def fault_of(root: Path) -> Problem | None:
    """What is wrong with mkdocs.yml before MkDocs can say anything of it: it would end in a traceback."""
    file = root / SETTINGS
    return fault_of_settings(SETTINGS, file.read_bytes()) if file.is_file() else None


def folder_of(root: Path) -> Path:
    """Where mkdocs.yml says that the site goes; `site` below the root if it does not say. Raises InvalidSource."""
    found: Any = None
    _require_fields(root)
    if (root / SETTINGS).is_file():
        try:
            with (root / SETTINGS).open("rb") as file:
                found = yaml_load(file)
        except MkDocsException as error:
            raise MalletteError("site_failed", said=str(error)) from error
    said = found.get("site_dir") if isinstance(found, dict) else None
    return root / (said if isinstance(said, str) and said else "site")


def build_site(root: Path, site_dir: Path, built: Built) -> str | None:
    """Build the site of `built` into `site_dir`; a warning is an error.

    If the theme shows round a page what a page filled would lack, every page is rendered; gives the path of that page.
    """
    _require_fields(root)
    with hushed("mkdocs") as said:
        try:
            try:
                _build(root, site_dir, built)
            except MkDocsException as error:
                unlike = next((str(cause) for cause in _causes(error) if isinstance(cause, Unlike)), None)
                if unlike is None:
                    raise
                said.clear()
                _build(root, site_dir, built, splice=False)
                return unlike
        except MkDocsException as error:
            ours = next((cause for cause in _causes(error) if isinstance(cause, MalletteError)), None)
            raise ours or MalletteError("site_failed", said=" ; ".join(said) or str(error)) from error
    return None


def _require_fields(root: Path) -> None:
    if problem := fault_of(root):
        raise InvalidSource([problem])


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _build(root: Path, site_dir: Path, built: Built, *, splice: bool | None = None) -> None:
    config = load_config(str(root / SETTINGS), site_dir=str(site_dir), strict=True)
    plugin = _plugin(config)
    plugin.built = built
    if splice is not None:
        plugin.config.splice = splice
    config.plugins.on_startup(command="build", dirty=False)
    try:
        mkdocs_build(config)
    finally:
        config.plugins.on_shutdown()


def serve_site(root: Path, address: str) -> None:
    """Show the site at `address` (host:port) and rebuild it at each save, until interrupted."""
    _require_fields(root)
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    try:
        mkdocs_serve(str(root / SETTINGS), dev_addr=address)
    except MkDocsException as error:
        raise MalletteError("site_failed", said=str(error)) from error


def _plugin(config: MkDocsConfig) -> MallettePlugin:
    plugin = config.plugins.get("mallette")
    if not isinstance(plugin, MallettePlugin):
        raise MalletteError("site_failed", said="mkdocs.yml: plugins: mallette ?")
    return plugin
