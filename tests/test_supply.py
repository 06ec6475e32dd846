"""What mallette is made of: each dependency told and pinned by hash, workflows with few rights, a bill of materials."""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
import zipfile

import pytest
import yaml

NAME = re.compile(r"^([A-Za-z0-9-]+)")
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
WRITES = {
    ("release.yml", "publish"): {"contents"},
    ("recit.yml", "proposer"): {"contents", "pull-requests", "issues", "actions"},
    ("repondre.yml", "repondre"): {"pull-requests"},
}
"""The jobs that may write, and what."""
OURS = "${{ github.event.repository.default_branch }}"
INJECTED = re.compile(r"\$\{\{(?!\s*(?:matrix|runner)\.)")
"""A value of an event within a command: it belongs in `env`."""


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def scripts(root, monkeypatch):
    monkeypatch.syspath_prepend(root / "scripts")


def names(requirements):
    return {NAME.match(line)[1].lower() for line in requirements}


def listed(root, title):
    """The packages in the tables of a part of docs/dependencies.md, each with its row."""
    text = (root / "docs/dependencies.md").read_text(encoding="utf-8")
    part = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:2] == "| "]
    return {row[0]: row for row in rows if row[0] not in ("package", "program")}


def test_each_direct_dependency_is_told_and_no_other(root, project):
    about, groups = project["project"], project["dependency-groups"]
    extras = [line for lines in about["optional-dependencies"].values() for line in lines]
    assert len(about["dependencies"]) > 10
    assert set(listed(root, "To build")) == names([*about["dependencies"], *extras, *groups["build"]])
    assert set(listed(root, "To test")) == names(groups["test"])
    watch = (root / ".ci/security.in").read_text(encoding="utf-8").splitlines()
    assert set(listed(root, "To watch over all that")) == names(watch)


def test_each_is_told_with_purpose_licence_release_and_alternative(root):
    for title in ("To build", "To test", "To watch over all that"):
        for name, row in listed(root, title).items():
            assert len(row) == 5, name
            assert all(len(cell) >= 3 for cell in row), name
            assert re.search(r"\d, 20\d\d-\d\d$", row[3]), name


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-test.txt", ".ci/security.txt"])
def test_everything_is_pinned_by_hash(root, project, lock):
    text = (root / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z])", re.sub("^#.*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE)[1:]
    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==[\w.]+ ", entry), entry[:60]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:60]
    pinned = names(entries)
    wanted = {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-test.txt": project["dependency-groups"]["test"],
        ".ci/security.txt": (root / ".ci/security.in").read_text(encoding="utf-8").splitlines(),
    }
    assert names(wanted[lock]) <= pinned


def test_the_installer_takes_wheels_by_hash_and_nothing_else(root):
    start = (root / "scripts/start.py").read_text(encoding="utf-8")
    installs = re.findall(r"subprocess\.run\(\[\*install, (.*?)\]", start)
    assert len(installs) == 2
    assert '"--require-hashes", "--only-binary", ":all:"' in installs[0]
    assert '"--no-deps"' in installs[1]
    assert "--require-hashes --only-binary :all:" in (root / ".ci/supply-chain").read_text(encoding="utf-8")
    lock = json.loads((root / ".ci/nu/package-lock.json").read_text(encoding="utf-8"))
    assert all(one["integrity"].startswith("sha512-") for name, one in lock["packages"].items() if name)
    assert "--ignore-scripts" in (root / ".ci/run").read_text(encoding="utf-8")


def faults(name, text):
    """What is wrong with a workflow: what zizmor would say first, without it."""
    flow = yaml.safe_load(text)
    events = flow[True]  # `on`, as YAML 1.1 reads it
    if "pull_request_target" in events:
        yield "a stranger's code with our rights"
    checkouts = [step for job in flow["jobs"].values() for step in job["steps"] if "checkout@" in step.get("uses", "")]
    if "workflow_run" in events and any(step["with"].get("ref") != OURS for step in checkouts):
        yield "another code than that of the main branch, with our rights"
    if flow.get("permissions") not in ({}, {"contents": "read"}):
        yield "rights for all jobs"
    for job, about in flow["jobs"].items():
        writes = {what for what, how in about.get("permissions", {}).items() if how != "read"}
        if writes - WRITES.get((name, job), set()):
            yield f"{job}: rights to write"
        if not about.get("timeout-minutes"):
            yield f"{job}: may run for ever"
        for step in about["steps"]:
            uses = step.get("uses", "")
            if uses and not uses.startswith("./") and not PINNED.fullmatch(uses):
                yield f"{job}: {uses} is not pinned"
            if uses.startswith("actions/checkout@") and step.get("with", {}).get("persist-credentials") is not False:
                yield f"{job}: the checkout leaves a token behind"
            if INJECTED.search(step.get("run", "")):
                yield f"{job}: a value of the event within a command"
    for line in text.splitlines():
        if "uses: " in line and not re.search(r"@[0-9a-f]{40} # v\d+(\.\d+)*$|uses: \./", line):
            yield f"no version beside {line.strip()}"


