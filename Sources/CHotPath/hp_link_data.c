// A link's data path: poll, receive, send.
#include "hp_link_connect.h"

#include <errno.h>
#include <string.h>

static bool complete(hp_link *link, const hp_uring_completion *completion, int64_t now_ns) {
    bool is_connect = hp_uring_tag_operation(completion->tag) == HP_URING_CONNECT;
    if (is_connect && hp_uring_tag_generation(completion->tag) == link->stream.generation) {
        hp_link_complete_connect(link, completion->result, now_ns);
        return true;
    }
    return hp_stream_complete(&link->stream, &link->uring, completion);
}

/// Takes completions in order and stops at the first that finds no room: what follows it must not overtake it.
static void reap(hp_link *link, int64_t now_ns) {
    hp_uring_completion completion;
    while (hp_uring_next(&link->uring, &completion) && complete(link, &completion, now_ns)) {
        hp_uring_seen(&link->uring);
    }
}

static void move_on(hp_link *link, int64_t now_ns) {
    if (link->state == HP_LINK_CONNECTED && link->stream.phase == HP_STREAM_CLOSING) {
        hp_link_begin_closing(link, link->stream.error, now_ns);
    }
    hp_stream_settle(&link->stream, &link->uring);
    if (link->state == HP_LINK_CLOSING && !hp_stream_holds_socket(&link->stream)) {
        link->state = HP_LINK_DOWN;
    }
}

static int after_kernel(hp_link *link, int result, int64_t now_ns) {
    if (result != 0) {
        link->error = result;
        link->state = HP_LINK_FAILED;
        return link->state;
    }
    reap(link, now_ns);
    move_on(link, now_ns);
    return link->state;
}

static void before_kernel(hp_link *link, int64_t now_ns, bool is_spinning) {
    link->polled_ns = now_ns;
    if (link->state == HP_LINK_WAITING && now_ns >= link->next_attempt_ns) {
        hp_link_start_attempt(link, now_ns);
    }
    if (link->state == HP_LINK_CONNECTING) {
        hp_link_check_deadline(link, now_ns);
    }
    hp_stream_arm(&link->stream, &link->uring, is_spinning);
    hp_stream_prepare_send(&link->stream, &link->uring);
}

int hp_link_poll(hp_link *link, int64_t now_ns) {
    if (link->state == HP_LINK_FAILED) {
        return link->state;
    }
    before_kernel(link, now_ns, now_ns - link->slept_ns >= HP_STREAM_SPINS_AFTER_NS);
    return after_kernel(link, hp_uring_advance(&link->uring), now_ns);
}

int hp_link_wait(hp_link *link, int64_t now_ns, int64_t timeout_ns) {
    if (timeout_ns <= 0 || link->state == HP_LINK_FAILED) {
        return hp_link_poll(link, now_ns);
    }
    link->slept_ns = now_ns;
    before_kernel(link, now_ns, false);
    return after_kernel(link, hp_uring_sleep(&link->uring, timeout_ns), now_ns);
}

int hp_link_state(const hp_link *link) {
    return link->state;
}

int hp_link_error(const hp_link *link) {
    return link->error;
}

int64_t hp_link_next_attempt_ns(const hp_link *link) {
    return link->next_attempt_ns;
}

const uint8_t *hp_link_received(const hp_link *link, size_t *length) {
    *length = hp_byte_ring_used(&link->stream.received);
    return hp_byte_ring_read_at(&link->stream.received);
}

void hp_link_consume(hp_link *link, size_t length) {
    size_t used = hp_byte_ring_used(&link->stream.received);
    link->stream.received.head += length < used ? length : used;
}

uint8_t *_Nullable hp_link_claim(hp_link *link, size_t length) {
    if (link->state != HP_LINK_CONNECTED || hp_byte_ring_room(&link->stream.sending) < length) {
        return NULL;
    }
    return hp_byte_ring_write_at(&link->stream.sending);
}

void hp_link_commit(hp_link *link, size_t length) {
    link->stream.sending.tail += length;
}

int hp_link_flush(hp_link *link) {
    if (link->state != HP_LINK_CONNECTED) {
        return -ENOTCONN;
    }
    return hp_stream_flush(&link->stream, &link->uring);
}

int hp_link_send(hp_link *link, const void *bytes, size_t length) {
    if (link->state != HP_LINK_CONNECTED) {
        return -ENOTCONN;
    }
    uint8_t *room = hp_link_claim(link, length);
    if (room == NULL) {
        return -ENOBUFS;
    }
    memcpy(room, bytes, length);
    hp_link_commit(link, length);
    return hp_link_flush(link);
}

size_t hp_link_queued(const hp_link *link) {
    return hp_byte_ring_used(&link->stream.sending);
}

void hp_link_drop(hp_link *link) {
    hp_stream_fail(&link->stream, -ECONNABORTED);
    if (link->state == HP_LINK_CONNECTED || link->state == HP_LINK_CONNECTING) {
        hp_link_begin_closing(link, -ECONNABORTED, link->polled_ns);
    } else if (link->state == HP_LINK_WAITING) {
        link->state = HP_LINK_DOWN;
    }
}

hp_link_facts hp_link_get_facts(const hp_link *link) {
    hp_link_facts facts = hp_uring_facts(&link->uring);
    facts.in_flight = link->stream.operations;
    facts.busy_poll = link->busy_polls;
    return facts;
}

int hp_link_backend(const hp_link *link) {
    return link->uring.backend;
}

hp_link_counts hp_link_get_counts(const hp_link *link) {
    return (hp_link_counts){
        .connections = link->connections,
        .attempts = link->attempts,
        .received = link->stream.bytes_received,
        .sent = link->stream.bytes_sent,
        .rearmed = link->stream.rearmed,
        .overflows = link->uring.overflows,
        .short_sends = link->stream.short_sends,
        .late = link->stream.late,
    };
}
