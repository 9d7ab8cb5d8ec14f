// Counters and histograms in a memory-mapped file: one process writes them in place, any other reads them without
// disturbing it. Not a log: the file holds the present state, and a new writer replaces the file as a whole.
//
// Layout, version 1, little-endian, every offset from the file's start:
//   0      the header below
//   names  (counters + histograms) entries of 64 bytes, UTF-8, NUL-padded: counters first, then histograms
//   page   counters, 64 bytes each, the value in the first 8 (hp_counters.h)
//   page   histograms, HP_HISTOGRAM_BYTES each (hp_histogram.h)
// The page boundaries keep what the writer writes away from what is constant.
#ifndef HP_COUNTER_FILE_H
#define HP_COUNTER_FILE_H

#include "hp_counters.h"
#include "hp_histogram.h"

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum {
    HP_COUNTER_FILE_VERSION = 1,
    /// Bytes of a name's entry; a name has at most one less.
    HP_COUNTER_FILE_NAME = 64,
    /// Greatest number of counters, and of histograms.
    HP_COUNTER_FILE_MOST = 1024,
};

/// Why a file is not one to read; beside 0 and -errno.
enum {
    HP_COUNTER_FILE_OK = 0,
    /// It does not begin with the magic: another kind of file.
    HP_COUNTER_FILE_FOREIGN = 1,
    /// Another version of the layout.
    HP_COUNTER_FILE_OTHER_VERSION = 2,
    /// Shorter than its header says, or than a header.
    HP_COUNTER_FILE_TRUNCATED = 3,
    /// Sizes or offsets in the header contradict each other.
    HP_COUNTER_FILE_DAMAGED = 4,
};

/// State of the writer, as far as it told.
enum {
    HP_COUNTER_FILE_OPEN = 1,
    /// Closed in order: the figures are final.
    HP_COUNTER_FILE_CLOSED = 2,
};

/// The file's first 128 bytes.
typedef struct hp_counter_file_header {
    uint8_t magic[8]; // "HPCNTRS" and a NUL
    uint32_t version;
    uint32_t header_bytes;
    uint64_t file_bytes;
    int64_t pid;              // of the writer
    int64_t start_ns;         // since 1970 UTC
    uint64_t counters;        // how many
    uint64_t histograms;      // how many
    uint64_t names_offset;    // below: where they begin
    uint64_t counters_offset; // a multiple of 4096
    uint64_t histograms_offset;
    uint64_t histogram_bytes; // from one histogram to the next
    uint64_t state;           // HP_COUNTER_FILE_OPEN or _CLOSED
    uint8_t padding[32];
} hp_counter_file_header;

_Static_assert(sizeof(hp_counter_file_header) == 128, "the header has a fixed size");
_Static_assert(offsetof(hp_counter_file_header, counters) == 40, "no hidden gaps");
_Static_assert(offsetof(hp_counter_file_header, state) == 88, "no hidden gaps");

/// A mapped file, the writer's or a reader's.
typedef struct hp_counter_file {
    hp_counter_file_header *_Nullable header; // NULL once unmapped
    uint64_t bytes;
} hp_counter_file;

/// Makes the file of zeroed counters and empty histograms in `path`'s folder, maps it, and only when all is in place
/// gives it its name, replacing a file that stood there: a reader never meets a half-made one, and one that had mapped
/// the old file keeps it. The disk space is reserved and every page touched, so that counting can neither fail for
/// want of space nor fault a page in. `names` are the counters' and then the histograms'. Mode 640.
/// 0; -EINVAL for more than HP_COUNTER_FILE_MOST of a kind, none at all, or an empty or too long name; else -errno.
int hp_counter_file_create(hp_counter_file *file, const char *path, const char *const _Nonnull *_Nonnull names,
                           size_t counters, size_t histograms);

/// Maps a file for reading; it may live on, be replaced, or have been left by a process that is gone. What the header
/// says is checked against itself and the file's size. 0, an answer above with nothing mapped, or -errno.
int hp_counter_file_open(hp_counter_file *file, const char *path);

/// Writer only: tells readers that the figures are final.
void hp_counter_file_finish(hp_counter_file *file);

/// Unmaps; the file itself stays. Counters and histograms in it are gone for this process.
void hp_counter_file_unmap(hp_counter_file *file);

/// 1 when the file lies in memory (tmpfs), 0 on a disk, else -errno. On a disk the kernel writes dirty pages back and
/// makes the writer fault on its next write to each: some microseconds every few seconds.
int hp_counter_file_in_memory(const char *path);

/// The entry of a name, below counters + histograms.
static inline const char *hp_counter_file_name(const hp_counter_file *file, size_t index) {
    return (const char *)file->header + file->header->names_offset + index * HP_COUNTER_FILE_NAME;
}

/// The counters, one after another.
static inline hp_counter *hp_counter_file_counters(const hp_counter_file *file) {
    return (hp_counter *)((uint8_t *)file->header + file->header->counters_offset);
}

/// One of the histograms.
static inline hp_histogram *hp_counter_file_histogram(const hp_counter_file *file, size_t index) {
    return (hp_histogram *)((uint8_t *)file->header + file->header->histograms_offset + index * HP_HISTOGRAM_BYTES);
}

#pragma clang assume_nonnull end

#endif
