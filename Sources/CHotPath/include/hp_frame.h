// The gateway protocol's frames: header, type numbers, encoding in place and incremental decoding.
// Shared by the client, the simulator and the Windows bridge, so: C11, no system call, no allocation.
// The messages inside the frames are in hp_msg_*.h; the protocol as a whole is docs/reference/protocol.md.
#ifndef HP_FRAME_H
#define HP_FRAME_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the wire is little-endian and its structures are copied as they are: this host needs a swapping codec"
#endif

#pragma clang assume_nonnull begin

/// The protocol's version; the header of every frame names it.
enum { HP_FRAME_VERSION = 1 };

enum {
    /// Bytes of the header in front of every payload.
    HP_FRAME_HEADER_LENGTH = 32,
    /// Largest frame: header and payload together.
    HP_FRAME_MAX_LENGTH = 65536,
    /// Every frame's length is a multiple of this, so that frames behind each other stay aligned for in-place reading.
    HP_FRAME_ALIGNMENT = 8,
};

/// Bits of the header's `flags`; all others are reserved and must be zero.
enum {
    /// `time` is virtual time of a simulation.
    HP_FRAME_VIRTUAL_TIME = 0x02,
    /// The frame is sent again, or is part of a snapshot: what it says is not news.
    HP_FRAME_REPLAY = 0x04,
    HP_FRAME_FLAGS_KNOWN = 0x06,
};

/// Type numbers: the high byte is the group, the low byte the message. Numbers are never reused.
enum {
    // Session.
    HP_FRAME_HELLO = 0x0001,
    HP_FRAME_HELLO_REPLY = 0x0002,
    HP_FRAME_HEARTBEAT = 0x0003,
    HP_FRAME_GOODBYE = 0x0004,
    HP_FRAME_ERROR = 0x0005,
    HP_FRAME_SNAPSHOT_REQUEST = 0x0006,
    HP_FRAME_SNAPSHOT_BEGIN = 0x0007,
    HP_FRAME_SNAPSHOT_END = 0x0008,
    HP_FRAME_CLOCK = 0x0009,
    HP_FRAME_BARRIER = 0x000A,
    HP_FRAME_BARRIER_ACK = 0x000B,
    HP_FRAME_END_OF_SESSION = 0x000C,
    // State of the broker's interface behind the gateway.
    HP_FRAME_LOGIN = 0x0101,
    HP_FRAME_LOGOUT = 0x0102,
    HP_FRAME_CONN_STATE = 0x0103,
    HP_FRAME_HEALTH = 0x0104,
    HP_FRAME_ACTIVITY = 0x0105,
    HP_FRAME_COUNTERS = 0x0106,
    HP_FRAME_RESTART = 0x0107,
    HP_FRAME_LATENCY = 0x0108,
    // Instruments and subscriptions.
    HP_FRAME_ASSET_DEF = 0x0201,
    HP_FRAME_SUBSCRIBE = 0x0202,
    HP_FRAME_UNSUBSCRIBE = 0x0203,
    HP_FRAME_SUBSCRIBE_ACK = 0x0204,
    HP_FRAME_INVALID_TICKER = 0x0205,
    HP_FRAME_ASSET_REQUEST = 0x0206,
    HP_FRAME_CONTRACT_ROLL = 0x0207,
    HP_FRAME_AGENT_REQUEST = 0x0208,
    HP_FRAME_AGENT_NAME = 0x0209,
    // Market data.
    HP_FRAME_TRADE = 0x0301,
    HP_FRAME_QUOTE = 0x0302,
    HP_FRAME_DEPTH = 0x0303,
    HP_FRAME_BAR = 0x0304,
    HP_FRAME_TICKER_STATE = 0x0305,
    HP_FRAME_PRICE_LIMITS = 0x0306,
    HP_FRAME_GAP = 0x0307,
    HP_FRAME_DAILY = 0x0308,
    HP_FRAME_OFFER = 0x0309,
    HP_FRAME_THEORETICAL = 0x030A,
    HP_FRAME_LAST_PRICE = 0x030B,
    // History.
    HP_FRAME_HISTORY_REQUEST = 0x0401,
    HP_FRAME_HISTORY_TRADE = 0x0402,
    HP_FRAME_HISTORY_PROGRESS = 0x0403,
    HP_FRAME_HISTORY_END = 0x0404,
    // Orders.
    HP_FRAME_NEW_ORDER = 0x0501,
    HP_FRAME_CANCEL_ORDER = 0x0502,
    HP_FRAME_CHANGE_ORDER = 0x0503,
    HP_FRAME_CANCEL_ALL = 0x0504,
    HP_FRAME_ZERO_POSITION = 0x0505,
    HP_FRAME_SUBMIT_ACK = 0x0506,
    HP_FRAME_ORDER_REPORT = 0x0507,
    HP_FRAME_TRADING_RESULT = 0x0508,
    HP_FRAME_ORDER_LIST_REQUEST = 0x0509,
    HP_FRAME_ORDER_LIST_END = 0x050A,
    HP_FRAME_ORDER_HISTORY_LOADED = 0x050B,
    // Accounts and positions.
    HP_FRAME_POSITION_REQUEST = 0x0601,
    HP_FRAME_POSITION = 0x0602,
    HP_FRAME_ACCOUNT_REQUEST = 0x0603,
    HP_FRAME_ACCOUNT = 0x0604,
    HP_FRAME_ACCOUNTS_CHANGED = 0x0605,
    HP_FRAME_POSITION_LIST_REQUEST = 0x0606,
    HP_FRAME_POSITION_LIST_END = 0x0607,
    // Safety.
    HP_FRAME_KILL = 0x0701,
    HP_FRAME_GATEWAY_LIMITS = 0x0702,
};

