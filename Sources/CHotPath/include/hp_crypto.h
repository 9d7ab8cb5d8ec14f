// The cryptographic primitives that the secure link needs, as a table: each end fills it from a vetted library of its
// platform. This project implements none of them. Here the table is libsodium's; a Windows end may supply CNG's.
#ifndef HP_CRYPTO_H
#define HP_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum {
    HP_CRYPTO_KEY_LENGTH = 32,   // X25519 keys and shared secrets, AES-256 keys
    HP_CRYPTO_HASH_LENGTH = 32,  // SHA-256 and HMAC-SHA-256
    HP_CRYPTO_NONCE_LENGTH = 12, // AES-GCM
    HP_CRYPTO_TAG_LENGTH = 16,   // AES-GCM
    HP_CRYPTO_CIPHER_LENGTH = 512,
};

/// Memory of one expanded AES-256-GCM key, whatever a library keeps in it. Secret.
typedef struct hp_crypto_cipher {
    _Alignas(64) uint8_t bytes[HP_CRYPTO_CIPHER_LENGTH];
} hp_crypto_cipher;

/// The table. Functions that return int return 0, or -1 when the library refused.
typedef struct hp_crypto {
    /// Fills `out` from the system's generator of unpredictable numbers.
    int (*random)(uint8_t *out, size_t length);
    /// X25519: the public key of a secret one.
    int (*derive)(uint8_t *public_key, const uint8_t *secret_key);
    /// X25519: -1 also where the result is all zero, which is what a peer's point of low order leads to.
    int (*agree)(uint8_t *shared, const uint8_t *secret_key, const uint8_t *public_key);
    /// SHA-256 of `a` and `b` behind each other.
    void (*hash)(uint8_t *out, const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length);
    /// HMAC-SHA-256 of `a` and `b` behind each other, under a key of 32 bytes.
    void (*mac)(uint8_t *out, const uint8_t *key, const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length);
    /// AES-256-GCM: expands a key.
    int (*expand)(hp_crypto_cipher *cipher, const uint8_t *key);
    /// Ends a cipher's life: nothing of its key remains.
    void (*forget)(hp_crypto_cipher *cipher);
    /// Encrypts `text` in place and writes its tag; `associated` is authenticated and stays in clear.
    int (*seal)(const hp_crypto_cipher *cipher, const uint8_t *nonce, const uint8_t *associated,
                size_t associated_length, uint8_t *text, size_t length, uint8_t *tag);
    /// Decrypts `text` in place; -1 when the tag does not fit, and then nothing of the text may be used. The tag's
    /// comparison takes the same time wherever it differs.
    int (*open)(const hp_crypto_cipher *cipher, const uint8_t *nonce, const uint8_t *associated,
                size_t associated_length, uint8_t *text, size_t length, const uint8_t *tag);
    /// Overwrites secrets in a way that the compiler does not remove.
    void (*wipe)(void *secret, size_t length);
} hp_crypto;

/// libsodium's primitives; NULL where the library or this machine's AES instructions are missing. There is no software
/// fallback: its timing would depend on the key.
const hp_crypto *_Nullable hp_crypto_sodium(void);

#pragma clang assume_nonnull end

#endif
