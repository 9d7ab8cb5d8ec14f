// How a link comes up and goes down: attempts, deadlines, waits between attempts.
#include "hp_link_connect.h"

#include "hp_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

/// splitmix64's finaliser: spreads attempts of several clients without a shared source of chance.
static uint64_t mix(uint64_t value) {
    value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
    return value ^ (value >> 31);
}

/// min * 2^(failures - 1), at most max, plus up to a quarter.
static int64_t backoff(const hp_link *link) {
    int64_t wait = link->config.backoff_min_ns;
    for (uint32_t failure = 1; failure < link->failures && wait < link->config.backoff_max_ns; failure++) {
        wait *= 2;
    }
    if (wait > link->config.backoff_max_ns) {
        wait = link->config.backoff_max_ns;
    }
    uint64_t chance = mix(link->config.jitter_seed + link->attempts * UINT64_C(0x9E3779B97F4A7C15));
    return wait + (int64_t)(chance % (uint64_t)(wait / 4 + 1));
}

void hp_link_open(hp_link *link, int64_t now_ns) {
    if (link->state != HP_LINK_DOWN) {
        return;
    }
    link->next_attempt_ns = link->attempts == 0 ? now_ns : now_ns + backoff(link);
    link->state = HP_LINK_WAITING;
}

void hp_link_begin_closing(hp_link *link, int error, int64_t now_ns) {
    bool was_short = link->connected_ns == 0 || now_ns - link->connected_ns < link->config.backoff_max_ns;
    link->failures = was_short ? link->failures + 1 : 1;
    link->error = error;
    link->connected_ns = 0;
    link->state = HP_LINK_CLOSING;
}

static int start_connect(hp_link *link) {
    int socket_number = socket(link->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    if (socket_number < 0) {
        return -errno;
    }
    int result = hp_socket_tune(socket_number, link->config.user_timeout_ms, link->config.busy_poll_us);
    if (result < 0) {
        close(socket_number);
        return result;
    }
    link->busy_polls = result == HP_SOCKET_BUSY_POLLS;
    hp_stream_attach(&link->stream, socket_number, HP_STREAM_CLOSED);
    uint64_t tag = hp_uring_tag(HP_URING_CONNECT, 0, link->stream.generation);
    const struct sockaddr *address = (const struct sockaddr *)&link->address;
    if (!hp_uring_connect(&link->uring, tag, socket_number, address, link->address_length)) {
        return -EBUSY;
    }
    link->stream.operations++;
    return 0;
}

void hp_link_start_attempt(hp_link *link, int64_t now_ns) {
    link->attempts++;
    int result = start_connect(link);
    if (result != 0) {
        hp_stream_fail(&link->stream, result);
        hp_link_begin_closing(link, result, now_ns);
        return;
    }
    link->deadline_ns = now_ns + link->config.connect_timeout_ns;
    link->state = HP_LINK_CONNECTING;
}

void hp_link_complete_connect(hp_link *link, int result, int64_t now_ns) {
    link->stream.operations--;
    if (link->state != HP_LINK_CONNECTING) {
        return;
    }
    if (result == 0 && link->stream.phase == HP_STREAM_CLOSING) {
        result = -ECONNABORTED; // dropped while it was connecting
    }
    if (result != 0) {
        hp_stream_fail(&link->stream, result);
        hp_link_begin_closing(link, result, now_ns);
        return;
    }
    link->connections++;
    link->connected_ns = now_ns;
    link->error = 0;
    link->stream.phase = HP_STREAM_OPEN;
    link->state = HP_LINK_CONNECTED;
}

void hp_link_check_deadline(hp_link *link, int64_t now_ns) {
    if (link->state == HP_LINK_CONNECTING && now_ns >= link->deadline_ns) {
        hp_stream_fail(&link->stream, -ETIMEDOUT);
        hp_link_begin_closing(link, -ETIMEDOUT, now_ns);
    }
}
