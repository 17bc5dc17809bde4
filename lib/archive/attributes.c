/* attributes.c - see attributes.h */
#include "attributes.h"

#include <string.h>

bool attribute_is_files(const char *name)
{
	return strncmp(name, "trusted.", 8) != 0 && strncmp(name, "user.overlay.", 13) != 0;
}

bool attribute_is_harmless(const char *name)
{
	return attribute_is_files(name) && strcmp(name, "security.selinux") != 0 && strcmp(name, "security.ima") != 0 &&
	       strcmp(name, "security.evm") != 0;
}

void attributes_keep(struct archive_entry *entry, bool (*wanted)(const char *name))
{
	struct archive_entry *all = archive_entry_clone(entry);
	const char *name;
	const void *value;
	size_t n;

	archive_entry_xattr_clear(entry);
	archive_entry_xattr_reset(all);
	while (archive_entry_xattr_next(all, &name, &value, &n) == ARCHIVE_OK)
		if (wanted(name))
			archive_entry_xattr_add_entry(entry, name, value, n);
	archive_entry_free(all);
}
