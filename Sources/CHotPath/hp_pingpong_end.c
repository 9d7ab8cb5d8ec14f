// An end of a yardstick's connection, in each of the styles.
#include "hp_pingpong_end.h"

#include "hp_clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ring_entries = 8, ring_send = 1, ring_receive = 2 };

int hp_pingpong_end_start(hp_pingpong_end *end) {
    if (end->kind != HP_PINGPONG_END_RING) {
        return 0;
    }
    struct io_uring_params parameters = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN};
    int outcome = io_uring_queue_init_params(ring_entries, &end->ring, &parameters);
    end->has_ring = outcome == 0;
    return outcome;
}

void hp_pingpong_end_close(hp_pingpong_end *end) {
    if (end->has_ring) {
        io_uring_queue_exit(&end->ring);
        end->has_ring = false;
    }
    if (end->socket >= 0) {
        close(end->socket);
        end->socket = -1;
    }
    if (end->link != NULL) {
        hp_link_destroy(end->link, 0);
        end->link = NULL;
    }
    if (end->server != NULL) {
        hp_server_destroy(end->server);
        end->server = NULL;
    }
    free(end->buffer);
    end->buffer = NULL;
}

/// The next completion if there is one: true, with what was done and its result. With DEFER_TASKRUN completions appear
/// only when the owner asks for them.
static bool ring_completion(hp_pingpong_end *end, uint64_t *what, int *result) {
    struct io_uring_cqe *completion = NULL;
    if (io_uring_peek_cqe(&end->ring, &completion) != 0 || completion == NULL) {
        io_uring_get_events(&end->ring);
        return false;
    }
    *what = io_uring_cqe_get_data64(completion);
    *result = completion->res;
    io_uring_cqe_seen(&end->ring, completion);
    return true;
}

static int ring_look(hp_pingpong_end *end, uint32_t length) {
    if (!end->receive_posted) {
        struct io_uring_sqe *entry = io_uring_get_sqe(&end->ring);
        if (entry == NULL) {
            return -EBUSY;
        }
        io_uring_prep_recv(entry, end->socket, end->buffer, length, 0);
        io_uring_sqe_set_data64(entry, ring_receive);
        int submitted = io_uring_submit(&end->ring);
        if (submitted < 0) {
            return submitted;
        }
        end->receive_posted = true;
    }
    uint64_t what = 0;
    int result = 0;
    if (!ring_completion(end, &what, &result)) {
        return 0;
    }
    end->receive_posted = false;
    return result == 0 ? -ECONNRESET : result;
}

static int ring_send_all(hp_pingpong_end *end, uint32_t length) {
    struct io_uring_sqe *entry = io_uring_get_sqe(&end->ring);
    if (entry == NULL) {
        return -EBUSY;
    }
    io_uring_prep_send(entry, end->socket, end->buffer, length, MSG_NOSIGNAL | MSG_WAITALL);
    io_uring_sqe_set_data64(entry, ring_send);
    int submitted = io_uring_submit(&end->ring);
    if (submitted < 0) {
        return submitted;
    }
    uint64_t what = 0;
    int result = 0;
    while (!ring_completion(end, &what, &result)) {
    }
    return result < 0 ? result : 0;
}

static int plain_look(hp_pingpong_end *end, uint32_t length) {
    ssize_t moved = recv(end->socket, end->buffer, length, MSG_DONTWAIT);
    if (moved < 0) {
        return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    }
    return moved == 0 ? -ECONNRESET : (int)moved;
}

static int plain_send_all(hp_pingpong_end *end, uint32_t length) {
    for (uint32_t done = 0; done < length;) {
        ssize_t moved = send(end->socket, end->buffer + done, length - done, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (moved < 0 && errno != EAGAIN && errno != EINTR) {
            return -errno;
        }
        done += moved > 0 ? (uint32_t)moved : 0;
    }
    return 0;
}

static int link_look(hp_pingpong_end *end, uint32_t length) {
    if (hp_link_poll(end->link, hp_clock_monotonic_ns()) != HP_LINK_CONNECTED) {
        return -ECONNRESET;
    }
    size_t waiting = 0;
    hp_link_received(end->link, &waiting);
    size_t taken = waiting < length ? waiting : length;
    hp_link_consume(end->link, taken);
    return (int)taken;
}

static int link_send_all(hp_pingpong_end *end, uint32_t length) {
    uint8_t *room = hp_link_claim(end->link, length);
    if (room == NULL) {
        return -ENOBUFS;
    }
    hp_link_commit(end->link, length);
    return hp_link_flush(end->link);
}

static int server_look(hp_pingpong_end *end, uint32_t length) {
    int outcome = hp_server_poll(end->server, hp_clock_monotonic_ns());
    if (outcome < 0 || hp_server_client_state(end->server, 0) == HP_CLIENT_GONE) {
        return -ECONNRESET;
    }
    size_t waiting = 0;
    hp_server_received(end->server, 0, &waiting);
    size_t taken = waiting < length ? waiting : length;
    hp_server_consume(end->server, 0, taken);
    return (int)taken;
}

static int server_send_all(hp_pingpong_end *end, uint32_t length) {
    uint8_t *room = hp_server_claim(end->server, 0, length);
    if (room == NULL) {
        return -ENOBUFS;
    }
    hp_server_commit(end->server, 0, length);
    return hp_server_flush(end->server, 0);
}

int hp_pingpong_end_look(hp_pingpong_end *end, uint32_t length) {
    switch (end->kind) {
    case HP_PINGPONG_END_PLAIN:
        return plain_look(end, length);
    case HP_PINGPONG_END_RING:
        return ring_look(end, length);
    case HP_PINGPONG_END_LINK:
        return link_look(end, length);
    default:
        return server_look(end, length);
    }
}

int hp_pingpong_end_send(hp_pingpong_end *end, uint32_t length) {
    switch (end->kind) {
    case HP_PINGPONG_END_PLAIN:
        return plain_send_all(end, length);
    case HP_PINGPONG_END_RING:
        return ring_send_all(end, length);
    case HP_PINGPONG_END_LINK:
        return link_send_all(end, length);
    default:
        return server_send_all(end, length);
    }
}
