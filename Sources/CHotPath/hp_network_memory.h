// How the networks divide the memory that they are given, and what they have in common.
#ifndef HP_NETWORK_MEMORY_H
#define HP_NETWORK_MEMORY_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

/// Hands out arrays of floats one behind the other, each on a cache line; without memory it only counts.
typedef struct hp_floats {
    float *base;
    size_t used; ///< floats
} hp_floats;

static inline float *hp_floats_take(hp_floats *floats, size_t count) {
    float *taken = floats->base ? floats->base + floats->used : NULL;
    floats->used += (count + 15) / 16 * 16;
    return taken;
}

/// Whether every value is a finite number: a NaN or an infinity times 0 is no 0.
static inline int hp_all_finite(const float *x, size_t count) {
    float sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += x[i] * 0.0f;
    }
    return sum == 0;
}

#endif
