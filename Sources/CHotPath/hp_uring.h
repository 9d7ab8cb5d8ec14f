// An io_uring as link and server use it: probed, restricted to the five operations they need, deferred task work, and a
// ring of receive buffers where wanted. Where there is none, plain non-blocking calls do the same operations. One
// thread polls; the first call that reaches the kernel makes the calling thread that one.
#ifndef HP_URING_H
#define HP_URING_H

#include "hp_uring_plain.h"
#include "hp_uring_seam.h"

#include <liburing.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum { HP_URING_BUFFER_GROUP = 1 };

/// How a receive is made.
enum {
    /// Takes what is there now; completes at once, with -EAGAIN when that is nothing. The fastest where the thread
    /// looks again and again: no one has to be woken.
    HP_URING_LOOK = 0,
    /// Completes when bytes come.
    HP_URING_ARMED = 1,
    /// Completes each time bytes come, into the ring's own buffers.
    HP_URING_MULTISHOT = 2,
};

typedef struct hp_uring {
    struct io_uring ring;
    hp_uring_plain plain; // in use where `backend` says so
    const hp_uring_seam *seam;
    hp_uring_completion held; // by the seam: peeked, not yet seen
    bool is_held;
    bool is_injected;
    bool is_direct; // neither plain calls nor a seam
    uint8_t backend;
    uint32_t options;
    int refusal;
    bool is_open;
    bool is_enabled; // by the first thread that polls: from then on the ring is that thread's
    bool is_deferred;
    bool is_kernel_thread;
    bool is_registered; // has a place in the owner's table of rings
    uint32_t registered_index;
    uint64_t owner;                    // number of the thread that enabled the ring
    struct io_uring_buf_ring *buffers; // NULL = no multishot receive
    uint8_t *buffer_memory;
    uint32_t buffer_count;
    uint32_t buffer_size;
    size_t buffer_ring_bytes;
    uint64_t overflows;
} hp_uring;

/// Sets up the ring, disabled. `entries` 0 = HP_URING_ENTRIES; `buffer_count` > 0 asks for multishot receive; without
/// kernel support `buffers` stays NULL and receives are single. Where io_uring is refused, plain calls step in unless
/// `options` (HP_LINK_*) forbid it. Returns 0 or -errno; -ENOSYS where the kernel lacks what is needed.
int hp_uring_open(hp_uring *uring, uint32_t options, uint32_t entries, uint32_t buffer_count, uint32_t buffer_size);

/// Frees all. Nothing may be in flight.
void hp_uring_close(hp_uring *uring);

// Each of the following prepares an operation, which starts with the next submit, advance or sleep. False only when the
// queue is full and cannot be emptied: try again after the next poll.

bool hp_uring_connect(hp_uring *uring, uint64_t tag, int socket, const struct sockaddr *address, socklen_t length);
bool hp_uring_accept(hp_uring *uring, uint64_t tag, int listener);
bool hp_uring_receive(hp_uring *uring, uint64_t tag, int socket, uint8_t *bytes, size_t length, int how);
bool hp_uring_send(hp_uring *uring, uint64_t tag, int socket, const uint8_t *bytes, size_t length);
/// Cancels every operation on `socket`; each still completes by itself.
bool hp_uring_cancel_socket(hp_uring *uring, uint64_t tag, int socket);
/// Cancels the operations tagged `target`.
bool hp_uring_cancel_tagged(hp_uring *uring, uint64_t tag, uint64_t target);

/// Submits what is prepared and runs the kernel's deferred work, if there is either. Returns 0 or -errno (fatal only:
/// -EINTR, -EAGAIN, -EBUSY and -ETIME are everyday and end here).
int hp_uring_advance(hp_uring *uring);

/// Submits what is prepared. Returns as advance.
int hp_uring_submit(hp_uring *uring);

/// As advance, but sleeps up to `timeout_ns` for one completion.
int hp_uring_sleep(hp_uring *uring, int64_t timeout_ns);

/// What was found at opening.
hp_link_facts hp_uring_facts(const hp_uring *uring);

/// Gives up the place in the calling thread's table of rings, if it has one there.
void hp_uring_leave_place(hp_uring *uring);

/// Gives receive buffer `index` back to the kernel.
void hp_uring_return_buffer(hp_uring *uring, uint32_t index);

/// Tells the seam, if any, that `bytes` are the program's again.
static inline void hp_uring_hand_back(hp_uring *uring, uint8_t *bytes, size_t length) {
    if (__builtin_expect(uring->seam != NULL, 0) && uring->seam->hand_back != NULL) {
        uring->seam->hand_back(uring->seam->context, bytes, length);
    }
}

static inline uint8_t *hp_uring_buffer(const hp_uring *uring, uint32_t index) {
    return uring->buffer_memory + (size_t)index * uring->buffer_size;
}

bool hp_uring_next_indirect(hp_uring *uring, hp_uring_completion *completion);
void hp_uring_seen_indirect(hp_uring *uring);

/// The oldest completion, which stays until it is seen. False = none.
static inline bool hp_uring_next(hp_uring *uring, hp_uring_completion *completion) {
    if (__builtin_expect(!uring->is_direct, 0)) {
        return hp_uring_next_indirect(uring, completion);
    }
    const struct io_uring_cq *queue = &uring->ring.cq;
    uint32_t head = *queue->khead;
    // Acquire: pairs with the kernel's release of the tail, so that the entry below it is read whole.
    if (head == __atomic_load_n(queue->ktail, __ATOMIC_ACQUIRE)) {
        return false;
    }
    const struct io_uring_cqe *entry = &queue->cqes[head & *queue->kring_mask];
    *completion = (hp_uring_completion){.tag = entry->user_data, .result = entry->res, .flags = entry->flags};
    return true;
}

/// Takes the completion that `next` told.
static inline void hp_uring_seen(hp_uring *uring) {
    if (__builtin_expect(!uring->is_direct, 0)) {
        hp_uring_seen_indirect(uring);
        return;
    }
    // Release: the entry has been read before the kernel may write it again.
    __atomic_store_n(uring->ring.cq.khead, *uring->ring.cq.khead + 1, __ATOMIC_RELEASE);
}

#endif
