"""Whether a folder lies on a network file system, where several machines cannot share a WAL file.

https://www.sqlite.org/wal.html: "All processes using a database must be on the same host computer;
WAL does not work over a network filesystem."
"""

import re
from pathlib import Path, PurePosixPath

_NETWORKED = re.compile(
    r"9p|afs|ceph|cifs|davfs|glusterfs|gpfs|lustre|nfs4?|smb3|smbfs"
    r"|fuse\.(cephfs|curlftpfs|davfs|gcsfuse|glusterfs|goofys|juicefs|mount-s3|rclone|s3fs|sshfs)"
)


def read_mounts() -> str:
    """Read this process's mounts; empty where the system does not list them (not Linux)."""
    try:
        return Path("/proc/self/mountinfo").read_text(errors="surrogateescape")
    except OSError:
        return ""


def network_file_system(folder: Path, mounts: str) -> str | None:
    """Return the name of the network file system that `folder` lies on, if it does.

    `mounts` is the text of /proc/self/mountinfo, see proc_pid_mountinfo(5): the fifth field is the
    mount point, the first one after a lone "-" the file system's type.
    """
    best, found = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        point = PurePosixPath(_unescaped(fields[4]))
        # The later of two mounts on one point hides the earlier.
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, found = len(point.parts), after.split()[0]
    return found if _NETWORKED.fullmatch(found) else None


def _unescaped(path: str) -> str:
    for character in " \t\n\\":
        path = path.replace(f"\\{ord(character):03o}", character)
    return path
