// Decoding of frames: every bound is checked before a byte is read. Hostile bytes end in a refusal, nothing else.
#include "hp_frame.h"

#include "hp_frame_types.h"

enum { GROUPS = 8, MESSAGES_PER_GROUP = 32, PREFIX_LENGTH = 8 };

/// Payload bounds of one type; `largest` 0 = the type does not exist.
typedef struct {
    uint16_t smallest;
    uint16_t largest;
    const char *name;
} message_shape;

#define SHAPE_ENTRY(type, text, least, most) [(type) >> 8][(type)&0xFF] = {(least), (most), (text)},
static const message_shape SHAPES[GROUPS][MESSAGES_PER_GROUP] = {HP_FRAME_ALL_TYPES(SHAPE_ENTRY)};

#define FITS_ENTRY(type, text, least, most)                                                                            \
    _Static_assert((type) >> 8 < GROUPS && ((type)&0xFF) < MESSAGES_PER_GROUP, text " lies outside the type table");   \
    _Static_assert((least) % HP_FRAME_ALIGNMENT == 0 && (most) <= UINT16_MAX, text " breaks alignment or limit");
HP_FRAME_ALL_TYPES(FITS_ENTRY)

static const message_shape *shape_of(uint16_t type) {
    unsigned group = type >> 8;
    unsigned message = type & 0xFF;
    if (group >= GROUPS || message >= MESSAGES_PER_GROUP || SHAPES[group][message].largest == 0) {
        return NULL;
    }
    return &SHAPES[group][message];
}

/// Judges the first 8 bytes: enough to refuse a frame without waiting for the rest of it.
static int judge_prefix(const hp_frame_header *header) {
    if (header->version != HP_FRAME_VERSION) {
        return HP_FRAME_BAD_VERSION;
    }
    if (header->length < HP_FRAME_HEADER_LENGTH || header->length > HP_FRAME_MAX_LENGTH ||
        header->length % HP_FRAME_ALIGNMENT != 0) {
        return HP_FRAME_BAD_LENGTH;
    }
    if ((header->flags & ~HP_FRAME_FLAGS_KNOWN) != 0) {
        return HP_FRAME_BAD_FLAGS;
    }
    const message_shape *shape = shape_of(header->type);
    if (shape == NULL) {
        return HP_FRAME_BAD_TYPE;
    }
    uint32_t payload_length = header->length - HP_FRAME_HEADER_LENGTH;
    if (payload_length < shape->smallest || payload_length > shape->largest) {
        return HP_FRAME_BAD_SIZE;
    }
    return HP_FRAME_COMPLETE;
}

int hp_frame_decode(const uint8_t *bytes, size_t length, hp_frame *frame) {
    if (length < PREFIX_LENGTH) {
        return HP_FRAME_NEED_MORE;
    }
    memcpy(&frame->header, bytes, PREFIX_LENGTH);
    int verdict = judge_prefix(&frame->header);
    if (verdict != HP_FRAME_COMPLETE) {
        return verdict;
    }
    if (length < frame->header.length) {
        return HP_FRAME_NEED_MORE;
    }
    memcpy(&frame->header, bytes, sizeof frame->header);
    frame->payload = bytes + HP_FRAME_HEADER_LENGTH;
    frame->payload_length = frame->header.length - HP_FRAME_HEADER_LENGTH;
    frame->reserved = 0;
    return HP_FRAME_COMPLETE;
}

int hp_frame_payload_bounds(uint16_t type, uint32_t *smallest, uint32_t *largest) {
    const message_shape *shape = shape_of(type);
    if (shape == NULL) {
        return -1;
    }
    *smallest = shape->smallest;
    *largest = shape->largest;
    return 0;
}

int hp_frame_is_numbered(uint16_t type) {
    switch (type) {
    case HP_FRAME_CONN_STATE:
    case HP_FRAME_END_OF_SESSION:
    case HP_FRAME_NEW_ORDER:
    case HP_FRAME_CANCEL_ORDER:
    case HP_FRAME_CHANGE_ORDER:
    case HP_FRAME_CANCEL_ALL:
    case HP_FRAME_ZERO_POSITION:
    case HP_FRAME_SUBMIT_ACK:
    case HP_FRAME_ORDER_REPORT:
    case HP_FRAME_TRADING_RESULT:
    case HP_FRAME_ORDER_HISTORY_LOADED:
    case HP_FRAME_ACCOUNTS_CHANGED:
    case HP_FRAME_KILL:
        return 1;
    default:
        return 0;
    }
}

const char *hp_frame_result_text(int result) {
    switch (result) {
    case HP_FRAME_COMPLETE:
        return "complete frame";
    case HP_FRAME_NEED_MORE:
        return "beginning of a frame";
    case HP_FRAME_BAD_LENGTH:
        return "frame length outside 32...65536 or not a multiple of 8";
    case HP_FRAME_BAD_VERSION:
        return "frame of another protocol version";
    case HP_FRAME_BAD_TYPE:
        return "frame type that does not exist";
    case HP_FRAME_BAD_FLAGS:
        return "reserved flag in the frame header";
    case HP_FRAME_BAD_SIZE:
        return "frame length that does not fit its type";
    default:
        return "unknown decoding result";
    }
}

const char *hp_frame_type_name(uint16_t type) {
    const message_shape *shape = shape_of(type);
    return shape == NULL ? "unknown" : shape->name;
}
