# Sourced by the tests of the packages, which have a directory $work already: the packages in $repo, a
# later release of them, and the one that stands in for EL6's base packages.  They are made of the tree
# as it is built, or $repo has those in $CTRD_REPO, as `make yum-repo` made them.
for tool in rpm rpmbuild; do
    command -v $tool >/dev/null || { echo "no $tool"; exit 77; }
done
packages=$abs_top_builddir/tests/packages
sh "$srcdir/root/pack" "$packages" || exit
next=$packages/next repo=$work/repo
mkdir "$repo"
cp "${CTRD_REPO:-$packages/this}"/*.rpm "$repo/" || exit 1

package() { ls "$repo/$1"-[0-9]*.rpm; }
later() { ls "$next/$1"-[0-9]*.rpm; }

# base_package TREE DIR: DIR/el6-base-*.rpm has what is in TREE and provides what ours ask for.
base_package() {
    {
        echo "Name: el6-base"; echo "Version: 6"; echo "Release: 1"; echo "Summary: Stand-ins"; echo "License: none"
        rpm -qp --requires "$repo"/*.rpm 2>/dev/null | grep -v -e '^rpmlib' -e '^ctrd' | sort -u |
            sed 's/>=/=/' | sed 's/^/Provides: /'
        printf '%s\n' '%description' 'Stand-ins.' '%install' 'cp -a %{install_tree}/. %{buildroot}/' '%files' '/*'
    } >"$2/base.spec"
    rpmbuild --quiet -bb --define "_topdir $2/top" --define "__os_install_post %{nil}" \
        --define "_rpmdir $2" --define '_rpmfilename %%{name}-%%{version}.rpm' --buildroot "$2/root" \
        --define "_build_id_links none" --define "debug_package %{nil}" --define "install_tree $1" "$2/base.spec"
}
