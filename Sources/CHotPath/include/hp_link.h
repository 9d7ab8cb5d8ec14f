// The client's end of the gateway link: one TCP connection over io_uring, polled without sleeping.
// Moves bytes; knows nothing of frames. One thread polls, sends and closes; after creation nothing allocates.
#ifndef HP_LINK_H
#define HP_LINK_H

#include "hp_link_options.h"

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// A link; opaque.
typedef struct hp_link hp_link;

/// Where a link is in its life.
enum {
    /// Nothing is under way; received bytes may still wait. hp_link_open starts anew.
    HP_LINK_DOWN = 0,
    /// Waiting for the next attempt.
    HP_LINK_WAITING = 1,
    HP_LINK_CONNECTING = 2,
    HP_LINK_CONNECTED = 3,
    /// The connection is lost or given up; its operations are being collected.
    HP_LINK_CLOSING = 4,
    /// The ring itself is unusable; the process should recover by a restart.
    HP_LINK_FAILED = 5,
};

/// How a link is built. Sizes are rounded up to what the system wants.
typedef struct hp_link_config {
    uint32_t receive_capacity; // bytes; at least two of the largest messages
    uint32_t send_capacity;    // bytes
    uint32_t buffer_count;     // receive buffers of multishot mode; a power of two
    uint32_t buffer_size;      // bytes of each
    int64_t connect_timeout_ns;
    int64_t backoff_min_ns; // before the second attempt; doubles per failure
    int64_t backoff_max_ns;
    uint64_t jitter_seed;     // attempts are spread by up to a quarter of the wait
    uint32_t user_timeout_ms; // TCP_USER_TIMEOUT: unacknowledged bytes older than this end the connection
    uint32_t options;         // HP_LINK_*; 0 for trading
    uint32_t ring_entries;    // at most 64, 0 = 64
    uint32_t busy_poll_us;    // SO_BUSY_POLL of the socket, for network cards that have it; ignored where refused
    uint32_t reserved;
} hp_link_config;

/// 1 MiB to receive, 256 KiB to send, 64 buffers of 8 KiB, 3 s to connect, waits of 100 ms to 5 s, 3 s user timeout.
hp_link_config hp_link_config_default(void);

/// Counts since creation.
typedef struct hp_link_counts {
    uint64_t connections; // established
    uint64_t attempts;    // started
    uint64_t received;    // bytes
    uint64_t sent;        // bytes
    uint64_t rearmed;     // multishot receives that ended and were started again
    uint64_t overflows;   // visits at which completions had waited in the kernel: the completion queue had been full
    uint64_t short_sends; // sends that the kernel took only in part
    uint64_t late;        // completions of an earlier connection
} hp_link_counts;

/// Resolves `host` (name or literal address), sets up the ring and maps every buffer. Returns 0 and the link in state
/// DOWN, or -errno: -EHOSTUNREACH when the name does not resolve, -ENOMEM; -ENOSYS or -EPERM when io_uring is not
/// available and HP_LINK_REQUIRE_URING is set (without it plain calls step in: see hp_link_get_facts). The ring belongs
/// to the thread that first polls the link; that thread destroys it, or another after its end.
int hp_link_create(const hp_link_config *config, const char *host, uint16_t port, hp_link *_Nullable *_Nonnull link);

/// Starts connecting: at once the first time and after a connection that stood, after the backoff when the attempt
/// before failed. Only in state DOWN (else ignored). Received bytes that were not consumed are dropped.
void hp_link_open(hp_link *link, int64_t now_ns);

/// Collects what has completed and moves the link on; never sleeps. `now_ns` is CLOCK_MONOTONIC. Returns the state. A
/// thread that has not waited for a millisecond is taken to spin: each poll then looks at the socket itself, except
/// while the reader is still taking what came before.
int hp_link_poll(hp_link *link, int64_t now_ns);

/// As poll, but sleeps up to `timeout_ns` for something to complete. For the time before trading.
int hp_link_wait(hp_link *link, int64_t now_ns, int64_t timeout_ns);

int hp_link_state(const hp_link *link);

/// -errno of what ended the last connection or attempt; 0 when the other end closed in order; -ETIMEDOUT for a
/// connect without answer.
int hp_link_error(const hp_link *link);

/// When the attempt after the present wait starts, CLOCK_MONOTONIC; meaningful in state WAITING.
int64_t hp_link_next_attempt_ns(const hp_link *link);

/// The received bytes, contiguous and 8-byte aligned as long as multiples of 8 are consumed; valid until the next
/// poll, wait or open. Stays readable in state DOWN.
const uint8_t *hp_link_received(const hp_link *link, size_t *length);

/// Gives back the first `length` of the received bytes.
void hp_link_consume(hp_link *link, size_t length);

/// Room for `length` bytes in the send queue, or NULL: not connected, or the queue is full. Bounded on purpose: an
/// order that cannot leave now is refused, not kept for later.
uint8_t *_Nullable hp_link_claim(hp_link *link, size_t length);

/// Queues the first `length` bytes of the last claim. Nothing leaves before flush or poll.
void hp_link_commit(hp_link *link, size_t length);

/// Hands queued bytes to the kernel unless a send is in flight already (then poll does when that completes; the kernel
/// takes them at once as long as its own buffer has room). Returns 0 or -errno.
int hp_link_flush(hp_link *link);

/// Claim, copy, commit and flush. Returns 0, -ENOTCONN, or -ENOBUFS when the queue is full.
int hp_link_send(hp_link *link, const void *bytes, size_t length);

/// Bytes waiting to be sent, those in flight included.
size_t hp_link_queued(const hp_link *link);

/// Ends the connection or the attempt at once: the state is CLOSING or DOWN, and poll carries it to DOWN.
void hp_link_drop(hp_link *link);

/// By what the link reaches the kernel, HP_LINK_BACKEND_*.
int hp_link_backend(const hp_link *link);

/// What was found at creation, and the number of operations under way.
hp_link_facts hp_link_get_facts(const hp_link *link);

hp_link_counts hp_link_get_counts(const hp_link *link);

/// Ends the connection in order, blocking for at most `flush_ns`: queued bytes leave, then our end is told and the
/// other end's awaited (closing earlier could destroy the last frame before it is read). What still arrives is dropped.
void hp_link_finish(hp_link *link, int64_t flush_ns);

/// Finishes for at most `flush_ns`, closes the connection, waits for every operation and frees all.
void hp_link_destroy(hp_link *link, int64_t flush_ns);

#pragma clang assume_nonnull end

#endif
