# install.mk - installation and the source archive.

.PHONY: install uninstall dist

SCRIPT_FILES := $(wildcard scripts/lib/*.sh scripts/cmd/*.sh)
MAN1 := $(wildcard tools/*/*.1 man/*.1)

# Where things go: each of it one absolute path, since one with a blank would be several to `rm`.
INSTALL_DIRS := BINDIR LIBEXECDIR DATADIR MANDIR BASHCOMPDIR ZSHCOMPDIR FISHCOMPDIR
check_dirs = $(foreach d,$(INSTALL_DIRS),$(if $(and $(filter /%,$($d)),$(filter 1,$(words $($d)))),,\
	$(error $d: '$($d)' is not an absolute path without blanks; see PREFIX)))$(if $(word 2,$(DESTDIR)),\
	$(error DESTDIR: '$(DESTDIR)' has blanks))

# mydocker.sh finds its library in ../share/mydocker and its tools in ../libexec/mydocker, beside its own place.
install: all
	$(check_dirs)install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DATADIR)/lib $(DESTDIR)$(DATADIR)/cmd \
		$(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(BASHCOMPDIR) \
		$(DESTDIR)$(ZSHCOMPDIR) $(DESTDIR)$(FISHCOMPDIR)
	install -m 755 $(addprefix $(O)/bin/,$(TOOLS)) $(DESTDIR)$(LIBEXECDIR)
	install -m 755 scripts/mydocker.sh $(DESTDIR)$(BINDIR)/mydocker.sh
	ln -sf mydocker.sh $(DESTDIR)$(BINDIR)/mydocker
	install -m 755 scripts/mkimage-busybox.sh $(DESTDIR)$(LIBEXECDIR)
	install -m 644 $(filter scripts/lib/%,$(SCRIPT_FILES)) $(DESTDIR)$(DATADIR)/lib
	install -m 644 $(filter scripts/cmd/%,$(SCRIPT_FILES)) $(DESTDIR)$(DATADIR)/cmd
	install -m 644 $(MAN1) $(DESTDIR)$(MANDIR)/man1
	install -m 644 completions/mydocker.bash $(DESTDIR)$(BASHCOMPDIR)/mydocker
	ln -sf mydocker $(DESTDIR)$(BASHCOMPDIR)/mydocker.sh
	install -m 644 completions/_mydocker $(DESTDIR)$(ZSHCOMPDIR)/_mydocker
	install -m 644 completions/mydocker.fish $(DESTDIR)$(FISHCOMPDIR)/mydocker.fish

# What was put there, by name: LIBEXECDIR may be a directory of others as well.
uninstall:
	$(check_dirs)rm -f $(DESTDIR)$(BINDIR)/mydocker $(DESTDIR)$(BINDIR)/mydocker.sh
	rm -f $(addprefix $(DESTDIR)$(LIBEXECDIR)/,$(TOOLS) mkimage-busybox.sh)
	rm -f $(patsubst scripts/%,$(DESTDIR)$(DATADIR)/%,$(SCRIPT_FILES))
	for d in $(addprefix $(DESTDIR),$(DATADIR)/lib $(DATADIR)/cmd $(DATADIR) $(LIBEXECDIR)); do \
		[ ! -d "$$d" ] || rmdir --ignore-fail-on-non-empty "$$d" || exit 1; done
	rm -f $(addprefix $(DESTDIR)$(MANDIR)/man1/,$(notdir $(MAN1)))
	rm -f $(DESTDIR)$(BASHCOMPDIR)/mydocker $(DESTDIR)$(BASHCOMPDIR)/mydocker.sh
	rm -f $(DESTDIR)$(ZSHCOMPDIR)/_mydocker $(DESTDIR)$(FISHCOMPDIR)/mydocker.fish

dist:
	git archive --format=tar.gz --prefix=mydocker-$(VERSION)/ -o mydocker-$(VERSION).tar.gz HEAD
