"""What stands in deploy/ and the Dockerfile: linted where the tools are, and true of the bot."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import bot
from bot.config import Settings
from tests.packaging.conftest import ROOT, pip

COMPOSE = sorted((ROOT / "deploy" / "compose").glob("*.yml"))
KUBERNETES = sorted((ROOT / "deploy" / "kubernetes").glob("*.yml"))
DOCKERFILES = [ROOT / "Dockerfile", ROOT / "deploy" / "firestore" / "emulator.Dockerfile"]
UNIT = ROOT / "deploy" / "systemd" / "burrow.service"
EVERYTHING = [*COMPOSE, *KUBERNETES, DOCKERFILES[0], UNIT]
SECRETS = {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"}
NOT_OURS = {"PATH", "HOME", "PYTHONDONTWRITEBYTECODE", "FIRESTORE_EMULATOR_HOST"}


def linted(tool: str, *words: str | Path) -> None:
    """Run a linter that is installed beside this Python, or on the machine; else skip."""
    beside = Path(sys.executable).with_name(tool)
    found = str(beside) if beside.exists() else shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed (make lint brings those of PyPI)")
    ran = subprocess.run(
        [found, *map(str, words)], cwd=ROOT, capture_output=True, text=True, timeout=100
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_dockerfiles_are_clean(path: Path) -> None:
    linted("hadolint", path)


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_compose_files_follow_their_specification(path: Path) -> None:
    linted("check-jsonschema", "--builtin-schema", "vendor.compose-spec", path)


@pytest.mark.parametrize("path", KUBERNETES, ids=lambda path: path.name)
def test_manifests_follow_kubernetes_schemas(path: Path) -> None:
    linted("kubernetes-validate", "--strict", path)


def test_the_unit_is_one_that_systemd_understands(tmp_path: Path) -> None:
    here = tmp_path / "burrow.service"
    here.write_text(UNIT.read_text().replace("/opt/burrow/bin/burrow", "/bin/true"))
    linted("systemd-analyze", "verify", here)


def test_the_unit_exposes_little() -> None:
    linted("systemd-analyze", "security", "--offline=yes", "--threshold=20", UNIT)


def documents(path: Path, kind: str) -> list[dict[str, Any]]:
    read = yaml.safe_load_all(path.read_text())
    return [document for document in read if document["kind"] == kind]


def variables_in(path: Path) -> set[str]:
    """Return the names of all environment variables that a file sets for the bot."""
    text = path.read_text()
    if path in KUBERNETES:
        (deployment,) = documents(path, "Deployment")
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        return {variable["name"] for variable in container["env"]}
    if path in COMPOSE:
        return set(yaml.safe_load(text)["services"]["burrow"].get("environment", {}))
    return set(re.findall(r"^(?:Environment=|ENV |    )([A-Z_]+)=", text, re.MULTILINE))


@pytest.mark.parametrize("path", EVERYTHING, ids=lambda path: path.name)
def test_each_variable_is_a_setting(path: Path) -> None:
    known = {name.upper() for name in Settings.model_fields} | NOT_OURS
    known |= {f"{name}_FILE" for name in SECRETS}
    named = variables_in(path)
    assert named, "none was found"
    assert named <= known


def grace_of(path: Path) -> int:
    """Return the seconds after which the bot is killed."""
    if path in KUBERNETES:
        (deployment,) = documents(path, "Deployment")
        return int(deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"])
    pattern = r"(?:stop_grace_period: |TimeoutStopSec=)(\d+)"
    (found,) = re.findall(pattern, path.read_text())
    return int(found)


@pytest.mark.parametrize("path", [*COMPOSE, *KUBERNETES, UNIT], ids=lambda path: path.name)
def test_the_bot_has_time_to_hand_back_what_runs(path: Path) -> None:
    assert grace_of(path) >= Settings.isolated().shutdown_grace_seconds + 5


@pytest.mark.parametrize("path", [*COMPOSE, *KUBERNETES, UNIT], ids=lambda path: path.name)
def test_the_version_is_ours(path: Path) -> None:
    named = re.findall(r"burrow[\w-]*[:-](\d+\.\d+\.\d+)", path.read_text())
    assert set(named) == {bot.__version__}


def test_sqlite_has_one_instance_and_never_two() -> None:
    (deployment,) = documents(ROOT / "deploy/kubernetes/sqlite.yml", "Deployment")
    assert deployment["spec"]["replicas"] == 1
    assert deployment["spec"]["strategy"] == {"type": "Recreate"}


def test_a_node_can_always_be_drained() -> None:
    path = ROOT / "deploy/kubernetes/firestore.yml"
    (deployment,) = documents(path, "Deployment")
    (budget,) = documents(path, "PodDisruptionBudget")
    assert deployment["spec"]["replicas"] == 2
    assert budget["spec"]["maxUnavailable"] == 1
    assert "minAvailable" not in budget["spec"]
    assert budget["spec"]["selector"] == deployment["spec"]["selector"]


@pytest.mark.parametrize("path", KUBERNETES, ids=lambda path: path.name)
def test_a_pod_may_do_little_and_is_probed(path: Path) -> None:
    (deployment,) = documents(path, "Deployment")
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["enableServiceLinks"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert "fsGroup" in pod["securityContext"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    probed = {
        name: container[name]["httpGet"]["path"] for name in container if name.endswith("Probe")
    }
    assert probed == {
        "startupProbe": "/livez",
        "livenessProbe": "/livez",
        "readinessProbe": "/readyz",
    }
    (port,) = container["ports"]
    assert f"HEALTH_PORT={port['containerPort']}" in DOCKERFILES[0].read_text()


def test_the_image_can_be_built_from_what_dockerignore_lets_in(tmp_path: Path) -> None:
    """The wheel that the Dockerfile builds, from the same files."""
    rules = (ROOT / ".dockerignore").read_text().split()
    assert rules[0] == "*"
    for rule in rules[1:]:
        if not rule.startswith("!"):
            continue
        for path in ROOT.glob(rule[1:]):
            target = tmp_path / "src" / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(path, target, ignore=ignored) if path.is_dir() else shutil.copy(
                path, target
            )
    source = tmp_path / "src"
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, source)
    assert list(tmp_path.glob(f"burrowbot-{bot.__version__}-*.whl"))
    carried = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for name in carried["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]:
        assert (source / name).exists()
