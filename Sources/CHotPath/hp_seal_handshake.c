// A seal's beginning and end: the handshake's two records, and the failure that ends everything.
#include "hp_seal_internal.h"

#include <string.h>

size_t hp_seal_size(void) {
    return sizeof(hp_seal);
}

void hp_seal_begin(hp_seal *seal, const hp_crypto *crypto, const hp_seal_terms *terms) {
    memset(seal, 0, sizeof *seal);
    seal->crypto = crypto;
    seal->terms = *terms;
}

static void forget(hp_seal *seal) {
    seal->crypto->forget(&seal->sending.cipher);
    seal->crypto->forget(&seal->receiving.cipher);
    seal->crypto->wipe(&seal->noise, sizeof seal->noise);
    seal->is_open = false;
    seal->opened = 0;
    seal->pending = 0;
}

void hp_seal_end(hp_seal *seal) {
    hp_seal_fail(seal, HP_SEAL_OUT_OF_TURN);
}

int hp_seal_fail(hp_seal *seal, int result) {
    // The first reason stays: what follows from it says nothing.
    if (seal->failure == HP_SEAL_OK) {
        forget(seal);
        seal->failure = result;
    }
    return seal->failure;
}

int hp_seal_state(const hp_seal *seal) {
    return seal->failure;
}

int hp_seal_is_standing(const hp_seal *seal) {
    return seal->phase == HP_SEAL_STANDING && seal->failure == HP_SEAL_OK;
}

const uint8_t *hp_seal_hash(const hp_seal *seal) {
    return seal->hash;
}

/// What both ends must agree on, as bytes: a difference makes the handshake fail like a wrong key.
static void begin_noise(hp_seal *seal, const hp_noise_keys *keys) {
    uint8_t prologue[16] = "TRDLINK";
    prologue[8] = HP_SEAL_VERSION;
    prologue[9] = seal->terms.frame_version;
    prologue[10] = seal->terms.environment;
    hp_noise_begin(&seal->noise, seal->crypto, seal->terms.role, keys, prologue, sizeof prologue);
}

static void write_header(uint8_t *out, uint8_t kind) {
    hp_seal_header header = {.length = HP_SEAL_HANDSHAKE_LENGTH, .kind = kind};
    memcpy(out, &header, sizeof header);
}

/// Whether `bytes` begin with a whole handshake record of that kind.
static int judge_handshake(const uint8_t *bytes, size_t length, uint8_t kind) {
    hp_seal_header header;
    int result = hp_seal_judge(bytes, length, kind, &header);
    if (result != HP_SEAL_OK) {
        return result;
    }
    if (header.length != HP_SEAL_HANDSHAKE_LENGTH) {
        return HP_SEAL_BAD_LENGTH;
    }
    return length < HP_SEAL_HANDSHAKE_LENGTH ? HP_SEAL_NEED_MORE : HP_SEAL_OK;
}

static int from_noise(int result) {
    return result == HP_NOISE_OK ? HP_SEAL_OK : result == HP_NOISE_FAILED ? HP_SEAL_FAILED : HP_SEAL_BAD_TAG;
}

int hp_seal_offer(hp_seal *seal, const hp_noise_keys *keys, uint8_t *out) {
    if (seal->failure != HP_SEAL_OK) {
        return seal->failure;
    }
    if (seal->phase != HP_SEAL_FRESH || seal->terms.role != HP_NOISE_INITIATOR) {
        return hp_seal_fail(seal, HP_SEAL_OUT_OF_TURN);
    }
    begin_noise(seal, keys);
    write_header(out, HP_SEAL_OFFER);
    int result = from_noise(hp_noise_write(&seal->noise, NULL, 0, out + HP_SEAL_HEADER_LENGTH));
    if (result != HP_SEAL_OK) {
        return hp_seal_fail(seal, result);
    }
    seal->phase = HP_SEAL_OFFERED;
    return HP_SEAL_OK;
}

