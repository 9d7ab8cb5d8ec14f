// The seal's structure, shared by its handshake and its records.
#ifndef HP_SEAL_INTERNAL_H
#define HP_SEAL_INTERNAL_H

#include "hp_seal.h"

#include <stdbool.h>

enum { HP_SEAL_FRESH = 0, HP_SEAL_OFFERED = 1, HP_SEAL_STANDING = 2 };

/// One direction of the stream.
typedef struct hp_seal_direction {
    hp_crypto_cipher cipher;
    uint64_t number;   // of the next record; never reset, so no number meets a key twice
    uint64_t key_left; // records that the key may still serve
    uint64_t keys;     // keys so far
} hp_seal_direction;

struct hp_seal {
    hp_seal_direction sending;
    hp_seal_direction receiving;
    const hp_crypto *crypto;
    hp_seal_terms terms;
    hp_noise noise;
    uint8_t hash[HP_CRYPTO_HASH_LENGTH];
    int phase;
    int failure;          // HP_SEAL_OK, or why everything ended
    size_t pending;       // bytes of frames in the record being filled
    size_t opened;        // bytes of frames of the open record that were not taken
    bool is_open;         // the record at the front is open
    bool is_header_there; // its header was not consumed yet
    bool wants_new_key;
};

/// Ends the seal: the keys go, the reason stays.
int hp_seal_fail(hp_seal *seal, int result);

/// Judges a record's header from its first 8 bytes. Returns HP_SEAL_OK, NEED_MORE or a refusal.
int hp_seal_judge(const uint8_t *bytes, size_t length, uint8_t kind, hp_seal_header *header);

/// Takes the handshake's keys into use.
int hp_seal_stand(hp_seal *seal);

#endif
