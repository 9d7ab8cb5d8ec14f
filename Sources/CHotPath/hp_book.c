// Order book: set-up, and the sorted level arrays that both kinds of book share. Orders are in hp_book_orders.c.
#include "hp_book.h"
#include "hp_book_internal.h"

#include <errno.h>
#include <string.h>

enum { MAX_LEVELS = 1 << 20, MAX_ORDERS = 1 << 24 };

/// Slots of the id table: a power of two, at least twice the orders, so that probes stay short.
static uint32_t slot_count(uint32_t max_orders) {
    uint32_t slots = 16;
    while (slots < 2 * max_orders)
        slots *= 2;
    return slots;
}

size_t hp_book_size(uint32_t max_levels, uint32_t max_orders) {
    if (max_levels == 0 || max_levels > MAX_LEVELS || max_orders > MAX_ORDERS)
        return 0;
    size_t size = sizeof(hp_book) + 2 * (size_t)max_levels * sizeof(hp_book_level);
    if (max_orders > 0)
        size += (size_t)max_orders * sizeof(hp_book_order) + (size_t)slot_count(max_orders) * sizeof(uint32_t);
    return size;
}

int hp_book_init(void *memory, size_t length, uint32_t max_levels, uint32_t max_orders) {
    size_t needed = hp_book_size(max_levels, max_orders);
    if (needed == 0 || length < needed || (uintptr_t)memory % 8 != 0)
        return -EINVAL;
    hp_book *book = memory;
    memset(book, 0, sizeof *book);
    uint8_t *next = (uint8_t *)memory + sizeof *book;
    for (int side = 0; side < 2; side++) {
        book->levels[side] = (hp_book_level *)next;
        next += (size_t)max_levels * sizeof(hp_book_level);
    }
    book->level_capacity = max_levels;
    book->order_capacity = max_orders;
    if (max_orders > 0) {
        book->orders = (hp_book_order *)next;
        next += (size_t)max_orders * sizeof(hp_book_order);
        book->slots = (uint32_t *)next;
        book->slot_mask = slot_count(max_orders) - 1;
    }
    hp_book_clear(book);
    return 0;
}

void hp_book_clear(hp_book *book) {
    book->level_count[0] = 0;
    book->level_count[1] = 0;
    book->order_count = 0;
    book->free_order = 0;
    if (book->order_capacity == 0)
        return;
    memset(book->slots, 0, ((size_t)book->slot_mask + 1) * sizeof(uint32_t));
    for (uint32_t node = 0; node < book->order_capacity; node++)
        book->orders[node].next = node + 1 < book->order_capacity ? node + 2 : 0;
    book->free_order = 1;
}

/// Whether price `left` is worse than `right` on that side.
static inline int is_worse(uint8_t side, int64_t left, int64_t right) {
    return side == HP_BOOK_BUY ? left < right : left > right;
}

uint32_t hp_book_position(const hp_book *book, uint8_t side, int64_t price) {
    const hp_book_level *levels = book->levels[side - 1];
    uint32_t low = 0, high = book->level_count[side - 1];
    if (high == 0 || is_worse(side, levels[high - 1].price, price))
        return high;
    // Levels are at least a tick apart, so that the one as many places behind the best as the price is ticks behind it
    // stands at the price or beyond: at it, where every price is taken, as they mostly are near the touch.
    int64_t best = levels[high - 1].price;
    uint64_t behind = side == HP_BOOK_BUY ? (uint64_t)best - (uint64_t)price : (uint64_t)price - (uint64_t)best;
    if (behind < high) {
        uint32_t guess = high - 1 - (uint32_t)behind;
        if (levels[guess].price == price)
            return guess;
        low = guess + 1;
    }
    // What is missing between are a few ticks: look there before bisecting.
    for (uint32_t near = 0; near < 4 && low < high; near++) {
        if (!is_worse(side, levels[low].price, price))
            return low;
        low++;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (is_worse(side, levels[middle].price, price))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

hp_book_level *hp_book_level_find(const hp_book *book, uint8_t side, int64_t price) {
    uint32_t position = hp_book_position(book, side, price);
    hp_book_level *level = &book->levels[side - 1][position];
    return position < book->level_count[side - 1] && level->price == price ? level : NULL;
}

hp_book_level *hp_book_level_insert(hp_book *book, uint8_t side, int64_t price) {
    uint32_t count = book->level_count[side - 1];
    if (count == book->level_capacity)
        return NULL;
    uint32_t position = hp_book_position(book, side, price);
    hp_book_level *level = &book->levels[side - 1][position];
    memmove(level + 1, level, (size_t)(count - position) * sizeof *level);
    memset(level, 0, sizeof *level);
    level->price = price;
    book->level_count[side - 1] = count + 1;
    return level;
}

void hp_book_level_remove(hp_book *book, uint8_t side, hp_book_level *level) {
    uint32_t count = book->level_count[side - 1];
    size_t behind = (size_t)(&book->levels[side - 1][count] - (level + 1));
    memmove(level, level + 1, behind * sizeof *level);
    book->level_count[side - 1] = count - 1;
}

int hp_book_set_level(hp_book *book, uint8_t side, int64_t price, int64_t quantity, uint32_t orders) {
    if ((side != HP_BOOK_BUY && side != HP_BOOK_SELL) || quantity < 0)
        return -EINVAL;
    if (book->order_capacity != 0)
        return -ENOTSUP;
    hp_book_level *level = hp_book_level_find(book, side, price);
    if (quantity == 0) {
        if (level != NULL)
            hp_book_level_remove(book, side, level);
        return 0;
    }
    if (level == NULL)
        level = hp_book_level_insert(book, side, price);
    if (level == NULL)
        return -ENOSPC;
    level->quantity = quantity;
    level->orders = orders;
    return 0;
}

int64_t hp_book_quantity(const hp_book *book, uint8_t side, int64_t price) {
    const hp_book_level *level = hp_book_level_find(book, side, price);
    return level == NULL ? 0 : level->quantity;
}
