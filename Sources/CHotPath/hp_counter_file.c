// Making, opening and checking counter files; counting is inline in the headers of counters and histograms.
#include "hp_counter_file.h"

#include "hp_clock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { PAGE = 4096, PATH_BYTES = 4096 };

static const uint8_t MAGIC[8] = "HPCNTRS";

/// Fills in counts, offsets and size for so many counters and histograms: the one place that knows the layout.
static void lay_out(hp_counter_file_header *header, uint64_t counters, uint64_t histograms) {
    header->version = HP_COUNTER_FILE_VERSION;
    header->header_bytes = sizeof *header;
    header->counters = counters;
    header->histograms = histograms;
    header->names_offset = sizeof *header;
    uint64_t names_end = header->names_offset + (counters + histograms) * HP_COUNTER_FILE_NAME;
    header->counters_offset = (names_end + PAGE - 1) / PAGE * PAGE;
    uint64_t counters_end = header->counters_offset + counters * sizeof(hp_counter);
    header->histograms_offset = (counters_end + PAGE - 1) / PAGE * PAGE;
    header->histogram_bytes = HP_HISTOGRAM_BYTES;
    header->file_bytes = header->histograms_offset + histograms * HP_HISTOGRAM_BYTES;
}

/// Whether the numbers are those that lay_out gives: then every offset lies within file_bytes.
static int is_consistent(const hp_counter_file_header *header) {
    if (header->counters > HP_COUNTER_FILE_MOST || header->histograms > HP_COUNTER_FILE_MOST) {
        return 0;
    }
    hp_counter_file_header expected = *header;
    lay_out(&expected, header->counters, header->histograms);
    return memcmp(&expected, header, sizeof expected) == 0;
}

static int are_names(const char *const *names, size_t count) {
    for (size_t index = 0; index < count; index++) {
        size_t length = strnlen(names[index], HP_COUNTER_FILE_NAME);
        if (length == 0 || length == HP_COUNTER_FILE_NAME) {
            return 0;
        }
    }
    return 1;
}

/// Writes everything but the name; reserving first, because a write to a mapped page that the disk has no room for
/// kills the process.
static int fill(int descriptor, hp_counter_file *file, const char *const *names, size_t counters, size_t histograms) {
    hp_counter_file_header header = {
        .pid = getpid(), .start_ns = hp_clock_realtime_ns(), .state = HP_COUNTER_FILE_OPEN};
    memcpy(header.magic, MAGIC, sizeof MAGIC);
    lay_out(&header, counters, histograms);
    int refused = posix_fallocate(descriptor, 0, (off_t)header.file_bytes);
    if (refused != 0) {
        return -refused;
    }
    void *base = mmap(NULL, header.file_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (base == MAP_FAILED) {
        return -errno;
    }
    // Writing is what makes a shared page present and writable; MAP_POPULATE would map it for reading only.
    memset(base, 0, header.file_bytes);
    memcpy(base, &header, sizeof header);
    *file = (hp_counter_file){.header = base, .bytes = header.file_bytes};
    for (size_t index = 0; index < counters + histograms; index++) {
        strcpy((char *)base + header.names_offset + index * HP_COUNTER_FILE_NAME, names[index]);
    }
    for (size_t index = 0; index < histograms; index++) {
        hp_histogram_reset(hp_counter_file_histogram(file, index));
    }
    return 0;
}

int hp_counter_file_create(hp_counter_file *file, const char *path, const char *const _Nonnull *_Nonnull names,
                           size_t counters, size_t histograms) {
    *file = (hp_counter_file){0};
    if (counters > HP_COUNTER_FILE_MOST || histograms > HP_COUNTER_FILE_MOST || counters + histograms == 0 ||
        !are_names(names, counters + histograms)) {
        return -EINVAL;
    }
    char draft[PATH_BYTES];
    int length = snprintf(draft, sizeof draft, "%s.%ld.new", path, (long)getpid());
    if (length < 0 || length >= (int)sizeof draft) {
        return -ENAMETOOLONG;
    }
    // A draft of this process id can only be left over from one that is gone.
    unlink(draft);
    int descriptor = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (descriptor < 0) {
        return -errno;
    }
    int result = fill(descriptor, file, names, counters, histograms);
    close(descriptor);
    if (result == 0 && rename(draft, path) != 0) {
        result = -errno;
    }
    if (result != 0) {
        hp_counter_file_unmap(file);
        unlink(draft);
    }
    return result;
}

int hp_counter_file_open(hp_counter_file *file, const char *path) {
    *file = (hp_counter_file){0};
    // Non-blocking, so that a pipe in that place does not hold the reader: reading at an offset fails on it.
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return -errno;
    }
    hp_counter_file_header header = {0};
    ssize_t got = pread(descriptor, &header, sizeof header, 0);
    struct stat status = {0};
    int result = got < 0 || fstat(descriptor, &status) != 0 ? -errno : HP_COUNTER_FILE_OK;
    if (result == 0 && ((size_t)got < sizeof MAGIC || memcmp(header.magic, MAGIC, sizeof MAGIC) != 0)) {
        result = HP_COUNTER_FILE_FOREIGN;
    } else if (result == 0 && (size_t)got < sizeof header) {
        result = HP_COUNTER_FILE_TRUNCATED;
    } else if (result == 0 && header.version != HP_COUNTER_FILE_VERSION) {
        result = HP_COUNTER_FILE_OTHER_VERSION;
    } else if (result == 0 && !is_consistent(&header)) {
        result = HP_COUNTER_FILE_DAMAGED;
    } else if (result == 0 && (uint64_t)status.st_size < header.file_bytes) {
        result = HP_COUNTER_FILE_TRUNCATED;
    }
    if (result == 0) {
        void *base = mmap(NULL, header.file_bytes, PROT_READ, MAP_SHARED, descriptor, 0);
        if (base == MAP_FAILED) {
            result = -errno;
        } else {
            *file = (hp_counter_file){.header = base, .bytes = header.file_bytes};
        }
    }
    close(descriptor);
    return result;
}

void hp_counter_file_finish(hp_counter_file *file) {
    if (file->header != NULL) {
        // Release: whoever sees the state sees the final figures.
        __atomic_store_n(&file->header->state, HP_COUNTER_FILE_CLOSED, __ATOMIC_RELEASE);
    }
}

void hp_counter_file_unmap(hp_counter_file *file) {
    if (file->header != NULL) {
        munmap(file->header, file->bytes);
    }
    *file = (hp_counter_file){0};
}

int hp_counter_file_in_memory(const char *path) {
    struct statfs status;
    if (statfs(path, &status) != 0) {
        return -errno;
    }
    return status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC;
}
