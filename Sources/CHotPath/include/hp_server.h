// The gateway's end of the link: accepts a bounded number of TCP clients over io_uring. Moves bytes, knows no frames.
// One thread polls, sends and closes; after creation nothing allocates.
#ifndef HP_SERVER_H
#define HP_SERVER_H

#include "hp_link_options.h"

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// A server; opaque. Its clients are named by slot: 0 to max_clients - 1.
typedef struct hp_server hp_server;

enum { HP_SERVER_MAX_CLIENTS = 16 };

/// Where a client is.
enum {
    HP_CLIENT_NONE = 0,
    HP_CLIENT_OPEN = 1,
    /// hp_server_finish was called: what is queued leaves, what arrives is dropped.
    HP_CLIENT_FINISHING = 2,
    /// The connection has ended; bytes may still wait. hp_server_release frees the slot.
    HP_CLIENT_GONE = 3,
};

typedef struct hp_server_config {
    uint32_t max_clients;      // 1 to HP_SERVER_MAX_CLIENTS; one more is accepted and closed at once
    uint32_t receive_capacity; // bytes per client
    uint32_t send_capacity;    // bytes per client
    uint32_t send_slice;       // largest number of bytes in one send; 0 = no bound. Small values test partial frames
    uint32_t user_timeout_ms;
    uint32_t options; // HP_LINK_*; 0 where nothing speaks against it
} hp_server_config;

/// 4 clients, 256 KiB to receive, 4 MiB to send, no slicing, 3 s user timeout.
hp_server_config hp_server_config_default(void);

/// Binds `host` (literal address) and `port` (0 = any free one) and listens. Returns 0 and the server, or -errno:
/// -EADDRINUSE when the port is taken, -EADDRNOTAVAIL or -EINVAL for an address that is not this machine's.
/// The ring belongs to the thread that first polls.
int hp_server_create(const hp_server_config *config, const char *host, uint16_t port,
                     hp_server *_Nullable *_Nonnull server);

/// By what the server reaches the kernel, and the number of operations under way.
hp_link_facts hp_server_get_facts(const hp_server *server);

/// The port that is bound.
uint16_t hp_server_port(const hp_server *server);

/// Collects what has completed: new clients, bytes, ends. Never sleeps. `now_ns` is CLOCK_MONOTONIC. Returns the number
/// of completions, or -errno when the ring is unusable. Spinning is as for hp_link_poll.
int hp_server_poll(hp_server *server, int64_t now_ns);

/// As poll, but sleeps up to `timeout_ns` for something to complete.
int hp_server_wait(hp_server *server, int64_t now_ns, int64_t timeout_ns);

int hp_server_client_state(const hp_server *server, uint32_t slot);

/// Number of the connection in that slot; differs from every earlier one of the slot.
uint32_t hp_server_client_generation(const hp_server *server, uint32_t slot);

/// -errno of what ended the connection, 0 for an orderly end.
int hp_server_client_error(const hp_server *server, uint32_t slot);

/// Received bytes of a client, as hp_link_received.
const uint8_t *hp_server_received(const hp_server *server, uint32_t slot, size_t *length);
void hp_server_consume(hp_server *server, uint32_t slot, size_t length);

/// Room for `length` bytes in a client's send queue, or NULL when it is not open or the queue is full.
uint8_t *_Nullable hp_server_claim(hp_server *server, uint32_t slot, size_t length);
void hp_server_commit(hp_server *server, uint32_t slot, size_t length);

/// Hands queued bytes to the kernel. Returns 0 or -errno.
int hp_server_flush(hp_server *server, uint32_t slot);

/// Claim, copy, commit, flush. Returns 0, -ENOTCONN or -ENOBUFS.
int hp_server_send(hp_server *server, uint32_t slot, const void *bytes, size_t length);

/// Free bytes in a client's send queue.
size_t hp_server_send_room(const hp_server *server, uint32_t slot);

/// Ends a connection in order: queued bytes leave, then the end is told, then the client's end is awaited for up to a
/// second (closing earlier could destroy the last frame before it is read).
void hp_server_finish(hp_server *server, uint32_t slot, int64_t now_ns);

/// Ends a connection at once.
void hp_server_drop(hp_server *server, uint32_t slot);

/// Frees the slot of a client that is GONE; its bytes are dropped. Ignored in other states.
void hp_server_release(hp_server *server, uint32_t slot);

/// Closes every connection and the port, waits for every operation and frees all.
void hp_server_destroy(hp_server *server);

#pragma clang assume_nonnull end

#endif
