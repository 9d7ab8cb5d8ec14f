// A stream's data path: receives, sends, their completions.
#include "hp_stream.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static void start_operation(hp_stream *stream, struct io_uring_sqe *entry, uint8_t operation) {
    io_uring_sqe_set_data64(entry, hp_uring_tag(operation, stream->slot, stream->generation));
    stream->operations++;
}

void hp_stream_arm(hp_stream *stream, hp_uring *uring) {
    bool is_live = stream->phase == HP_STREAM_OPEN || stream->phase == HP_STREAM_FINISHING;
    size_t room = hp_byte_ring_room(&stream->received);
    if (!is_live || stream->receive_armed || room == 0) {
        return;
    }
    struct io_uring_sqe *entry = hp_uring_entry(uring);
    if (entry == NULL) {
        return;
    }
    if (uring->buffers != NULL) {
        io_uring_prep_recv_multishot(entry, stream->socket, NULL, 0, 0);
        entry->flags |= IOSQE_BUFFER_SELECT;
        entry->buf_group = HP_URING_BUFFER_GROUP;
    } else {
        io_uring_prep_recv(entry, stream->socket, hp_byte_ring_write_at(&stream->received), room, 0);
    }
    start_operation(stream, entry, HP_URING_RECEIVE);
    stream->receive_armed = true;
}

/// One send at a time: two in flight could swap their bytes.
void hp_stream_prepare_send(hp_stream *stream, hp_uring *uring) {
    bool is_live = stream->phase == HP_STREAM_OPEN || stream->phase == HP_STREAM_FINISHING;
    size_t waiting = hp_byte_ring_used(&stream->sending);
    if (!is_live || stream->send_in_flight || waiting == 0) {
        return;
    }
    struct io_uring_sqe *entry = hp_uring_entry(uring);
    if (entry == NULL) {
        return;
    }
    size_t span = stream->send_slice != 0 && waiting > stream->send_slice ? stream->send_slice : waiting;
    io_uring_prep_send(entry, stream->socket, hp_byte_ring_read_at(&stream->sending), span, MSG_NOSIGNAL);
    start_operation(stream, entry, HP_URING_SEND);
    stream->sent_span = (uint32_t)span;
    stream->send_in_flight = true;
}

/// The span belongs to the kernel until this moment; only now may its place be written again.
static void complete_send(hp_stream *stream, int result) {
    stream->send_in_flight = false;
    if (result < 0) {
        if (result != -EINTR && result != -EAGAIN) {
            hp_stream_fail(stream, result);
        }
        return;
    }
    stream->sending.head += (uint32_t)result;
    stream->bytes_sent += (uint32_t)result;
    stream->short_sends += (uint32_t)result < stream->sent_span;
}

/// What a receive's result means for the stream, bytes apart. A multishot receive that ended for want of buffers or
/// by an interruption is simply started again.
static void judge_receive(hp_stream *stream, int result) {
    if (result == 0) {
        hp_stream_fail(stream, 0);
    } else if (result < 0 && result != -ENOBUFS && result != -EINTR && result != -EAGAIN) {
        hp_stream_fail(stream, result);
    }
}

static void note_arming(hp_stream *stream, hp_uring *uring, unsigned flags) {
    if ((flags & IORING_CQE_F_MORE) != 0) {
        return;
    }
    stream->receive_armed = false;
    stream->operations--;
    stream->rearmed += uring->buffers != NULL && stream->phase == HP_STREAM_OPEN;
}

/// Copies a filled buffer into the queue and gives it back.
static bool take_buffer(hp_stream *stream, hp_uring *uring, const struct io_uring_cqe *completion) {
    size_t length = completion->res > 0 ? (size_t)completion->res : 0;
    if (stream->phase == HP_STREAM_OPEN && hp_byte_ring_room(&stream->received) < length) {
        return false;
    }
    uint32_t index = completion->flags >> IORING_CQE_BUFFER_SHIFT;
    if (stream->phase == HP_STREAM_OPEN) {
        memcpy(hp_byte_ring_write_at(&stream->received), hp_uring_buffer(uring, index), length);
        stream->received.tail += length;
    }
    hp_uring_return_buffer(uring, index);
    return true;
}

static bool complete_receive(hp_stream *stream, hp_uring *uring, const struct io_uring_cqe *completion) {
    if ((completion->flags & IORING_CQE_F_BUFFER) != 0) {
        if (!take_buffer(stream, uring, completion)) {
            return false;
        }
    } else if (completion->res > 0) {
        stream->received.tail += (uint32_t)completion->res;
    }
    if (completion->res > 0) {
        stream->bytes_received += (uint32_t)completion->res;
    }
    note_arming(stream, uring, completion->flags);
    judge_receive(stream, completion->res);
    return true;
}

/// A completion of an earlier connection: nothing of it is used, but its buffer must go back.
static void complete_late(hp_stream *stream, hp_uring *uring, const struct io_uring_cqe *completion) {
    stream->late++;
    if ((completion->flags & IORING_CQE_F_BUFFER) != 0) {
        hp_uring_return_buffer(uring, completion->flags >> IORING_CQE_BUFFER_SHIFT);
    }
}

bool hp_stream_complete(hp_stream *stream, hp_uring *uring, const struct io_uring_cqe *completion) {
    if (hp_uring_tag_generation(completion->user_data) != stream->generation) {
        complete_late(stream, uring, completion);
        return true;
    }
    switch (hp_uring_tag_operation(completion->user_data)) {
    case HP_URING_RECEIVE:
        return complete_receive(stream, uring, completion);
    case HP_URING_SEND:
        stream->operations--;
        complete_send(stream, completion->res);
        return true;
    default:
        // The cancellation itself: whatever it says, the cancelled operations report on their own.
        stream->operations--;
        return true;
    }
}
