// A ring's operations by plain non-blocking calls.
#include "hp_uring_plain.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>

static void tell(hp_uring_plain *plain, uint64_t tag, int32_t result) {
    plain->completions[plain->completion_tail % HP_URING_ENTRIES] = (hp_uring_completion){.tag = tag, .result = result};
    plain->completion_tail++;
}

static bool is_full(const hp_uring_plain *plain) {
    return plain->pending_count + (plain->completion_tail - plain->completion_head) >= HP_URING_ENTRIES;
}

hp_uring_pending *hp_uring_plain_add(hp_uring_plain *plain) {
    if (is_full(plain)) {
        return NULL;
    }
    hp_uring_pending *added = &plain->pending[plain->pending_count++];
    added->is_look = false;
    added->is_started = false;
    return added;
}

static void remove_pending(hp_uring_plain *plain, uint32_t index) {
    plain->pending_count--;
    // In order: operations are tried, and complete, in the order in which they were started.
    memmove(&plain->pending[index], &plain->pending[index + 1],
            (plain->pending_count - index) * sizeof plain->pending[0]);
}

bool hp_uring_plain_cancel(hp_uring_plain *plain, uint64_t tag, int socket, uint64_t target) {
    if (is_full(plain)) {
        return false;
    }
    int32_t count = 0;
    for (uint32_t index = 0; index < plain->pending_count;) {
        const hp_uring_pending *pending = &plain->pending[index];
        if ((socket >= 0 && pending->socket != socket) || (target != 0 && pending->tag != target)) {
            index++;
            continue;
        }
        tell(plain, pending->tag, -ECANCELED);
        remove_pending(plain, index);
        count++;
    }
    tell(plain, tag, count > 0 ? count : -ENOENT);
    return true;
}

static int set_non_blocking(int socket) {
    int flags = fcntl(socket, F_GETFL);
    return flags < 0 || fcntl(socket, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

/// Starts a connect, later asks for its outcome; -EAGAIN while there is none.
static int32_t try_connect(hp_uring_pending *pending) {
    if (!pending->is_started) {
        int result = set_non_blocking(pending->socket);
        if (result != 0) {
            return result;
        }
        pending->is_started = true;
        if (connect(pending->socket, (struct sockaddr *)&pending->address, pending->length) == 0) {
            return 0;
        }
        // An interrupted connect goes on by itself.
        return errno == EINPROGRESS || errno == EINTR ? -EAGAIN : -errno;
    }
    struct pollfd writable = {.fd = pending->socket, .events = POLLOUT};
    if (poll(&writable, 1, 0) == 0) {
        return -EAGAIN;
    }
    int outcome = 0;
    socklen_t length = sizeof outcome;
    return getsockopt(pending->socket, SOL_SOCKET, SO_ERROR, &outcome, &length) == 0 ? -outcome : -errno;
}

static int32_t try_accept(hp_uring_pending *pending) {
    if (!pending->is_started) {
        int result = set_non_blocking(pending->socket);
        if (result != 0) {
            return result;
        }
        pending->is_started = true;
    }
    int accepted = accept4(pending->socket, NULL, NULL, SOCK_CLOEXEC);
    return accepted >= 0 ? accepted : -errno;
}

static int32_t try_once(hp_uring_pending *pending) {
    ssize_t moved;
    switch (hp_uring_tag_operation(pending->tag)) {
    case HP_URING_RECEIVE:
        moved = recv(pending->socket, pending->bytes, pending->length, MSG_DONTWAIT);
        return moved >= 0 ? (int32_t)moved : -errno;
    case HP_URING_SEND:
        moved = send(pending->socket, pending->bytes, pending->length, MSG_DONTWAIT | MSG_NOSIGNAL);
        return moved >= 0 ? (int32_t)moved : -errno;
    case HP_URING_CONNECT:
        return try_connect(pending);
    default:
        return try_accept(pending);
    }
}

void hp_uring_plain_advance(hp_uring_plain *plain) {
    for (uint32_t index = 0; index < plain->pending_count;) {
        hp_uring_pending *pending = &plain->pending[index];
        int32_t result = try_once(pending);
        if ((result == -EAGAIN || result == -EINTR) && !pending->is_look) {
            index++;
            continue;
        }
        tell(plain, pending->tag, result);
        remove_pending(plain, index);
    }
}

int hp_uring_plain_sleep(const hp_uring_plain *plain, int64_t timeout_ns) {
    struct pollfd sockets[HP_URING_ENTRIES];
    for (uint32_t index = 0; index < plain->pending_count; index++) {
        uint8_t operation = hp_uring_tag_operation(plain->pending[index].tag);
        bool is_read = operation == HP_URING_RECEIVE || operation == HP_URING_ACCEPT;
        sockets[index] = (struct pollfd){.fd = plain->pending[index].socket, .events = is_read ? POLLIN : POLLOUT};
    }
    struct timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
    return ppoll(sockets, plain->pending_count, &timeout, NULL) < 0 ? -errno : 0;
}
