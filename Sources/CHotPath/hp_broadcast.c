// Making, joining and catching up with a broadcast ring; the data path is inline in the header.
#include "hp_broadcast.h"

#include <errno.h>

/// "HPBCAST1", little-endian.
static const uint64_t MAGIC = 0x3154534143425048;

enum { LINE = 64, STAMP = 8 };

static uint64_t stride_of(uint64_t item_size) {
    return (STAMP + item_size + LINE - 1) / LINE * LINE;
}

size_t hp_broadcast_bytes(uint64_t capacity, uint64_t item_size) {
    if (capacity < 2 || (capacity & (capacity - 1)) != 0 || item_size == 0 || item_size % 8 != 0 ||
        item_size > UINT64_MAX / 4) {
        return 0;
    }
    uint64_t stride = stride_of(item_size);
    if (stride > (SIZE_MAX - sizeof(hp_broadcast_header)) / capacity) {
        return 0;
    }
    return sizeof(hp_broadcast_header) + capacity * stride;
}

int hp_broadcast_create(hp_broadcast_writer *writer, void *memory, size_t bytes, uint64_t capacity,
                        uint64_t item_size) {
    size_t needed = hp_broadcast_bytes(capacity, item_size);
    if (needed == 0 || bytes < needed || (uintptr_t)memory % LINE != 0) {
        return -EINVAL;
    }
    hp_broadcast_header *header = memory;
    // Relaxed suffices: this only turns away readers that come while the ring is being made.
    __atomic_store_n(&header->magic, 0, __ATOMIC_RELAXED);
    uint8_t *slots = (uint8_t *)memory + sizeof *header;
    // Touches every page, too, so that the writer never faults one in.
    memset((uint8_t *)memory + sizeof header->magic, 0, needed - sizeof header->magic);
    header->capacity = capacity;
    header->item_size = item_size;
    header->stride = stride_of(item_size);
    // Release pairs with the acquire in hp_broadcast_attach: who sees the magic sees the sizes and the clean slots.
    __atomic_store_n(&header->magic, MAGIC, __ATOMIC_RELEASE);
    *writer = (hp_broadcast_writer){
        .header = header,
        .slots = slots,
        .mask = capacity - 1,
        .stride = header->stride,
        .words = item_size / 8,
    };
    return 0;
}

int hp_broadcast_attach(hp_broadcast_reader *reader, const void *memory, size_t bytes, uint64_t item_size, int from) {
    const hp_broadcast_header *header = memory;
    if (bytes < sizeof *header || (uintptr_t)memory % LINE != 0 ||
        (from != HP_BROADCAST_FROM_NEXT && from != HP_BROADCAST_FROM_OLDEST)) {
        return -EINVAL;
    }
    uint64_t magic = __atomic_load_n(&header->magic, __ATOMIC_ACQUIRE);
    if (magic == 0) {
        return -EAGAIN;
    }
    uint64_t capacity = header->capacity;
    size_t needed = hp_broadcast_bytes(capacity, item_size);
    if (magic != MAGIC || header->item_size != item_size || header->stride != stride_of(item_size) || needed == 0 ||
        bytes < needed) {
        return -EINVAL;
    }
    uint64_t tail = __atomic_load_n(&header->tail, __ATOMIC_ACQUIRE);
    uint64_t position = tail;
    if (from == HP_BROADCAST_FROM_OLDEST) {
        position = tail > capacity ? tail - capacity : 0;
    }
    *reader = (hp_broadcast_reader){
        .header = header,
        .slots = (const uint8_t *)memory + sizeof *header,
        .mask = capacity - 1,
        .stride = stride_of(item_size),
        .words = item_size / 8,
        .position = position,
    };
    return 0;
}

uint64_t hp_broadcast_skip(hp_broadcast_reader *reader) {
    uint64_t tail = __atomic_load_n(&reader->header->tail, __ATOMIC_ACQUIRE);
    // Half a ring back: the oldest items would be overwritten while they are read, and the reader lose again.
    uint64_t target = tail - (reader->mask + 1) / 2;
    // The item's slot was being overwritten before the tail told so: whatever else, the item at hand is gone.
    if ((int64_t)(target - reader->position) < 1) {
        target = reader->position + 1;
    }
    uint64_t lost = target - reader->position;
    reader->position = target;
    reader->lost += lost;
    return lost;
}
