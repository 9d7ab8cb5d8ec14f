// The handshake of the secure link: Noise_KKpsk0_25519_AESGCM_SHA256, verbatim from the Noise Protocol Framework,
// revision 34 (noiseprotocol.org/noise.html). Two messages; both static keys are known beforehand and pinned, and a
// pre-shared secret is mixed in before anything else, so that an end without it learns nothing and costs little.
// For both ends: C11, no system call, no allocation.
#ifndef HP_NOISE_H
#define HP_NOISE_H

#include "hp_crypto.h"

#pragma clang assume_nonnull begin

enum {
    /// Bytes that a handshake message adds to its payload: ephemeral key and tag.
    HP_NOISE_OVERHEAD = HP_CRYPTO_KEY_LENGTH + HP_CRYPTO_TAG_LENGTH,
    /// Largest handshake message.
    HP_NOISE_MESSAGE_MAX = 65535,
};

enum { HP_NOISE_INITIATOR = 1, HP_NOISE_RESPONDER = 2 };

/// What one end knows before the handshake. All secret but the public keys.
typedef struct hp_noise_keys {
    uint8_t own_secret[HP_CRYPTO_KEY_LENGTH];
    uint8_t own_public[HP_CRYPTO_KEY_LENGTH];
    uint8_t peer_public[HP_CRYPTO_KEY_LENGTH];
    /// The pre-shared secret of this pair of ends.
    uint8_t shared_secret[HP_CRYPTO_KEY_LENGTH];
} hp_noise_keys;

/// What a handshake leaves behind. Secret but for the hash.
typedef struct hp_noise_result {
    uint8_t sending[HP_CRYPTO_KEY_LENGTH];
    uint8_t receiving[HP_CRYPTO_KEY_LENGTH];
    /// Names this one handshake: both ends have the same.
    uint8_t hash[HP_CRYPTO_HASH_LENGTH];
} hp_noise_result;

/// A handshake under way. Its fields are its own; secret.
typedef struct hp_noise {
    const hp_crypto *crypto;
    const hp_noise_keys *keys;
    uint8_t chaining_key[HP_CRYPTO_HASH_LENGTH];
    uint8_t hash[HP_CRYPTO_HASH_LENGTH];
    uint8_t cipher_key[HP_CRYPTO_KEY_LENGTH];
    uint8_t ephemeral_secret[HP_CRYPTO_KEY_LENGTH];
    uint8_t peer_ephemeral[HP_CRYPTO_KEY_LENGTH];
    uint8_t role;
    uint8_t step; // messages that have passed; 255 after a refusal
    uint8_t padding[6];
} hp_noise;

enum {
    HP_NOISE_OK = 0,
    /// The other end has other keys or another prologue, or the message was altered. The handshake is over.
    HP_NOISE_REFUSED = 1,
    /// Not this end's turn, or the handshake is over.
    HP_NOISE_OUT_OF_TURN = 2,
    /// The message or payload breaks the length limits.
    HP_NOISE_BAD_LENGTH = 3,
    /// The library failed.
    HP_NOISE_FAILED = 4,
};

/// Begins a handshake. `keys` must live until it ends. Both ends must give the same `prologue`: it binds what they
/// believe of the connection without being sent.
void hp_noise_begin(hp_noise *noise, const hp_crypto *crypto, int role, const hp_noise_keys *keys,
                    const uint8_t *prologue, size_t prologue_length);

/// Writes this end's message, with `payload`, into `out` of HP_NOISE_OVERHEAD + `length` bytes.
int hp_noise_write(hp_noise *noise, const uint8_t *_Nullable payload, size_t length, uint8_t *out);

/// Reads the other end's message of `length` bytes. `payload` needs room for the message's payload and a tag,
/// `length` - 32 bytes; it may be NULL where no payload is expected. A refusal wipes every secret of the handshake.
int hp_noise_read(hp_noise *noise, const uint8_t *message, size_t length, uint8_t *_Nullable payload);

/// After both messages: the keys of the two directions. Wipes the handshake.
int hp_noise_finish(hp_noise *noise, hp_noise_result *result);

/// The nonce of AES-GCM for message `number`, 12 bytes: 4 zero bytes, then the number, most significant byte first.
static inline void hp_noise_nonce(uint8_t *nonce, uint64_t number) {
    for (int index = 0; index < 4; index++) {
        nonce[index] = 0;
    }
    for (int index = 0; index < 8; index++) {
        nonce[4 + index] = (uint8_t)(number >> (56 - 8 * index));
    }
}

#pragma clang assume_nonnull end

#endif
