// A stream's data path: receives, sends, their completions.
#include "hp_stream.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static uint64_t tag_of(const hp_stream *stream, uint8_t operation) {
    return hp_uring_tag(operation, stream->slot, stream->generation);
}

static bool is_live(const hp_stream *stream) {
    return stream->phase == HP_STREAM_OPEN || stream->phase == HP_STREAM_FINISHING;
}

/// Takes an armed receive back. What it caught before that still completes, and its end is told by a completion without
/// more, whoever wins the race.
static void disarm(hp_stream *stream, hp_uring *uring) {
    if (stream->disarming ||
        !hp_uring_cancel_tagged(uring, tag_of(stream, HP_URING_CANCEL), tag_of(stream, HP_URING_RECEIVE))) {
        return;
    }
    stream->operations++;
    stream->disarming = true;
}

/// Whether the reader is working its way through bytes that wait: then a look can wait, too. One that does not move,
/// because a frame is incomplete, is served at the next poll.
static bool reader_is_busy(hp_stream *stream) {
    bool has_moved = stream->received.head != stream->looked_head;
    stream->looked_head = stream->received.head;
    return has_moved && hp_byte_ring_used(&stream->received) > 0;
}

void hp_stream_arm(hp_stream *stream, hp_uring *uring, bool is_spinning) {
    if (!is_live(stream)) {
        return;
    }
    bool looks = is_spinning && !uring->is_kernel_thread && (uring->options & HP_LINK_ALWAYS_ARMED) == 0;
    if (stream->receive_armed) {
        if (looks && !stream->receive_is_look) {
            disarm(stream, uring);
        }
        return;
    }
    size_t room = hp_byte_ring_room(&stream->received);
    if (room == 0 || (looks && reader_is_busy(stream))) {
        return;
    }
    int armed = uring->buffers != NULL ? HP_URING_MULTISHOT : HP_URING_ARMED;
    if (hp_uring_receive(uring, tag_of(stream, HP_URING_RECEIVE), stream->socket,
                         hp_byte_ring_write_at(&stream->received), room, looks ? HP_URING_LOOK : armed)) {
        stream->operations++;
        stream->receive_armed = true;
        stream->receive_is_look = looks;
    }
}

/// One send at a time: two in flight could swap their bytes.
void hp_stream_prepare_send(hp_stream *stream, hp_uring *uring) {
    size_t waiting = hp_byte_ring_used(&stream->sending);
    if (!is_live(stream) || stream->send_in_flight || waiting == 0) {
        return;
    }
    size_t span = stream->send_slice != 0 && waiting > stream->send_slice ? stream->send_slice : waiting;
    if (hp_uring_send(uring, tag_of(stream, HP_URING_SEND), stream->socket, hp_byte_ring_read_at(&stream->sending),
                      span)) {
        stream->operations++;
        stream->sent_span = (uint32_t)span;
        stream->send_in_flight = true;
    }
}

int hp_stream_flush(hp_stream *stream, hp_uring *uring) {
    if (stream->send_in_flight) {
        return 0;
    }
    hp_stream_prepare_send(stream, uring);
    int result = hp_uring_submit(uring);
    hp_uring_completion completion;
    if (result == 0 && hp_uring_next(uring, &completion) && completion.tag == tag_of(stream, HP_URING_SEND)) {
        hp_stream_complete(stream, uring, &completion);
        hp_uring_seen(uring);
    }
    return result;
}

/// The span belongs to the kernel until this moment; only now may its place be written again.
static void complete_send(hp_stream *stream, hp_uring *uring, int result) {
    stream->send_in_flight = false;
    if (result < 0) {
        if (result != -EINTR && result != -EAGAIN) {
            hp_stream_fail(stream, result);
        }
        return;
    }
    hp_uring_hand_back(uring, hp_byte_ring_read_at(&stream->sending), (uint32_t)result);
    stream->sending.head += (uint32_t)result;
    stream->bytes_sent += (uint32_t)result;
    stream->short_sends += (uint32_t)result < stream->sent_span;
}

/// What a receive's result means for the stream, bytes apart. One that found nothing, that ended for want of buffers,
/// by an interruption or because it was taken back is simply started again.
static void judge_receive(hp_stream *stream, int result) {
    switch (result) {
    case 0:
        hp_stream_fail(stream, 0);
        return;
    case -EAGAIN:
    case -EINTR:
    case -ENOBUFS:
    case -ECANCELED:
        return;
    default:
        if (result < 0) {
            hp_stream_fail(stream, result);
        }
    }
}

static void note_end(hp_stream *stream, hp_uring *uring, unsigned flags) {
    if ((flags & IORING_CQE_F_MORE) != 0) {
        return;
    }
    bool was_multishot = uring->buffers != NULL && !stream->receive_is_look;
    stream->rearmed += was_multishot && !stream->disarming && stream->phase == HP_STREAM_OPEN;
    stream->receive_armed = false;
    stream->disarming = false;
    stream->operations--;
}

/// Copies a filled buffer into the queue and gives it back.
static bool take_buffer(hp_stream *stream, hp_uring *uring, const hp_uring_completion *completion) {
    size_t length = completion->result > 0 ? (size_t)completion->result : 0;
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

static bool complete_receive(hp_stream *stream, hp_uring *uring, const hp_uring_completion *completion) {
    if ((completion->flags & IORING_CQE_F_BUFFER) != 0) {
        if (!take_buffer(stream, uring, completion)) {
            return false;
        }
    } else if (completion->result > 0) {
        stream->received.tail += (uint32_t)completion->result;
    }
    if (completion->result > 0) {
        stream->bytes_received += (uint32_t)completion->result;
    }
    note_end(stream, uring, completion->flags);
    judge_receive(stream, completion->result);
    return true;
}

/// A completion of an earlier connection: nothing of it is used, but its buffer must go back.
static void complete_late(hp_stream *stream, hp_uring *uring, const hp_uring_completion *completion) {
    stream->late++;
    if ((completion->flags & IORING_CQE_F_BUFFER) != 0) {
        hp_uring_return_buffer(uring, completion->flags >> IORING_CQE_BUFFER_SHIFT);
    }
}

bool hp_stream_complete(hp_stream *stream, hp_uring *uring, const hp_uring_completion *completion) {
    if (hp_uring_tag_generation(completion->tag) != stream->generation) {
        complete_late(stream, uring, completion);
        return true;
    }
    switch (hp_uring_tag_operation(completion->tag)) {
    case HP_URING_RECEIVE:
        return complete_receive(stream, uring, completion);
    case HP_URING_SEND:
        stream->operations--;
        complete_send(stream, uring, completion->result);
        return true;
    default:
        // The cancellation itself: whatever it says, the cancelled operations report on their own.
        stream->operations--;
        return true;
    }
}
