// Both ends of the loopback yardstick: a spinning client and a spinning answering thread, by plain calls or io_uring.
#include "hp_pingpong.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    largest_message = 65536,
    ring_entries = 8,
    // Looks at the socket before the core is offered to another thread: both ends may have to share one core.
    spins_before_yield = 20000,
};

/// One end of the connection; owned by one thread.
typedef struct end {
    int socket;
    int style;
    uint8_t *buffer; // largest_message bytes
    struct io_uring ring;
} end;

struct hp_pingpong {
    end near;
    uint32_t request_bytes;
    uint32_t reply_bytes;
    // Handed to the answering thread at start; its own from then on.
    struct {
        end end;
        int outcome; // of its ring's setup; read by the opener after `ready`
    } far;
    pthread_t thread;
    pthread_barrier_t ready;
};

static int64_t monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/// Counts a fruitless look. Returns 0, or -ETIMEDOUT once `*deadline` (0: not yet set) has passed.
static int wait_a_little(uint32_t *spins, int64_t *deadline) {
    if (++*spins % spins_before_yield != 0) {
        return 0;
    }
    sched_yield();
    int64_t now = monotonic_nanoseconds();
    if (*deadline == 0) {
        *deadline = now + 2000000000;
    }
    return now > *deadline ? -ETIMEDOUT : 0;
}

static int end_init(end *end) {
    if (end->style != HP_PINGPONG_IO_URING) {
        int flags = fcntl(end->socket, F_GETFL);
        return flags < 0 || fcntl(end->socket, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
    }
    struct io_uring_params parameters = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN};
    return io_uring_queue_init_params(ring_entries, &end->ring, &parameters);
}

static void end_close(end *end) {
    if (end->style == HP_PINGPONG_IO_URING) {
        io_uring_queue_exit(&end->ring);
    }
}

/// Submits what was prepared and spins for its completion; the completion's result.
static int complete_one(end *end, int64_t limit) {
    int submitted = io_uring_submit(&end->ring);
    if (submitted < 0) {
        return submitted;
    }
    uint32_t spins = 0;
    int64_t deadline = limit;
    for (;;) {
        struct io_uring_cqe *completion = NULL;
        if (io_uring_peek_cqe(&end->ring, &completion) == 0 && completion != NULL) {
            int result = completion->res;
            io_uring_cqe_seen(&end->ring, completion);
            return result;
        }
        // With DEFER_TASKRUN completions appear only when the owner asks for them.
        io_uring_get_events(&end->ring);
        int outcome = wait_a_little(&spins, &deadline);
        if (outcome < 0) {
            return outcome;
        }
    }
}

/// One transfer of up to `length` bytes; bytes moved, 0 at the end of the stream, or -errno (-EAGAIN: look again).
static int transfer(end *end, int is_send, uint8_t *bytes, uint32_t length, int64_t limit) {
    if (end->style == HP_PINGPONG_IO_URING) {
        struct io_uring_sqe *entry = io_uring_get_sqe(&end->ring);
        if (entry == NULL) {
            return -EBUSY;
        }
        if (is_send) {
            io_uring_prep_send(entry, end->socket, bytes, length, MSG_NOSIGNAL);
        } else {
            io_uring_prep_recv(entry, end->socket, bytes, length, 0);
        }
        return complete_one(end, limit);
    }
    ssize_t moved = is_send ? send(end->socket, bytes, length, MSG_NOSIGNAL) : recv(end->socket, bytes, length, 0);
    return moved < 0 ? -errno : (int)moved;
}

/// Moves exactly `length` bytes. Returns 0, or -errno; -ECONNRESET when the other end has gone.
static int move_all(end *end, int is_send, uint32_t length, int64_t limit) {
    uint32_t done = 0;
    uint32_t spins = 0;
    int64_t deadline = limit;
    while (done < length) {
        int moved = transfer(end, is_send, end->buffer + done, length - done, limit);
        if (moved > 0) {
            done += (uint32_t)moved;
        } else if (moved == 0) {
            return -ECONNRESET;
        } else if (moved == -EAGAIN || moved == -EINTR) {
            int outcome = wait_a_little(&spins, &deadline);
            if (outcome < 0) {
                return outcome;
            }
        } else {
            return moved;
        }
    }
    return 0;
}

