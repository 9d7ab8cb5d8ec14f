// The symmetric state and the two messages of KKpsk0. Names of steps are those of the specification.
#include "hp_noise.h"

#include <stdbool.h>
#include <string.h>

enum { FINISHED = 3, REFUSED = 255 };

// Exactly as long as the hash, so it is its own first hash (section 5.2).
static const char PROTOCOL[] = "Noise_KKpsk0_25519_AESGCM_SHA256";
_Static_assert(sizeof PROTOCOL - 1 == HP_CRYPTO_HASH_LENGTH, "the protocol's name fills the first hash");

static void mix_hash(hp_noise *noise, const uint8_t *data, size_t length) {
    noise->crypto->hash(noise->hash, noise->hash, sizeof noise->hash, data, length);
}

/// HKDF of section 4.3: `count` outputs of 32 bytes.
static void derive(const hp_noise *noise, const uint8_t *input, size_t length, uint8_t *outputs, int count) {
    const hp_crypto *crypto = noise->crypto;
    uint8_t key[HP_CRYPTO_HASH_LENGTH];
    crypto->mac(key, noise->chaining_key, input, length, input, 0);
    for (uint8_t number = 1; number <= count; number++) {
        uint8_t *output = outputs + (number - 1) * HP_CRYPTO_HASH_LENGTH;
        size_t before = number == 1 ? 0 : HP_CRYPTO_HASH_LENGTH;
        crypto->mac(output, key, output - before, before, &number, 1);
    }
    crypto->wipe(key, sizeof key);
}

static void mix_key(hp_noise *noise, const uint8_t *input, size_t length) {
    uint8_t outputs[2 * HP_CRYPTO_HASH_LENGTH];
    derive(noise, input, length, outputs, 2);
    memcpy(noise->chaining_key, outputs, HP_CRYPTO_HASH_LENGTH);
    memcpy(noise->cipher_key, outputs + HP_CRYPTO_HASH_LENGTH, HP_CRYPTO_KEY_LENGTH);
    noise->crypto->wipe(outputs, sizeof outputs);
}

static void mix_key_and_hash(hp_noise *noise, const uint8_t *input, size_t length) {
    uint8_t outputs[3 * HP_CRYPTO_HASH_LENGTH];
    derive(noise, input, length, outputs, 3);
    memcpy(noise->chaining_key, outputs, HP_CRYPTO_HASH_LENGTH);
    mix_hash(noise, outputs + HP_CRYPTO_HASH_LENGTH, HP_CRYPTO_HASH_LENGTH);
    memcpy(noise->cipher_key, outputs + 2 * HP_CRYPTO_HASH_LENGTH, HP_CRYPTO_KEY_LENGTH);
    noise->crypto->wipe(outputs, sizeof outputs);
}

/// MixKey(DH(...)).
static int mix_agreement(hp_noise *noise, const uint8_t *secret_key, const uint8_t *public_key) {
    uint8_t shared[HP_CRYPTO_KEY_LENGTH];
    int result = noise->crypto->agree(shared, secret_key, public_key);
    if (result == 0) {
        mix_key(noise, shared, sizeof shared);
    }
    noise->crypto->wipe(shared, sizeof shared);
    return result == 0 ? HP_NOISE_OK : HP_NOISE_REFUSED;
}

/// The token "e": in a handshake with a pre-shared secret the ephemeral key is mixed into the key as well
/// (section 9.2).
static void mix_ephemeral(hp_noise *noise, const uint8_t *public_key) {
    mix_hash(noise, public_key, HP_CRYPTO_KEY_LENGTH);
    mix_key(noise, public_key, HP_CRYPTO_KEY_LENGTH);
}

/// EncryptAndHash or DecryptAndHash in place; `text` is followed by its tag. Every key is used for one message only,
/// so the nonce is always the first.
static int crypt(hp_noise *noise, uint8_t *text, size_t length, bool is_writing) {
    const hp_crypto *crypto = noise->crypto;
    hp_crypto_cipher cipher;
    uint8_t nonce[HP_CRYPTO_NONCE_LENGTH];
    uint8_t before[HP_CRYPTO_HASH_LENGTH];
    hp_noise_nonce(nonce, 0);
    memcpy(before, noise->hash, sizeof before);
    if (crypto->expand(&cipher, noise->cipher_key) != 0) {
        return HP_NOISE_FAILED;
    }
    uint8_t *tag = text + length;
    // The hash runs over what is on the wire: before decryption, after encryption.
    if (!is_writing) {
        mix_hash(noise, text, length + HP_CRYPTO_TAG_LENGTH);
    }
    int result = is_writing ? crypto->seal(&cipher, nonce, before, sizeof before, text, length, tag)
                            : crypto->open(&cipher, nonce, before, sizeof before, text, length, tag);
    if (is_writing) {
        mix_hash(noise, text, length + HP_CRYPTO_TAG_LENGTH);
    }
    crypto->forget(&cipher);
    return result == 0 ? HP_NOISE_OK : HP_NOISE_REFUSED;
}

/// The agreements that follow "e": es, ss in the first message, ee, se in the second.
static int mix_agreements(hp_noise *noise) {
    const hp_noise_keys *keys = noise->keys;
    bool is_initiator = noise->role == HP_NOISE_INITIATOR;
    int result;
    if (noise->step == 0) {
        result = is_initiator ? mix_agreement(noise, noise->ephemeral_secret, keys->peer_public)
                              : mix_agreement(noise, keys->own_secret, noise->peer_ephemeral);
        return result == HP_NOISE_OK ? mix_agreement(noise, keys->own_secret, keys->peer_public) : result;
    }
    result = mix_agreement(noise, noise->ephemeral_secret, noise->peer_ephemeral);
    if (result != HP_NOISE_OK) {
        return result;
    }
    return is_initiator ? mix_agreement(noise, keys->own_secret, noise->peer_ephemeral)
                        : mix_agreement(noise, noise->ephemeral_secret, keys->peer_public);
}

