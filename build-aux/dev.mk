# Developers' targets; nothing here is needed to build, test or install.

cxx_files = cd $(top_srcdir) && find src tests bench -name '*.cc' -o -name '*.h' -type f

.PHONY: format format-check tidy layers unit root-check vm-check

format:
	$(cxx_files) | xargs clang-format -i

format-check:
	$(cxx_files) | xargs clang-format --dry-run --Werror

# FILES="src/base/fd.cc …" for some; the tree otherwise.
# The directories stand for any string.
tidy_flags = -std=c++17 -Isrc -I$(abs_top_builddir) $(NL_CFLAGS) \
	-DPKGLIBEXECDIR=__FILE__ -DPKGDATADIR=__FILE__ -DSYSCONFDIR=__FILE__
tidy:
	cd $(top_srcdir) && (if test -n "$(FILES)"; then printf '%s\n' $(FILES); \
	  else find src -name '*.cc'; fi) | xargs -P 2 -n 1 sh -c \
	  'said=$$(clang-tidy --quiet "$$1" -- $(tidy_flags) 2>&1) || { echo "$$said"; exit 1; }' tidy

layers:
	$(top_srcdir)/build-aux/check-layers

# The inner loop: no root, seconds.
unit: all
	$(MAKE) -C tests unit

# What needs the real kernel.
root-check: all
	$(MAKE) -C tests root-check

# On another kernel and another system, under qemu; says why where that cannot be had.
vm-check:
	@$(top_srcdir)/tests/vm/check || test $$? = 77

# Packages.  Everything is written below rpm/build and rpm/repo.
rpm_top = $(abs_top_builddir)/rpm/build
rpmbuild = rpmbuild --define '_topdir $(rpm_top)' --define '_sourcedir $(abs_top_builddir)' $(RPMBUILD_FLAGS)

.PHONY: srpm rpm yum-repo

srpm: dist
	mkdir -p $(rpm_top)
	$(rpmbuild) -bs rpm/ctrd.spec
	@ls $(rpm_top)/SRPMS/*.src.rpm

rpm: dist
	mkdir -p $(rpm_top)
	$(rpmbuild) -bb rpm/ctrd.spec
	@ls $(rpm_top)/RPMS/*/*.rpm

# A directory that yum of EL6 can be pointed at: SHA-1 checksums and no zstd.
yum-repo: rpm
	rm -rf rpm/repo && mkdir -p rpm/repo
	cp -p $(rpm_top)/RPMS/*/*.rpm rpm/repo/
	createrepo_c --quiet --checksum sha --compatibility rpm/repo
	@echo "yum repository: $(abs_top_builddir)/rpm/repo"
