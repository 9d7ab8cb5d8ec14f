// Data path of the io_uring: entries, submission, deferred work, buffers.
#include "hp_uring.h"

#include <errno.h>

/// Outcomes of entering the kernel that the next call makes good by itself.
static int fatal_only(int result) {
    switch (result) {
    case -EINTR:
    case -EAGAIN:
    case -EBUSY:
    case -ETIME:
        return 0;
    default:
        return result < 0 ? result : 0;
    }
}

static int enable(hp_uring *uring) {
    // By the general call: Debian 12's library declares io_uring_enable_rings but does not export it.
    int result = io_uring_register((unsigned)uring->ring.ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0);
    uring->is_enabled = result == 0;
    return result;
}

static void count_overflow(hp_uring *uring) {
    uint32_t now = *uring->ring.cq.koverflow;
    uring->overflows += now - uring->overflow_seen;
    uring->overflow_seen = now;
}

struct io_uring_sqe *hp_uring_entry(hp_uring *uring) {
    struct io_uring_sqe *entry = io_uring_get_sqe(&uring->ring);
    if (entry == NULL && hp_uring_submit(uring) == 0) {
        entry = io_uring_get_sqe(&uring->ring);
    }
    return entry;
}

int hp_uring_advance(hp_uring *uring) {
    if (!uring->is_enabled) {
        int result = enable(uring);
        if (result != 0) {
            return result;
        }
    }
    // Relaxed suffices: a flag seen late is seen by the next poll, and the kernel orders the completions themselves.
    unsigned flags = __atomic_load_n(uring->ring.sq.kflags, __ATOMIC_RELAXED);
    bool kernel_waits = (flags & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) != 0;
    if (!kernel_waits && io_uring_sq_ready(&uring->ring) == 0) {
        return 0;
    }
    int result = fatal_only(io_uring_submit_and_get_events(&uring->ring));
    count_overflow(uring);
    return result;
}

int hp_uring_submit(hp_uring *uring) {
    if (!uring->is_enabled) {
        int result = enable(uring);
        if (result != 0) {
            return result;
        }
    }
    return fatal_only(io_uring_submit(&uring->ring));
}

int hp_uring_sleep(hp_uring *uring, int64_t timeout_ns) {
    int result = hp_uring_advance(uring);
    if (result != 0 || timeout_ns <= 0 || io_uring_cq_ready(&uring->ring) > 0) {
        return result;
    }
    struct __kernel_timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
    struct io_uring_cqe *completion = NULL;
    result = fatal_only(io_uring_submit_and_wait_timeout(&uring->ring, &completion, 1, &timeout, NULL));
    count_overflow(uring);
    return result;
}

void hp_uring_return_buffer(hp_uring *uring, uint32_t index) {
    io_uring_buf_ring_add(uring->buffers, hp_uring_buffer(uring, index), uring->buffer_size, (unsigned short)index,
                          io_uring_buf_ring_mask(uring->buffer_count), 0);
    io_uring_buf_ring_advance(uring->buffers, 1);
}
