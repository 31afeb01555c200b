# Sourced by the scripts of this directory.
#
# What costs minutes is kept in $CTRD_VM_CACHE (/var/cache/ctrd-vm), outside the tree:
#   root-KEY/root, root.img   Debian 11 with what the build and the tests need; KEY: its packages
#   root-KEY/src, build       the tree as it was built in there last, so that the next build is short
#   ccache                    of all builds in such roots
#   kernel-PACKAGE            Debian's kernel, taken out of its package
# Anything of it may be removed at any time.

cache=${CTRD_VM_CACHE:-/var/cache/ctrd-vm}
vm=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$vm/../.." && pwd)

# skip REASON: this host cannot.
skip() {
    echo "skipped: $*" >&2
    exit 77
}

# The Debian mirror that this host's own packages come from.
mirror() {
    . /etc/os-release
    apt-get indextargets --format '$(REPO_URI)' "Codename: $VERSION_CODENAME" "Label: Debian" |
        head -n 1
}
