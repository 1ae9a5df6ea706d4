"""What somebody needs who wants to join: a licence, workflows and hooks that run what we run."""

import email
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packaging.conftest import ROOT, Installed
from tests.packaging.test_deploy import linted

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TELLING = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / ".ci" / "run", *WORKFLOWS]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_follow_their_schema(path: Path) -> None:
    linted("check-jsonschema", "--builtin-schema", "vendor.github-workflows", path)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_are_clean(path: Path) -> None:
    linted("actionlint", path)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_only_read_unless_a_job_says_more(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())


def test_the_workflow_tests_each_python_that_we_name() -> None:
    tested = read(ROOT / ".github/workflows/test.yml")["jobs"]["test"]["strategy"]["matrix"]
    prefix = "Programming Language :: Python :: 3."
    named = [line for line in PROJECT["classifiers"] if line.startswith(prefix)]
    assert [f"3.{line.removeprefix(prefix)}" for line in named] == tested["python"]
    assert PROJECT["requires-python"] == f">={tested['python'][0]}"


@pytest.mark.parametrize("path", TELLING, ids=lambda path: path.name)
def test_each_target_that_is_named_exists(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:`|\$ |run: |^)make ([a-z-]+)", path.read_text(), re.MULTILINE))
    assert named <= targets


def test_hooks_run_the_tools_that_make_check_runs() -> None:
    (repository,) = read(ROOT / ".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local", "the versions are those of requirements-dev.txt"
    makefile = (ROOT / "Makefile").read_text()
    check = makefile.split("\ncheck:")[1].split("\n\n")[0]
    for tool in ("ruff format", "ruff check", "mypy", "lint-imports"):
        assert tool in check
        assert any(tool in hook["entry"] for hook in repository["hooks"])


@pytest.mark.xdist_group("wheel")
def test_the_wheel_says_what_it_is(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as wheel:
        (name,) = [name for name in wheel.namelist() if name.endswith("dist-info/METADATA")]
        metadata = email.message_from_bytes(wheel.read(name))
        assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert "agent" in (metadata.get_all("Provides-Extra") or [])
    assert str(metadata.get_payload()).startswith("# Burrow")
