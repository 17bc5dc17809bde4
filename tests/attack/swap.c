/* swap.c - exchanges two names, over and over, until it is killed: swap A B. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	for (unsigned int i = 0;; i++) {
		if (renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE) < 0) {
			perror("swap");
			return 1;
		}
		/* Both sides get their time. */
		if (i % 64 == 0)
			usleep(1);
	}
}
