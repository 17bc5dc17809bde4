# vm.mk - tests on other kernels: Debian's 6.1 and 6.12 in qemu without KVM, control groups v2 only and v1 only; and what needs a whole
# Debian: AppArmor, firewalls, systemd.

VM_FILES ?= cgset.bats cgset-groups.bats limits.bats
VM_FLAGS ?=
VM_SECONDS ?= 1800

.PHONY: check-vm check-vm-debian
check-vm: all
	@tests/vm/deps.sh
	@tests/vm/run.sh $(VM_FLAGS) $(VM_FILES)

check-vm-debian: all
	@tests/vm/deps.sh
	@tests/vm/run.sh -d -k 6.12 -m v2 -t $(VM_SECONDS) vm/apparmor.bats vm/firewall.bats
	@tests/vm/run.sh -s -k 6.12 -m v2 -t $(VM_SECONDS) vm/systemd.bats
