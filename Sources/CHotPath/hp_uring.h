// An io_uring as link and server use it: probed, restricted to the five operations they need, deferred task work, and a
// ring of receive buffers where wanted. Completions are told apart by a tag with the connection's generation.
#ifndef HP_URING_H
#define HP_URING_H

#include <liburing.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    HP_URING_CONNECT = 1,
    HP_URING_ACCEPT = 2,
    HP_URING_RECEIVE = 3,
    HP_URING_SEND = 4,
    HP_URING_CANCEL = 5,
};

enum { HP_URING_BUFFER_GROUP = 1, HP_URING_ENTRIES = 64 };

typedef struct hp_uring {
    struct io_uring ring;
    bool is_open;
    bool is_enabled; // by the first thread that polls: from then on the ring is that thread's
    bool is_deferred;
    struct io_uring_buf_ring *buffers; // NULL = no multishot receive
    uint8_t *buffer_memory;
    uint32_t buffer_count;
    uint32_t buffer_size;
    size_t buffer_ring_bytes;
    uint64_t overflows;
    uint32_t overflow_seen;
} hp_uring;

/// Sets up the ring, disabled. `buffer_count` > 0 asks for multishot receive; without kernel support `buffers` stays
/// NULL and receives are single. Returns 0 or -errno; -ENOSYS where the kernel lacks what is needed.
int hp_uring_open(hp_uring *uring, uint32_t buffer_count, uint32_t buffer_size);

/// Frees all. Nothing may be in flight.
void hp_uring_close(hp_uring *uring);

/// The next submission entry; submits first when the queue is full. NULL only when the ring is unusable. The caller
/// prepares it, then tags it with io_uring_sqe_set_data64.
struct io_uring_sqe *hp_uring_entry(hp_uring *uring);

/// Submits what is prepared and runs the kernel's deferred work, if there is either. Returns 0 or -errno (fatal only:
/// -EINTR, -EAGAIN, -EBUSY and -ETIME are everyday and end here).
int hp_uring_advance(hp_uring *uring);

/// Submits what is prepared. Returns as advance.
int hp_uring_submit(hp_uring *uring);

/// As advance, but sleeps up to `timeout_ns` for one completion.
int hp_uring_sleep(hp_uring *uring, int64_t timeout_ns);

/// Gives receive buffer `index` back to the kernel.
void hp_uring_return_buffer(hp_uring *uring, uint32_t index);

static inline uint8_t *hp_uring_buffer(const hp_uring *uring, uint32_t index) {
    return uring->buffer_memory + (size_t)index * uring->buffer_size;
}

/// Tag of an operation: what, whose, and of which connection, so that a late completion of a dead one is recognised.
static inline uint64_t hp_uring_tag(uint8_t operation, uint8_t slot, uint32_t generation) {
    return (uint64_t)operation << 56 | (uint64_t)slot << 48 | generation;
}

static inline uint8_t hp_uring_tag_operation(uint64_t tag) {
    return (uint8_t)(tag >> 56);
}
static inline uint8_t hp_uring_tag_slot(uint64_t tag) {
    return (uint8_t)(tag >> 48);
}
static inline uint32_t hp_uring_tag_generation(uint64_t tag) {
    return (uint32_t)tag;
}

#endif
