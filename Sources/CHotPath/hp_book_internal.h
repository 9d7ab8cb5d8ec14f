// What the two halves of the order book share: the sorted level arrays. Not for callers of the book.
#ifndef HP_BOOK_INTERNAL_H
#define HP_BOOK_INTERNAL_H

#include "hp_book.h"

#pragma clang assume_nonnull begin

/// Index of the first level of the side that is not worse than `price`: its own place, or where it would go.
uint32_t hp_book_position(const hp_book *book, uint8_t side, int64_t price);

/// The level at exactly `price`, or null.
hp_book_level *_Nullable hp_book_level_find(const hp_book *book, uint8_t side, int64_t price);

/// Makes an empty level at `price`, which must not exist yet; null when the side is full.
hp_book_level *_Nullable hp_book_level_insert(hp_book *book, uint8_t side, int64_t price);

/// Takes a level out of its side.
void hp_book_level_remove(hp_book *book, uint8_t side, hp_book_level *level);

#pragma clang assume_nonnull end

#endif
