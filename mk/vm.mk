# vm.mk - tests on other kernels: Debian's 6.1 and 6.12 in qemu without KVM, control groups v2 only and v1 only.

VM_FILES ?= cgset.bats limits.bats
VM_FLAGS ?=

.PHONY: check-vm
check-vm: all
	@tests/vm/deps.sh
	@tests/vm/run.sh $(VM_FLAGS) $(VM_FILES)
