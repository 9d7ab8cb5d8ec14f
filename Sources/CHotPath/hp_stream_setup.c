// A stream's beginning and end.
#include "hp_stream.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int hp_stream_map(hp_stream *stream, uint8_t slot, size_t receive_capacity, size_t send_capacity) {
    memset(stream, 0, sizeof *stream);
    stream->socket = -1;
    stream->slot = slot;
    int result = hp_byte_ring_map(&stream->received, receive_capacity);
    if (result == 0) {
        result = hp_byte_ring_map(&stream->sending, send_capacity);
    }
    if (result != 0) {
        hp_stream_unmap(stream);
    }
    return result;
}

void hp_stream_unmap(hp_stream *stream) {
    hp_byte_ring_unmap(&stream->received);
    hp_byte_ring_unmap(&stream->sending);
}

void hp_stream_attach(hp_stream *stream, int socket, uint8_t phase) {
    hp_byte_ring_reset(&stream->received);
    hp_byte_ring_reset(&stream->sending);
    stream->socket = socket;
    stream->error = 0;
    stream->generation++;
    stream->operations = 0;
    stream->phase = phase;
    stream->receive_armed = false;
    stream->receive_is_look = false;
    stream->disarming = false;
    stream->looked_head = 0;
    stream->send_in_flight = false;
    stream->cancelled = false;
    stream->end_told = false;
}

void hp_stream_fail(hp_stream *stream, int error) {
    if (stream->phase == HP_STREAM_CLOSING || !hp_stream_holds_socket(stream)) {
        return;
    }
    stream->error = error;
    stream->phase = HP_STREAM_CLOSING;
}

/// Closing a socket does not end its operations: they are cancelled by socket and awaited, and only then may the
/// number of the socket and the queues be used again.
static void cancel_operations(hp_stream *stream, hp_uring *uring) {
    shutdown(stream->socket, SHUT_RDWR);
    if (stream->operations == 0) {
        stream->cancelled = true;
        return;
    }
    uint64_t tag = hp_uring_tag(HP_URING_CANCEL, stream->slot, stream->generation);
    stream->cancelled = hp_uring_cancel_socket(uring, tag, stream->socket);
    stream->operations += stream->cancelled;
}

/// Tells the other end once everything queued has left; it answers by closing its direction.
static void tell_end(hp_stream *stream) {
    if (stream->end_told || stream->send_in_flight || hp_byte_ring_used(&stream->sending) > 0) {
        return;
    }
    stream->end_told = true;
    shutdown(stream->socket, SHUT_WR);
}

void hp_stream_settle(hp_stream *stream, hp_uring *uring) {
    if (stream->phase == HP_STREAM_FINISHING) {
        stream->received.head = stream->received.tail;
        tell_end(stream);
    }
    if (stream->phase != HP_STREAM_CLOSING) {
        return;
    }
    if (!stream->cancelled) {
        cancel_operations(stream, uring);
    }
    if (stream->operations == 0) {
        close(stream->socket);
        stream->socket = -1;
        stream->phase = HP_STREAM_CLOSED;
    }
}
