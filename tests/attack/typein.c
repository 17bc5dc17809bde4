/* typein.c - types TEXT into every terminal that it can get at: the controlling one and those of its descriptors. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fds[] = {open("/dev/tty", O_RDWR | O_NOCTTY), 0, 1, 2};

	for (int i = 0; argc == 2 && i < 4; i++) {
		const char *c = argv[1];

		while (fds[i] >= 0 && *c && ioctl(fds[i], TIOCSTI, c) == 0)
			c++;
		if (!*c)
			return puts("typed") < 0;
	}
	return puts("refused") < 0;
}
