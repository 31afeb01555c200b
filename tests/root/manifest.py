#!/usr/bin/env python3
"""Prints a line for each file below a directory: path, type, mode, owner, size, time, device, link,
what else has the same inode, attributes, digest."""
import hashlib
import os
import stat
import sys

root = os.fsencode(sys.argv[1])
first_name = {}


def digest(path):
    sha = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            sha.update(block)
    return sha.hexdigest()


def attributes(path):
    names = sorted(os.listxattr(path, follow_symlinks=False))
    return {name: os.getxattr(path, name, follow_symlinks=False).hex() for name in names}


def line(path, shown):
    st = os.lstat(path)
    same = first_name.setdefault((st.st_dev, st.st_ino), shown) if not stat.S_ISDIR(st.st_mode) else ""
    regular = stat.S_ISREG(st.st_mode)
    return [
        shown,
        oct(st.st_mode),
        f"{st.st_uid}:{st.st_gid}",
        st.st_size if regular else 0,
        st.st_mtime_ns,
        st.st_rdev if stat.S_ISCHR(st.st_mode) or stat.S_ISBLK(st.st_mode) else 0,
        os.readlink(path) if stat.S_ISLNK(st.st_mode) else "",
        same,
        attributes(path),
        digest(path) if regular else "",
    ]


for directory, names, files in os.walk(root):
    names.sort()
    for name in sorted(names + files):
        path = os.path.join(directory, name)
        print(*line(path, os.path.relpath(path, root)))