int hp_seal_answer(hp_seal *seal, const hp_noise_keys *const _Nonnull *_Nonnull keys, size_t count,
                   const uint8_t *bytes, size_t length, uint8_t *out) {
    if (seal->failure != HP_SEAL_OK) {
        return seal->failure;
    }
    if (seal->phase != HP_SEAL_FRESH || seal->terms.role != HP_NOISE_RESPONDER) {
        return hp_seal_fail(seal, HP_SEAL_OUT_OF_TURN);
    }
    int result = judge_handshake(bytes, length, HP_SEAL_OFFER);
    if (result == HP_SEAL_NEED_MORE) {
        return result;
    }
    if (result != HP_SEAL_OK) {
        return hp_seal_fail(seal, result);
    }
    result = HP_SEAL_BAD_TAG;
    for (size_t index = 0; index < count && result != HP_SEAL_OK; index++) {
        begin_noise(seal, keys[index]);
        result = from_noise(hp_noise_read(&seal->noise, bytes + HP_SEAL_HEADER_LENGTH, HP_NOISE_OVERHEAD, NULL));
    }
    if (result == HP_SEAL_OK) {
        write_header(out, HP_SEAL_ANSWER);
        result = from_noise(hp_noise_write(&seal->noise, NULL, 0, out + HP_SEAL_HEADER_LENGTH));
    }
    return result == HP_SEAL_OK ? hp_seal_stand(seal) : hp_seal_fail(seal, result);
}

int hp_seal_accept(hp_seal *seal, const uint8_t *bytes, size_t length) {
    if (seal->failure != HP_SEAL_OK) {
        return seal->failure;
    }
    if (seal->phase != HP_SEAL_OFFERED) {
        return hp_seal_fail(seal, HP_SEAL_OUT_OF_TURN);
    }
    int result = judge_handshake(bytes, length, HP_SEAL_ANSWER);
    if (result == HP_SEAL_NEED_MORE) {
        return result;
    }
    if (result == HP_SEAL_OK) {
        result = from_noise(hp_noise_read(&seal->noise, bytes + HP_SEAL_HEADER_LENGTH, HP_NOISE_OVERHEAD, NULL));
    }
    return result == HP_SEAL_OK ? hp_seal_stand(seal) : hp_seal_fail(seal, result);
}

int hp_seal_stand(hp_seal *seal) {
    const hp_crypto *crypto = seal->crypto;
    hp_noise_result result;
    int outcome = from_noise(hp_noise_finish(&seal->noise, &result));
    if (outcome == HP_SEAL_OK && (crypto->expand(&seal->sending.cipher, result.sending) != 0 ||
                                  crypto->expand(&seal->receiving.cipher, result.receiving) != 0)) {
        outcome = HP_SEAL_FAILED;
    }
    memcpy(seal->hash, result.hash, sizeof seal->hash);
    crypto->wipe(&result, sizeof result);
    crypto->wipe(&seal->noise, sizeof seal->noise);
    if (outcome != HP_SEAL_OK) {
        return hp_seal_fail(seal, outcome);
    }
    hp_seal_direction *directions[] = {&seal->sending, &seal->receiving};
    for (int index = 0; index < 2; index++) {
        directions[index]->number = seal->terms.first_record;
        directions[index]->key_left = seal->terms.records_per_key;
        directions[index]->keys = 1;
    }
    seal->phase = HP_SEAL_STANDING;
    return HP_SEAL_OK;
}

const char *hp_seal_result_text(int result) {
    switch (result) {
    case HP_SEAL_OK:
        return "sealed record";
    case HP_SEAL_NEED_MORE:
        return "beginning of a sealed record";
    case HP_SEAL_BAD_LENGTH:
        return "record length outside the limits or not a multiple of 8";
    case HP_SEAL_BAD_KIND:
        return "not a sealed record, or not the one that is due";
    case HP_SEAL_BAD_TAG:
        return "record that was altered, repeated or lost, or other keys at the other end";
    case HP_SEAL_EXHAUSTED:
        return "no record number is left";
    case HP_SEAL_KEY_WORN:
        return "key used for more records than agreed";
    case HP_SEAL_OUT_OF_TURN:
        return "step out of its order";
    case HP_SEAL_FAILED:
        return "failure of the cryptographic library";
    default:
        return "unknown result";
    }
}
