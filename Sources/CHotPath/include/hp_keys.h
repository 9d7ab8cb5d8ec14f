// Key files of the secure link: made, checked and read. One folder holds the keys of one pair of ends in one
// environment. Secrets live in memory that is locked where the system allows it, between guard pages, and are wiped
// when they are given back. Linux only; the files themselves are described in docs/how-to/secure-link.md.
#ifndef HP_KEYS_H
#define HP_KEYS_H

#include "hp_noise.h"

#pragma clang assume_nonnull begin

/// The two ends of a link; BOTH only when making keys.
enum { HP_KEYS_BOTH = 0, HP_KEYS_TRADER = 1, HP_KEYS_GATEWAY = 2 };

/// What was wrong with a file or folder.
enum {
    HP_KEYS_OK = 0,
    HP_KEYS_MISSING = 1,
    HP_KEYS_SYMLINK = 2,
    HP_KEYS_NOT_A_FILE = 3,
    /// Another user owns it.
    HP_KEYS_OWNER = 4,
    /// A secret whose mode is not 600, or a public key or folder that others may write.
    HP_KEYS_MODE = 5,
    /// Too short, too long, or not the text of a key file.
    HP_KEYS_FORMAT = 6,
    /// A key file, but for something else: the content says another kind than the name.
    HP_KEYS_KIND = 7,
    HP_KEYS_ENVIRONMENT = 8,
    /// All zero: never a key.
    HP_KEYS_ZERO = 9,
    /// It exists; keys are never overwritten.
    HP_KEYS_EXISTS = 10,
    /// A system call failed; `code` tells the errno.
    HP_KEYS_SYSTEM = 11,
    /// No cryptographic library, or no AES instructions.
    HP_KEYS_NO_CRYPTO = 12,
};

/// Which file a result is about.
typedef struct hp_keys_report {
    int32_t result;
    /// Positive errno where `result` is HP_KEYS_SYSTEM; else 0.
    int32_t code;
    /// Mode or owner found, where that is what is wrong.
    uint32_t found;
    /// Name inside the folder; empty for the folder itself.
    char file[20];
} hp_keys_report;

/// What `trader keys show` may show of a folder.
typedef struct hp_keys_summary {
    uint8_t trader_public[HP_CRYPTO_KEY_LENGTH];
    uint8_t gateway_public[HP_CRYPTO_KEY_LENGTH];
    /// Of the shared secret: tells whether two ends have the same, and nothing else.
    uint8_t secret_fingerprint[8];
    uint8_t has_trader_public;
    uint8_t has_gateway_public;
    uint8_t has_shared_secret;
    uint8_t has_trader_secret;
    uint8_t has_gateway_secret;
    /// HP_ENVIRONMENT_SIMULATOR or HP_ENVIRONMENT_REAL.
    uint8_t environment;
    uint8_t padding[2];
} hp_keys_summary;

/// Makes keys in `folder`, which is made too if it is missing: of both ends, or of one. The shared secret is made with
/// the trader's key. Nothing is overwritten; a file that exists refuses the whole. Returns `report->result`.
int hp_keys_make(const char *folder, int end, int environment, hp_keys_report *report);

/// Reads what `end` needs: its own secret key, the other's public key, the shared secret. On success `*keys` is set
/// and must be closed. Returns `report->result`.
int hp_keys_open(const char *folder, int end, int environment, const hp_noise_keys *_Nullable *_Nonnull keys,
                 hp_keys_report *report);

/// Wipes and frees keys.
void hp_keys_close(const hp_noise_keys *keys);

/// Reads what is in a folder and may be seen. Missing files are no error, unusable ones are. Returns `report->result`.
int hp_keys_show(const char *folder, hp_keys_summary *summary, hp_keys_report *report);

/// Locked memory for secrets, zeroed, aligned to 64 where `length` is a multiple of 64; NULL when there is none.
void *_Nullable hp_keys_memory(size_t length);

/// Wipes and frees such memory.
void hp_keys_release(void *memory);

#pragma clang assume_nonnull end

#endif
