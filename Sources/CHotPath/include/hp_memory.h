// Memory that is there before it is needed: large pages, touched in advance, kept resident.
#ifndef HP_MEMORY_H
#define HP_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Kinds of pages: what is wished for, and what was got.
enum {
    /// The system's base pages.
    HP_PAGES_BASE = 0,
    /// Base pages that the kernel may join to huge ones (madvise).
    HP_PAGES_TRANSPARENT = 1,
    /// Huge pages reserved by the administrator (vm.nr_hugepages).
    HP_PAGES_RESERVED = 2,
};

/// A mapping of zeroed memory.
typedef struct hp_memory_region {
    void *_Nullable address; // NULL before anything is mapped
    size_t bytes;            // rounded up to what was mapped
    int32_t pages;           // HP_PAGES_*: the kind that was got, which may be a lesser one than was wished for
    int32_t padding;
} hp_memory_region;

_Static_assert(sizeof(hp_memory_region) == 24, "imported by value");

/// Maps `bytes` of zeroed memory, aligned to 2 MiB when huge pages are wished for and to a page otherwise, with every
/// page present. Where the wished kind of page is not to be had, the next lesser is taken and told in `region->pages`.
/// Returns 0, -EINVAL (no bytes, or no such kind) or -ENOMEM.
int hp_memory_map(size_t bytes, int32_t pages, hp_memory_region *region);

/// Gives the mapping back.
void hp_memory_unmap(hp_memory_region region);

/// What an allocator's extent function does (jemalloc's `extent_alloc_t`): maps as hp_memory_map does with transparent
/// huge pages. Cannot extend at a given address: then it returns NULL, which the allocator knows how to take.
void *_Nullable hp_memory_extent(void *_Nullable address, size_t size, size_t alignment, _Bool *zeroed,
                                 _Bool *committed);

/// The same with reserved huge pages, where size and alignment allow and some are free.
void *_Nullable hp_memory_extent_reserved(void *_Nullable address, size_t size, size_t alignment, _Bool *zeroed,
                                          _Bool *committed);

/// Answers of hp_memory_lock_all besides -errno.
enum {
    /// What there is and what will come stays resident.
    HP_MEMORY_LOCKED = 0,
    /// Only what there is: the limit is finite, and with later memory locked too an allocation could fail because of
    /// it.
    HP_MEMORY_LOCKED_PRESENT = 1,
};

/// Keeps the memory of the process resident, so that no page fault comes at the wrong moment; the soft limit is raised
/// to the hard one first. Returns one of the above, or -errno (-ENOMEM: the limit RLIMIT_MEMLOCK is too small;
/// -EPERM: not allowed at all).
int hp_memory_lock_all(void);

/// Bytes that the process has locked, from /proc/self/status; -errno when that cannot be read.
int64_t hp_memory_locked_bytes(void);

/// Page faults of the calling thread since it began: those that needed no disk, and those that did.
/// Returns 0 or -errno.
int hp_memory_faults(uint64_t *minor, uint64_t *major);

#pragma clang assume_nonnull end

#endif
