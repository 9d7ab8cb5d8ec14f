// Reading key files: every check is made on the open file, so that nothing can be exchanged in between.
#include "hp_keys_internal.h"

#include "hp_msg_session.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const hp_keys_shape HP_KEYS_SHAPES[KEY_KINDS] = {
    [TRADER_SECRET] = {"trader.key", "trader-secret", true},
    [TRADER_PUBLIC] = {"trader.pub", "trader-public", false},
    [GATEWAY_SECRET] = {"gateway.key", "gateway-secret", true},
    [GATEWAY_PUBLIC] = {"gateway.pub", "gateway-public", false},
    [SHARED_SECRET] = {"link.psk", "shared-secret", true},
};

const char *hp_keys_environment_word(int environment) {
    switch (environment) {
    case HP_ENVIRONMENT_SIMULATOR:
        return "simulator";
    case HP_ENVIRONMENT_REAL:
        return "real";
    default:
        return NULL;
    }
}

int hp_keys_tell(hp_keys_report *report, int result, const char *file, uint32_t found) {
    memset(report, 0, sizeof *report);
    report->result = result;
    report->found = found;
    strncpy(report->file, file, sizeof report->file - 1);
    return result;
}

int hp_keys_tell_system(hp_keys_report *report, const char *file) {
    int code = errno;
    hp_keys_tell(report, HP_KEYS_SYSTEM, file, 0);
    report->code = code;
    return HP_KEYS_SYSTEM;
}

int hp_keys_open_folder(const char *folder, hp_keys_report *report) {
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat status;
    if (descriptor < 0) {
        if (errno == ENOENT) {
            hp_keys_tell(report, HP_KEYS_MISSING, "", 0);
        } else {
            hp_keys_tell_system(report, "");
        }
        return -1;
    }
    if (fstat(descriptor, &status) != 0) {
        hp_keys_tell_system(report, "");
    } else if (status.st_uid != geteuid()) {
        hp_keys_tell(report, HP_KEYS_OWNER, "", status.st_uid);
    } else if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        hp_keys_tell(report, HP_KEYS_MODE, "", status.st_mode & 0777);
    } else {
        return descriptor;
    }
    close(descriptor);
    return -1;
}

static int judge_status(const struct stat *status, const hp_keys_shape *shape, hp_keys_report *report) {
    mode_t mode = status->st_mode & 07777;
    if (!S_ISREG(status->st_mode)) {
        return hp_keys_tell(report, HP_KEYS_NOT_A_FILE, shape->file, 0);
    }
    if (status->st_uid != geteuid()) {
        return hp_keys_tell(report, HP_KEYS_OWNER, shape->file, status->st_uid);
    }
    if (shape->is_secret ? mode != 0600 : (mode & (S_IWGRP | S_IWOTH)) != 0) {
        return hp_keys_tell(report, HP_KEYS_MODE, shape->file, mode);
    }
    return HP_KEYS_OK;
}

/// Takes the next word of `*text`, up to a space.
static bool take_word(const char **text, const char *word) {
    size_t length = strlen(word);
    if (strncmp(*text, word, length) != 0 || (*text)[length] != ' ') {
        return false;
    }
    *text += length + 1;
    return true;
}

/// "TRDKEY1 <kind> <environment> <64 hexadecimal digits>\n" and nothing else. `*environment` 0 takes any, and is set.
static int parse(const char *text, const hp_keys_shape *shape, int *environment, uint8_t *key, hp_keys_report *report) {
    if (!take_word(&text, HP_KEYS_MARK)) {
        return hp_keys_tell(report, HP_KEYS_FORMAT, shape->file, 0);
    }
    if (!take_word(&text, shape->word)) {
        return hp_keys_tell(report, HP_KEYS_KIND, shape->file, 0);
    }
    int found = take_word(&text, "simulator") ? HP_ENVIRONMENT_SIMULATOR
                : take_word(&text, "real")    ? HP_ENVIRONMENT_REAL
                                              : 0;
    if (found == 0 || (*environment != 0 && *environment != found)) {
        return hp_keys_tell(report, HP_KEYS_ENVIRONMENT, shape->file, 0);
    }
    size_t length = 0;
    const char *end = text;
    if (sodium_hex2bin(key, HP_CRYPTO_KEY_LENGTH, text, strlen(text), NULL, &length, &end) != 0 ||
        length != HP_CRYPTO_KEY_LENGTH || strcmp(end, "\n") != 0) {
        return hp_keys_tell(report, HP_KEYS_FORMAT, shape->file, 0);
    }
    if (sodium_is_zero(key, HP_CRYPTO_KEY_LENGTH)) {
        return hp_keys_tell(report, HP_KEYS_ZERO, shape->file, 0);
    }
    *environment = found;
    return HP_KEYS_OK;
}

static int read_text(int descriptor, const hp_keys_shape *shape, char *text, hp_keys_report *report) {
    size_t length = 0;
    while (length < HP_KEYS_TEXT_MAX) {
        ssize_t count = read(descriptor, text + length, HP_KEYS_TEXT_MAX - length);
        if (count < 0 && errno != EINTR) {
            return hp_keys_tell_system(report, shape->file);
        }
        if (count == 0) {
            text[length] = 0;
            return HP_KEYS_OK;
        }
        length += count > 0 ? (size_t)count : 0;
    }
    return hp_keys_tell(report, HP_KEYS_FORMAT, shape->file, 0);
}

