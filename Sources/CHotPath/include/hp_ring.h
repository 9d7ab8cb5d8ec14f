// Single-producer single-consumer ring of fixed-size slots, in memory the caller gives.
// Not for several producers, not for variable-size records, and it never blocks: waiting is the caller's policy.
#ifndef HP_RING_H
#define HP_RING_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang assume_nonnull begin

/// Answers of offer and take.
enum {
    HP_RING_OK = 0,
    HP_RING_FULL = 1,
    HP_RING_EMPTY = 2,
    /// The item's size is not the ring's: a programming error, told instead of corrupting a neighbour.
    HP_RING_WRONG_SIZE = 3,
};

/// Positions count slots since the beginning and never wrap in practice (2^64); slot = position modulo capacity.
/// The two published positions, each side's own fields and the constants lie on lines of their own, 128 bytes apart
/// because processors fetch lines in pairs: the other side polls a published position, and whatever shared its line
/// would have to be won back before every claim. `head_cache` and `tail_cache` are each side's last sight of the
/// other's position: while they suffice, the other side's cache line is not touched.
typedef struct hp_ring {
    struct {
        uint64_t tail; // published; written by the producer, read by both
        uint8_t gap[120];
        uint64_t claimed;    // producer only: slots handed out by claim, not yet published
        uint64_t head_cache; // producer only
        uint8_t padding[112];
    } producer;
    struct {
        uint64_t head; // released; written by the consumer, read by both
        uint8_t gap[120];
        uint64_t read;       // consumer only: slots seen by next, not yet released
        uint64_t tail_cache; // consumer only
        uint8_t padding[112];
    } consumer;
    uint8_t *slots; // below: constant after init
    uint64_t mask;  // capacity - 1
    uint64_t slot_size;
    uint64_t capacity;
    uint8_t padding[96];
} hp_ring;

_Static_assert(sizeof(hp_ring) == 640, "five blocks of two cache lines");
_Static_assert(offsetof(hp_ring, consumer) == 256, "the consumer's lines are its own");
_Static_assert(offsetof(hp_ring, slots) == 512, "the constants share no line with a position");

/// Prepares `ring` over `slots`, which holds `capacity * slot_size` bytes and outlives it.
/// `capacity` is a power of two, `slot_size` a multiple of 8, `slots` 8-byte aligned; else -EINVAL.
int hp_ring_init(hp_ring *ring, void *slots, uint64_t capacity, uint64_t slot_size);

/// Calls `handle` for up to `limit` published items in order, then releases them at once. Consumer only.
/// Returns how many. The bound keeps one duty cycle's work finite however fast the producer is.
uint64_t hp_ring_drain(hp_ring *ring, uint64_t limit, void (*handle)(const void *item, void *_Nullable context),
                       void *_Nullable context);

static inline uint8_t *hp_ring_slot(const hp_ring *ring, uint64_t position) {
    return ring->slots + (position & ring->mask) * ring->slot_size;
}

/// The next free slot to write in place, or NULL when the ring is full. Producer only. Several claims may precede one
/// commit: the batch is then published with a single store.
static inline void *_Nullable hp_ring_claim(hp_ring *ring) {
    uint64_t position = ring->producer.claimed;
    if (position - ring->producer.head_cache >= ring->capacity) {
        // Acquire pairs with the release in hp_ring_release: the consumer has finished reading the slot we reuse.
        ring->producer.head_cache = __atomic_load_n(&ring->consumer.head, __ATOMIC_ACQUIRE);
        if (position - ring->producer.head_cache >= ring->capacity) {
            return NULL;
        }
    }
    ring->producer.claimed = position + 1;
    return hp_ring_slot(ring, position);
}

/// Up to `wanted` free slots that lie one after another in memory, to write in place, or NULL when the ring is full or
/// `wanted` is 0. `granted` says how many: fewer than wanted where the slots' memory ends or where the consumer was
/// last seen to be that near, so that a claim touches the consumer's cache line only when nothing else is left; at
/// least 1 unless the ring is full. Producer only; several claims may precede one commit.
static inline void *_Nullable hp_ring_claim_many(hp_ring *ring, uint64_t wanted, uint64_t *granted) {
    uint64_t position = ring->producer.claimed;
    uint64_t room = ring->capacity - (position - ring->producer.head_cache);
    if (room == 0) {
        // Acquire pairs with the release in hp_ring_release, as in hp_ring_claim.
        ring->producer.head_cache = __atomic_load_n(&ring->consumer.head, __ATOMIC_ACQUIRE);
        room = ring->capacity - (position - ring->producer.head_cache);
    }
    uint64_t straight = ring->capacity - (position & ring->mask);
    uint64_t run = wanted < room ? wanted : room;
    run = run < straight ? run : straight;
    *granted = run;
    ring->producer.claimed = position + run;
    return run == 0 ? NULL : hp_ring_slot(ring, position);
}

