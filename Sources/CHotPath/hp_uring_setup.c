// Setup and teardown of the io_uring: probe, buffers, restrictions.
#include "hp_uring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

/// The completion queue is 4 times the submission queue, so that multishot bursts do not overflow it.
static int open_ring(hp_uring *uring) {
    struct io_uring_params params;
    memset(&params, 0, sizeof params);
    params.cq_entries = 4 * HP_URING_ENTRIES;
    // Disabled until the first poll: the polling thread, not the creating one, then becomes the only issuer.
    unsigned base = IORING_SETUP_CQSIZE | IORING_SETUP_R_DISABLED;
    params.flags = base | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG;
    int result = io_uring_queue_init_params(HP_URING_ENTRIES, &uring->ring, &params);
    uring->is_deferred = result == 0;
    if (result == -EINVAL) {
        memset(&params, 0, sizeof params);
        params.cq_entries = 4 * HP_URING_ENTRIES;
        params.flags = base;
        result = io_uring_queue_init_params(HP_URING_ENTRIES, &uring->ring, &params);
    }
    if (result != 0) {
        return result;
    }
    uring->is_open = true;
    unsigned needed = IORING_FEAT_NODROP | IORING_FEAT_SUBMIT_STABLE | IORING_FEAT_EXT_ARG;
    return (params.features & needed) == needed ? 0 : -ENOSYS;
}

static const uint8_t OPERATIONS[] = {IORING_OP_CONNECT, IORING_OP_ACCEPT, IORING_OP_RECV, IORING_OP_SEND,
                                     IORING_OP_ASYNC_CANCEL};
enum { OPERATION_COUNT = sizeof OPERATIONS };

static int probe_operations(struct io_uring *ring) {
    struct io_uring_probe *probe = io_uring_get_probe_ring(ring);
    if (probe == NULL) {
        return -ENOSYS;
    }
    int result = 0;
    for (unsigned index = 0; index < OPERATION_COUNT; index++) {
        if (!io_uring_opcode_supported(probe, OPERATIONS[index])) {
            result = -ENOSYS;
        }
    }
    io_uring_free_probe(probe);
    return result;
}

/// Registers the buffer ring by hand: the library's helper came later than the headers that Debian 12 has.
static int register_buffers(hp_uring *uring) {
    uring->buffer_ring_bytes = uring->buffer_count * sizeof(struct io_uring_buf);
    void *ring = mmap(NULL, uring->buffer_ring_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (ring == MAP_FAILED) {
        return -errno;
    }
    uring->buffers = ring;
    size_t bytes = (size_t)uring->buffer_count * uring->buffer_size;
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED) {
        return -errno;
    }
    uring->buffer_memory = memory;
    struct io_uring_buf_reg registration;
    memset(&registration, 0, sizeof registration);
    registration.ring_addr = (uint64_t)(uintptr_t)ring;
    registration.ring_entries = uring->buffer_count;
    registration.bgid = HP_URING_BUFFER_GROUP;
    return io_uring_register_buf_ring(&uring->ring, &registration, 0);
}

static void unmap_buffers(hp_uring *uring) {
    if (uring->buffer_memory != NULL) {
        munmap(uring->buffer_memory, (size_t)uring->buffer_count * uring->buffer_size);
        uring->buffer_memory = NULL;
    }
    if (uring->buffers != NULL) {
        munmap(uring->buffers, uring->buffer_ring_bytes);
        uring->buffers = NULL;
    }
}

/// Multishot receive came one kernel before deferred task work, which the ring has been asked for: one implies the
/// other, and the opcode probe cannot tell.
static void try_buffers(hp_uring *uring, uint32_t count, uint32_t size) {
    if (count == 0 || !uring->is_deferred) {
        return;
    }
    uring->buffer_count = count;
    uring->buffer_size = size;
    if (register_buffers(uring) != 0) {
        unmap_buffers(uring);
        return;
    }
    io_uring_buf_ring_init(uring->buffers);
    for (uint32_t index = 0; index < count; index++) {
        hp_uring_return_buffer(uring, index);
    }
}

/// From here on the kernel refuses any operation but ours on this ring.
static int restrict_operations(struct io_uring *ring) {
    struct io_uring_restriction rules[OPERATION_COUNT + 1];
    memset(rules, 0, sizeof rules);
    for (unsigned index = 0; index < OPERATION_COUNT; index++) {
        rules[index].opcode = IORING_RESTRICTION_SQE_OP;
        rules[index].sqe_op = OPERATIONS[index];
    }
    rules[OPERATION_COUNT].opcode = IORING_RESTRICTION_SQE_FLAGS_ALLOWED;
    rules[OPERATION_COUNT].sqe_flags = IOSQE_BUFFER_SELECT;
    // By the general call: Debian 12's library declares io_uring_register_restrictions but does not export it.
    return io_uring_register((unsigned)ring->ring_fd, IORING_REGISTER_RESTRICTIONS, rules, OPERATION_COUNT + 1);
}

int hp_uring_open(hp_uring *uring, uint32_t buffer_count, uint32_t buffer_size) {
    memset(uring, 0, sizeof *uring);
    int result = open_ring(uring);
    if (result == 0) {
        result = probe_operations(&uring->ring);
    }
    if (result == 0) {
        try_buffers(uring, buffer_count, buffer_size);
        result = restrict_operations(&uring->ring);
    }
    if (result != 0) {
        hp_uring_close(uring);
    }
    return result;
}

void hp_uring_close(hp_uring *uring) {
    if (uring->is_open) {
        io_uring_queue_exit(&uring->ring);
        uring->is_open = false;
    }
    unmap_buffers(uring);
}
