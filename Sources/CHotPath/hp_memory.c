// Mappings with large pages, residence of memory, and the count of faults.
#include "hp_memory.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 // Linux 5.14
#endif

static const size_t base_page = 4096;
static const size_t huge_page = (size_t)2 << 20;

static size_t rounded(size_t bytes, size_t unit) {
    return (bytes + unit - 1) & ~(unit - 1);
}

/// Makes every page present. Kernels before 5.14 cannot be asked, so there each page is written to.
static void populate(void *address, size_t bytes) {
    if (madvise(address, bytes, MADV_POPULATE_WRITE) == 0) {
        return;
    }
    volatile uint8_t *memory = address;
    for (size_t offset = 0; offset < bytes; offset += base_page) {
        memory[offset] = 0;
    }
}

/// `bytes` of unpopulated memory at a multiple of `alignment`; the surplus of a larger mapping is given back.
static void *map_aligned(size_t bytes, size_t alignment) {
    size_t surplus = alignment > base_page ? alignment : 0;
    uint8_t *whole = mmap(NULL, bytes + surplus, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (whole == MAP_FAILED) {
        return NULL;
    }
    if (surplus == 0) {
        return whole;
    }
    uint8_t *start = (uint8_t *)rounded((uintptr_t)whole, alignment);
    size_t before = (size_t)(start - whole);
    if (before > 0) {
        munmap(whole, before);
    }
    if (surplus > before) {
        munmap(start + bytes, surplus - before);
    }
    return start;
}

int hp_memory_map(size_t bytes, int32_t pages, hp_memory_region *region) {
    if (bytes == 0 || bytes > SIZE_MAX / 2 || pages < HP_PAGES_BASE || pages > HP_PAGES_RESERVED) {
        return -EINVAL;
    }
    if (pages == HP_PAGES_RESERVED) {
        size_t length = rounded(bytes, huge_page);
        // Populated by mmap itself: a reserved page that is missing then shows here and not as a signal later.
        void *address =
            mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_POPULATE, -1, 0);
        if (address != MAP_FAILED) {
            *region = (hp_memory_region){.address = address, .bytes = length, .pages = HP_PAGES_RESERVED};
            return 0;
        }
        pages = HP_PAGES_TRANSPARENT;
    }
    size_t unit = pages == HP_PAGES_TRANSPARENT ? huge_page : base_page;
    size_t length = rounded(bytes, unit);
    void *address = map_aligned(length, unit);
    if (address == NULL) {
        return -ENOMEM;
    }
    if (pages == HP_PAGES_TRANSPARENT && madvise(address, length, MADV_HUGEPAGE) != 0) {
        pages = HP_PAGES_BASE;
    }
    populate(address, length);
    *region = (hp_memory_region){.address = address, .bytes = length, .pages = pages};
    return 0;
}

void hp_memory_unmap(hp_memory_region region) {
    munmap(region.address, region.bytes);
}

void *hp_memory_extent(void *address, size_t size, size_t alignment, _Bool *zeroed, _Bool *committed) {
    if (address != NULL) {
        return NULL;
    }
    void *extent = map_aligned(size, alignment > huge_page ? alignment : huge_page);
    if (extent == NULL) {
        return NULL;
    }
    // Refused where the kernel has no transparent huge pages: base pages do as well, only slower.
    (void)madvise(extent, size, MADV_HUGEPAGE);
    populate(extent, size);
    *zeroed = 1;
    *committed = 1;
    return extent;
}

void *hp_memory_extent_reserved(void *address, size_t size, size_t alignment, _Bool *zeroed, _Bool *committed) {
    if (address == NULL && size % huge_page == 0 && alignment <= huge_page) {
        void *extent =
            mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_POPULATE, -1, 0);
        if (extent != MAP_FAILED) {
            *zeroed = 1;
            *committed = 1;
            return extent;
        }
    }
    return hp_memory_extent(address, size, alignment, zeroed, committed);
}

/// Whether the limit on locked memory does not bind us.
static int is_above_limit(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    return syscall(SYS_capget, &header, data) == 0 && (data[0].effective & (1u << CAP_IPC_LOCK)) != 0;
}

int hp_memory_lock_all(void) {
    struct rlimit limit;
    int flags = MCL_CURRENT | MCL_FUTURE;
    if (!is_above_limit() && getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_MEMLOCK, &limit);
        if (limit.rlim_max != RLIM_INFINITY) {
            flags = MCL_CURRENT;
        }
    }
    if (mlockall(flags) != 0) {
        return -errno;
    }
    return flags == MCL_CURRENT ? HP_MEMORY_LOCKED_PRESENT : HP_MEMORY_LOCKED;
}

int64_t hp_memory_locked_bytes(void) {
    FILE *status = fopen("/proc/self/status", "re");
    if (status == NULL) {
        return -errno;
    }
    char line[128];
    long long kibibytes = -1;
    while (kibibytes < 0 && fgets(line, sizeof line, status) != NULL) {
        (void)sscanf(line, "VmLck: %lld kB", &kibibytes);
    }
    fclose(status);
    return kibibytes < 0 ? -ENODATA : kibibytes * 1024;
}

int hp_memory_faults(uint64_t *minor, uint64_t *major) {
    struct rusage usage;
    if (getrusage(RUSAGE_THREAD, &usage) != 0) {
        return -errno;
    }
    *minor = (uint64_t)usage.ru_minflt;
    *major = (uint64_t)usage.ru_majflt;
    return 0;
}
