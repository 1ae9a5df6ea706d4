"""Which of the mounts a file lies on, and whether SQLite is safe there."""

from pathlib import Path

import pytest

from session.engines.sqlite.mounts import Mount, mount_of, read_mounts

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
    ("path", "kind"),
    [
        ("/burrow.db", "ext4"),
        ("/var/lib/burrow/burrow.db", "ext4"),
        ("/mnt/our files/burrow.db", "nfs4"),
        ("/mnt/our files/bot/burrow.db", "nfs4"),
        ("/mnt/our files/scratch/bot/burrow.db", "xfs"),
        ("/mnt/our filesystem/burrow.db", "ext4"),
        ("/home/ann/remote/deep/down/burrow.db", "fuse.sshfs"),
        ("/srv/burrow.db", "ext4"),
    ],
)
def test_the_nearest_mount_decides(path: str, kind: str) -> None:
    mount = mount_of(Path(path), MOUNTS)
    assert mount is not None
    assert mount.kind == kind


@pytest.mark.parametrize(
    "kind", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuse.fuse-overlayfs", "fuseblk"]
)
def test_disks_memory_and_layers_over_them_are_local(kind: str) -> None:
    mount = a_mount(kind)
    assert (mount.is_local, mount.is_networked) == (True, False)


@pytest.mark.parametrize(
    "kind",
    ["nfs", "nfs4", "cifs", "smb2", "smb3", "ceph", "lustre", "fuse.sshfs", "fuse.s3fs", "gfs2"],
)
def test_what_several_machines_share_is_networked(kind: str) -> None:
    mount = a_mount(kind)
    assert (mount.is_local, mount.is_networked) == (False, True)


@pytest.mark.parametrize(
    "kind",
    [
        "virtiofs",
        "fakeowner",
        "vboxsf",
        "9p",
        "drvfs",
        "prl_fs",
        "vmhgfs",
        "fuse.vmhgfs-fuse",
        "fuse.grpcfuse",
        "osxfs",
        "fuse.osxfs",
        "fuse",
        "fuse.mergerfs",
        "autofs",
        "ext5",
        "next4",
        "EXT4",
    ],
)
def test_the_unknown_is_neither(kind: str) -> None:
    mount = a_mount(kind)
    assert (mount.is_local, mount.is_networked) == (False, False)


def a_mount(kind: str) -> Mount:
    mount = mount_of(Path("/data/burrow.db"), f"27 1 254:0 / /data rw,relatime - {kind} x rw")
    assert mount is not None
    return mount


@pytest.mark.parametrize("mounts", ["", "27 1 254:0 / /elsewhere rw - nfs4 server:/export rw"])
def test_a_system_that_lists_no_mount_for_it_is_not_judged(mounts: str) -> None:
    assert mount_of(Path("/mnt/our files/burrow.db"), mounts) is None


def test_this_machines_mounts_can_be_read(tmp_path: Path) -> None:
    mount = mount_of(tmp_path / "burrow.db", read_mounts())
    assert mount is None or mount.is_local
