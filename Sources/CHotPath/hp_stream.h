// One connected socket on a ring: receives into a contiguous queue, sends from one, and closes without a race.
// Shared by link and server; one thread.
#ifndef HP_STREAM_H
#define HP_STREAM_H

#include "hp_byte_ring.h"
#include "hp_uring.h"

#include <errno.h>

enum {
    /// No socket.
    HP_STREAM_CLOSED = 0,
    HP_STREAM_OPEN = 1,
    /// Sends what is queued, drops what arrives, closes when the other end does.
    HP_STREAM_FINISHING = 2,
    /// Broken or given up: waits for its operations to come back before the socket may be closed.
    HP_STREAM_CLOSING = 3,
};

/// A thread that has not slept for so long is taken to spin.
enum { HP_STREAM_SPINS_AFTER_NS = 1000000 };

typedef struct hp_stream {
    hp_byte_ring received;
    hp_byte_ring sending;
    int socket; // -1 = none
    int error;  // -errno of the end; 0 = the other end closed in order
    uint32_t generation;
    uint32_t operations; // of this generation, not yet completed
    uint8_t slot;
    uint8_t phase;
    bool receive_armed;
    bool receive_is_look; // the receive under way completes at once
    bool disarming;       // a cancellation of the armed receive is under way
    bool send_in_flight;
    bool cancelled;
    bool end_told;        // our direction is shut
    uint64_t looked_head; // the reader's position at the last look
    uint32_t sent_span;
    uint32_t send_slice;
    uint64_t bytes_received;
    uint64_t bytes_sent;
    uint64_t rearmed;
    uint64_t short_sends;
    uint64_t late;
} hp_stream;

/// Maps the queues. Returns 0 or -errno.
int hp_stream_map(hp_stream *stream, uint8_t slot, size_t receive_capacity, size_t send_capacity);

void hp_stream_unmap(hp_stream *stream);

/// Takes over a socket with empty queues and a new generation; phase becomes `phase` (OPEN, or CLOSED while the socket
/// is still connecting).
void hp_stream_attach(hp_stream *stream, int socket, uint8_t phase);

/// Starts a receive where none is under way and there is room: one that is told when bytes come, or, for a thread that
/// looks again and again, one that takes what is there now. An armed receive is taken back before the first look.
void hp_stream_arm(hp_stream *stream, hp_uring *uring, bool is_spinning);

/// Prepares a send where none is in flight and bytes wait.
void hp_stream_prepare_send(hp_stream *stream, hp_uring *uring);

/// Hands queued bytes to the kernel, and takes note at once where it took them at once. Returns 0 or -errno.
int hp_stream_flush(hp_stream *stream, hp_uring *uring);

/// Takes a completion of this stream. False = no room for what arrived: leave the completion where it is.
bool hp_stream_complete(hp_stream *stream, hp_uring *uring, const hp_uring_completion *completion);

/// Notes why the stream ends (the first reason counts) and starts closing.
void hp_stream_fail(hp_stream *stream, int error);

/// Carries FINISHING and CLOSING forward; closes the socket once nothing is in flight.
void hp_stream_settle(hp_stream *stream, hp_uring *uring);

/// A completion that only says that a look found nothing.
static inline bool hp_stream_is_fruitless(const hp_uring_completion *completion) {
    return completion->result == -EAGAIN && hp_uring_tag_operation(completion->tag) == HP_URING_RECEIVE;
}

/// Whether a socket is there that is not yet closed.
static inline bool hp_stream_holds_socket(const hp_stream *stream) {
    return stream->socket >= 0;
}

#endif
