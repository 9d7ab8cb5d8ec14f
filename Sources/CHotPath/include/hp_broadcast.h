// Broadcast ring: one writer that never waits, any number of readers that may lag and are told how much they lost.
// It lies in memory the caller gives and holds positions and sizes only, no pointers, so that it may be mapped by
// several processes at different addresses. Not for data of which no item may be lost: that is hp_ring.
#ifndef HP_BROADCAST_H
#define HP_BROADCAST_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang assume_nonnull begin

/// Answers of hp_broadcast_read.
enum {
    HP_BROADCAST_ITEM = 0,
    /// Nothing new.
    HP_BROADCAST_NONE = 1,
    /// The writer overtook the reader; no item was copied, the next read goes on further along.
    HP_BROADCAST_LOST = 2,
};

/// Where a new reader begins.
enum {
    /// With the next item to be published.
    HP_BROADCAST_FROM_NEXT = 0,
    /// With the oldest item that is still there.
    HP_BROADCAST_FROM_OLDEST = 1,
};

/// The head of the shared memory; the slots follow it. Constant after creation but for `tail`.
typedef struct hp_broadcast_header {
    uint64_t magic;     // written last, so that nobody attaches to a half-made ring
    uint64_t capacity;  // slots, a power of two
    uint64_t item_size; // bytes of an item, a multiple of 8
    uint64_t stride;    // bytes from slot to slot, a multiple of 64: a line is never shared by two items
    uint8_t padding[96];
    uint64_t tail; // items published so far; written by the writer, on lines of its own
    uint8_t tail_padding[120];
} hp_broadcast_header;

_Static_assert(sizeof(hp_broadcast_header) == 256, "two blocks of two cache lines");
_Static_assert(offsetof(hp_broadcast_header, tail) == 128, "the tail shares no line with the constants");

/// A slot is a stamp and the item's words. Stamp 2 * position + 1: the item of that position is being written;
/// 2 * position + 2: it is whole. Stamps only grow, so that a reader learns from one word whether its item is there,
/// not yet there, or gone.
typedef struct hp_broadcast_writer {
    hp_broadcast_header *_Nullable header; // NULL until created
    uint8_t *_Nullable slots;
    uint64_t mask;
    uint64_t stride;
    uint64_t words;
    uint64_t position; // of the next item
} hp_broadcast_writer;

/// Private to the thread that reads; every reader has one. The sizes are copies taken at attachment, so that a damaged
/// mapping can give wrong items but never leads outside of it.
typedef struct hp_broadcast_reader {
    const hp_broadcast_header *_Nullable header; // NULL until attached
    const uint8_t *_Nullable slots;
    uint64_t mask;
    uint64_t stride;
    uint64_t words;
    uint64_t position; // of the next item to read
    uint64_t lost;     // items lost since attachment
} hp_broadcast_reader;

/// Bytes of memory for `capacity` items of `item_size` bytes; 0 when no such ring exists (capacity not a power of two
/// or below 2, size 0 or not a multiple of 8, or larger than the address space).
size_t hp_broadcast_bytes(uint64_t capacity, uint64_t item_size);

/// Makes an empty ring in `memory`, 64-byte aligned, of `bytes` bytes, which outlives writer and readers. Whoever reads
/// a ring that is made anew in its place must attach anew.
/// -EINVAL for sizes of which hp_broadcast_bytes says 0, unaligned memory, or too little of it.
int hp_broadcast_create(hp_broadcast_writer *writer, void *memory, size_t bytes, uint64_t capacity, uint64_t item_size);

/// Attaches a reader to the ring in `memory`; `from` is one of HP_BROADCAST_FROM_*; `item_size` is what the reader
/// expects. -EAGAIN when there is no ring (yet), -EINVAL when it is not a ring of such items or does not fit in
/// `bytes`.
int hp_broadcast_attach(hp_broadcast_reader *reader, const void *memory, size_t bytes, uint64_t item_size, int from);

/// Moves a reader that was overtaken to an item that is still there and a good way from being overwritten; returns how
/// many items it skips. Called by hp_broadcast_read.
uint64_t hp_broadcast_skip(hp_broadcast_reader *reader);

/// Publishes a copy of `item`. Never waits, whatever the readers do. Writer's thread only.
static inline void hp_broadcast_publish(hp_broadcast_writer *writer, const void *item) {
    uint64_t position = writer->position;
    uint64_t *stamp = (uint64_t *)(writer->slots + (position & writer->mask) * writer->stride);
    uint64_t *words = stamp + 1;
    const uint8_t *bytes = item;
    // Ordered before the words below by their own release.
    __atomic_store_n(stamp, 2 * position + 1, __ATOMIC_RELAXED);
    for (uint64_t index = 0; index < writer->words; index++) {
        uint64_t word;
        memcpy(&word, bytes + 8 * index, 8);
        // Release pairs with the acquire of the same word in hp_broadcast_read: who sees a word of this item also sees
        // that its slot is being written. Plain moves on x86; no fence, which thread sanitisers do not model.
        __atomic_store_n(words + index, word, __ATOMIC_RELEASE);
    }
    // Release pairs with the first acquire of the stamp in hp_broadcast_read: the item is whole.
    __atomic_store_n(stamp, 2 * position + 2, __ATOMIC_RELEASE);
    writer->position = position + 1;
    // Release pairs with the acquire in hp_broadcast_skip and hp_broadcast_attach.
    __atomic_store_n(&writer->header->tail, position + 1, __ATOMIC_RELEASE);
}

/// Copies the next item out. HP_BROADCAST_LOST puts into `lost`, which is 0 otherwise, the number of items that this
/// reader will not see: those that were overwritten and, to gain distance from the writer, the older half of the ring.
/// Its own reader's thread only; disturbs neither the writer nor other readers.
static inline int hp_broadcast_read(hp_broadcast_reader *reader, void *item, uint64_t *lost) {
    *lost = 0;
    uint64_t whole = 2 * reader->position + 2;
    const uint64_t *stamp = (const uint64_t *)(reader->slots + (reader->position & reader->mask) * reader->stride);
    const uint64_t *words = stamp + 1;
    uint8_t *bytes = item;
    uint64_t before = __atomic_load_n(stamp, __ATOMIC_ACQUIRE);
    if (before < whole) {
        return HP_BROADCAST_NONE;
    }
    if (before == whole) {
        for (uint64_t index = 0; index < reader->words; index++) {
            // Acquire keeps the second look at the stamp behind the copy.
            uint64_t word = __atomic_load_n(words + index, __ATOMIC_ACQUIRE);
            memcpy(bytes + 8 * index, &word, 8);
        }
        if (__atomic_load_n(stamp, __ATOMIC_RELAXED) == whole) {
            reader->position++;
            return HP_BROADCAST_ITEM;
        }
    }
    *lost = hp_broadcast_skip(reader);
    return HP_BROADCAST_LOST;
}

#pragma clang assume_nonnull end

#endif
