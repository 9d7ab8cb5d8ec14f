// Data path of the io_uring: entering the kernel, deferred work, completions, buffers.
#include "hp_uring.h"

#include <errno.h>
#include <stdatomic.h>

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

/// A number that no other thread of the process has or ever had.
static uint64_t thread_number(void) {
    static _Atomic uint64_t last;
    static _Thread_local uint64_t own;
    if (own == 0) {
        // Relaxed: only uniqueness is wanted.
        own = atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1;
    }
    return own;
}

/// Takes a place in the calling thread's table of rings: spares the reference to the ring's file at every call.
static void take_place(hp_uring *uring) {
    struct io_uring_rsrc_update place = {.offset = -1U, .data = (uint64_t)uring->ring.ring_fd};
    unsigned number = (unsigned)uring->ring.ring_fd;
    if ((uring->options & HP_LINK_NO_REGISTERED_RING) == 0 &&
        io_uring_register(number, IORING_REGISTER_RING_FDS, &place, 1) == 1) {
        uring->is_registered = true;
        uring->registered_index = place.offset;
    }
}

void hp_uring_leave_place(hp_uring *uring) {
    // A thread that has ended has left all its places; one that runs on must do it itself.
    if (uring->is_registered && uring->owner == thread_number()) {
        struct io_uring_rsrc_update place = {.offset = uring->registered_index};
        (void)io_uring_register((unsigned)uring->ring.ring_fd, IORING_UNREGISTER_RING_FDS, &place, 1);
    }
    uring->is_registered = false;
}

static int enable(hp_uring *uring) {
    // By the general call: Debian 12's library declares io_uring_enable_rings but does not export it.
    int result = io_uring_register((unsigned)uring->ring.ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0);
    if (result == 0) {
        uring->is_enabled = true;
        uring->owner = thread_number();
        take_place(uring);
    }
    return result;
}

/// Shows the kernel what was prepared; the number of entries that it has not taken yet.
static uint32_t publish(hp_uring *uring) {
    struct io_uring_sq *queue = &uring->ring.sq;
    // The indirection array was filled at setup, once for all. Release: entries are whole before the kernel sees them.
    __atomic_store_n(queue->ktail, queue->sqe_tail, __ATOMIC_RELEASE);
    queue->sqe_head = queue->sqe_tail;
    // Acquire: pairs with the kernel's release of the head. Entries of a refused call are offered again this way.
    return queue->sqe_tail - __atomic_load_n(queue->khead, __ATOMIC_ACQUIRE);
}

/// With a kernel thread that takes submissions, a call is due only to wake it.
static bool needs_wake_up(hp_uring *uring) {
    // Full fence: the tail must be visible before the flag is read, or thread and kernel could wait for each other.
    atomic_thread_fence(memory_order_seq_cst);
    return (__atomic_load_n(uring->ring.sq.kflags, __ATOMIC_RELAXED) & IORING_SQ_NEED_WAKEUP) != 0;
}

static int enter(hp_uring *uring, uint32_t to_submit, uint32_t min_complete, uint32_t flags, void *argument,
                 size_t size) {
    if (__builtin_expect(uring->seam != NULL, 0) && uring->seam->enter != NULL) {
        int result = uring->seam->enter(uring->seam->context, to_submit, min_complete);
        if (result < 0) {
            return result;
        }
    }
    // In another thread the place would be another ring's, or none.
    if (uring->is_registered && uring->owner == thread_number()) {
        return io_uring_enter2(uring->registered_index, to_submit, min_complete, flags | IORING_ENTER_REGISTERED_RING,
                               argument, size);
    }
    return io_uring_enter2((unsigned)uring->ring.ring_fd, to_submit, min_complete, flags, argument, size);
}

static int ensure_enabled(hp_uring *uring) {
    return __builtin_expect(uring->is_enabled, 1) ? 0 : enable(uring);
}

/// One call that submits and, where the kernel says that something waits, runs its deferred work.
static int submit_and_collect(hp_uring *uring, bool collects) {
    uint32_t flags = 0;
    uint32_t to_submit = publish(uring);
    if (collects) {
        // Relaxed suffices: a flag seen late is seen by the next poll, and the kernel orders the completions.
        uint32_t state = __atomic_load_n(uring->ring.sq.kflags, __ATOMIC_RELAXED);
        uring->overflows += (state & IORING_SQ_CQ_OVERFLOW) != 0;
        flags = (state & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) != 0 ? IORING_ENTER_GETEVENTS : 0;
    }
    if (uring->is_kernel_thread) {
        bool wakes = to_submit > 0 && needs_wake_up(uring);
        flags |= wakes ? IORING_ENTER_SQ_WAKEUP : 0;
    }
    if (flags == 0 && (to_submit == 0 || uring->is_kernel_thread)) {
        return 0;
    }
    return fatal_only(enter(uring, to_submit, 0, flags, NULL, _NSIG / 8));
}