/// Ends the handshake for good; nothing of its secrets remains.
static int end(hp_noise *noise, int result) {
    noise->crypto->wipe(noise->chaining_key, sizeof noise->chaining_key);
    noise->crypto->wipe(noise->cipher_key, sizeof noise->cipher_key);
    noise->crypto->wipe(noise->ephemeral_secret, sizeof noise->ephemeral_secret);
    noise->step = result == HP_NOISE_OK ? FINISHED : REFUSED;
    return result;
}

void hp_noise_begin(hp_noise *noise, const hp_crypto *crypto, int role, const hp_noise_keys *keys,
                    const uint8_t *prologue, size_t prologue_length) {
    memset(noise, 0, sizeof *noise);
    noise->crypto = crypto;
    noise->keys = keys;
    noise->role = (uint8_t)role;
    memcpy(noise->hash, PROTOCOL, sizeof noise->hash);
    memcpy(noise->chaining_key, noise->hash, sizeof noise->chaining_key);
    mix_hash(noise, prologue, prologue_length);
    bool is_initiator = role == HP_NOISE_INITIATOR;
    mix_hash(noise, is_initiator ? keys->own_public : keys->peer_public, HP_CRYPTO_KEY_LENGTH);
    mix_hash(noise, is_initiator ? keys->peer_public : keys->own_public, HP_CRYPTO_KEY_LENGTH);
}

static bool is_turn(const hp_noise *noise, int writer) {
    return noise->step == 0 ? writer == HP_NOISE_INITIATOR : noise->step == 1 && writer == HP_NOISE_RESPONDER;
}

int hp_noise_write(hp_noise *noise, const uint8_t *_Nullable payload, size_t length, uint8_t *out) {
    const hp_crypto *crypto = noise->crypto;
    if (!is_turn(noise, noise->role)) {
        return HP_NOISE_OUT_OF_TURN;
    }
    if (length > HP_NOISE_MESSAGE_MAX - HP_NOISE_OVERHEAD) {
        return HP_NOISE_BAD_LENGTH;
    }
    if (crypto->random(noise->ephemeral_secret, HP_CRYPTO_KEY_LENGTH) != 0 ||
        crypto->derive(out, noise->ephemeral_secret) != 0) {
        return end(noise, HP_NOISE_FAILED);
    }
    if (noise->step == 0) {
        mix_key_and_hash(noise, noise->keys->shared_secret, HP_CRYPTO_KEY_LENGTH);
    }
    mix_ephemeral(noise, out);
    int result = mix_agreements(noise);
    if (result == HP_NOISE_OK) {
        if (length > 0) {
            memcpy(out + HP_CRYPTO_KEY_LENGTH, payload, length);
        }
        result = crypt(noise, out + HP_CRYPTO_KEY_LENGTH, length, true);
    }
    if (result != HP_NOISE_OK) {
        return end(noise, result);
    }
    noise->step++;
    return HP_NOISE_OK;
}

int hp_noise_read(hp_noise *noise, const uint8_t *message, size_t length, uint8_t *_Nullable payload) {
    if (!is_turn(noise, noise->role == HP_NOISE_INITIATOR ? HP_NOISE_RESPONDER : HP_NOISE_INITIATOR)) {
        return HP_NOISE_OUT_OF_TURN;
    }
    if (length < HP_NOISE_OVERHEAD || length > HP_NOISE_MESSAGE_MAX) {
        return end(noise, HP_NOISE_BAD_LENGTH);
    }
    memcpy(noise->peer_ephemeral, message, HP_CRYPTO_KEY_LENGTH);
    if (noise->step == 0) {
        mix_key_and_hash(noise, noise->keys->shared_secret, HP_CRYPTO_KEY_LENGTH);
    }
    mix_ephemeral(noise, noise->peer_ephemeral);
    int result = mix_agreements(noise);
    if (result != HP_NOISE_OK) {
        return end(noise, result);
    }
    size_t text_length = length - HP_NOISE_OVERHEAD;
    uint8_t tag_alone[HP_CRYPTO_TAG_LENGTH];
    // Without payload only the tag is there, and the caller needs no room for it.
    uint8_t *text = text_length == 0 ? tag_alone : payload;
    if (text == NULL) {
        return end(noise, HP_NOISE_BAD_LENGTH);
    }
    memcpy(text, message + HP_CRYPTO_KEY_LENGTH, text_length + HP_CRYPTO_TAG_LENGTH);
    result = crypt(noise, text, text_length, false);
    if (result != HP_NOISE_OK) {
        return end(noise, result);
    }
    noise->step++;
    return HP_NOISE_OK;
}

int hp_noise_finish(hp_noise *noise, hp_noise_result *result) {
    if (noise->step != 2) {
        return HP_NOISE_OUT_OF_TURN;
    }
    uint8_t outputs[2 * HP_CRYPTO_KEY_LENGTH];
    derive(noise, outputs, 0, outputs, 2);
    bool is_initiator = noise->role == HP_NOISE_INITIATOR;
    memcpy(result->sending, outputs + (is_initiator ? 0 : HP_CRYPTO_KEY_LENGTH), HP_CRYPTO_KEY_LENGTH);
    memcpy(result->receiving, outputs + (is_initiator ? HP_CRYPTO_KEY_LENGTH : 0), HP_CRYPTO_KEY_LENGTH);
    memcpy(result->hash, noise->hash, sizeof result->hash);
    noise->crypto->wipe(outputs, sizeof outputs);
    return end(noise, HP_NOISE_OK);
}
