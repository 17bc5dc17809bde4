# check.mk - the targets of the developer: tests, analysers, fuzzing, coverage.

CLANG ?= clang
SECONDS_EACH ?= 10
SH ?= dash
FILES ?=

.PHONY: check check-unit check-bats check-docs check-shell check-static check-install asan fuzz coverage
.PHONY: unit-tests fuzz-targets

# Everything, on a fresh machine; the sum over all suites is the last line.
check:
	@scripts/install-deps.sh build
	@scripts/install-deps.sh check
	@tests/check.sh

# A unit test may use the modules of any tool: each tool's objects but the one with main are an archive.
modules_of = $(filter-out $(O)/full/tools/$(1)/$(1).o $(O)/full/tools/rootfs-pivot/plain.o,$(call full_obj,$(wildcard tools/$(1)/*.c)))
MODULES := $(foreach t,$(TOOLS),$(call modules_of,$(t))) $(ARCHIVE_OBJ)
UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT_BIN := $(patsubst tests/unit/%.c,$(O)/unit/%,$(UNIT_SRC))

$(O)/full/libmodules.a: $(MODULES)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# Tests write argument vectors as lists of literals, which execve(2)'s type would have writable.
$(O)/full/tests/unit/%.o: CPPFLAGS += -Itools -Itests/unit -Wno-write-strings
$(O)/unit/%: $(O)/full/tests/unit/%.o $(O)/full/libmodules.a $(O)/full/libcommon.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(full_cc) -pie -o $@ $^ $(LDFLAGS) -lcap-ng -lmount -larchive -lz -lnettle -lseccomp -ljson-c

unit-tests: $(UNIT_BIN)

check-unit:
	@$(MAKE) --no-print-directory unit-tests
	@$(MAKE) --no-print-directory SAN=1 O=build/asan unit-tests
	@tests/unit/run.sh $(O)/unit build/asan/unit

check-bats: all
	@tests/run.sh -s '$(SH)' -n '$(SH)' $(FILES)

check-docs: all
	@tests/docs.sh $(O)/bin

check-shell:
	@tests/shell.sh

check-static:
	@tests/static.sh

check-install: all
	@tests/install.sh

asan:
	@$(MAKE) --no-print-directory all
	@$(MAKE) --no-print-directory SAN=1 O=build/asan all

# libFuzzer needs clang; its driver has main, so the targets link the same module archive.
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_BIN := $(patsubst tests/fuzz/%.c,build/fuzz/bin/%,$(FUZZ_SRC))
FUZZ_FLAGS := -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
build/fuzz/bin/%: tests/fuzz/%.c build/fuzz/full/libmodules.a build/fuzz/full/libcommon.a
	$(call say,FUZZ,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BASE) -Itools -Itests/fuzz $(CFLAGS) $(FUZZ_FLAGS) -o $@ $< $(filter %.a,$^) -lcap-ng -lmount -larchive -lz -lnettle -lseccomp -ljson-c

fuzz-targets:
	@$(MAKE) --no-print-directory O=build/fuzz CC=$(CLANG) CC_SMALL=$(CLANG) FORTIFY= \
		HARDEN='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
		build/fuzz/full/libmodules.a build/fuzz/full/libcommon.a
	@$(MAKE) --no-print-directory CC=$(CLANG) $(FUZZ_BIN)

fuzz: fuzz-targets
	@tests/fuzz/run.sh $(SECONDS_EACH)

coverage:
	@tests/coverage.sh