int hp_uring_advance(hp_uring *uring) {
    if (__builtin_expect(uring->backend == HP_LINK_BACKEND_PLAIN, 0)) {
        hp_uring_plain_advance(&uring->plain);
        return 0;
    }
    int result = ensure_enabled(uring);
    return result != 0 ? result : submit_and_collect(uring, true);
}

int hp_uring_submit(hp_uring *uring) {
    if (__builtin_expect(uring->backend == HP_LINK_BACKEND_PLAIN, 0)) {
        hp_uring_plain_advance(&uring->plain);
        return 0;
    }
    int result = ensure_enabled(uring);
    return result != 0 ? result : submit_and_collect(uring, false);
}

static bool has_completion(hp_uring *uring) {
    hp_uring_completion ignored;
    return hp_uring_next(uring, &ignored);
}

static int sleep_plain(hp_uring *uring, int64_t timeout_ns) {
    hp_uring_plain_advance(&uring->plain);
    if (timeout_ns <= 0 || has_completion(uring)) {
        return 0;
    }
    int result = fatal_only(hp_uring_plain_sleep(&uring->plain, timeout_ns));
    hp_uring_plain_advance(&uring->plain);
    return result;
}

int hp_uring_sleep(hp_uring *uring, int64_t timeout_ns) {
    if (__builtin_expect(uring->backend == HP_LINK_BACKEND_PLAIN, 0)) {
        return sleep_plain(uring, timeout_ns);
    }
    if (timeout_ns <= 0 || has_completion(uring)) {
        return hp_uring_advance(uring);
    }
    int result = ensure_enabled(uring);
    if (result != 0) {
        return result;
    }
    struct __kernel_timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
    struct io_uring_getevents_arg argument = {.ts = (uint64_t)(uintptr_t)&timeout};
    uint32_t flags = IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;
    uint32_t to_submit = publish(uring);
    if (uring->is_kernel_thread && to_submit > 0 && needs_wake_up(uring)) {
        flags |= IORING_ENTER_SQ_WAKEUP;
    }
    uint32_t state = __atomic_load_n(uring->ring.sq.kflags, __ATOMIC_RELAXED);
    uring->overflows += (state & IORING_SQ_CQ_OVERFLOW) != 0;
    return fatal_only(enter(uring, to_submit, 1, flags, &argument, sizeof argument));
}

void hp_uring_return_buffer(hp_uring *uring, uint32_t index) {
    hp_uring_hand_back(uring, hp_uring_buffer(uring, index), uring->buffer_size);
    io_uring_buf_ring_add(uring->buffers, hp_uring_buffer(uring, index), uring->buffer_size, (unsigned short)index,
                          io_uring_buf_ring_mask(uring->buffer_count), 0);
    io_uring_buf_ring_advance(uring->buffers, 1);
}

/// The oldest completion of the backend itself.
static bool next_of_backend(hp_uring *uring, hp_uring_completion *completion) {
    if (uring->backend == HP_LINK_BACKEND_PLAIN) {
        const hp_uring_plain *plain = &uring->plain;
        if (!hp_uring_plain_has_completion(plain)) {
            return false;
        }
        *completion = plain->completions[plain->completion_head % HP_URING_ENTRIES];
        return true;
    }
    struct io_uring_cqe *entry = NULL;
    unsigned head;
    io_uring_for_each_cqe(&uring->ring, head, entry) {
        *completion = (hp_uring_completion){.tag = entry->user_data, .result = entry->res, .flags = entry->flags};
        return true;
    }
    return false;
}

bool hp_uring_next_indirect(hp_uring *uring, hp_uring_completion *completion) {
    const hp_uring_seam *seam = uring->seam;
    if (!uring->is_held) {
        uring->is_injected = seam != NULL && seam->inject != NULL && seam->inject(seam->context, &uring->held);
        uring->is_held = uring->is_injected || next_of_backend(uring, &uring->held);
        if (uring->is_held && !uring->is_injected && seam != NULL && seam->completion != NULL) {
            seam->completion(seam->context, &uring->held);
        }
    }
    *completion = uring->held;
    return uring->is_held;
}

void hp_uring_seen_indirect(hp_uring *uring) {
    uring->is_held = false;
    if (uring->is_injected) {
        uring->is_injected = false;
    } else if (uring->backend == HP_LINK_BACKEND_PLAIN) {
        uring->plain.completion_head++;
    } else {
        io_uring_cq_advance(&uring->ring, 1);
    }
}
