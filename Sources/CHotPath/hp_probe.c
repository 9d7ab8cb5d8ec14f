// Diagnosis of io_uring: makes throw-away rings with the flags the link wants and tells which the kernel took.
#include "hp_probe.h"

#include <liburing.h>
#include <stdlib.h>
#include <string.h>

enum { ring_entries = 8, buffer_entries = 8 };

/// Whether a ring of provided buffers can be registered on `ring`; liburing 2.3 has no helper that also allocates.
static uint8_t accepts_buffer_ring(struct io_uring *ring) {
    size_t bytes = buffer_entries * sizeof(struct io_uring_buf);
    void *memory = NULL;
    if (posix_memalign(&memory, 4096, bytes) != 0) {
        return 0;
    }
    memset(memory, 0, bytes);
    struct io_uring_buf_reg registration = {
        .ring_addr = (uint64_t)(uintptr_t)memory, .ring_entries = buffer_entries, .bgid = 0};
    int outcome = io_uring_register_buf_ring(ring, &registration, 0);
    if (outcome == 0) {
        io_uring_unregister_buf_ring(ring, 0);
    }
    free(memory);
    return outcome == 0;
}

int hp_probe_io_uring(hp_probe_io_uring_result *result) {
    *result = (hp_probe_io_uring_result){0};
    struct io_uring ring;
    struct io_uring_params parameters = {0};
    int outcome = io_uring_queue_init_params(ring_entries, &ring, &parameters);
    if (outcome < 0) {
        return outcome;
    }
    result->features = parameters.features;
    struct io_uring_probe *operations = io_uring_get_probe_ring(&ring);
    if (operations != NULL) {
        result->receive = io_uring_opcode_supported(operations, IORING_OP_RECV) != 0;
        io_uring_free_probe(operations);
    }
    result->provided_buffer_ring = accepts_buffer_ring(&ring);
    io_uring_queue_exit(&ring);

    parameters = (struct io_uring_params){.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN};
    if (io_uring_queue_init_params(ring_entries, &ring, &parameters) == 0) {
        result->single_issuer_defer = 1;
        io_uring_queue_exit(&ring);
    }
    return 0;
}
