// The seam between a link's operations and the kernel. Tests put here the faults that no kernel shows on demand; the
// trader leaves it empty, which costs one predictable branch an operation.
#ifndef HP_URING_SEAM_H
#define HP_URING_SEAM_H

#include "hp_link.h"
#include "hp_server.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The operations that a ring may carry; every other one is forbidden to it.
enum {
    HP_URING_CONNECT = 1,
    HP_URING_ACCEPT = 2,
    HP_URING_RECEIVE = 3,
    HP_URING_SEND = 4,
    HP_URING_CANCEL = 5,
};

/// Entries of a ring unless a configuration says otherwise; four times as many completions.
enum { HP_URING_ENTRIES = 64 };

/// What became of an operation.
typedef struct hp_uring_completion {
    uint64_t tag;
    int32_t result; // bytes, a socket, 0, or -errno
    uint32_t flags; // IORING_CQE_F_*
} hp_uring_completion;

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

/// What stands between; members that are NULL let everything pass. `context` is handed to each.
typedef struct hp_uring_seam {
    void *_Nullable context;
    /// Before the kernel is entered. Negative: the answer in the kernel's place, which is not entered.
    int32_t (*_Nullable enter)(void *_Nullable context, uint32_t to_submit, uint32_t min_complete);
    /// A prepared operation; its opcode (IORING_OP_*) and length may be changed.
    void (*_Nullable submission)(void *_Nullable context, uint64_t tag, uint8_t *opcode, uint32_t *length);
    /// A completion before its owner sees it, once; may be changed.
    void (*_Nullable completion)(void *_Nullable context, hp_uring_completion *completion);
    /// True: `completion` was filled and goes to its owner as if it came from the kernel.
    bool (*_Nullable inject)(void *_Nullable context, hp_uring_completion *completion);
    /// Bytes that the kernel has done with and that may be overwritten from now on: a sent span, a receive buffer.
    void (*_Nullable hand_back)(void *_Nullable context, uint8_t *bytes, size_t length);
} hp_uring_seam;

/// Puts a seam in; it must outlive the link or server. To be done before the first poll, or between two.
void hp_link_interpose(hp_link *link, const hp_uring_seam *seam);
void hp_server_interpose(hp_server *server, const hp_uring_seam *seam);

/// Judges a kernel by its IORING_FEAT_* mask and the opcodes that it supports (bit n = opcode n). 0, or -ENOSYS where
/// it lacks what a link rests on: kept completions, parameters read at submission, waits with a limit, an operation.
int hp_uring_judge_kernel(uint32_t features, uint64_t opcodes);

#pragma clang assume_nonnull end

#endif
