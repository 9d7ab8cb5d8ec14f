// Order book, order by order: the id table and the queues inside the levels.
#include "hp_book.h"
#include "hp_book_internal.h"

#include <errno.h>
#include <string.h>

/// Home slot of an id. Exchange ids are often consecutive; the multiplication spreads them.
static inline uint32_t home_slot(const hp_book *book, uint64_t id) {
    return (uint32_t)((id * 0x9E3779B97F4A7C15u) >> 32) & book->slot_mask;
}

/// The slot that holds `id`, or the empty slot where its search ends.
static uint32_t find_slot(const hp_book *book, uint64_t id) {
    uint32_t slot = home_slot(book, id);
    while (book->slots[slot] != 0 && book->orders[book->slots[slot] - 1].id != id)
        slot = (slot + 1) & book->slot_mask;
    return slot;
}

/// Empties a slot and moves later entries of the same run back, so that no search meets a false end.
static void erase_slot(hp_book *book, uint32_t hole) {
    uint32_t slot = hole;
    for (;;) {
        slot = (slot + 1) & book->slot_mask;
        uint32_t entry = book->slots[slot];
        if (entry == 0)
            break;
        uint32_t home = home_slot(book, book->orders[entry - 1].id);
        // The entry may move into the hole unless its home lies cyclically after the hole and up to its slot.
        if (((slot - home) & book->slot_mask) >= ((slot - hole) & book->slot_mask)) {
            book->slots[hole] = entry;
            hole = slot;
        }
    }
    book->slots[hole] = 0;
}

int hp_book_add(hp_book *book, uint64_t id, uint8_t side, int64_t price, int64_t quantity) {
    if ((side != HP_BOOK_BUY && side != HP_BOOK_SELL) || quantity < 1)
        return -EINVAL;
    if (book->order_capacity == 0)
        return -ENOTSUP;
    uint32_t slot = find_slot(book, id);
    if (book->slots[slot] != 0)
        return -EEXIST;
    if (book->free_order == 0)
        return -ENOSPC;
    hp_book_level *level = hp_book_level_find(book, side, price);
    if (level == NULL)
        level = hp_book_level_insert(book, side, price);
    if (level == NULL)
        return -ENOSPC;

    uint32_t node = book->free_order;
    hp_book_order *order = &book->orders[node - 1];
    book->free_order = order->next;
    memset(order, 0, sizeof *order);
    order->id = id;
    order->price = price;
    order->quantity = quantity;
    order->side = side;
    order->previous = level->last;
    if (level->last != 0)
        book->orders[level->last - 1].next = node;
    else
        level->first = node;
    level->last = node;
    level->quantity += quantity;
    level->orders++;
    book->slots[slot] = node;
    book->order_count++;
    return 0;
}

/// Takes the order in `slot` out of queue, level, table and pool.
static void remove_order(hp_book *book, uint32_t slot) {
    uint32_t node = book->slots[slot];
    hp_book_order *order = &book->orders[node - 1];
    hp_book_level *level = hp_book_level_find(book, order->side, order->price);
    if (order->previous != 0)
        book->orders[order->previous - 1].next = order->next;
    else
        level->first = order->next;
    if (order->next != 0)
        book->orders[order->next - 1].previous = order->previous;
    else
        level->last = order->previous;
    level->quantity -= order->quantity;
    level->orders--;
    if (level->orders == 0)
        hp_book_level_remove(book, order->side, level);
    erase_slot(book, slot);
    order->next = book->free_order;
    book->free_order = node;
    book->order_count--;
}

int hp_book_reduce(hp_book *book, uint64_t id, int64_t quantity) {
    if (book->order_capacity == 0)
        return -ENOENT;
    uint32_t slot = find_slot(book, id);
    if (book->slots[slot] == 0)
        return -ENOENT;
    hp_book_order *order = &book->orders[book->slots[slot] - 1];
    if (quantity < 1 || quantity > order->quantity)
        return -EINVAL;
    if (quantity == order->quantity) {
        remove_order(book, slot);
        return 0;
    }
    order->quantity -= quantity;
    hp_book_level_find(book, order->side, order->price)->quantity -= quantity;
    return 0;
}

int hp_book_delete(hp_book *book, uint64_t id) {
    if (book->order_capacity == 0)
        return -ENOENT;
    uint32_t slot = find_slot(book, id);
    if (book->slots[slot] == 0)
        return -ENOENT;
    remove_order(book, slot);
    return 0;
}

const hp_book_order *hp_book_find(const hp_book *book, uint64_t id) {
    if (book->order_capacity == 0)
        return NULL;
    uint32_t entry = book->slots[find_slot(book, id)];
    return entry == 0 ? NULL : &book->orders[entry - 1];
}

int64_t hp_book_ahead(const hp_book *book, uint64_t id) {
    const hp_book_order *order = hp_book_find(book, id);
    if (order == NULL)
        return -ENOENT;
    int64_t ahead = 0;
    for (uint32_t node = order->previous; node != 0; node = book->orders[node - 1].previous)
        ahead += book->orders[node - 1].quantity;
    return ahead;
}
