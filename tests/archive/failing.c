/* Makes the FAIL_ATth of the writes, syncs and renames below FAIL_BELOW fail, and so many after it that
 * they are FAIL_TIMES; without it every one, as a full disk does. Preloaded into the program under test. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether a path begins so, as it is or without the dot of a temporary file's name. */
static int is_below(const char *path, const char *below) {
    char plain[4096];
    if (strncmp(path, below, strlen(below)) == 0) return 1;
    const char *name = strrchr(path, '/');
    if (!name || name[1] != '.') return 0;
    snprintf(plain, sizeof plain, "%.*s%s", (int)(name + 1 - path), path, name + 2);
    return strncmp(plain, below, strlen(below)) == 0;
}

static int fails(const char *path) {
    static long left = 0;
    const char *below = getenv("FAIL_BELOW");
    const char *at = getenv("FAIL_AT");
    if (!below || !at || !is_below(path, below)) return 0;
    long count = __sync_add_and_fetch(&left, 1);
    const char *times = getenv("FAIL_TIMES");
    if (count < atol(at) || (times && count >= atol(at) + atol(times))) return 0;
    errno = ENOSPC;
    return 1;
}

static int file_fails(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return fails(path);
}

ssize_t write(int file, const void *bytes, size_t count) {
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    if (file > 2 && file_fails(file)) {
        /* A disk that fills up takes some of it. */
        if (count > 1) real(file, bytes, count / 2);
        errno = ENOSPC;
        return -1;
    }
    return real(file, bytes, count);
}

int fsync(int file) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    return file_fails(file) ? -1 : real(file);
}

int fdatasync(int file) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
    return file_fails(file) ? -1 : real(file);
}

int rename(const char *from, const char *to) {
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
    char *whole = realpath(from, NULL);
    int failed = fails(whole ? whole : from);
    free(whole);
    return failed ? -1 : real(from, to);
}
