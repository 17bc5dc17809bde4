# The container toolkit: GNU make. "make help" lists the targets.
#
# Two kinds of link, by measurement (docs/design.md, "Link mode"): the tools are static against musl where musl-gcc is
# there (exec 0.1 ms) and static against the C library of CC otherwise; what needs libmount is a program of its own,
# because Debian ships that library only as a shared one; seccompile is static against the C library of CC, to which its libraries belong.

VERSION := 0.1.0

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBEXECDIR ?= $(PREFIX)/libexec/mydocker
DATADIR ?= $(PREFIX)/share/mydocker
MANDIR ?= $(PREFIX)/share/man
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR ?= $(PREFIX)/share/zsh/site-functions
FISHCOMPDIR ?= $(PREFIX)/share/fish/vendor_completions.d
DESTDIR ?=

O ?= build
# WERROR=0 is for packagers: warnings stay warnings with compilers that we have not seen.
WERROR ?= 1
V ?= 0

CFLAGS ?= -O2 -g
CC_SMALL ?= $(shell command -v musl-gcc >/dev/null 2>&1 && echo musl-gcc || echo $(CC))

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wformat=2 -Wundef -Wpointer-arith -Wcast-align -Wwrite-strings -Wvla -Wimplicit-fallthrough
ifneq ($(WERROR),0)
WARN += -Werror
endif
BASE := -std=gnu11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Ilib -MMD -MP $(WARN)
HARDEN ?= -fstack-protector-strong -fstack-clash-protection -ffunction-sections -fdata-sections
FORTIFY ?= -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2

ifdef SAN
# One dynamic build of everything under AddressSanitizer and UndefinedBehaviorSanitizer ("make asan").
CC_SMALL := $(CC)
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FORTIFY :=
LINK_SMALL := $(SANFLAGS)
LINK_CAPS := $(SANFLAGS) -lcap-ng
LINK_MOUNT := $(SANFLAGS) -lcap-ng -lmount
LINK_ARCHIVE := $(SANFLAGS) -lcap-ng -larchive -lz -lnettle
LINK_SECCOMP := $(SANFLAGS) -lcap-ng -lseccomp -ljson-c
else ifdef COV
CC_SMALL := $(CC)
SANFLAGS := --coverage -O0
FORTIFY :=
LINK_SMALL := --coverage
LINK_CAPS := --coverage -lcap-ng
LINK_MOUNT := --coverage -lcap-ng -lmount
LINK_ARCHIVE := --coverage -lcap-ng -larchive -lz -lnettle
LINK_SECCOMP := --coverage -lcap-ng -lseccomp -ljson-c
else
# One segment for what is not written: fewer mappings and page faults a start (docs/performance.md).
LINK_SMALL := -static -Wl,--gc-sections -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,noseparate-code
# libcap-ng's only object file also has functions that look users up by NSS, of which a static link against glibc warns; none of them is
# called here. The option hides errors too, so that it is not for musl, where something may be missing.
LD_QUIET := $(shell $(CC) -Wl,--help 2>/dev/null | grep -q -e --no-warnings && echo -Wl,--no-warnings)
LINK_CAPS := $(LINK_SMALL) $(if $(findstring musl,$(CC_SMALL)),,$(LD_QUIET)) $(shell $(CC) -print-file-name=libcap-ng.a)
LINK_SECCOMP := $(LINK_CAPS) $(LD_QUIET) -lseccomp -ljson-c
LINK_MOUNT := -pie -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now -Wl,-Bstatic -lcap-ng -Wl,-Bdynamic -lmount
LINK_ARCHIVE := -pie -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now -Wl,-Bstatic -lcap-ng -Wl,-Bdynamic -larchive -lz -lnettle
endif

# musl-gcc knows only musl's own headers: the kernel's come after them.
ifneq (,$(findstring musl,$(CC_SMALL)))
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)
SMALL_INC := -idirafter /usr/include -idirafter /usr/include/$(MULTIARCH)
SMALL_FORTIFY :=
else
SMALL_INC :=
SMALL_FORTIFY := $(FORTIFY)
endif

SMALL_TOOLS := cgset netns-veth ptyrun logwrite pidctl ctstate ctinit ctprobe
CAPS_TOOLS := nsrun nsenter-lite rootfs-pivot
MOUNT_TOOLS := rootfs-pivot-fstab
ARCHIVE_TOOLS := layertar ctcp
SECCOMP_TOOLS := seccompile
TOOLS := $(SMALL_TOOLS) $(CAPS_TOOLS) $(MOUNT_TOOLS) $(ARCHIVE_TOOLS) $(SECCOMP_TOOLS)

small_cc = $(CC_SMALL) $(BASE) $(SMALL_INC) $(HARDEN) $(SMALL_FORTIFY) $(CPPFLAGS) $(CFLAGS) $(SANFLAGS)
full_cc = $(CC) $(BASE) $(HARDEN) $(FORTIFY) -fPIE $(CPPFLAGS) $(CFLAGS) $(SANFLAGS)

# libcap-ng is compiled for the C library of CC. With a little help it goes with musl too: "y" where that is so.
CAPS_SMALL := $(shell $(small_cc) -MF /dev/null -o /dev/null mk/caps-probe.c lib/common/musl_chk.c $(LINK_CAPS) 2>/dev/null && echo y)