def test_workflows_have_few_rights_and_pinned_actions(root):
    flows = sorted((root / ".github/workflows").glob("*.y*ml"))
    assert {"ci.yml", "release.yml"} <= {path.name for path in flows}
    assert {path.name: list(faults(path.name, path.read_text(encoding="utf-8"))) for path in flows} == {
        path.name: [] for path in flows
    }


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("  pull_request:", "  pull_request_target:"),
        ("permissions: {}", "permissions: write-all"),
        ("contents: read", "contents: write"),
        ("          persist-credentials: false", "          fetch-depth: 0"),
        ("08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0", "v5"),
        (" # v6.0.0", ""),
        ("bash .ci/run", "bash .ci/run ${{ github.head_ref }}"),
        ("    timeout-minutes: 30\n", ""),
    ],
)
def test_a_fault_of_a_workflow_is_found(root, good, bad):
    text = (root / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    assert good in text
    assert list(faults("ci.yml", text.replace(good, bad, 1)))


def test_releases_are_published_by_a_job_of_their_own(root):
    flow = yaml.safe_load((root / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    build, publish = flow["jobs"]["build"], flow["jobs"]["publish"]
    assert build["permissions"] == {"contents": "read"}
    assert publish["needs"] == "build"
    assert not [
        step for step in publish["steps"] if "checkout" in step.get("uses", "") or "python" in step.get("run", "")
    ]


def test_the_bill_of_materials_has_each_pinned_package(root, scripts):
    import sbom

    bill = sbom.bill(root)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    lock = (root / "requirements.txt").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    libraries = {one["name"]: one for one in bill["components"] if one["type"] == "library"}
    assert len(pinned) > 30
    assert pinned <= set(libraries)
    for name, one in libraries.items():
        version = one.get("version")
        if version:
            assert f"{name}=={version} " in lock
            assert one["purl"] == f"pkg:pypi/{name}@{version}"
            assert one["properties"]
            assert all(f"sha256:{hashed['value']}" in lock for hashed in one["properties"])
    refs = [one["bom-ref"] for one in bill["components"]] + ["mallette"]
    assert len(refs) == len(set(refs))
    for node in bill["dependencies"]:
        assert {node["ref"], *node["dependsOn"]} <= set(refs)
    needs = {node["ref"].partition("@")[0]: node["dependsOn"] for node in bill["dependencies"]}
    assert any("markupsafe" in one for one in needs["pkg:pypi/jinja2"])
    assert sum("licenses" in one for one in bill["components"]) > 30
    assert {"Atkinson Hyperlegible Next", "Bricolage Grotesque", "Tabler Icons"} <= {
        o["name"] for o in bill["components"]
    }
    assert sbom.text(root) == sbom.text(root)


def test_a_release_holds_the_site_the_kit_the_bill_and_their_hashes(scripts, tmp_path):
    import release

    site, dist = tmp_path / "site", tmp_path / "dist"
    (site / "telecharger").mkdir(parents=True)
    (site / "index.html").write_text("<p>é</p>", encoding="utf-8")
    (site / "telecharger/mallette.zip").write_bytes(b"PK")
    with pytest.raises(SystemExit, match="no finished site"):
        release.release(site, dist, "{}")
    (site / "mallette.txt").write_text("x", encoding="utf-8")
    made = {path.name: path.read_bytes() for path in release.release(site, dist, "{}\n")}
    assert set(made) == {"mallette-site.zip", "mallette.zip", "mallette-sbom.cdx.json", "SHA256SUMS"}
    with zipfile.ZipFile(dist / "mallette-site.zip") as archive:
        assert archive.read("index.html").decode() == "<p>é</p>"
        assert archive.namelist() == sorted(archive.namelist())
    for line in made.pop("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(made[name]).hexdigest() == digest
    (site / "index.html").touch()
    assert {path.name: path.read_bytes() for path in release.release(site, dist, "{}\n")}.items() >= made.items()


def test_the_scripts_of_a_release_need_nothing_but_python(root):
    for name in ("sbom", "release"):
        command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, 'scripts'); import {name}"]
        assert subprocess.run(command, cwd=root, check=False).returncode == 0
