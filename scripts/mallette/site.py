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
from .errors import MalletteError
from .plugin import MallettePlugin
from .silence import hushed
from .splice import Unlike

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


def folder_of(root: Path) -> Path:
    """Where mkdocs.yml says that the site goes; `site` below the root if it does not say."""
    found: Any = None
    if (root / "mkdocs.yml").is_file():
        try:
            with (root / "mkdocs.yml").open("rb") as file:
                found = yaml_load(file)
        except MkDocsException as error:
            raise MalletteError("site_failed", said=str(error)) from error
    said = found.get("site_dir") if isinstance(found, dict) else None
    return root / (said if isinstance(said, str) and said else "site")


def build_site(root: Path, site_dir: Path, built: Built) -> None:
    """Build the site of `built` into `site_dir`; a warning is an error.

    If the theme shows round each page what a page filled would lack, every page is rendered.
    """
    with hushed("mkdocs") as said:
        try:
            try:
                _build(root, site_dir, built)
            except MkDocsException as error:
                if not any(isinstance(cause, Unlike) for cause in _causes(error)):
                    raise
                said.clear()
                _build(root, site_dir, built, splice=False)
        except MkDocsException as error:
            ours = next((cause for cause in _causes(error) if isinstance(cause, MalletteError)), None)
            raise ours or MalletteError("site_failed", said=" ; ".join(said) or str(error)) from error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _build(root: Path, site_dir: Path, built: Built, *, splice: bool | None = None) -> None:
    config = load_config(str(root / "mkdocs.yml"), site_dir=str(site_dir), strict=True)
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
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    try:
        mkdocs_serve(str(root / "mkdocs.yml"), dev_addr=address)
    except MkDocsException as error:
        raise MalletteError("site_failed", said=str(error)) from error


def _plugin(config: MkDocsConfig) -> MallettePlugin:
    plugin = config.plugins.get("mallette")
    if not isinstance(plugin, MallettePlugin):
        raise MalletteError("site_failed", said="mkdocs.yml: plugins: mallette ?")
    return plugin
