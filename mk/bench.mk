# bench.mk - the benchmarks and their programs.

.PHONY: bench bench-quick bench-programs

bench: all
	@scripts/install-deps.sh bench
	@bench/run.sh && bench/plot.sh && { printf '# What make bench measured\n\n'; bench/report.sh bench/results docs/performance; } >docs/performance/results.md

bench-quick: all
	@scripts/install-deps.sh bench
	@bench/run.sh --quick

bench-programs: $(O)/bench/timeit $(O)/bench/limit $(O)/bench/nothing

$(O)/bench/timeit: $(O)/full/bench/timeit.o
$(O)/bench/limit: $(call full_obj,bench/limit.c bench/limit_net.c tools/netns-veth/netlink.c) $(O)/full/libcommon.a
$(O)/full/bench/%.o: CPPFLAGS += -Itools/netns-veth
$(O)/bench/timeit $(O)/bench/limit:
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(full_cc) -pie -o $@ $^ $(LDFLAGS) -lcap-ng

# No C library and nothing that a compiler adds.
$(O)/bench/nothing: bench/nothing.c
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O2 -ffreestanding -fno-stack-protector -nostdlib -static -o $@ $<
