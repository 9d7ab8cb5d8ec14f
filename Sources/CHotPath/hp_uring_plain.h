// The operations of a ring by plain non-blocking calls, for hosts that grant no io_uring (sysctl, seccomp, old kernel).
// Operations wait in a list and are tried at every advance; completions are told as a ring tells them.
#ifndef HP_URING_PLAIN_H
#define HP_URING_PLAIN_H

#include "hp_uring_seam.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/// An operation that has not completed.
typedef struct hp_uring_pending {
    uint64_t tag;
    uint8_t *bytes;
    uint32_t length;
    int socket;
    bool is_look;    // completes at its first try
    bool is_started; // a connect that is under way
    struct sockaddr_storage address;
} hp_uring_pending;

/// All that is under way; operations and untaken completions together never exceed HP_URING_ENTRIES.
typedef struct hp_uring_plain {
    hp_uring_pending pending[HP_URING_ENTRIES];
    uint32_t pending_count;
    hp_uring_completion completions[HP_URING_ENTRIES];
    uint32_t completion_head; // both count since the beginning
    uint32_t completion_tail;
} hp_uring_plain;

/// Room for one more operation, or NULL when all places are taken. The caller fills it.
hp_uring_pending *hp_uring_plain_add(hp_uring_plain *plain);

/// Ends pending operations with -ECANCELED, those on `socket` (-1 = any) with tag `target` (0 = any), then tells their
/// number, or -ENOENT, under `tag`, as a ring does. False when there is no place for the answer.
bool hp_uring_plain_cancel(hp_uring_plain *plain, uint64_t tag, int socket, uint64_t target);

/// Tries every pending operation once.
void hp_uring_plain_advance(hp_uring_plain *plain);

/// Sleeps up to `timeout_ns` until one of the pending operations can go on. Returns 0 or -errno.
int hp_uring_plain_sleep(const hp_uring_plain *plain, int64_t timeout_ns);

/// Whether completions wait to be taken.
static inline bool hp_uring_plain_has_completion(const hp_uring_plain *plain) {
    return plain->completion_head != plain->completion_tail;
}

#endif
