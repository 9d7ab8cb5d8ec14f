// Making key files: new files only, readable by their owner only, on the disk before success is told.
#include "hp_keys_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int descriptor, const char *text, size_t length) {
    while (length > 0) {
        ssize_t count = write(descriptor, text, length);
        if (count < 0 && errno != EINTR) {
            return -1;
        }
        text += count > 0 ? count : 0;
        length -= count > 0 ? (size_t)count : 0;
    }
    return fsync(descriptor);
}

static int write_key(int folder, hp_keys_kind kind, const char *environment, const uint8_t *key,
                     hp_keys_report *report) {
    const hp_keys_shape *shape = &HP_KEYS_SHAPES[kind];
    int descriptor = openat(folder, shape->file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return errno == EEXIST ? hp_keys_tell(report, HP_KEYS_EXISTS, shape->file, 0)
                               : hp_keys_tell_system(report, shape->file);
    }
    char digits[2 * HP_CRYPTO_KEY_LENGTH + 1];
    char text[HP_KEYS_TEXT_MAX];
    sodium_bin2hex(digits, sizeof digits, key, HP_CRYPTO_KEY_LENGTH);
    int length = snprintf(text, sizeof text, HP_KEYS_MARK " %s %s %s\n", shape->word, environment, digits);
    // Whatever the umask was.
    int result = fchmod(descriptor, shape->is_secret ? 0600 : 0644);
    if (result == 0) {
        result = write_all(descriptor, text, (size_t)length);
    }
    int outcome = result == 0 ? HP_KEYS_OK : hp_keys_tell_system(report, shape->file);
    sodium_memzero(digits, sizeof digits);
    sodium_memzero(text, sizeof text);
    close(descriptor);
    return outcome;
}

static int make_pair(int folder, hp_keys_kind secret_kind, hp_keys_kind public_kind, const char *environment,
                     hp_keys_report *report) {
    const hp_crypto *crypto = hp_crypto_sodium();
    uint8_t secret_key[HP_CRYPTO_KEY_LENGTH];
    uint8_t public_key[HP_CRYPTO_KEY_LENGTH];
    crypto->random(secret_key, sizeof secret_key);
    int result =
        crypto->derive(public_key, secret_key) == 0 ? HP_KEYS_OK : hp_keys_tell(report, HP_KEYS_NO_CRYPTO, "", 0);
    if (result == HP_KEYS_OK) {
        result = write_key(folder, secret_kind, environment, secret_key, report);
    }
    if (result == HP_KEYS_OK) {
        result = write_key(folder, public_kind, environment, public_key, report);
    }
    sodium_memzero(secret_key, sizeof secret_key);
    return result;
}

static int make_shared(int folder, const char *environment, hp_keys_report *report) {
    uint8_t secret[HP_CRYPTO_KEY_LENGTH];
    hp_crypto_sodium()->random(secret, sizeof secret);
    int result = write_key(folder, SHARED_SECRET, environment, secret, report);
    sodium_memzero(secret, sizeof secret);
    return result;
}

/// Whether making the keys of `end` writes that kind.
static bool is_made(int end, hp_keys_kind kind) {
    bool is_gateways = kind == GATEWAY_SECRET || kind == GATEWAY_PUBLIC;
    return end == HP_KEYS_BOTH || (end == HP_KEYS_GATEWAY) == is_gateways;
}

/// All or nothing: a folder with half a set would be worse than a refusal.
static int refuse_existing(int folder, int end, hp_keys_report *report) {
    for (int kind = 0; kind < KEY_KINDS; kind++) {
        struct stat status;
        const char *file = HP_KEYS_SHAPES[kind].file;
        if (is_made(end, kind) && fstatat(folder, file, &status, AT_SYMLINK_NOFOLLOW) == 0) {
            return hp_keys_tell(report, HP_KEYS_EXISTS, file, 0);
        }
    }
    return HP_KEYS_OK;
}

int hp_keys_make(const char *folder, int end, int environment, hp_keys_report *report) {
    hp_keys_tell(report, HP_KEYS_OK, "", 0);
    const char *word = hp_keys_environment_word(environment);
    if (hp_crypto_sodium() == NULL || word == NULL) {
        return hp_keys_tell(report, HP_KEYS_NO_CRYPTO, "", 0);
    }
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        return hp_keys_tell_system(report, "");
    }
    int descriptor = hp_keys_open_folder(folder, report);
    if (descriptor < 0) {
        return report->result;
    }
    int result = refuse_existing(descriptor, end, report);
    if (result == HP_KEYS_OK && is_made(end, TRADER_SECRET)) {
        result = make_pair(descriptor, TRADER_SECRET, TRADER_PUBLIC, word, report);
    }
    if (result == HP_KEYS_OK && is_made(end, SHARED_SECRET)) {
        result = make_shared(descriptor, word, report);
    }
    if (result == HP_KEYS_OK && is_made(end, GATEWAY_SECRET)) {
        result = make_pair(descriptor, GATEWAY_SECRET, GATEWAY_PUBLIC, word, report);
    }
    if (result == HP_KEYS_OK && fsync(descriptor) != 0) {
        result = hp_keys_tell_system(report, "");
    }
    close(descriptor);
    return result;
}