/// Publishes every claimed slot. Producer only.
static inline void hp_ring_commit(hp_ring *ring) {
    // Release pairs with the acquire in hp_ring_next: the slots' bytes are visible before the new tail.
    __atomic_store_n(&ring->producer.tail, ring->producer.claimed, __ATOMIC_RELEASE);
}

/// The next published item, to read in place, or NULL when there is none. Consumer only. It stays valid until the
/// release after it.
static inline const void *_Nullable hp_ring_next(hp_ring *ring) {
    uint64_t position = ring->consumer.read;
    if (position == ring->consumer.tail_cache) {
        // Acquire pairs with the release in hp_ring_commit.
        ring->consumer.tail_cache = __atomic_load_n(&ring->producer.tail, __ATOMIC_ACQUIRE);
        if (position == ring->consumer.tail_cache) {
            return NULL;
        }
    }
    ring->consumer.read = position + 1;
    return hp_ring_slot(ring, position);
}

/// Up to `wanted` published items that lie one after another in memory, to read in place, or NULL when there is none or
/// `wanted` is 0. `granted` says how many: fewer than wanted where the slots' memory ends or where the producer was
/// last seen to be, so that a drain touches the producer's cache line only when everything known is read; at least 1
/// unless the ring is empty. Consumer only; the items stay valid until the release after it.
static inline const void *_Nullable hp_ring_next_many(hp_ring *ring, uint64_t wanted, uint64_t *granted) {
    uint64_t position = ring->consumer.read;
    uint64_t ready = ring->consumer.tail_cache - position;
    if (ready == 0) {
        // Acquire pairs with the release in hp_ring_commit.
        ring->consumer.tail_cache = __atomic_load_n(&ring->producer.tail, __ATOMIC_ACQUIRE);
        ready = ring->consumer.tail_cache - position;
    }
    uint64_t straight = ring->capacity - (position & ring->mask);
    uint64_t run = wanted < ready ? wanted : ready;
    run = run < straight ? run : straight;
    *granted = run;
    ring->consumer.read = position + run;
    return run == 0 ? NULL : hp_ring_slot(ring, position);
}

/// Gives every item seen by next back to the producer. Consumer only.
static inline void hp_ring_release(hp_ring *ring) {
    // Release pairs with the acquire in hp_ring_claim: our reads are done before the slot may be written again.
    __atomic_store_n(&ring->consumer.head, ring->consumer.read, __ATOMIC_RELEASE);
}

/// Copies `item` in and publishes it.
static inline int hp_ring_offer(hp_ring *ring, const void *item, uint64_t size) {
    if (size != ring->slot_size) {
        return HP_RING_WRONG_SIZE;
    }
    void *slot = hp_ring_claim(ring);
    if (slot == NULL) {
        return HP_RING_FULL;
    }
    memcpy(slot, item, size);
    hp_ring_commit(ring);
    return HP_RING_OK;
}

/// Copies the next item out and releases it.
static inline int hp_ring_take(hp_ring *ring, void *item, uint64_t size) {
    if (size != ring->slot_size) {
        return HP_RING_WRONG_SIZE;
    }
    const void *slot = hp_ring_next(ring);
    if (slot == NULL) {
        return HP_RING_EMPTY;
    }
    memcpy(item, slot, size);
    hp_ring_release(ring);
    return HP_RING_OK;
}

/// Published and not yet released items, from any thread. Too large for nobody, too small for the consumer: for
/// monitoring only.
static inline uint64_t hp_ring_size_guess(const hp_ring *ring) {
    // Head first: the tail read after it can only be further on, so the difference is never negative.
    uint64_t head = __atomic_load_n(&ring->consumer.head, __ATOMIC_ACQUIRE);
    uint64_t tail = __atomic_load_n(&ring->producer.tail, __ATOMIC_ACQUIRE);
    uint64_t size = tail - head;
    return size < ring->capacity ? size : ring->capacity;
}

#pragma clang assume_nonnull end

#endif
