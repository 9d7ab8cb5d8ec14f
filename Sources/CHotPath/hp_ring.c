// The ring's setup and its bounded drain; the data path is inline in the header.
#include "hp_ring.h"

#include <errno.h>

int hp_ring_init(hp_ring *ring, void *slots, uint64_t capacity, uint64_t slot_size) {
    if (capacity == 0 || (capacity & (capacity - 1)) != 0 || slot_size == 0 || slot_size % 8 != 0 ||
        (uintptr_t)slots % 8 != 0 || slot_size > UINT64_MAX / capacity) {
        return -EINVAL;
    }
    memset(ring, 0, sizeof *ring);
    ring->slots = slots;
    ring->capacity = capacity;
    ring->mask = capacity - 1;
    ring->slot_size = slot_size;
    return 0;
}

uint64_t hp_ring_drain(hp_ring *ring, uint64_t limit, void (*handle)(const void *item, void *_Nullable context),
                       void *_Nullable context) {
    uint64_t count = 0;
    while (count < limit) {
        uint64_t granted = 0;
        const uint8_t *item = hp_ring_next_many(ring, limit - count, &granted);
        if (item == NULL) {
            break;
        }
        for (uint64_t index = 0; index < granted; index++) {
            handle(item + index * ring->slot_size, context);
        }
        count += granted;
    }
    if (count > 0) {
        hp_ring_release(ring);
    }
    return count;
}
