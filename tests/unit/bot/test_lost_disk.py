"""A SQLite file on a container's own root is a warning; one on a volume is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.observe.lost_disk import CONTAINER_MARKS, warn_of_lost_disk

ROOT = Path(__file__).parents[3]


@pytest.fixture(params=CONTAINER_MARKS, ids=str)
def container(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder that looks like a container's root."""
    mark = tmp_path / request.param.relative_to("/")
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    return tmp_path


def test_a_file_on_a_containers_root_is_warned_of(container: Path) -> None:
    with capture_logs() as logs:
        warn_of_lost_disk(f"sqlite:///{container}/burrow.db", root=container)
    assert [line["event"] for line in logs] == ["store.goes_with_container"]


@pytest.mark.parametrize("store", ["memory://", "firestore://proj", "sqlite:////dev/shm/x.db"])
def test_a_store_elsewhere_is_not(container: Path, store: str) -> None:
    if store.startswith("sqlite") and not Path("/dev/shm").is_dir():
        pytest.skip("there is no second file system at /dev/shm here")
    with capture_logs() as logs:
        warn_of_lost_disk(store, root=container)
    assert logs == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount an overlay")
@pytest.mark.skipif(shutil.which("unshare") is None, reason="util-linux's unshare is not here")
def test_a_root_of_layers_is_a_containers(tmp_path: Path) -> None:
    """In a root of its own, with nothing in it that Docker or Podman left."""
    code = (
        "import os, sys; sys.path[:] = sys.argv[1].split(':')\n"
        "from structlog.testing import capture_logs\n"
        "from bot.observe.lost_disk import warn_of_lost_disk\n"
        "import session.open\n"
        "os.chroot(sys.argv[2]); os.chdir('/')\n"
        "with capture_logs() as logs: warn_of_lost_disk('sqlite:////burrow.db')\n"
        "print([line['event'] for line in logs])"
    )
    for name in ("lower", "upper", "work", "root"):
        (tmp_path / "disk" / name).mkdir(parents=True)
    mounts = (
        "set -e; cd $1; mount -t tmpfs none disk; mkdir disk/lower disk/upper disk/work disk/root;"
        " mkdir disk/lower/proc; mount -t overlay -o"
        " lowerdir=disk/lower,upperdir=disk/upper,workdir=disk/work none disk/root;"
        ' mount --rbind /proc disk/root/proc; exec $2 -c "$3" $4 disk/root'
    )
    ran = subprocess.run(
        [
            *("unshare", "--mount", "sh", "-c", mounts, "sh", str(tmp_path), sys.executable, code),
            ":".join([str(ROOT), *sys.path[1:]]),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    if "mount:" in ran.stderr or "unshare:" in ran.stderr:
        pytest.skip(f"no overlay can be mounted here: {ran.stderr.strip()}")
    assert ran.stdout == "['store.goes_with_container']\n", ran.stderr
