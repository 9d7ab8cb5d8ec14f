// Mapping of the doubled byte queue.
#include "hp_byte_ring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t whole_capacity(size_t wanted) {
    size_t capacity = (size_t)sysconf(_SC_PAGESIZE);
    while (capacity < wanted) {
        capacity *= 2;
    }
    return capacity;
}

/// Reserves twice the room, then lays the same file over both halves.
static int map_twice(hp_byte_ring *ring, int file) {
    size_t capacity = ring->capacity;
    uint8_t *base = mmap(NULL, 2 * capacity, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) {
        return -errno;
    }
    for (int half = 0; half < 2; half++) {
        // Populated at once: a page fault on the first lap would be a latency spike in the first minutes of the day.
        void *mapped = mmap(base + (size_t)half * capacity, capacity, PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_FIXED | MAP_POPULATE, file, 0);
        if (mapped == MAP_FAILED) {
            int error = -errno;
            munmap(base, 2 * capacity);
            return error;
        }
    }
    // A forked child would share the queue, and could read and write what it holds.
    if (madvise(base, 2 * capacity, MADV_DONTFORK) != 0) {
        int error = -errno;
        munmap(base, 2 * capacity);
        return error;
    }
    ring->base = base;
    return 0;
}

int hp_byte_ring_map(hp_byte_ring *ring, size_t capacity) {
    memset(ring, 0, sizeof *ring);
    ring->capacity = whole_capacity(capacity);
    int file = memfd_create("hp_byte_ring", MFD_CLOEXEC);
    if (file < 0) {
        return -errno;
    }
    int result = ftruncate(file, (off_t)ring->capacity) == 0 ? map_twice(ring, file) : -errno;
    close(file);
    return result;
}

void hp_byte_ring_unmap(hp_byte_ring *ring) {
    if (ring->base != NULL) {
        munmap(ring->base, 2 * ring->capacity);
        ring->base = NULL;
    }
}
