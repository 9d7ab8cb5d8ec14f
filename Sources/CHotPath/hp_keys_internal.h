// The files of a key folder, shared by reading and making.
#ifndef HP_KEYS_INTERNAL_H
#define HP_KEYS_INTERNAL_H

#include "hp_keys.h"

#include <stdbool.h>

/// Kinds of key files.
typedef enum {
    TRADER_SECRET,
    TRADER_PUBLIC,
    GATEWAY_SECRET,
    GATEWAY_PUBLIC,
    SHARED_SECRET,
    KEY_KINDS,
} hp_keys_kind;

/// A kind's file name, its word in the file, and whether it is secret.
typedef struct {
    const char *file;
    const char *word;
    bool is_secret;
} hp_keys_shape;

extern const hp_keys_shape HP_KEYS_SHAPES[KEY_KINDS];

enum {
    /// "TRDKEY1 gateway-secret simulator ", 64 hexadecimal digits, newline, and some room.
    HP_KEYS_TEXT_MAX = 128,
};

/// The first word of every key file: names the format and its version.
#define HP_KEYS_MARK "TRDKEY1"

/// The word of an environment; NULL for one that does not exist.
const char *hp_keys_environment_word(int environment);

/// Fills `report` and returns `result`.
int hp_keys_tell(hp_keys_report *report, int result, const char *file, uint32_t found);

/// As hp_keys_tell, with the present errno.
int hp_keys_tell_system(hp_keys_report *report, const char *file);

/// Opens a folder and checks that only its owner, us, can change what is in it. Returns a descriptor, or -1 and a
/// report.
int hp_keys_open_folder(const char *folder, hp_keys_report *report);

#endif
