// Payloads of the session messages: who speaks, what is granted, liveness, snapshots and virtual time.
// Every field is aligned to its own size and nothing is padded, so a payload is a copy of its structure.
#ifndef HP_MSG_SESSION_H
#define HP_MSG_SESSION_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// "TRDGATE1" read as a little-endian number: tells a foreign service from a gateway before anything else is read.
static const uint64_t HP_HELLO_MAGIC = UINT64_C(0x3145544147445254);

/// What a session can do; bits of `capabilities`.
enum {
    HP_CAPABILITY_VIRTUAL_TIME = 1 << 0,
    HP_CAPABILITY_BARS = 1 << 1,
    HP_CAPABILITY_DEPTH = 1 << 2,
    HP_CAPABILITY_OFFER_BOOK = 1 << 3,
    HP_CAPABILITY_HISTORY = 1 << 4,
    HP_CAPABILITY_ORDERS = 1 << 6,
};

/// Which money is behind the session.
enum { HP_ENVIRONMENT_SIMULATOR = 1, HP_ENVIRONMENT_REAL = 2 };

/// What the client is.
enum { HP_ROLE_TRADER = 1, HP_ROLE_OBSERVER = 2 };

/// What the gateway does by itself when the client is gone; bits of `disconnect_policy`.
enum { HP_DISCONNECT_CANCEL_ENTRIES = 1 << 0, HP_DISCONNECT_FLATTEN_ORPHAN = 1 << 1 };

/// First frame of a client.
typedef struct hp_msg_hello {
    uint64_t magic;
    uint16_t version_min;
    uint16_t version_max;
    uint8_t environment;
    uint8_t role;
    uint8_t disconnect_policy;
    uint8_t reserved;
    /// The client's run; the gateway refuses one older than the newest it has seen.
    uint32_t fencing_epoch;
    /// Gateway epoch that `resume_sequence` counts in; 0 = none known.
    uint32_t gateway_epoch;
    /// Next kept frame wanted; 0 = start from a snapshot.
    uint64_t resume_sequence;
    uint64_t capabilities;
    uint64_t config_hash;
    uint64_t build_hash;
    uint32_t heartbeat_ms;
    uint32_t orphan_flatten_ms;
    char build[32];
    char client[32];
} hp_msg_hello;
_Static_assert(sizeof(hp_msg_hello) == 128, "Hello is 128 bytes");
_Static_assert(offsetof(hp_msg_hello, fencing_epoch) == 16, "fencing epoch at 16");
_Static_assert(offsetof(hp_msg_hello, resume_sequence) == 24, "resume sequence at 24");
_Static_assert(offsetof(hp_msg_hello, build) == 64, "build at 64");

/// The gateway's answer to Hello.
typedef struct hp_msg_hello_reply {
    uint64_t magic;
    uint16_t version;
    uint8_t environment;
    /// 1 = kept frames follow from `resume_sequence`, 0 = a snapshot follows.
    uint8_t resumed;
    /// AssetDef frames that follow this one.
    uint16_t asset_count;
    uint16_t reserved;
    uint32_t fencing_epoch;
    uint32_t gateway_epoch;
    /// Sequence of the first kept frame that follows.
    uint64_t next_sequence;
    /// What of the wished capabilities is granted.
    uint64_t capabilities;
    uint64_t config_hash;
    uint64_t build_hash;
    uint32_t heartbeat_ms;
    uint32_t dead_ms;
    /// Days since 1970-01-01 of the trading session.
    int32_t session_date;
    uint32_t reserved2;
    /// Virtual time at which the session starts; 0 without virtual time.
    int64_t virtual_start;
    /// Nanoseconds of virtual time that one barrier window may cover; 0 without virtual time.
    int64_t lookahead;
    /// Largest order the gateway lets through; 0 = no limit of its own.
    int64_t max_order_quantity;
    char build[32];
} hp_msg_hello_reply;
_Static_assert(sizeof(hp_msg_hello_reply) == 128, "HelloReply is 128 bytes");
_Static_assert(offsetof(hp_msg_hello_reply, fencing_epoch) == 16, "fencing epoch at 16");
_Static_assert(offsetof(hp_msg_hello_reply, session_date) == 64, "session date at 64");
_Static_assert(offsetof(hp_msg_hello_reply, build) == 96, "build at 96");

/// Sign of life, both ways.
typedef struct hp_msg_heartbeat {
    /// Sender's monotonic clock, nanoseconds.
    int64_t sent_monotonic;
    /// `sent_monotonic` of the newest heartbeat received; 0 = none yet. Shows one-way loss and gives the round trip.
    int64_t echo_monotonic;
    /// Bytes waiting in the sender's send queue.
    uint32_t queued_bytes;
    /// Market-data messages that the sender had to drop for this client.
    uint32_t dropped;
} hp_msg_heartbeat;
_Static_assert(sizeof(hp_msg_heartbeat) == 24, "Heartbeat is 24 bytes");

