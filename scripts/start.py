"""One command from a fresh machine: make the environment, then build, serve, check or test.

Needs nothing but Python 3.11 or newer. Every dependency is installed from the lock files, by hash.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from mallette import tools

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = Path(os.environ.get("MALLETTE_VENV", ROOT / ".venv"))
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
)
COMMANDS = (
    *("build", "serve", "print", "changes", "check", "doctor", "record", "new", "import", "schema", "withdraw"),
    *("test", "setup"),
)
USAGE = """\
python3 scripts/start.py build [...]   installe, puis fabrique le kit et le site  | set up, then build kit and site
python3 scripts/start.py serve [...]   installe, puis montre le site              | set up, then preview the site
python3 scripts/start.py print [...]   installe, puis imprime un choix            | set up, then print a selection
python3 scripts/start.py check [...]   installe, puis relit les fichiers YAML     | set up, then check the YAML files
python3 scripts/start.py new [...]     installe, puis commence un fichier         | set up, then start a file
python3 scripts/start.py import [...]  installe, puis prend un tableur            | set up, then take in a spreadsheet
python3 scripts/start.py doctor        installe, puis dit ce qui manque           | set up, then say what is missing
python3 scripts/start.py test [...]    installe, puis passe les tests             | set up, then run the tests
python3 scripts/start.py setup         installe seulement                         | set up only
Aussi / also: changes, record, schema, withdraw. Détail / more: COMMANDE --help"""


def main(arguments: list[str]) -> int:
    """Run one of the commands above; returns its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python must be told so
        print(
            f"Python 3.11 ou plus récent est nécessaire (ici : {platform.python_version()}). "
            "/ Python 3.11 or newer is needed.",
            file=sys.stderr,
        )
        return 1
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command not in COMMANDS:
        print(USAGE)
        return 0 if command in ("", "-h", "--help") else 2
    set_up("requirements-test.txt" if command == "test" else "requirements.txt")
    if command == "setup":
        return 0
    if command == "test":
        return test(rest)
    return subprocess.run([PYTHON, "-m", "mallette", command, *rest], check=False).returncode


def set_up(lock: str) -> None:
    """Make the virtual environment and install what `lock` pins, unless that is done already."""
    stamp = ENVIRONMENT / f"{lock}.done"
    if PYTHON.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == _digest(lock):
        return
    print(f"Installation dans {ENVIRONMENT} / Setting up ({lock})", file=sys.stderr, flush=True)
    if not PYTHON.is_file():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    install = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--require-hashes", "--only-binary", ":all:", "-r", ROOT / lock], check=True)
    subprocess.run([*install, "--no-deps", "--no-build-isolation", "--editable", ROOT], check=True)
    for other in ENVIRONMENT.glob("*.done"):
        other.unlink()
    # The test lock holds all that the other one pins: whoever can test can build.
    done = ["requirements.txt", "requirements-test.txt"] if lock == "requirements-test.txt" else [lock]
    for name in done:
        (ENVIRONMENT / f"{name}.done").write_text(_digest(name), encoding="utf-8")


def _digest(lock: str) -> str:
    """What an environment depends on: the pinned versions, the project, its place, the Python used."""
    wanted = hashlib.sha256()
    for path in (ROOT / lock, ROOT / "pyproject.toml"):
        wanted.update(path.read_bytes())
    wanted.update(f"{ROOT}|{sys.version}".encode())
    return wanted.hexdigest()


def test(arguments: list[str]) -> int:
    """Lint, types, import contracts, then the tests; with arguments, pytest alone with them."""
    missing = [package for package in tools.TOOLS if not tools.found(package)]
    if missing and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False, stdout=subprocess.DEVNULL)
        subprocess.run(["apt-get", "install", "-qq", "-y", *missing], check=True, stdout=subprocess.DEVNULL)
    elif missing:
        print(f"À installer pour les tests / needed by the tests: {', '.join(missing)}", file=sys.stderr)
        return 1
    if not arguments:
        for tool, *options in CHECKS:
            if subprocess.run([PYTHON.with_name(tool), *options], cwd=ROOT, check=False).returncode:
                return 1
        arguments = ["--numprocesses=auto", "--dist=loadfile", "--durations=20"]
    return subprocess.run([PYTHON, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
