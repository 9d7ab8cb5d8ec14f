// The records of a standing seal: opened and sealed in place, with a number that nobody sends and keys that change.
#include "hp_seal_internal.h"

#include <string.h>

// Reserved by the specification for making the next key.
static const uint64_t REKEY_NUMBER = UINT64_MAX;

int hp_seal_judge(const uint8_t *bytes, size_t length, uint8_t kind, hp_seal_header *header) {
    if (length < HP_SEAL_HEADER_LENGTH) {
        return HP_SEAL_NEED_MORE;
    }
    memcpy(header, bytes, sizeof *header);
    uint8_t allowed = kind == HP_SEAL_DATA ? HP_SEAL_LAST_OF_KEY : 0;
    if (header->kind != kind || (header->flags & ~allowed) != 0 || header->reserved != 0) {
        return HP_SEAL_BAD_KIND;
    }
    if (header->length <= HP_SEAL_OVERHEAD || header->length > HP_SEAL_RECORD_MAX ||
        header->length % HP_SEAL_ALIGNMENT != 0) {
        return HP_SEAL_BAD_LENGTH;
    }
    return HP_SEAL_OK;
}

/// REKEY of the specification, section 4.2: the first 32 bytes of 32 zeros encrypted under the reserved number.
static int change_key(hp_seal *seal, hp_seal_direction *direction) {
    const hp_crypto *crypto = seal->crypto;
    uint8_t nonce[HP_CRYPTO_NONCE_LENGTH];
    uint8_t key[HP_CRYPTO_KEY_LENGTH] = {0};
    uint8_t tag[HP_CRYPTO_TAG_LENGTH];
    hp_noise_nonce(nonce, REKEY_NUMBER);
    int result = crypto->seal(&direction->cipher, nonce, key, 0, key, sizeof key, tag);
    crypto->forget(&direction->cipher);
    if (result == 0) {
        result = crypto->expand(&direction->cipher, key);
    }
    crypto->wipe(key, sizeof key);
    direction->key_left = seal->terms.records_per_key;
    direction->keys++;
    return result == 0 ? HP_SEAL_OK : HP_SEAL_FAILED;
}

/// Counts a record that went through, and changes the key behind the last of it.
static int count(hp_seal *seal, hp_seal_direction *direction, uint8_t flags) {
    direction->number++;
    direction->key_left--;
    return (flags & HP_SEAL_LAST_OF_KEY) == 0 ? HP_SEAL_OK : change_key(seal, direction);
}

static int open_front(hp_seal *seal, uint8_t *bytes, const hp_seal_header *header) {
    hp_seal_direction *direction = &seal->receiving;
    if (direction->number == REKEY_NUMBER) {
        return HP_SEAL_EXHAUSTED;
    }
    if (direction->key_left == 1 && (header->flags & HP_SEAL_LAST_OF_KEY) == 0) {
        return HP_SEAL_KEY_WORN;
    }
    uint8_t nonce[HP_CRYPTO_NONCE_LENGTH];
    hp_noise_nonce(nonce, direction->number);
    size_t content = header->length - HP_SEAL_OVERHEAD;
    uint8_t *text = bytes + HP_SEAL_HEADER_LENGTH;
    if (seal->crypto->open(&direction->cipher, nonce, bytes, HP_SEAL_HEADER_LENGTH, text, content, text + content) !=
        0) {
        return HP_SEAL_BAD_TAG;
    }
    seal->is_open = true;
    seal->is_header_there = true;
    seal->opened = content;
    return count(seal, direction, header->flags);
}

int hp_seal_open(hp_seal *seal, uint8_t *bytes, size_t length, size_t *offset, size_t *content) {
    *offset = 0;
    *content = 0;
    if (seal->failure != HP_SEAL_OK) {
        return seal->failure;
    }
    if (seal->phase != HP_SEAL_STANDING) {
        return hp_seal_fail(seal, HP_SEAL_OUT_OF_TURN);
    }
    if (!seal->is_open) {
        hp_seal_header header;
        int result = hp_seal_judge(bytes, length, HP_SEAL_DATA, &header);
        if (result == HP_SEAL_NEED_MORE || (result == HP_SEAL_OK && length < header.length)) {
            return HP_SEAL_NEED_MORE;
        }
        if (result == HP_SEAL_OK) {
            result = open_front(seal, bytes, &header);
        }
        if (result != HP_SEAL_OK) {
            return hp_seal_fail(seal, result);
        }
    }
    *offset = seal->is_header_there ? HP_SEAL_HEADER_LENGTH : 0;
    *content = seal->opened;
    return HP_SEAL_OK;
}

size_t hp_seal_consume(hp_seal *seal, size_t content) {
    if (!seal->is_open || content == 0 || content > seal->opened) {
        return 0;
    }
    size_t consumed = content + (seal->is_header_there ? HP_SEAL_HEADER_LENGTH : 0);
    seal->is_header_there = false;
    seal->opened -= content;
    if (seal->opened == 0) {
        seal->is_open = false;
        consumed += HP_SEAL_TAG_LENGTH;
    }
    return consumed;
}

size_t hp_seal_room(const hp_seal *seal, size_t length) {
    bool is_exhausted = seal->sending.number == REKEY_NUMBER;
    if (!hp_seal_is_standing(seal) || is_exhausted || length > HP_SEAL_CONTENT_MAX - seal->pending) {
        return 0;
    }
    return HP_SEAL_OVERHEAD + seal->pending + length;
}

size_t hp_seal_pending(const hp_seal *seal) {
    return seal->pending;
}

void hp_seal_add(hp_seal *seal, size_t length) {
    seal->pending += length;
}

size_t hp_seal_close(hp_seal *seal, uint8_t *claimed) {
    size_t content = seal->pending;
    if (!hp_seal_is_standing(seal) || content == 0) {
        return 0;
    }
    hp_seal_direction *direction = &seal->sending;
    if (direction->number == REKEY_NUMBER) {
        hp_seal_fail(seal, HP_SEAL_EXHAUSTED);
        return 0;
    }
    bool is_last = seal->wants_new_key || direction->key_left == 1;
    hp_seal_header header = {
        .length = (uint32_t)(content + HP_SEAL_OVERHEAD),
        .kind = HP_SEAL_DATA,
        .flags = is_last ? HP_SEAL_LAST_OF_KEY : 0,
    };
    memcpy(claimed, &header, sizeof header);
    uint8_t nonce[HP_CRYPTO_NONCE_LENGTH];
    hp_noise_nonce(nonce, direction->number);
    uint8_t *text = claimed + HP_SEAL_HEADER_LENGTH;
    if (seal->crypto->seal(&direction->cipher, nonce, claimed, HP_SEAL_HEADER_LENGTH, text, content, text + content) !=
            0 ||
        count(seal, direction, header.flags) != HP_SEAL_OK) {
        hp_seal_fail(seal, HP_SEAL_FAILED);
        return 0;
    }
    seal->wants_new_key = false;
    seal->pending = 0;
    return content + HP_SEAL_OVERHEAD;
}

void hp_seal_renew(hp_seal *seal) {
    seal->wants_new_key = true;
}

uint64_t hp_seal_keys_used(const hp_seal *seal, int is_sending) {
    return is_sending != 0 ? seal->sending.keys : seal->receiving.keys;
}
