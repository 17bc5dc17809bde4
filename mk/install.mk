# install.mk - installation and the source archive.

.PHONY: install uninstall dist

SCRIPT_FILES := $(wildcard scripts/lib/*.sh scripts/cmd/*.sh)
MAN1 := $(wildcard tools/*/*.1 man/*.1)
MAN5 := $(wildcard man/*.5)

# mydocker.sh finds its library in ../share/mydocker and its tools in ../libexec/mydocker, beside its own place.
install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DATADIR)/lib $(DESTDIR)$(DATADIR)/cmd \
		$(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(BASHCOMPDIR) \
		$(DESTDIR)$(ZSHCOMPDIR) $(DESTDIR)$(FISHCOMPDIR)
	install -m 755 $(addprefix $(O)/bin/,$(TOOLS)) $(DESTDIR)$(LIBEXECDIR)
	install -m 755 scripts/mydocker.sh $(DESTDIR)$(BINDIR)/mydocker.sh
	ln -sf mydocker.sh $(DESTDIR)$(BINDIR)/mydocker
	install -m 755 scripts/mkimage-busybox.sh $(DESTDIR)$(LIBEXECDIR)
	install -m 644 $(wildcard scripts/lib/*.sh) $(DESTDIR)$(DATADIR)/lib
	install -m 644 $(wildcard scripts/cmd/*.sh) $(DESTDIR)$(DATADIR)/cmd
	install -m 644 $(MAN1) $(DESTDIR)$(MANDIR)/man1
	$(if $(MAN5),install -m 644 $(MAN5) $(DESTDIR)$(MANDIR)/man5)
	install -m 644 completions/mydocker.bash $(DESTDIR)$(BASHCOMPDIR)/mydocker
	ln -sf mydocker $(DESTDIR)$(BASHCOMPDIR)/mydocker.sh
	install -m 644 completions/_mydocker $(DESTDIR)$(ZSHCOMPDIR)/_mydocker
	install -m 644 completions/mydocker.fish $(DESTDIR)$(FISHCOMPDIR)/mydocker.fish

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/mydocker $(DESTDIR)$(BINDIR)/mydocker.sh
	rm -rf $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DATADIR)
	rm -f $(addprefix $(DESTDIR)$(MANDIR)/man1/,$(notdir $(MAN1))) $(addprefix $(DESTDIR)$(MANDIR)/man5/,$(notdir $(MAN5)))
	rm -f $(DESTDIR)$(BASHCOMPDIR)/mydocker $(DESTDIR)$(BASHCOMPDIR)/mydocker.sh
	rm -f $(DESTDIR)$(ZSHCOMPDIR)/_mydocker $(DESTDIR)$(FISHCOMPDIR)/mydocker.fish

dist:
	git archive --format=tar.gz --prefix=mydocker-$(VERSION)/ -o mydocker-$(VERSION).tar.gz HEAD