static int read_key(int folder, hp_keys_kind kind, int *environment, uint8_t *key, hp_keys_report *report) {
    const hp_keys_shape *shape = &HP_KEYS_SHAPES[kind];
    // Without waiting: a pipe in a key's place must not hold the program up.
    int descriptor = openat(folder, shape->file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return errno == ENOENT  ? hp_keys_tell(report, HP_KEYS_MISSING, shape->file, 0)
               : errno == ELOOP ? hp_keys_tell(report, HP_KEYS_SYMLINK, shape->file, 0)
                                : hp_keys_tell_system(report, shape->file);
    }
    struct stat status;
    char text[HP_KEYS_TEXT_MAX + 1];
    int result = fstat(descriptor, &status) == 0 ? judge_status(&status, shape, report)
                                                 : hp_keys_tell_system(report, shape->file);
    if (result == HP_KEYS_OK) {
        result = read_text(descriptor, shape, text, report);
    }
    if (result == HP_KEYS_OK) {
        result = parse(text, shape, environment, key, report);
    }
    sodium_memzero(text, sizeof text);
    close(descriptor);
    return result;
}

static int read_all(int folder, int end, int environment, hp_noise_keys *keys, hp_keys_report *report) {
    bool is_trader = end == HP_KEYS_TRADER;
    int result = read_key(folder, is_trader ? TRADER_SECRET : GATEWAY_SECRET, &environment, keys->own_secret, report);
    if (result == HP_KEYS_OK) {
        result = read_key(folder, is_trader ? GATEWAY_PUBLIC : TRADER_PUBLIC, &environment, keys->peer_public, report);
    }
    if (result == HP_KEYS_OK) {
        result = read_key(folder, SHARED_SECRET, &environment, keys->shared_secret, report);
    }
    if (result == HP_KEYS_OK && hp_crypto_sodium()->derive(keys->own_public, keys->own_secret) != 0) {
        result = hp_keys_tell(report, HP_KEYS_NO_CRYPTO, "", 0);
    }
    return result;
}

int hp_keys_open(const char *folder, int end, int environment, const hp_noise_keys *_Nullable *_Nonnull keys,
                 hp_keys_report *report) {
    hp_keys_tell(report, HP_KEYS_OK, "", 0);
    if (hp_crypto_sodium() == NULL) {
        return hp_keys_tell(report, HP_KEYS_NO_CRYPTO, "", 0);
    }
    int descriptor = hp_keys_open_folder(folder, report);
    if (descriptor < 0) {
        return report->result;
    }
    hp_noise_keys *made = hp_keys_memory(sizeof *made);
    if (made == NULL) {
        close(descriptor);
        errno = ENOMEM;
        return hp_keys_tell_system(report, "");
    }
    int result = read_all(descriptor, end, environment, made, report);
    close(descriptor);
    if (result == HP_KEYS_OK) {
        *keys = made;
    } else {
        hp_keys_release(made);
    }
    return result;
}

void hp_keys_close(const hp_noise_keys *keys) {
    hp_keys_release((void *)(uintptr_t)keys);
}

int hp_keys_show(const char *folder, hp_keys_summary *summary, hp_keys_report *report) {
    memset(summary, 0, sizeof *summary);
    hp_keys_tell(report, HP_KEYS_OK, "", 0);
    if (hp_crypto_sodium() == NULL) {
        return hp_keys_tell(report, HP_KEYS_NO_CRYPTO, "", 0);
    }
    int descriptor = hp_keys_open_folder(folder, report);
    if (descriptor < 0) {
        return report->result;
    }
    uint8_t keys[KEY_KINDS][HP_CRYPTO_KEY_LENGTH];
    uint8_t *found[KEY_KINDS] = {
        [TRADER_SECRET] = &summary->has_trader_secret,   [TRADER_PUBLIC] = &summary->has_trader_public,
        [GATEWAY_SECRET] = &summary->has_gateway_secret, [GATEWAY_PUBLIC] = &summary->has_gateway_public,
        [SHARED_SECRET] = &summary->has_shared_secret,
    };
    int environment = 0;
    int result = HP_KEYS_OK;
    for (int kind = 0; kind < KEY_KINDS && result == HP_KEYS_OK; kind++) {
        result = read_key(descriptor, kind, &environment, keys[kind], report);
        *found[kind] = result == HP_KEYS_OK;
        if (result == HP_KEYS_MISSING) {
            result = hp_keys_tell(report, HP_KEYS_OK, "", 0);
        }
    }
    close(descriptor);
    if (result == HP_KEYS_OK) {
        memcpy(summary->trader_public, keys[TRADER_PUBLIC], summary->has_trader_public * HP_CRYPTO_KEY_LENGTH);
        memcpy(summary->gateway_public, keys[GATEWAY_PUBLIC], summary->has_gateway_public * HP_CRYPTO_KEY_LENGTH);
        summary->environment = (uint8_t)environment;
    }
    if (result == HP_KEYS_OK && summary->has_shared_secret) {
        static const uint8_t purpose[] = "trader link fingerprint";
        uint8_t hash[HP_CRYPTO_HASH_LENGTH];
        hp_crypto_sodium()->hash(hash, purpose, sizeof purpose, keys[SHARED_SECRET], HP_CRYPTO_KEY_LENGTH);
        memcpy(summary->secret_fingerprint, hash, sizeof summary->secret_fingerprint);
    }
    sodium_memzero(keys, sizeof keys);
    return result;
}

void *_Nullable hp_keys_memory(size_t length) {
    if (sodium_init() < 0) {
        return NULL;
    }
    void *memory = sodium_malloc(length);
    if (memory != NULL) {
        memset(memory, 0, length);
    }
    return memory;
}

void hp_keys_release(void *memory) {
    sodium_free(memory);
}
