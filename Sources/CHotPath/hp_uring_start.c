// Operations of a ring: prepared for the kernel, or handed to the plain calls.
#include "hp_uring.h"

#include <string.h>

/// The next submission entry; submits first when the queue is full. NULL when nothing can be submitted now.
static struct io_uring_sqe *next_entry(hp_uring *uring) {
    struct io_uring_sqe *entry = io_uring_get_sqe(&uring->ring);
    if (entry == NULL && hp_uring_submit(uring) == 0) {
        entry = io_uring_get_sqe(&uring->ring);
    }
    return entry;
}

static bool is_plain(const hp_uring *uring) {
    return __builtin_expect(uring->backend == HP_LINK_BACKEND_PLAIN, 0);
}

static void show_seam(const hp_uring *uring, uint64_t tag, uint8_t *opcode, uint32_t *length) {
    if (__builtin_expect(uring->seam != NULL, 0) && uring->seam->submission != NULL) {
        uring->seam->submission(uring->seam->context, tag, opcode, length);
    }
}

static void finish(const hp_uring *uring, struct io_uring_sqe *entry, uint64_t tag) {
    io_uring_sqe_set_data64(entry, tag);
    show_seam(uring, tag, &entry->opcode, &entry->len);
}

/// A pending plain operation, or NULL when there is no place for it.
static hp_uring_pending *add_plain(hp_uring *uring, uint64_t tag, int socket, uint8_t *bytes, size_t length) {
    hp_uring_pending *pending = hp_uring_plain_add(&uring->plain);
    if (pending == NULL) {
        return NULL;
    }
    pending->tag = tag;
    pending->socket = socket;
    pending->bytes = bytes;
    pending->length = (uint32_t)length;
    uint8_t opcode = 0;
    show_seam(uring, tag, &opcode, &pending->length);
    return pending;
}

bool hp_uring_connect(hp_uring *uring, uint64_t tag, int socket, const struct sockaddr *address, socklen_t length) {
    if (is_plain(uring)) {
        hp_uring_pending *pending = add_plain(uring, tag, socket, NULL, length);
        if (pending != NULL) {
            memcpy(&pending->address, address, length);
        }
        return pending != NULL;
    }
    struct io_uring_sqe *entry = next_entry(uring);
    if (entry == NULL) {
        return false;
    }
    io_uring_prep_connect(entry, socket, address, length);
    finish(uring, entry, tag);
    return true;
}

bool hp_uring_accept(hp_uring *uring, uint64_t tag, int listener) {
    if (is_plain(uring)) {
        return add_plain(uring, tag, listener, NULL, 0) != NULL;
    }
    struct io_uring_sqe *entry = next_entry(uring);
    if (entry == NULL) {
        return false;
    }
    io_uring_prep_accept(entry, listener, NULL, NULL, SOCK_CLOEXEC);
    finish(uring, entry, tag);
    return true;
}

bool hp_uring_receive(hp_uring *uring, uint64_t tag, int socket, uint8_t *bytes, size_t length, int how) {
    if (is_plain(uring)) {
        hp_uring_pending *pending = add_plain(uring, tag, socket, bytes, length);
        if (pending != NULL) {
            pending->is_look = how == HP_URING_LOOK;
        }
        return pending != NULL;
    }
    struct io_uring_sqe *entry = next_entry(uring);
    if (entry == NULL) {
        return false;
    }
    if (how == HP_URING_MULTISHOT) {
        io_uring_prep_recv_multishot(entry, socket, NULL, 0, 0);
        entry->flags |= IOSQE_BUFFER_SELECT;
        entry->buf_group = HP_URING_BUFFER_GROUP;
    } else {
        // With MSG_DONTWAIT the kernel completes with -EAGAIN instead of waiting in our stead.
        io_uring_prep_recv(entry, socket, bytes, length, how == HP_URING_LOOK ? MSG_DONTWAIT : 0);
    }
    finish(uring, entry, tag);
    return true;
}

bool hp_uring_send(hp_uring *uring, uint64_t tag, int socket, const uint8_t *bytes, size_t length) {
    if (is_plain(uring)) {
        return add_plain(uring, tag, socket, (uint8_t *)bytes, length) != NULL;
    }
    struct io_uring_sqe *entry = next_entry(uring);
    if (entry == NULL) {
        return false;
    }
    io_uring_prep_send(entry, socket, bytes, length, MSG_NOSIGNAL);
    finish(uring, entry, tag);
    return true;
}

bool hp_uring_cancel_socket(hp_uring *uring, uint64_t tag, int socket) {
    if (is_plain(uring)) {
        return hp_uring_plain_cancel(&uring->plain, tag, socket, 0);
    }
    struct io_uring_sqe *entry = next_entry(uring);
    if (entry == NULL) {
        return false;
    }
    io_uring_prep_cancel_fd(entry, socket, IORING_ASYNC_CANCEL_ALL);
    finish(uring, entry, tag);
    return true;
}

bool hp_uring_cancel_tagged(hp_uring *uring, uint64_t tag, uint64_t target) {
    if (is_plain(uring)) {
        return hp_uring_plain_cancel(&uring->plain, tag, -1, target);
    }
    struct io_uring_sqe *entry = next_entry(uring);
    if (entry == NULL) {
        return false;
    }
    io_uring_prep_cancel64(entry, target, 0);
    finish(uring, entry, tag);
    return true;
}
