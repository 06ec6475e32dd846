"""What the forge runs: few rights, nothing of strangers in a shell, answers in which no text is a link or a command."""

import json
import re
import subprocess
import sys

import pytest
import yaml

WORKFLOWS = ("ci", "recit", "repondre", "verifier")


@pytest.fixture(scope="module")
def workflows(root):
    found = {p.stem: yaml.safe_load(p.read_text("utf-8")) for p in (root / ".github/workflows").glob("*.yml")}
    assert set(WORKFLOWS) <= set(found)
    return found


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_no_workflow_runs_the_code_of_strangers_with_rights(workflows):
    for name, workflow in workflows.items():
        triggers = workflow[True]  # `on` is a yes for YAML 1.1
        assert "pull_request_target" not in triggers, name
        assert "permissions" in workflow, name
        assert set(workflow["permissions"]) <= {"contents"}, name
        assert workflow["permissions"].get("contents", "read") == "read", name
        if "pull_request" in triggers:
            given = [right for job in workflow["jobs"].values() for right in job.get("permissions", {}).values()]
            assert set(given) <= {"read"}, name
            assert "secrets" not in json.dumps(workflow), name


def test_actions_are_pinned_and_keep_no_credentials(workflows):
    used = [step for workflow in workflows.values() for step in steps(workflow) if "uses" in step]
    assert len(used) > 8
    for step in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])
        if step["uses"].startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_nothing_is_put_into_a_shell(workflows):
    scripts = [step["run"] for workflow in workflows.values() for step in steps(workflow) if "run" in step]
    assert len(scripts) > 10
    for script in scripts:
        assert "${{" not in script
        done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def test_the_answer_checks_that_the_pull_request_is_the_one_that_was_read(workflows):
    (job,) = workflows["repondre"]["jobs"].values()
    checkout, *_ = job["steps"]
    assert checkout["with"]["ref"] == "${{ github.event.repository.default_branch }}"
    assert 'test "$head" = "$HEAD"' in job["steps"][-1]["run"]


def test_a_preview_is_told_only_once_it_can_be_downloaded(workflows):
    """The answer is made whatever fails, and promises nothing that a step after the check could not make."""
    (job,) = workflows["verifier"]["jobs"].values()
    names = [step.get("with", {}).get("name") for step in job["steps"]]
    (noted,) = (place for place, step in enumerate(job["steps"]) if "resume/apercu" in step.get("run", ""))
    assert names.index("apercu-du-site") < noted < names.index("resume")
    assert names.index("fiches-des-recits") < noted
    assert job["steps"][noted]["if"] == "steps.relire.outcome == 'success'", "and all steps before have succeeded"
    assert job["steps"][names.index("resume")]["if"] == "${{ !cancelled() }}"
    (answer,) = workflows["repondre"]["jobs"].values()
    assert "resume/apercu" in answer["steps"][-1]["run"]


@pytest.fixture
def reply(root, tmp_path):
    def reply(what, *arguments, data=None):
        if data is not None:
            path = tmp_path / "said"
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
            arguments = (path, *arguments)
        command = [sys.executable, root / "scripts/reply.py", what, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)

    return reply


HOSTILE = "@tous `` ` [x](javascript:alert(1)) <img src=x> ![](https://a.b) \n\r\u2028## Titre\n- [ ] fixes #1 \u202e"


def test_no_text_of_strangers_is_a_name_a_link_or_a_title(reply):
    found = [{"severity": "error", "file": HOSTILE, "line": HOSTILE, "message": HOSTILE}] * 40
    for done in (reply("bilan", "rien", "https://a.b/", data=json.dumps(found)), reply("manque", data=HOSTILE)):
        assert done.returncode == 0, done.stderr
        lines = [line for line in done.stdout.split("\n") if "Titre" in line or "tous" in line or "fixes" in line]
        assert lines
        for line in lines:
            assert re.fullmatch("- `[^`]*`", line), line
    assert reply("bilan", "rien", "https://a.b/", data=json.dumps(found)).stdout.count("\n- ") == 31


def test_a_sound_change_is_thanked_and_shown(reply, tmp_path):
    (tmp_path / "apercu").write_text("oui")
    done = reply("bilan", tmp_path / "apercu", "https://a.b/runs/1", data="[]")
    assert "n'a rien trouvé à corriger." in done.stdout
    assert "à télécharger au bas de [cette page](https://a.b/runs/1)" in done.stdout
    lost = reply("bilan", tmp_path / "rien", "https://a.b/runs/1", data="[]")
    assert "le site n'a pas pu être fabriqué" in lost.stdout
    assert "télécharger" not in lost.stdout
    assert "(https://a.b/runs/1)" in lost.stdout
    warned = reply(
        "bilan",
        tmp_path / "apercu",
        "https://a.b/",
        data='[{"severity": "warning", "file": "a", "line": 1, "message": "b"}]',
    )
    assert "- `a, ligne 1 : b`" in warned.stdout


@pytest.mark.parametrize("data", ["", "{}", "[1]", b"\xff\xfe", "[" * 10_000])
def test_what_is_not_what_the_check_says_is_told_as_such(reply, data):
    done = reply("bilan", "rien", "https://a.b/", data=data)
    assert (done.returncode, "n'a pas pu se faire" in done.stdout) == (0, True), done.stderr


@pytest.mark.parametrize("number", ["", "0", "1; rm -rf /", "-1", "1\n2", "１", "9" * 11])
def test_a_number_is_a_number(reply, number):
    assert reply("numero", data=number).returncode != 0
    assert reply("merci", number).returncode != 0


def test_a_number_is_given_back(reply):
    assert reply("numero", data="12\n").stdout == "12\n"
    assert "#12" in reply("merci", "12").stdout


def test_no_link_is_followed(reply, tmp_path):
    (tmp_path / "lien").symlink_to("/etc/passwd")
    assert reply("manque", tmp_path / "lien").returncode != 0


def test_the_hook_runs_a_command_that_there_is(root):
    (hook,) = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["entry"] == "mallette check"
    assert hook["pass_filenames"] is False
    assert re.match(hook["files"], "cases/x.yml")
    assert not re.match(hook["files"], "scripts/x.py")


def test_labels_are_those_that_the_form_uses(root):
    known = {one["name"] for one in yaml.safe_load((root / ".github/labels.yml").read_text(encoding="utf-8"))}
    form = yaml.safe_load((root / ".github/ISSUE_TEMPLATE/recit.yml").read_text(encoding="utf-8"))
    assert set(form["labels"]) <= known
    owners = (root / ".github/CODEOWNERS").read_text(encoding="utf-8")
    for line in owners.splitlines():
        if line.startswith("/"):
            assert list(root.glob(line.split()[0].strip("/"))), line
