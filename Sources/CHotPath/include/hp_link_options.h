// What a link or server may be told about its way to the kernel, and what it tells of the way that it found.
#ifndef HP_LINK_OPTIONS_H
#define HP_LINK_OPTIONS_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// Options of a link or server, to be combined. None is right for trading; they exist for odd hosts and for tests of
/// what the link does where a kernel lacks something.
enum {
    /// Refuses with the kernel's error where io_uring is not to be had; without it plain calls step in.
    HP_LINK_REQUIRE_URING = 1 << 0,
    /// Plain non-blocking calls even where io_uring is to be had.
    HP_LINK_PLAIN_CALLS = 1 << 1,
    /// One receive at a time while parked, even where the kernel has multishot.
    HP_LINK_NO_MULTISHOT = 1 << 2,
    /// The ring by its file number instead of its place in the thread's table.
    HP_LINK_NO_REGISTERED_RING = 1 << 3,
    /// Completions by interrupting the thread, as kernels before 6.1 do.
    HP_LINK_NO_DEFERRED_WORK = 1 << 4,
    /// Receives stay armed while polling, too: costs about a tenth of a round trip, spares a system call per poll.
    HP_LINK_ALWAYS_ARMED = 1 << 5,
    /// A kernel thread takes submissions (SQPOLL). It needs a core to itself: with two cores it shares one with an end
    /// of the link, and a round trip's p99.9 becomes a scheduler tick. Falls back to none where refused.
    HP_LINK_KERNEL_THREAD = 1 << 6,
};

/// By what a link or server reaches the kernel.
enum {
    HP_LINK_BACKEND_URING = 1,
    HP_LINK_BACKEND_PLAIN = 2,
};

/// The way that was found at creation.
typedef struct hp_link_facts {
    uint32_t submission_entries; // of the ring; 0 with plain calls
    uint32_t completion_entries;
    uint32_t in_flight; // operations not yet completed
    int32_t refusal;    // -errno of io_uring's setup where plain calls step in; 0 otherwise
    uint8_t backend;    // HP_LINK_BACKEND_*
    uint8_t deferred_work;
    uint8_t multishot;
    uint8_t registered_ring; // known from the first poll on
    uint8_t kernel_thread;
    uint8_t busy_poll; // the last socket took the busy-poll option
    uint8_t padding[2];
} hp_link_facts;

_Static_assert(sizeof(hp_link_facts) == 24, "imported by value");

#pragma clang assume_nonnull end

#endif
