// The secure link's records: one handshake, then authenticated and encrypted records, opened and sealed in place in the
// queues of whatever carries them. The frames inside stay as hp_frame.h defines them; the bytes on the wire are in
// docs/reference/protocol.md. For both ends: C11, no system call, no allocation, no time.
#ifndef HP_SEAL_H
#define HP_SEAL_H

#include "hp_noise.h"

#pragma clang assume_nonnull begin

enum {
    HP_SEAL_HEADER_LENGTH = 8,
    HP_SEAL_TAG_LENGTH = HP_CRYPTO_TAG_LENGTH,
    /// Bytes that a record adds to the frames in it.
    HP_SEAL_OVERHEAD = HP_SEAL_HEADER_LENGTH + HP_SEAL_TAG_LENGTH,
    /// Most bytes of frames in one record.
    HP_SEAL_CONTENT_MAX = 65536,
    HP_SEAL_RECORD_MAX = HP_SEAL_CONTENT_MAX + HP_SEAL_OVERHEAD,
    /// Length of either handshake record.
    HP_SEAL_HANDSHAKE_LENGTH = HP_SEAL_HEADER_LENGTH + HP_NOISE_OVERHEAD,
    HP_SEAL_ALIGNMENT = 8,
    /// Version of records and handshake; part of what both ends must agree on.
    HP_SEAL_VERSION = 1,
    /// Records after which a direction changes its key at the latest.
    HP_SEAL_RECORDS_PER_KEY = 1 << 24,
};

/// What a record is.
enum { HP_SEAL_OFFER = 0x51, HP_SEAL_ANSWER = 0x52, HP_SEAL_DATA = 0x53 };

/// Bits of a record's flags; all others must be zero.
enum {
    /// The direction's key changes behind this record.
    HP_SEAL_LAST_OF_KEY = 0x01,
};

/// A record's first bytes: in clear, and authenticated with the rest.
typedef struct hp_seal_header {
    /// Bytes of the whole record, header and tag included; a multiple of 8.
    uint32_t length;
    uint8_t kind;
    uint8_t flags;
    /// Zero. In a frame the version stands here, so neither end can take the one for the other.
    uint16_t reserved;
} hp_seal_header;
_Static_assert(sizeof(hp_seal_header) == HP_SEAL_HEADER_LENGTH, "a record's header is 8 bytes");

/// One end of one sealed connection; opaque and secret.
typedef struct hp_seal hp_seal;

/// What both ends believe of their connection; bound into the handshake without being sent.
typedef struct hp_seal_terms {
    /// HP_NOISE_INITIATOR for the trading client, HP_NOISE_RESPONDER for the gateway.
    uint8_t role;
    /// HP_ENVIRONMENT_SIMULATOR or HP_ENVIRONMENT_REAL.
    uint8_t environment;
    /// Version of the frames inside.
    uint8_t frame_version;
    uint8_t padding[5];
    /// HP_SEAL_RECORDS_PER_KEY, except in tests. A peer that goes beyond it is refused.
    uint64_t records_per_key;
    /// Number of the first record in each direction: 0, except in tests of the end of numbers.
    uint64_t first_record;
} hp_seal_terms;

/// What a step led to. Everything above NEED_MORE is the end: the keys are wiped, every later call says the same, and
/// the connection must be closed without a word.
enum {
    HP_SEAL_OK = 0,
    /// The bytes so far are a valid beginning: come again with more.
    HP_SEAL_NEED_MORE = 1,
    HP_SEAL_BAD_LENGTH = 2,
    /// Not a record, one of another kind than is due, or with unknown flags.
    HP_SEAL_BAD_KIND = 3,
    /// Altered, replayed, reordered, lost before it, or of an end with other keys or terms.
    HP_SEAL_BAD_TAG = 4,
    /// No number is left that was not used.
    HP_SEAL_EXHAUSTED = 5,
    /// The other end kept a key longer than agreed.
    HP_SEAL_KEY_WORN = 6,
    /// A step out of its order.
    HP_SEAL_OUT_OF_TURN = 7,
    /// The library failed.
    HP_SEAL_FAILED = 8,
};

/// Bytes that a seal takes; its memory is the caller's and must be aligned to 64.
size_t hp_seal_size(void);

/// Makes a seal for a new connection; whatever was in its memory is lost. `crypto` must live as long.
void hp_seal_begin(hp_seal *seal, const hp_crypto *crypto, const hp_seal_terms *terms);

/// Forgets every key; the seal must begin again before use.
void hp_seal_end(hp_seal *seal);

/// HP_SEAL_OK while the handshake is under way and afterwards; else why the seal is of no use any more.
int hp_seal_state(const hp_seal *seal);

/// Whether the handshake is complete.
int hp_seal_is_standing(const hp_seal *seal);

/// Initiator: writes its handshake record of HP_SEAL_HANDSHAKE_LENGTH bytes. `keys` must live until the handshake ends.
int hp_seal_offer(hp_seal *seal, const hp_noise_keys *keys, uint8_t *out);

/// Responder: takes an offer from the beginning of `bytes`, under the first of `count` pairs of keys that fits (two
/// while keys are being changed), and writes the answer of HP_SEAL_HANDSHAKE_LENGTH bytes. Takes that many bytes.
int hp_seal_answer(hp_seal *seal, const hp_noise_keys *const _Nonnull *_Nonnull keys, size_t count,
                   const uint8_t *bytes, size_t length, uint8_t *out);

/// Initiator: takes the answer from the beginning of `bytes`; takes HP_SEAL_HANDSHAKE_LENGTH bytes.
int hp_seal_accept(hp_seal *seal, const uint8_t *bytes, size_t length);

/// The hash that names this handshake on both ends, 32 bytes; for logs and tests. Only of a standing seal.
const uint8_t *hp_seal_hash(const hp_seal *seal);

/// Receiving: `bytes` are all that has arrived and was not consumed. Opens the record at their beginning in place,
/// unless it is open already, and says where the rest of its frames lies: `*offset` into `bytes`, `*content` bytes.
int hp_seal_open(hp_seal *seal, uint8_t *bytes, size_t length, size_t *offset, size_t *content);

/// Takes `content` bytes of frames from the open record; returns how many bytes of the stream that consumes.
size_t hp_seal_consume(hp_seal *seal, size_t content);

/// Sending: room that the record being filled needs when `length` more bytes of frames join it; 0 when they must go
/// into a record of their own (hp_seal_close first) or the seal is of no use.
size_t hp_seal_room(const hp_seal *seal, size_t length);

/// Where the next frame goes: `claimed` is the beginning of the room.
static inline uint8_t *hp_seal_place(uint8_t *claimed, size_t pending) {
    return claimed + HP_SEAL_HEADER_LENGTH + pending;
}

/// Bytes of frames in the record being filled.
size_t hp_seal_pending(const hp_seal *seal);

/// Adds the frame that was written at its place.
void hp_seal_add(hp_seal *seal, size_t length);

/// Seals the record being filled, whose room begins at `claimed`; returns its length, or 0 when nothing is in it or
/// the seal is of no use.
size_t hp_seal_close(hp_seal *seal, uint8_t *claimed);

/// Asks that the next record is the last of its key: for the change of keys by time.
void hp_seal_renew(hp_seal *seal);

/// Keys that a direction has had since the handshake; for tests and monitoring.
uint64_t hp_seal_keys_used(const hp_seal *seal, int is_sending);

/// What is wrong, as words for an error message.
const char *hp_seal_result_text(int result);

#pragma clang assume_nonnull end

#endif
