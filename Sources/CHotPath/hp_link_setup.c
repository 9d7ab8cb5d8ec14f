// A link's creation and destruction.
#include "hp_link_internal.h"

#include "hp_clock.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

hp_link_config hp_link_config_default(void) {
    return (hp_link_config){
        .receive_capacity = 1 << 20,
        .send_capacity = 1 << 18,
        .buffer_count = 64,
        .buffer_size = 8192,
        .connect_timeout_ns = 3000000000,
        .backoff_min_ns = 100000000,
        .backoff_max_ns = 5000000000,
        .jitter_seed = 1,
        .user_timeout_ms = 3000,
    };
}

static int resolve(hp_link *link, const char *host, uint16_t port) {
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    if (getaddrinfo(host, service, &hints, &found) != 0 || found == NULL) {
        return -EHOSTUNREACH;
    }
    memcpy(&link->address, found->ai_addr, found->ai_addrlen);
    link->address_length = found->ai_addrlen;
    freeaddrinfo(found);
    return 0;
}

static bool is_sound(const hp_link_config *config) {
    uint32_t count = config->buffer_count;
    return (count & (count - 1)) == 0 && count <= 32768 && (count == 0 || config->buffer_size > 0) &&
           config->buffer_size <= config->receive_capacity && config->connect_timeout_ns > 0 &&
           config->ring_entries <= HP_URING_ENTRIES && config->backoff_min_ns > 0 &&
           config->backoff_max_ns >= config->backoff_min_ns;
}

static int build(hp_link *link, const char *host, uint16_t port) {
    int result = resolve(link, host, port);
    if (result == 0) {
        const hp_link_config *config = &link->config;
        result = hp_uring_open(&link->uring, config->options, config->ring_entries, config->buffer_count,
                               config->buffer_size);
    }
    if (result == 0) {
        result = hp_stream_map(&link->stream, 0, link->config.receive_capacity, link->config.send_capacity);
        if (result != 0) {
            hp_uring_close(&link->uring);
        }
    }
    return result;
}

int hp_link_create(const hp_link_config *config, const char *host, uint16_t port, hp_link *_Nullable *_Nonnull link) {
    if (!is_sound(config)) {
        return -EINVAL;
    }
    hp_link *created = calloc(1, sizeof *created);
    if (created == NULL) {
        return -ENOMEM;
    }
    created->config = *config;
    int result = build(created, host, port);
    if (result != 0) {
        free(created);
        return result;
    }
    *link = created;
    return 0;
}

void hp_link_finish(hp_link *link, int64_t flush_ns) {
    if (link->state != HP_LINK_CONNECTED || flush_ns <= 0) {
        return;
    }
    link->stream.phase = HP_STREAM_FINISHING;
    int64_t now = hp_clock_monotonic_ns();
    int64_t deadline = now + flush_ns;
    while (link->stream.phase == HP_STREAM_FINISHING && now < deadline && link->state != HP_LINK_FAILED) {
        hp_link_wait(link, now, deadline - now < 10000000 ? deadline - now : 10000000);
        now = hp_clock_monotonic_ns();
    }
}

/// Nothing may be in flight when the queues are unmapped; the bound is for a kernel that does not answer.
static void settle(hp_link *link) {
    hp_link_drop(link);
    for (int round = 0; round < 100 && hp_stream_holds_socket(&link->stream); round++) {
        if (hp_link_wait(link, hp_clock_monotonic_ns(), 10000000) == HP_LINK_FAILED) {
            return;
        }
    }
}

void hp_link_destroy(hp_link *link, int64_t flush_ns) {
    hp_link_finish(link, flush_ns);
    settle(link);
    hp_uring_close(&link->uring);
    // Memory that the kernel may still write into is rather lost than given to someone else.
    if (!hp_stream_holds_socket(&link->stream)) {
        hp_stream_unmap(&link->stream);
    }
    free(link);
}

void hp_link_interpose(hp_link *link, const hp_uring_seam *seam) {
    link->uring.seam = seam;
    link->uring.is_direct = false;
}