COMMON_SRC := $(wildcard lib/common/*.c)
# The landing is where libcap-ng is.
SMALL_COMMON := $(if $(CAPS_SMALL),$(COMMON_SRC),$(filter-out lib/common/land.c lib/common/seccomp.c lib/common/seccomp_file.c,$(COMMON_SRC)))
small_obj = $(patsubst %.c,$(O)/small/%.o,$(1))
full_obj = $(patsubst %.c,$(O)/full/%.o,$(1))

ifeq ($(V),0)
Q := @
say = @printf '  %-6s %s\n' '$(1)' '$(2)'
else
Q :=
say =
endif

.PHONY: all help demo clean
all: $(addprefix $(O)/bin/,$(TOOLS))

$(O)/small/%.o: %.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(small_cc) -c -o $@ $<

# The rules are made part of the binary (.incbin).
$(O)/small/tools/netns-veth/nft.o: tools/netns-veth/rules.nft

$(O)/full/%.o: %.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(full_cc) -c -o $@ $<

$(O)/small/libcommon.a: $(call small_obj,$(SMALL_COMMON))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(O)/full/libcommon.a: $(call full_obj,$(COMMON_SRC))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# The system call table: words to numbers, by libseccomp, at build time. The generator runs on the building machine.
BUILD_CC ?= cc
$(O)/gen/seccomp-gen: mk/seccomp-gen.c
	$(call say,GEN,$@)
	@mkdir -p $(@D)
	$(Q)$(BUILD_CC) -O1 -Wall -Wextra -o $@ $< -lseccomp

$(O)/gen/seccomp_table.h: $(O)/gen/seccomp-gen lib/common/seccomp.table
	$(Q)$< lib/common/seccomp.table >$@.tmp && mv $@.tmp $@

$(O)/full/lib/common/seccomp.o $(O)/small/lib/common/seccomp.o: $(O)/gen/seccomp_table.h
$(O)/full/lib/common/seccomp.o $(O)/small/lib/common/seccomp.o: CPPFLAGS += -I$(O)/gen

# A tool is tools/X/X.c with main, and its modules beside it. $(1) the tool, $(2) the variable with its link flags
define small_tool
$(O)/bin/$(1): $(call small_obj,$(wildcard tools/$(1)/*.c) $(if $(filter LINK_CAPS,$(2)),lib/common/musl_chk.c)) $(O)/small/libcommon.a
	$$(call say,LINK,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(small_cc) -o $$@ $$^ $$(LDFLAGS) $$($(2))
endef

# rootfs-pivot-fstab is rootfs-pivot with libmount.
$(O)/full/tools/rootfs-pivot-fstab/%.o: CPPFLAGS += -Itools
PIVOT_OBJ := $(call full_obj,$(filter-out tools/rootfs-pivot/plain.c,$(wildcard tools/rootfs-pivot/*.c)))

# What the tools with libarchive have in common: its types, so not in lib/common.
ARCHIVE_OBJ := $(call full_obj,$(wildcard lib/archive/*.c))

# $(1) the tool, $(2) the variable with its link flags, $(3) further objects
define full_tool
$(O)/bin/$(1): $(call full_obj,$(wildcard tools/$(1)/*.c)) $(3) $(O)/full/libcommon.a
	$$(call say,LINK,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(full_cc) -o $$@ $$^ $$(LDFLAGS) $$($(2))
endef

$(foreach t,$(if $(SAN),$(filter-out ctinit,$(SMALL_TOOLS)),$(SMALL_TOOLS)),$(eval $(call small_tool,$(t),LINK_SMALL)))
$(foreach t,$(CAPS_TOOLS),$(eval $(call $(if $(CAPS_SMALL),small,full)_tool,$(t),LINK_CAPS)))
$(foreach t,$(MOUNT_TOOLS),$(eval $(call full_tool,$(t),LINK_MOUNT,$(PIVOT_OBJ))))
$(foreach t,$(ARCHIVE_TOOLS),$(eval $(call full_tool,$(t),LINK_ARCHIVE,$(ARCHIVE_OBJ))))
$(foreach t,$(SECCOMP_TOOLS),$(eval $(call full_tool,$(t),LINK_SECCOMP)))

ifdef SAN
# The reaper runs in the container's root, where a sanitizer's libraries are not: it stays the static one.
$(O)/bin/ctinit: build/bin/ctinit
	@mkdir -p $(@D)
	$(Q)cp $< $@
endif

include mk/bench.mk
include mk/check.mk
include mk/install.mk
-include mk/vm.mk

clean:
	rm -rf build $(O) coverage

# A first container, from a fresh machine: install what is missing, build, make the image, start a shell (or, without a terminal, a guided tour).
demo:
	@scripts/install-deps.sh build
	@scripts/install-deps.sh run
	@$(MAKE) --no-print-directory all
	@scripts/demo.sh

help:
	@echo 'make                 build the tools into $(O)/bin'
	@echo 'make demo            install what is missing, build, and start a first container'
	@echo 'make check           every check there is, from a fresh machine (.ci/run calls this)'
	@echo 'make check-unit      unit tests in C, plain and under ASan+UBSan'
	@echo 'make check-bats      the bats suites (SH="busybox ash", FILES="tests/run.bats")'
	@echo 'make check-docs      man pages, --help and completions against each other'
	@echo 'make check-shell     shellcheck'
	@echo 'make check-static    cppcheck, clang-tidy, a build by clang'
	@echo 'make check-vm        the suites on other kernels in qemu (pure v2, pure v1)'
	@echo 'make check-vm-debian a whole Debian in qemu: AppArmor, firewalls, systemd'
	@echo 'make asan            a build of all tools under ASan+UBSan in build/asan'
	@echo 'make fuzz            run every fuzz target (SECONDS_EACH=10)'
	@echo 'make coverage        which lines the tests reach'
	@echo 'make bench           side by side with the peers (bench-quick: two minutes)'
	@echo 'make install         PREFIX=/usr/local DESTDIR= ; make uninstall'
	@echo 'make dist            a source archive of HEAD'

-include $(shell find $(O) -name '*.d' 2>/dev/null)
