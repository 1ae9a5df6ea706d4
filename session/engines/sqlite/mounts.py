"""Tells whether several processes can share a WAL file on the file system of a folder.

https://www.sqlite.org/wal.html: "All processes using a database must be on the same host computer;
WAL does not work over a network filesystem." What a virtual machine shares with its host
(virtiofs, 9p, vboxsf and their kind) has the same trouble: memory is not shared, and locks may
not be.
"""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_LOCAL = re.compile(
    # Disks, https://docs.kernel.org/filesystems/index.html
    r"ext[234]|xfs|btrfs|zfs|f2fs|jfs|reiserfs|reiser4|bcachefs|nilfs2|ufs|ubifs|jffs2|udf"
    r"|vfat|msdos|exfat|ntfs|ntfs3|fuseblk|hfs|hfsplus|apfs"
    # Memory
    r"|tmpfs|ramfs|rootfs|devtmpfs"
    # Layers over another local one, as containers have them, and read-only images
    r"|overlay|overlayfs|aufs|fuse\.fuse-overlayfs|ecryptfs|squashfs|erofs|iso9660"
)
_NETWORKED = re.compile(
    r"afs|ceph|cifs|smb2|smb3|smbfs|nfs|nfs4|lustre|beegfs|gpfs|glusterfs|ocfs2|gfs2|orangefs|pvfs2"
    r"|coda|ncpfs|davfs"
    r"|fuse\.(ceph|cephfs|ceph-fuse|curlftpfs|davfs|davfs2|gcsfuse|glusterfs|goofys|juicefs"
    r"|JuiceFS|mount-s3|moosefs|mfs|rclone|s3fs|seaweedfs|smbnetfs|sshfs)"
)


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a file system is mounted, and which kind it is of."""

    point: PurePosixPath
    kind: str

    @property
    def depth(self) -> int:
        """How deep in the tree the point is."""
        return len(self.point.parts)

    @property
    def is_local(self) -> bool:
        """Whether this kind is known to belong to one machine alone."""
        return _LOCAL.fullmatch(self.kind) is not None

    @property
    def is_networked(self) -> bool:
        """Whether this kind is known to be shared by several machines."""
        return _NETWORKED.fullmatch(self.kind) is not None


def read_mounts() -> str:
    """Read this process's mounts; empty where the system does not list them (not Linux)."""
    try:
        return Path("/proc/self/mountinfo").read_text(errors="surrogateescape")
    except OSError:
        return ""


def mount_of(path: Path, mounts: str) -> Mount | None:
    """Return the mount that `path` lies on; None where none is listed for it.

    `mounts` is the text of /proc/self/mountinfo, see proc_pid_mountinfo(5): the fifth field is the
    mount point, the first one after a lone "-" the file system's type.
    """
    best: Mount | None = None
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        mount = Mount(PurePosixPath(_unescaped(fields[4])), after.split()[0])
        # The later of two mounts on one point hides the earlier.
        if path.is_relative_to(mount.point) and (best is None or best.depth <= mount.depth):
            best = mount
    return best


def _unescaped(path: str) -> str:
    for character in " \t\n\\":
        path = path.replace(f"\\{ord(character):03o}", character)
    return path