/// The far end: answers until the near end closes. It waits without limit, for its life is bounded by the near end's.
static void *answer(void *argument) {
    hp_pingpong *pair = argument;
    end *far = &pair->far.end;
    pair->far.outcome = end_init(far);
    pthread_barrier_wait(&pair->ready);
    if (pair->far.outcome < 0) {
        return NULL;
    }
    while (move_all(far, 0, pair->request_bytes, INT64_MAX) == 0 &&
           move_all(far, 1, pair->reply_bytes, INT64_MAX) == 0) {
    }
    end_close(far);
    return NULL;
}

/// A connected pair of loopback TCP sockets without send delay.
static int connect_pair(int *near, int *far) {
    int outcome = 0;
    *near = *far = -1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int on = 1;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 1) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) < 0 ||
        (*near = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0 ||
        connect(*near, (struct sockaddr *)&address, length) < 0 ||
        (*far = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) < 0 ||
        setsockopt(*near, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0 ||
        setsockopt(*far, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) {
        outcome = -errno;
    }
    if (listener >= 0) {
        close(listener);
    }
    return outcome;
}

static void release(hp_pingpong *pair) {
    if (pair->near.socket >= 0) {
        close(pair->near.socket);
    }
    if (pair->far.end.socket >= 0) {
        close(pair->far.end.socket);
    }
    free(pair->near.buffer);
    free(pair->far.end.buffer);
    free(pair);
}

int hp_pingpong_open(int style, uint32_t request_bytes, uint32_t reply_bytes, hp_pingpong **result) {
    *result = NULL;
    if ((style != HP_PINGPONG_PLAIN && style != HP_PINGPONG_IO_URING) || request_bytes == 0 ||
        request_bytes > largest_message || reply_bytes == 0 || reply_bytes > largest_message) {
        return -EINVAL;
    }
    hp_pingpong *pair = calloc(1, sizeof *pair);
    if (pair == NULL) {
        return -ENOMEM;
    }
    pair->request_bytes = request_bytes;
    pair->reply_bytes = reply_bytes;
    pair->near.style = pair->far.end.style = style;
    pair->near.buffer = calloc(1, largest_message);
    pair->far.end.buffer = calloc(1, largest_message);
    int outcome = connect_pair(&pair->near.socket, &pair->far.end.socket);
    if (outcome == 0 && (pair->near.buffer == NULL || pair->far.end.buffer == NULL)) {
        outcome = -ENOMEM;
    }
    if (outcome < 0 || (outcome = end_init(&pair->near)) < 0) {
        release(pair);
        return outcome;
    }
    pthread_barrier_init(&pair->ready, NULL, 2);
    outcome = -pthread_create(&pair->thread, NULL, answer, pair);
    if (outcome == 0) {
        pthread_barrier_wait(&pair->ready);
        outcome = pair->far.outcome;
        if (outcome < 0) {
            pthread_join(pair->thread, NULL);
        }
    }
    if (outcome < 0) {
        pthread_barrier_destroy(&pair->ready);
        end_close(&pair->near);
        release(pair);
        return outcome;
    }
    *result = pair;
    return 0;
}

int hp_pingpong_exchange(hp_pingpong *pair) {
    int outcome = move_all(&pair->near, 1, pair->request_bytes, 0);
    return outcome < 0 ? outcome : move_all(&pair->near, 0, pair->reply_bytes, 0);
}

void hp_pingpong_close(hp_pingpong *pair) {
    // The far end reads the end of the stream and leaves its loop.
    shutdown(pair->near.socket, SHUT_RDWR);
    pthread_join(pair->thread, NULL);
    pthread_barrier_destroy(&pair->ready);
    end_close(&pair->near);
    release(pair);
}