/// Why a session ends.
enum { HP_GOODBYE_CLIENT_DONE = 1, HP_GOODBYE_SHUTDOWN = 2, HP_GOODBYE_SESSION_OVER = 3, HP_GOODBYE_REPLACED = 4 };

/// Orderly end of the session; the sender closes after it.
typedef struct hp_msg_goodbye {
    uint16_t reason;
    uint16_t reserved;
    uint32_t reserved2;
    char text[56];
} hp_msg_goodbye;
_Static_assert(sizeof(hp_msg_goodbye) == 64, "Goodbye is 64 bytes");

/// Error codes of the gateway protocol.
enum {
    HP_ERROR_VERSION = 1,
    HP_ERROR_ENVIRONMENT = 2,
    HP_ERROR_FENCED = 3,
    HP_ERROR_CONFIG = 4,
    HP_ERROR_FULL = 5,
    HP_ERROR_MALFORMED = 6,
    HP_ERROR_UNEXPECTED = 7,
    HP_ERROR_CAPABILITY = 8,
    HP_ERROR_UNKNOWN_INSTRUMENT = 9,
    HP_ERROR_RATE = 10,
    HP_ERROR_SHUTTING_DOWN = 11,
    HP_ERROR_AUTHENTICATION = 12,
    HP_ERROR_UNSUPPORTED = 13,
    HP_ERROR_NATIVE = 14,
    HP_ERROR_SLOW_CLIENT = 15,
    HP_ERROR_INTERNAL = 255,
};

/// Something was refused. Codes below 9 and code 12 end the session; the sender closes after them.
typedef struct hp_msg_error {
    uint16_t code;
    uint16_t offending_type;
    /// Return code of the broker's interface where `code` is HP_ERROR_NATIVE; else 0.
    int32_t native_code;
    uint64_t offending_sequence;
    uint64_t request_id;
    char text[104];
} hp_msg_error;
_Static_assert(sizeof(hp_msg_error) == 128, "Error is 128 bytes");

typedef struct hp_msg_snapshot_request {
    uint64_t request_id;
} hp_msg_snapshot_request;
_Static_assert(sizeof(hp_msg_snapshot_request) == 8, "SnapshotRequest is 8 bytes");

typedef struct hp_msg_snapshot_begin {
    /// Kept frames below this number are contained in the snapshot.
    uint64_t next_sequence;
    uint32_t orders;
    uint32_t positions;
    uint32_t instruments;
    uint32_t reserved;
} hp_msg_snapshot_begin;
_Static_assert(sizeof(hp_msg_snapshot_begin) == 24, "SnapshotBegin is 24 bytes");

typedef struct hp_msg_snapshot_end {
    uint64_t next_sequence;
    /// Frames between SnapshotBegin and this one.
    uint64_t frames;
} hp_msg_snapshot_end;
_Static_assert(sizeof(hp_msg_snapshot_end) == 16, "SnapshotEnd is 16 bytes");

/// Time has passed at the gateway (once per second while the session is open).
typedef struct hp_msg_clock {
    uint64_t number;
    /// Clock of the broker's server; 0 when unknown.
    int64_t server_time;
} hp_msg_clock;
_Static_assert(sizeof(hp_msg_clock) == 16, "Clock is 16 bytes");

/// Virtual time: everything with a time below `horizon` has been sent; the client answers before time goes on.
typedef struct hp_msg_barrier {
    uint64_t number;
    int64_t horizon;
} hp_msg_barrier;
_Static_assert(sizeof(hp_msg_barrier) == 16, "Barrier is 16 bytes");

/// Every event before barrier `number` has been processed; the commands that followed from them precede this frame.
typedef struct hp_msg_barrier_ack {
    uint64_t number;
    /// Commands sent since the acknowledgement before: a check, not information.
    uint64_t commands;
} hp_msg_barrier_ack;
_Static_assert(sizeof(hp_msg_barrier_ack) == 16, "BarrierAck is 16 bytes");

typedef struct hp_msg_end_of_session {
    int32_t session_date;
    uint32_t reserved;
    /// Market, order and clock frames sent in the session: a check of completeness.
    uint64_t events;
} hp_msg_end_of_session;
_Static_assert(sizeof(hp_msg_end_of_session) == 16, "EndOfSession is 16 bytes");

#pragma clang assume_nonnull end

#endif
