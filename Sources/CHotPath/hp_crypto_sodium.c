// The table of primitives as libsodium provides them.
#include "hp_crypto.h"

#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(crypto_aead_aes256gcm_state) <= HP_CRYPTO_CIPHER_LENGTH, "an expanded key fits its memory");
_Static_assert(crypto_scalarmult_curve25519_BYTES == HP_CRYPTO_KEY_LENGTH, "X25519 keys are 32 bytes");
_Static_assert(crypto_aead_aes256gcm_NPUBBYTES == HP_CRYPTO_NONCE_LENGTH, "GCM nonces are 12 bytes");
_Static_assert(crypto_aead_aes256gcm_ABYTES == HP_CRYPTO_TAG_LENGTH, "GCM tags are 16 bytes");

static int sodium_random(uint8_t *out, size_t length) {
    randombytes_buf(out, length);
    return 0;
}

static int sodium_derive(uint8_t *public_key, const uint8_t *secret_key) {
    return crypto_scalarmult_curve25519_base(public_key, secret_key);
}

static int sodium_agree(uint8_t *shared, const uint8_t *secret_key, const uint8_t *public_key) {
    return crypto_scalarmult_curve25519(shared, secret_key, public_key);
}

static void sodium_hash(uint8_t *out, const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length) {
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, a, a_length);
    crypto_hash_sha256_update(&state, b, b_length);
    crypto_hash_sha256_final(&state, out);
}

static void sodium_mac(uint8_t *out, const uint8_t *key, const uint8_t *a, size_t a_length, const uint8_t *b,
                       size_t b_length) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, HP_CRYPTO_HASH_LENGTH);
    crypto_auth_hmacsha256_update(&state, a, a_length);
    crypto_auth_hmacsha256_update(&state, b, b_length);
    crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof state);
}

static int sodium_expand(hp_crypto_cipher *cipher, const uint8_t *key) {
    return crypto_aead_aes256gcm_beforenm((crypto_aead_aes256gcm_state *)(void *)cipher->bytes, key);
}

static void sodium_forget(hp_crypto_cipher *cipher) {
    sodium_memzero(cipher, sizeof *cipher);
}

static int sodium_seal(const hp_crypto_cipher *cipher, const uint8_t *nonce, const uint8_t *associated,
                       size_t associated_length, uint8_t *text, size_t length, uint8_t *tag) {
    return crypto_aead_aes256gcm_encrypt_detached_afternm(
        text, tag, NULL, text, length, associated, associated_length, NULL, nonce,
        (const crypto_aead_aes256gcm_state *)(const void *)cipher->bytes);
}

static int sodium_open(const hp_crypto_cipher *cipher, const uint8_t *nonce, const uint8_t *associated,
                       size_t associated_length, uint8_t *text, size_t length, const uint8_t *tag) {
    return crypto_aead_aes256gcm_decrypt_detached_afternm(
        text, NULL, text, length, tag, associated, associated_length, nonce,
        (const crypto_aead_aes256gcm_state *)(const void *)cipher->bytes);
}

static const hp_crypto TABLE = {
    .random = sodium_random,
    .derive = sodium_derive,
    .agree = sodium_agree,
    .hash = sodium_hash,
    .mac = sodium_mac,
    .expand = sodium_expand,
    .forget = sodium_forget,
    .seal = sodium_seal,
    .open = sodium_open,
    .wipe = sodium_memzero,
};

const hp_crypto *_Nullable hp_crypto_sodium(void) {
    // Idempotent and safe from several threads; 1 = was initialised before.
    if (sodium_init() < 0 || crypto_aead_aes256gcm_is_available() == 0) {
        return NULL;
    }
    return &TABLE;
}
