"""Which of the mounts a folder lies on, and whether that is a network's."""

from pathlib import Path

import pytest

from session.engines.sqlite.mounts import network_file_system, read_mounts

MOUNTS = """\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
36 27 0:40 / /mnt/our\\040files rw shared:1 master:2 - nfs4 server:/export rw
37 27 0:41 / /home/ann/remote rw - fuse.sshfs ann@host: rw
38 36 0:42 / /mnt/our\\040files/scratch rw - xfs /dev/vdb rw
39 27 0:43 / /srv rw - cifs //host/share rw
40 39 0:44 / /srv rw - ext4 /dev/vdc rw
a line that means nothing
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", None),
        ("/var/lib/burrow", None),
        ("/mnt/our files", "nfs4"),
        ("/mnt/our files/bot", "nfs4"),
        ("/mnt/our files/scratch/bot", None),
        ("/mnt/our filesystem", None),
        ("/home/ann/remote/deep/down", "fuse.sshfs"),
        ("/srv", None),
    ],
)
def test_the_nearest_mount_decides(folder: str, kind: str | None) -> None:
    assert network_file_system(Path(folder), MOUNTS) == kind


def test_a_system_that_lists_no_mounts_is_not_judged() -> None:
    assert network_file_system(Path("/mnt/our files"), "") is None


def test_this_machines_mounts_can_be_read(tmp_path: Path) -> None:
    assert network_file_system(tmp_path, read_mounts()) is None
