/* Counts the calls that change files below one path, and stops or fails one of them.

   Loaded before the C library (LD_PRELOAD). The environment says what to do:
   TRUST_PATH   absolute path; every path that begins with it counts
   TRUST_LOG    file to which each counted call is added: number, name, path
   TRUST_AT     number of the call that does not happen, from 1
   TRUST_ERRNO  what that call fails with; without it the process is killed
   A process that changes its environment calls trust_begin() to have it read again. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define MOST_FILES 65536

static const char *watched;
static long at;
static int failure;
static int log_file = -1;
static long calls;
static char ours[MOST_FILES]; /* files open for writing below the watched path */

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) void trust_begin(void)
{
    const char *number = getenv("TRUST_AT"), *error = getenv("TRUST_ERRNO"), *log = getenv("TRUST_LOG");
    watched = getenv("TRUST_PATH");
    at = number ? atol(number) : 0;
    failure = error ? atoi(error) : 0;
    if (log)
        log_file = NEXT(open)(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
}

static int is_below(const char *path)
{
    return watched && path && strncmp(path, watched, strlen(watched)) == 0;
}

static const char *path_of(int file, char *buffer)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, buffer, PATH_MAX - 1);
    buffer[length > 0 ? length : 0] = 0;
    return buffer;
}

/* True when this call must fail; errno is set. Does not return when it is the end of the process. */
static int stopped(const char *name, const char *path)
{
    long number = __sync_add_and_fetch(&calls, 1);
    if (log_file >= 0) {
        char line[PATH_MAX + 64];
        int length = snprintf(line, sizeof line, "%ld %s %s\n", number, name, path);
        if (NEXT(write)(log_file, line, length) != length)
            abort();
    }
    if (number != at)
        return 0;
    if (!failure) {
        kill(getpid(), SIGKILL);
        for (;;)
            pause();
    }
    errno = failure;
    return 1;
}

static int stopped_at_path(const char *name, const char *path)
{
    return is_below(path) && stopped(name, path);
}

static int stopped_in_folder(const char *name, int folder, const char *path)
{
    char buffer[PATH_MAX];
    if (path[0] == '/' || folder < 0)
        return stopped_at_path(name, path);
    return stopped_at_path(name, path_of(folder, buffer));
}

static int stopped_at_file(const char *name, int file)
{
    char buffer[PATH_MAX];
    return file >= 0 && file < MOST_FILES && ours[file] && stopped(name, path_of(file, buffer));
}

static int opened(int file, int is_ours)
{
    if (file >= 0 && file < MOST_FILES)
        ours[file] = is_ours;
    return file;
}

#define READ_MODE \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    } \
    int is_ours = is_below(path) && ((flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT))

#define OPEN(name) \
    int name(const char *path, int flags, ...) \
    { \
        READ_MODE; \
        if (is_ours && stopped("open", path)) \
            return -1; \
        return opened(NEXT(name)(path, flags, mode), is_ours); \
    }

#define OPEN_AT(name) \
    int name(int folder, const char *path, int flags, ...) \
    { \
        READ_MODE; \
        if (is_ours && stopped("open", path)) \
            return -1; \
        return opened(NEXT(name)(folder, path, flags, mode), is_ours); \
    }

OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)

int close(int file)
{
    opened(file, 0);
    return NEXT(close)(file);
}

/* The rest: with the same arguments on, unless it is the call that does not happen. */
#define CALL(type, name, stop, parameters, arguments) \
    type name parameters { return (stop) ? -1 : NEXT(name) arguments; }

CALL(ssize_t, write, stopped_at_file("write", file), (int file, const void *data, size_t size), (file, data, size))
CALL(ssize_t, pwrite, stopped_at_file("pwrite", file),
     (int file, const void *data, size_t size, off_t to), (file, data, size, to))
CALL(ssize_t, pwrite64, stopped_at_file("pwrite", file),
     (int file, const void *data, size_t size, off64_t to), (file, data, size, to))
CALL(int, ftruncate, stopped_at_file("ftruncate", file), (int file, off_t size), (file, size))
CALL(int, ftruncate64, stopped_at_file("ftruncate", file), (int file, off64_t size), (file, size))
CALL(int, fsync, stopped_at_file("fsync", file), (int file), (file))
CALL(int, fdatasync, stopped_at_file("fdatasync", file), (int file), (file))
CALL(int, unlink, stopped_at_path("unlink", path), (const char *path), (path))
CALL(int, rmdir, stopped_at_path("rmdir", path), (const char *path), (path))
CALL(int, unlinkat, stopped_in_folder("unlinkat", folder, path),
     (int folder, const char *path, int flags), (folder, path, flags))
CALL(int, mkdir, stopped_at_path("mkdir", path), (const char *path, mode_t mode), (path, mode))
CALL(int, rename, is_below(to) && stopped("rename", to), (const char *from, const char *to), (from, to))
CALL(int, renameat, is_below(to) && stopped("rename", to),
     (int folder, const char *from, int other, const char *to), (folder, from, other, to))
