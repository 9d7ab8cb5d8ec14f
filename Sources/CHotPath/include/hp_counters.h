// Counters that one thread bumps and any thread reads. Not for counts with several writers: additions would be lost.
#ifndef HP_COUNTERS_H
#define HP_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// One counter on a cache line of its own, so that a reader never slows the writer of its neighbour.
/// The caller gives the memory: an array of these, aligned to 64 bytes, zeroed with hp_counters_reset.
typedef struct hp_counter {
    uint64_t value; // written by the owning thread only
    uint8_t padding[56];
} hp_counter;

_Static_assert(sizeof(hp_counter) == 64, "one counter is one cache line");
_Static_assert(offsetof(hp_counter, value) == 0, "the value leads its line");

/// Zeroes `count` counters; before any other thread knows them.
static inline void hp_counters_reset(hp_counter *counters, size_t count) {
    for (size_t index = 0; index < count; index++) {
        counters[index] = (hp_counter){0};
    }
}

/// Adds `amount`. Owning thread only: with one writer a plain add between two relaxed accesses loses nothing and needs
/// no locked instruction. Relaxed, because a counter publishes no other data.
static inline void hp_counter_add(hp_counter *counter, uint64_t amount) {
    uint64_t now = __atomic_load_n(&counter->value, __ATOMIC_RELAXED);
    __atomic_store_n(&counter->value, now + amount, __ATOMIC_RELAXED);
}

/// Raises the counter to a total that is kept elsewhere; a lower total changes nothing. Owning thread only.
static inline void hp_counter_raise(hp_counter *counter, uint64_t total) {
    if (total > __atomic_load_n(&counter->value, __ATOMIC_RELAXED)) {
        __atomic_store_n(&counter->value, total, __ATOMIC_RELAXED);
    }
}

/// The value, from any thread; it may be a moment old but is never torn and never runs backwards.
static inline uint64_t hp_counter_read(const hp_counter *counter) {
    return __atomic_load_n(&counter->value, __ATOMIC_RELAXED);
}

#pragma clang assume_nonnull end

#endif
