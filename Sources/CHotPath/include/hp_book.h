// Order book of one instrument: aggregated price levels, or order by order with first-in-first-out queues.
// It keeps what a feed says; it does not match. Memory is the caller's and bounded; no function allocates.
#ifndef HP_BOOK_H
#define HP_BOOK_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Side of the book; values follow the order sides of the wire.
enum { HP_BOOK_BUY = 1, HP_BOOK_SELL = 2 };

/// One price level. 32 bytes.
typedef struct hp_book_level {
    int64_t price;    ///< ticks
    int64_t quantity; ///< contracts
    uint32_t orders;  ///< orders in the level; 0 when the source does not tell
    uint32_t first;   ///< order-by-order only: front of the queue as node number + 1
    uint32_t last;    ///< order-by-order only: back of the queue as node number + 1
    uint32_t reserved;
} hp_book_level;

_Static_assert(sizeof(hp_book_level) == 32, "levels are moved as 32-byte blocks");

/// One resting order. 48 bytes.
typedef struct hp_book_order {
    uint64_t id;
    int64_t price;
    int64_t quantity;
    uint32_t next;     ///< behind in the queue, node number + 1; in the free list, the next free node
    uint32_t previous; ///< ahead in the queue, node number + 1
    uint8_t side;
    uint8_t padding[15];
} hp_book_order;

_Static_assert(sizeof(hp_book_order) == 48, "order nodes are addressed by multiplication");

/// The book: a header at the start of the caller's memory; the arrays follow it. Owned by one thread.
typedef struct hp_book {
    hp_book_level
        *_Nonnull levels[2]; ///< [side - 1], worst first, so that the best is the last and updates move few bytes
    uint32_t level_count[2]; ///< [side - 1]
    uint32_t level_capacity; ///< per side
    uint32_t order_capacity; ///< 0: a book of aggregated levels
    uint32_t order_count;    ///< resting orders
    uint32_t free_order;     ///< head of the free list, node number + 1
    uint32_t slot_mask;      ///< slots of the id table less one; a power of two less one
    uint32_t reserved;
    hp_book_order *_Nullable orders; ///< node pool
    uint32_t *_Nullable slots;       ///< open-addressed id table of node numbers + 1, at most half full
} hp_book;

/// Bytes for a book of up to `max_levels` levels a side and `max_orders` orders (0 for aggregated levels only);
/// 0 when the numbers are out of range (levels 1 to 2^20, orders up to 2^24).
size_t hp_book_size(uint32_t max_levels, uint32_t max_orders);

/// Makes an empty book in `memory`, which must be 8-byte aligned and at least `hp_book_size` bytes.
/// Returns 0, or -EINVAL; the book is at the address of `memory`.
int hp_book_init(void *memory, size_t length, uint32_t max_levels, uint32_t max_orders);

/// Empties the book; capacity stays.
void hp_book_clear(hp_book *book);

/// Sets the total of one level of an aggregated book; quantity 0 removes it, and removing what is absent is no error.
/// Returns 0; -EINVAL for a bad side or a negative quantity; -ENOTSUP when the book is order by order; -ENOSPC when
/// the side is full.
int hp_book_set_level(hp_book *book, uint8_t side, int64_t price, int64_t quantity, uint32_t orders);

/// Adds an order at the back of its level's queue. Returns 0; -EINVAL for a bad side or a quantity below 1; -EEXIST for
/// an id that rests already; -ENOSPC when orders or levels are full; -ENOTSUP on an aggregated book.
int hp_book_add(hp_book *book, uint64_t id, uint8_t side, int64_t price, int64_t quantity);

/// Takes `quantity` from an order, which keeps its place; at nothing left the order is gone.
/// Returns 0; -ENOENT for an unknown id; -EINVAL for a quantity below 1 or above what is left.
int hp_book_reduce(hp_book *book, uint64_t id, int64_t quantity);

/// Removes an order. Returns 0 or -ENOENT.
int hp_book_delete(hp_book *book, uint64_t id);

/// The order with that id, or null. The pointer is valid until the next change of the book.
const hp_book_order *_Nullable hp_book_find(const hp_book *book, uint64_t id);

/// Contracts in front of the order in its queue, or -ENOENT.
int64_t hp_book_ahead(const hp_book *book, uint64_t id);

/// Contracts at `price`; 0 when there is no such level.
int64_t hp_book_quantity(const hp_book *book, uint8_t side, int64_t price);

/// The best level of a side, or null when the side is empty. The pointer is valid until the next change of the book.
static inline const hp_book_level *_Nullable hp_book_best(const hp_book *book, uint8_t side) {
    uint32_t count = book->level_count[side - 1];
    return count == 0 ? (const hp_book_level *)0 : &book->levels[side - 1][count - 1];
}

/// The level `rank` places behind the best (0 is the best), or null.
static inline const hp_book_level *_Nullable hp_book_at(const hp_book *book, uint8_t side, uint32_t rank) {
    uint32_t count = book->level_count[side - 1];
    return rank >= count ? (const hp_book_level *)0 : &book->levels[side - 1][count - 1 - rank];
}

#pragma clang assume_nonnull end

#endif
