// A server's data path: accept, receive, send, the end of clients.
#include "hp_server_internal.h"

#include "hp_socket.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { FINISH_NS = 1000000000, ACCEPT_SLOT = 0xFF };

static void arm_accept(hp_server *server) {
    if (server->accept_armed || server->listener < 0) {
        return;
    }
    uint64_t tag = hp_uring_tag(HP_URING_ACCEPT, ACCEPT_SLOT, 0);
    server->accept_armed = hp_uring_accept(&server->uring, tag, server->listener);
}

static hp_server_client *free_client(hp_server *server) {
    for (uint32_t slot = 0; slot < server->config.max_clients; slot++) {
        if (!server->clients[slot].is_taken) {
            return &server->clients[slot];
        }
    }
    return NULL;
}

static void complete_accept(hp_server *server, int result) {
    server->accept_armed = false;
    if (result < 0) {
        return;
    }
    hp_server_client *client = free_client(server);
    if (client == NULL || server->listener < 0 || hp_socket_tune(result, server->config.user_timeout_ms, 0) < 0) {
        close(result);
        return;
    }
    client->is_taken = true;
    client->is_released = false;
    hp_stream_attach(&client->stream, result, HP_STREAM_OPEN);
}

static void complete(hp_server *server, const hp_uring_completion *completion) {
    if (hp_uring_tag_operation(completion->tag) == HP_URING_ACCEPT) {
        complete_accept(server, completion->result);
        return;
    }
    hp_stream *stream = &server->clients[hp_uring_tag_slot(completion->tag)].stream;
    // Single receives have reserved their room before: there is always room.
    (void)hp_stream_complete(stream, &server->uring, completion);
}

static void move_on(hp_server *server, hp_server_client *client, int64_t now_ns) {
    hp_stream *stream = &client->stream;
    if (stream->phase == HP_STREAM_FINISHING && now_ns >= client->finish_by_ns) {
        hp_stream_fail(stream, -ETIMEDOUT);
    }
    hp_stream_settle(stream, &server->uring);
    if (client->is_released && !hp_stream_holds_socket(stream)) {
        client->is_taken = false;
        client->is_released = false;
    }
}

static void before_kernel(hp_server *server, bool is_spinning) {
    arm_accept(server);
    for (uint32_t slot = 0; slot < server->config.max_clients; slot++) {
        if (server->clients[slot].is_taken) {
            hp_stream_arm(&server->clients[slot].stream, &server->uring, is_spinning);
            hp_stream_prepare_send(&server->clients[slot].stream, &server->uring);
        }
    }
}

static int after_kernel(hp_server *server, int result, int64_t now_ns) {
    if (result != 0) {
        return result;
    }
    hp_uring_completion completion;
    int taken = 0;
    while (hp_uring_next(&server->uring, &completion)) {
        complete(server, &completion);
        hp_uring_seen(&server->uring);
        taken += !hp_stream_is_fruitless(&completion);
    }
    for (uint32_t slot = 0; slot < server->config.max_clients; slot++) {
        if (server->clients[slot].is_taken) {
            move_on(server, &server->clients[slot], now_ns);
        }
    }
    return taken;
}

int hp_server_poll(hp_server *server, int64_t now_ns) {
    before_kernel(server, now_ns - server->slept_ns >= HP_STREAM_SPINS_AFTER_NS);
    return after_kernel(server, hp_uring_advance(&server->uring), now_ns);
}

int hp_server_wait(hp_server *server, int64_t now_ns, int64_t timeout_ns) {
    if (timeout_ns <= 0) {
        return hp_server_poll(server, now_ns);
    }
    server->slept_ns = now_ns;
    before_kernel(server, false);
    return after_kernel(server, hp_uring_sleep(&server->uring, timeout_ns), now_ns);
}

int hp_server_client_state(const hp_server *server, uint32_t slot) {
    const hp_server_client *client = &server->clients[slot];
    if (!client->is_taken || client->is_released) {
        return HP_CLIENT_NONE;
    }
    switch (client->stream.phase) {
    case HP_STREAM_OPEN:
        return HP_CLIENT_OPEN;
    case HP_STREAM_FINISHING:
        return HP_CLIENT_FINISHING;
    default:
        return HP_CLIENT_GONE;
    }
}

uint32_t hp_server_client_generation(const hp_server *server, uint32_t slot) {
    return server->clients[slot].stream.generation;
}

int hp_server_client_error(const hp_server *server, uint32_t slot) {
    return server->clients[slot].stream.error;
}

const uint8_t *hp_server_received(const hp_server *server, uint32_t slot, size_t *length) {
    const hp_byte_ring *received = &server->clients[slot].stream.received;
    *length = hp_byte_ring_used(received);
    return hp_byte_ring_read_at(received);
}

void hp_server_consume(hp_server *server, uint32_t slot, size_t length) {
    hp_byte_ring *received = &server->clients[slot].stream.received;
    size_t used = hp_byte_ring_used(received);
    received->head += length < used ? length : used;
}

uint8_t *_Nullable hp_server_claim(hp_server *server, uint32_t slot, size_t length) {
    hp_stream *stream = &server->clients[slot].stream;
    if (stream->phase != HP_STREAM_OPEN || hp_byte_ring_room(&stream->sending) < length) {
        return NULL;
    }
    return hp_byte_ring_write_at(&stream->sending);
}

void hp_server_commit(hp_server *server, uint32_t slot, size_t length) {
    server->clients[slot].stream.sending.tail += length;
}

int hp_server_flush(hp_server *server, uint32_t slot) {
    hp_stream *stream = &server->clients[slot].stream;
    if (stream->phase != HP_STREAM_OPEN) {
        return -ENOTCONN;
    }
    return hp_stream_flush(stream, &server->uring);
}

int hp_server_send(hp_server *server, uint32_t slot, const void *bytes, size_t length) {
    if (server->clients[slot].stream.phase != HP_STREAM_OPEN) {
        return -ENOTCONN;
    }
    uint8_t *room = hp_server_claim(server, slot, length);
    if (room == NULL) {
        return -ENOBUFS;
    }
    memcpy(room, bytes, length);
    hp_server_commit(server, slot, length);
    return hp_server_flush(server, slot);
}

size_t hp_server_send_room(const hp_server *server, uint32_t slot) {
    return hp_byte_ring_room(&server->clients[slot].stream.sending);
}

void hp_server_finish(hp_server *server, uint32_t slot, int64_t now_ns) {
    hp_server_client *client = &server->clients[slot];
    if (client->stream.phase == HP_STREAM_OPEN) {
        client->stream.phase = HP_STREAM_FINISHING;
        client->finish_by_ns = now_ns + FINISH_NS;
    }
}

void hp_server_drop(hp_server *server, uint32_t slot) {
    hp_stream_fail(&server->clients[slot].stream, -ECONNABORTED);
}

void hp_server_release(hp_server *server, uint32_t slot) {
    if (hp_server_client_state(server, slot) == HP_CLIENT_GONE) {
        server->clients[slot].is_released = true;
    }
}
