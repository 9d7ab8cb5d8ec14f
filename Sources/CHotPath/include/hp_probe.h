// Asks the running kernel what it offers; for diagnosis at leisure, not for the hot path.
#ifndef HP_PROBE_H
#define HP_PROBE_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// What io_uring offers here.
typedef struct hp_probe_io_uring_result {
    uint32_t features;            // IORING_FEAT_* mask of a plain ring
    uint8_t single_issuer_defer;  // 1 when SINGLE_ISSUER | DEFER_TASKRUN is accepted (kernel 6.1)
    uint8_t receive;              // 1 when the receive operation is supported
    uint8_t provided_buffer_ring; // 1 when a ring of provided buffers can be registered (kernel 5.19)
    uint8_t padding;
} hp_probe_io_uring_result;

_Static_assert(sizeof(hp_probe_io_uring_result) == 8, "imported by value");

/// Opens and closes small rings and fills `result`. Returns 0, or -errno of the first ring that could not be made
/// (-ENOSYS: kernel without io_uring; -EPERM: forbidden by sysctl or seccomp; -ENOMEM: memory lock limit).
int hp_probe_io_uring(hp_probe_io_uring_result *result);

#pragma clang assume_nonnull end

#endif
