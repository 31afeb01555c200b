# The front door of a fresh clone:  make demo  |  make check  |  make
#
# Not the build itself.  ./configure writes GNUmakefile, which GNU make reads in preference to this
# file; from then on this one is idle and, configure.ac not naming it, never overwritten.
#
#   make                        install what the build needs, bootstrap, configure, build
#   make CONFIGURE_FLAGS="..."  the same with options for configure
#   make demo                   build, start a ctrd of its own, run containers with it
#   make check                  build and run every test; make unit: those that need no root
#   make configure              bootstrap only, for your own ./configure

.NOTPARALLEL:
# As many jobs as processors, unless -j says otherwise.
jobs = $(if $(filter -j% --jobs% --jobserver%,$(MAKEFLAGS)),,-j$(shell getconf _NPROCESSORS_ONLN))
goals = all check unit root-check demo bench install uninstall dist distcheck \
	format format-check tidy layers vm-check srpm rpm yum-repo
.PHONY: $(goals) clean distclean maintainer-clean

$(goals): GNUmakefile
	@$(MAKE) --no-print-directory $(jobs) -f GNUmakefile $@

clean distclean maintainer-clean:
	@echo "$@: nothing is configured here"

GNUmakefile: configure
	./configure $(CONFIGURE_FLAGS)

configure: configure.ac
	build-aux/install-deps
	./autogen.sh
