// Setup and teardown of the io_uring: probe, buffers, restrictions.
#include "hp_uring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

/// How long the kernel thread looks for work before it sleeps.
enum { KERNEL_THREAD_IDLE_MS = 1000 };

/// Sets up the ring with `flags`. Disabled until the first poll: the polling thread, not the creating one, then becomes
/// the only issuer. The completion queue is 4 times the submission queue, so that multishot bursts rarely overflow it.
static int try_ring(hp_uring *uring, uint32_t entries, uint32_t flags, uint32_t *features) {
    struct io_uring_params params;
    memset(&params, 0, sizeof params);
    params.cq_entries = 4 * entries;
    params.flags = flags | IORING_SETUP_CQSIZE | IORING_SETUP_R_DISABLED;
    params.sq_thread_idle = KERNEL_THREAD_IDLE_MS;
    int result = io_uring_queue_init_params(entries, &uring->ring, &params);
    *features = params.features;
    return result;
}

/// The best ring that the kernel and the options allow.
static int open_ring(hp_uring *uring, uint32_t entries, uint32_t *features) {
    int result = -EINVAL;
    if ((uring->options & HP_LINK_KERNEL_THREAD) != 0) {
        result = try_ring(uring, entries, IORING_SETUP_SQPOLL | IORING_SETUP_SINGLE_ISSUER, features);
        uring->is_kernel_thread = result == 0;
    }
    if (result != 0 && (uring->options & HP_LINK_NO_DEFERRED_WORK) == 0) {
        uint32_t deferred = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG;
        result = try_ring(uring, entries, deferred, features);
        uring->is_deferred = result == 0;
    }
    if (result == -EINVAL) {
        result = try_ring(uring, entries, 0, features);
    }
    uring->is_open = result == 0;
    return result;
}

/// A forked child gets neither the rings' memory nor the bytes in it; their files are closed on exec by the kernel.
static int keep_from_children(hp_uring *uring) {
    return io_uring_ring_dontfork(&uring->ring);
}

/// Entry n of the queue is always entry n of the array: the kernel's indirection is of no use here.
static void fill_indirection(struct io_uring_sq *queue) {
    for (unsigned index = 0; index < *queue->kring_entries; index++) {
        queue->array[index] = index;
    }
}

static const uint8_t OPERATIONS[] = {IORING_OP_CONNECT, IORING_OP_ACCEPT, IORING_OP_RECV, IORING_OP_SEND,
                                     IORING_OP_ASYNC_CANCEL};
enum { OPERATION_COUNT = sizeof OPERATIONS };

int hp_uring_judge_kernel(uint32_t features, uint64_t opcodes) {
    uint32_t needed = IORING_FEAT_NODROP | IORING_FEAT_SUBMIT_STABLE | IORING_FEAT_EXT_ARG;
    uint64_t operations = 0;
    for (unsigned index = 0; index < OPERATION_COUNT; index++) {
        operations |= UINT64_C(1) << OPERATIONS[index];
    }
    return (features & needed) == needed && (opcodes & operations) == operations ? 0 : -ENOSYS;
}

/// The opcodes that the kernel supports, a bit each; 0 when it cannot say.
static uint64_t supported_opcodes(struct io_uring *ring) {
    struct io_uring_probe *probe = io_uring_get_probe_ring(ring);
    if (probe == NULL) {
        return 0;
    }
    uint64_t opcodes = 0;
    for (int opcode = 0; opcode < 64; opcode++) {
        opcodes |= (uint64_t)(io_uring_opcode_supported(probe, opcode) != 0) << opcode;
    }
    io_uring_free_probe(probe);
    return opcodes;
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
    madvise(memory, bytes, MADV_DONTFORK);
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
    if (count == 0 || !uring->is_deferred || (uring->options & HP_LINK_NO_MULTISHOT) != 0) {
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

/// The only registrations that an enabled ring takes: its place in its thread's table.
static const uint8_t REGISTRATIONS[] = {IORING_REGISTER_RING_FDS, IORING_UNREGISTER_RING_FDS};
enum { REGISTRATION_COUNT = sizeof REGISTRATIONS, RULE_COUNT = OPERATION_COUNT + REGISTRATION_COUNT + 1 };

/// From here on the kernel refuses any operation but ours on this ring.
static int restrict_operations(struct io_uring *ring) {
    struct io_uring_restriction rules[RULE_COUNT];
    memset(rules, 0, sizeof rules);
    unsigned count = 0;
    for (unsigned index = 0; index < OPERATION_COUNT; index++, count++) {
        rules[count].opcode = IORING_RESTRICTION_SQE_OP;
        rules[count].sqe_op = OPERATIONS[index];
    }
    for (unsigned index = 0; index < REGISTRATION_COUNT; index++, count++) {
        rules[count].opcode = IORING_RESTRICTION_REGISTER_OP;
        rules[count].register_op = REGISTRATIONS[index];
    }
    rules[count].opcode = IORING_RESTRICTION_SQE_FLAGS_ALLOWED;
    rules[count].sqe_flags = IOSQE_BUFFER_SELECT;
    // By the general call: Debian 12's library declares io_uring_register_restrictions but does not export it.
    return io_uring_register((unsigned)ring->ring_fd, IORING_REGISTER_RESTRICTIONS, rules, RULE_COUNT);
}

static int build_ring(hp_uring *uring, uint32_t entries, uint32_t buffer_count, uint32_t buffer_size) {
    uint32_t features = 0;
    int result = open_ring(uring, entries == 0 ? HP_URING_ENTRIES : entries, &features);
    if (result == 0) {
        result = hp_uring_judge_kernel(features, supported_opcodes(&uring->ring));
    }
    if (result == 0) {
        result = keep_from_children(uring);
    }
    if (result == 0) {
        fill_indirection(&uring->ring.sq);
        try_buffers(uring, buffer_count, buffer_size);
        result = restrict_operations(&uring->ring);
    }
    if (result != 0) {
        hp_uring_close(uring);
    }
    return result;
}

int hp_uring_open(hp_uring *uring, uint32_t options, uint32_t entries, uint32_t buffer_count, uint32_t buffer_size) {
    memset(uring, 0, sizeof *uring);
    uring->options = options;
    uring->backend = HP_LINK_BACKEND_URING;
    if ((options & HP_LINK_PLAIN_CALLS) == 0) {
        int result = build_ring(uring, entries, buffer_count, buffer_size);
        uring->is_direct = result == 0;
        if (result == 0 || (options & HP_LINK_REQUIRE_URING) != 0) {
            return result;
        }
        uring->refusal = result;
    }
    uring->backend = HP_LINK_BACKEND_PLAIN;
    return 0;
}

hp_link_facts hp_uring_facts(const hp_uring *uring) {
    bool is_ring = uring->backend == HP_LINK_BACKEND_URING;
    return (hp_link_facts){
        .submission_entries = is_ring ? *uring->ring.sq.kring_entries : 0,
        .completion_entries = is_ring ? *uring->ring.cq.kring_entries : 0,
        .refusal = uring->refusal,
        .backend = uring->backend,
        .deferred_work = uring->is_deferred,
        .multishot = uring->buffers != NULL,
        .registered_ring = uring->is_registered,
        .kernel_thread = uring->is_kernel_thread,
    };
}

void hp_uring_close(hp_uring *uring) {
    hp_uring_leave_place(uring);
    if (uring->is_open) {
        io_uring_queue_exit(&uring->ring);
        uring->is_open = false;
    }
    unmap_buffers(uring);
}