/// The header as it lies on the wire.
typedef struct hp_frame_header {
    /// Bytes of the whole frame, header included.
    uint32_t length;
    uint16_t type;
    uint8_t version;
    uint8_t flags;
    /// Sender's number of a kept frame, consecutive from 1 within an epoch; 0 for frames that are not kept.
    uint64_t sequence;
    /// When it happened at the sender, nanoseconds since 1970 UTC; virtual time where the flag says so.
    int64_t time;
    /// Highest sequence that the sender has received from the other end; 0 before the first.
    uint64_t acknowledged;
} hp_frame_header;

_Static_assert(sizeof(hp_frame_header) == HP_FRAME_HEADER_LENGTH, "header is 32 bytes on the wire");
_Static_assert(offsetof(hp_frame_header, type) == 4, "type at 4");
_Static_assert(offsetof(hp_frame_header, version) == 6, "version at 6");
_Static_assert(offsetof(hp_frame_header, flags) == 7, "flags at 7");
_Static_assert(offsetof(hp_frame_header, sequence) == 8, "sequence at 8");
_Static_assert(offsetof(hp_frame_header, time) == 16, "time at 16");
_Static_assert(offsetof(hp_frame_header, acknowledged) == 24, "acknowledged at 24");

/// A decoded frame. The payload stays where it is: it lives as long as the bytes that were decoded.
typedef struct hp_frame {
    hp_frame_header header;
    const uint8_t *payload;
    /// Without header.
    uint32_t payload_length;
    uint32_t reserved;
} hp_frame;

/// A frame of no type and no payload: something to decode into.
static inline hp_frame hp_frame_empty(void) {
    return (hp_frame){.payload = (const uint8_t *)""};
}

/// What decoding found: the first three answer "is there a frame", the rest say why the stream is not usable further.
enum {
    /// `frame` is filled; `frame->header.length` bytes belong to it.
    HP_FRAME_COMPLETE = 0,
    /// The bytes so far are a valid beginning: come again with more.
    HP_FRAME_NEED_MORE = 1,
    HP_FRAME_BAD_LENGTH = 2,
    HP_FRAME_BAD_VERSION = 3,
    HP_FRAME_BAD_TYPE = 4,
    HP_FRAME_BAD_FLAGS = 5,
    HP_FRAME_BAD_SIZE = 6,
};

/// Reads the frame that starts at `bytes`, never beyond `bytes + length`.
///
/// Bad beginnings are recognised from the first 8 bytes, before the rest is waited for. A bad frame has no known end:
/// the only cure is to close the connection. Payload values are not judged here.
int hp_frame_decode(const uint8_t *bytes, size_t length, hp_frame *frame);

/// Payload bounds of a type, in bytes; returns 0 and sets both, or -1 for a type that does not exist.
int hp_frame_payload_bounds(uint16_t type, uint32_t *smallest, uint32_t *largest);

/// Whether frames of that type carry a sequence number of their sender (kept, acknowledged and resumable); others have
/// 0.
int hp_frame_is_numbered(uint16_t type);

/// What is wrong with a frame, as words for an error message; `result` is an answer of `hp_frame_decode`.
const char *hp_frame_result_text(int result);

/// A type's name as the protocol page spells it; "unknown" for a type that does not exist.
const char *hp_frame_type_name(uint16_t type);

/// Bytes of the frame for a payload of `payload_length`; 0 when it breaks the limits or the alignment.
static inline uint32_t hp_frame_wire_length(uint32_t payload_length) {
    if (payload_length > HP_FRAME_MAX_LENGTH - HP_FRAME_HEADER_LENGTH || payload_length % HP_FRAME_ALIGNMENT != 0) {
        return 0;
    }
    return HP_FRAME_HEADER_LENGTH + payload_length;
}

/// Writes header and payload at `at`. `header->length` and `header->version` are set here, the rest is the caller's.
/// Returns the frame's length, or 0 when `capacity` or the limits do not allow it (nothing is written then).
static inline uint32_t hp_frame_encode(uint8_t *at, size_t capacity, hp_frame_header header, const void *payload,
                                       uint32_t payload_length) {
    uint32_t length = hp_frame_wire_length(payload_length);
    if (length == 0 || length > capacity) {
        return 0;
    }
    header.length = length;
    header.version = HP_FRAME_VERSION;
    memcpy(at, &header, sizeof header);
    memcpy(at + HP_FRAME_HEADER_LENGTH, payload, payload_length);
    return length;
}

#pragma clang assume_nonnull end

#endif
