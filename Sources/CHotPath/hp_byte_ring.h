// A byte queue whose memory is mapped twice in a row, so that what waits is always contiguous, even across the end.
// One thread only. Used for received bytes (frames are decoded in place) and for bytes to send.
#ifndef HP_BYTE_RING_H
#define HP_BYTE_RING_H

#include <stddef.h>
#include <stdint.h>

/// Positions count bytes since the beginning and never wrap in practice.
typedef struct hp_byte_ring {
    uint8_t *base;
    uint64_t capacity; // power of two, whole pages
    uint64_t head;     // next byte to read
    uint64_t tail;     // next byte to write
} hp_byte_ring;

/// Maps at least `capacity` bytes twice. Returns 0 or -errno.
int hp_byte_ring_map(hp_byte_ring *ring, size_t capacity);

/// Unmaps; harmless on a zeroed ring.
void hp_byte_ring_unmap(hp_byte_ring *ring);

static inline size_t hp_byte_ring_used(const hp_byte_ring *ring) {
    return (size_t)(ring->tail - ring->head);
}

static inline size_t hp_byte_ring_room(const hp_byte_ring *ring) {
    return (size_t)(ring->capacity - (ring->tail - ring->head));
}

static inline uint8_t *hp_byte_ring_read_at(const hp_byte_ring *ring) {
    return ring->base + (ring->head & (ring->capacity - 1));
}

static inline uint8_t *hp_byte_ring_write_at(const hp_byte_ring *ring) {
    return ring->base + (ring->tail & (ring->capacity - 1));
}

static inline void hp_byte_ring_reset(hp_byte_ring *ring) {
    ring->head = 0;
    ring->tail = 0;
}

#endif
