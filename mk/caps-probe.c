/* caps-probe.c - links when the libcap-ng at hand and the C library of the small tools go together (Makefile). */
#include <cap-ng.h>

int main(void)
{
	capng_clear(CAPNG_SELECT_ALL);
	return capng_apply(CAPNG_SELECT_CAPS) + capng_name_to_capability("chown");
}
