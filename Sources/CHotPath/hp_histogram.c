// Reading a histogram: snapshots and percentiles; recording is inline in the header.
#include "hp_histogram.h"

#include <math.h>

void hp_histogram_reset(hp_histogram *histogram) {
    uint64_t *counts = hp_histogram_counts(histogram);
    for (size_t bucket = 0; bucket < HP_HISTOGRAM_BUCKETS; bucket++) {
        __atomic_store_n(counts + bucket, 0, __ATOMIC_RELAXED);
    }
    __atomic_store_n(&histogram->count, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&histogram->sum, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&histogram->minimum, UINT64_MAX, __ATOMIC_RELAXED);
    __atomic_store_n(&histogram->maximum, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&histogram->overflows, 0, __ATOMIC_RELAXED);
}

void hp_histogram_snapshot(const hp_histogram *histogram, hp_histogram *copy) {
    const uint64_t *counts = hp_histogram_counts(histogram);
    uint64_t *copied = hp_histogram_counts(copy);
    uint64_t total = 0;
    for (size_t bucket = 0; bucket < HP_HISTOGRAM_BUCKETS; bucket++) {
        copied[bucket] = __atomic_load_n(counts + bucket, __ATOMIC_RELAXED);
        total += copied[bucket];
    }
    *copy = (hp_histogram){
        .count = total,
        .sum = __atomic_load_n(&histogram->sum, __ATOMIC_RELAXED),
        .minimum = __atomic_load_n(&histogram->minimum, __ATOMIC_RELAXED),
        .maximum = __atomic_load_n(&histogram->maximum, __ATOMIC_RELAXED),
        .overflows = __atomic_load_n(&histogram->overflows, __ATOMIC_RELAXED),
    };
}

/// How many values lie at or below the value of that rank: at least one, rounded up, and never more than there are.
static uint64_t needed_count(double rank, uint64_t total) {
    // The next lower rank, so that 0.99 of 100, which is a hair above 99 in binary, does not need the hundredth value.
    double needed = ceil(nextafter(rank, 0) * (double)total);
    if (!(needed >= 1)) {
        return 1;
    }
    return needed < (double)total ? (uint64_t)needed : total;
}

void hp_histogram_percentiles(const hp_histogram *histogram, const double *ranks, size_t count, uint64_t *values) {
    uint64_t total = __atomic_load_n(&histogram->count, __ATOMIC_RELAXED);
    uint64_t maximum = __atomic_load_n(&histogram->maximum, __ATOMIC_RELAXED);
    const uint64_t *counts = hp_histogram_counts(histogram);
    size_t done = 0;
    uint64_t seen = 0;
    for (uint64_t bucket = 0; bucket < HP_HISTOGRAM_BUCKETS && done < count && total > 0; bucket++) {
        seen += __atomic_load_n(counts + bucket, __ATOMIC_RELAXED);
        while (done < count && seen >= needed_count(ranks[done], total)) {
            uint64_t upper = hp_histogram_upper(bucket);
            values[done++] = upper < maximum ? upper : maximum;
        }
    }
    // Reached by an empty histogram only.
    while (done < count) {
        values[done++] = maximum;
    }
}
