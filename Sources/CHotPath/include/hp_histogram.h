// Histogram of durations: log-linear buckets in memory the caller gives, one writer, any number of readers.
// Not for several writers: counts would be lost.
//
// Source of the bucket scheme: G. Tene, HdrHistogram. With 11 sub-bucket bits a bucket is at most 1/1024 of its values
// wide, and values below 2048 have buckets of their own; percentiles equal that library's with 3 significant digits.
#ifndef HP_HISTOGRAM_H
#define HP_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum {
    /// log2 of the number of values below which every value has its own bucket.
    HP_HISTOGRAM_SUB_BITS = 11,
    /// Values up to 2^34 - 1, which is 17.18 s in nanoseconds.
    HP_HISTOGRAM_VALUE_BITS = 34,
    HP_HISTOGRAM_BUCKETS = (HP_HISTOGRAM_VALUE_BITS - HP_HISTOGRAM_SUB_BITS + 2) << (HP_HISTOGRAM_SUB_BITS - 1),
    /// Memory of one histogram: the head and its counts, a multiple of 64.
    HP_HISTOGRAM_BYTES = 64 + HP_HISTOGRAM_BUCKETS * 8,
};

/// Values above this, 10 s in nanoseconds, are counted in its bucket.
#define HP_HISTOGRAM_LONGEST UINT64_C(10000000000)

/// The head of a histogram; HP_HISTOGRAM_BUCKETS counts of 8 bytes follow it. All written by the owning thread only.
typedef struct hp_histogram {
    uint64_t count;     // values recorded
    uint64_t sum;       // exact, modulo 2^64
    uint64_t minimum;   // exact; UINT64_MAX when empty
    uint64_t maximum;   // exact, also above HP_HISTOGRAM_LONGEST; 0 when empty
    uint64_t overflows; // values above HP_HISTOGRAM_LONGEST
    uint8_t padding[24];
} hp_histogram;

_Static_assert(sizeof(hp_histogram) == 64, "the head is one cache line");
_Static_assert(HP_HISTOGRAM_BYTES % 64 == 0, "histograms may stand in a row");

/// Empties the histogram: at first use, and by its owning thread at any time. A reader at that moment may see a part.
void hp_histogram_reset(hp_histogram *histogram);

/// Copies the state at about this moment, from any thread, without disturbing the writer. The copy's `count` is the sum
/// of its buckets, so that percentiles of it are consistent; `sum` may be a few records ahead or behind.
/// `copy` has HP_HISTOGRAM_BYTES bytes.
void hp_histogram_snapshot(const hp_histogram *histogram, hp_histogram *copy);

/// For each of `count` ranks from 0 to 1, in ascending order: the upper end of the bucket that holds the value of that
/// rank (the smallest that at least rank * count values do not exceed), but no more than the maximum; all 0 when empty.
/// One pass over the buckets. Owning thread, or on a snapshot.
void hp_histogram_percentiles(const hp_histogram *histogram, const double *ranks, size_t count, uint64_t *values);

static inline uint64_t *hp_histogram_counts(const hp_histogram *histogram) {
    return (uint64_t *)(uintptr_t)(histogram + 1);
}

/// The bucket of a value of at most 2^34 - 1.
static inline uint64_t hp_histogram_bucket(uint64_t value) {
    // The number of low bits that do not fit: 0 below 2048, then one more per doubling.
    unsigned shift = 63 - HP_HISTOGRAM_SUB_BITS + 1 -
                     (unsigned)__builtin_clzll(value | ((UINT64_C(1) << HP_HISTOGRAM_SUB_BITS) - 1));
    return ((uint64_t)shift << (HP_HISTOGRAM_SUB_BITS - 1)) + (value >> shift);
}

/// The greatest value of a bucket.
static inline uint64_t hp_histogram_upper(uint64_t bucket) {
    uint64_t half = UINT64_C(1) << (HP_HISTOGRAM_SUB_BITS - 1);
    uint64_t shift = bucket < 2 * half ? 0 : bucket / half - 1;
    return ((bucket - shift * half + 1) << shift) - 1;
}

/// One writer needs no locked instruction; relaxed, because a count publishes no other data.
static inline void hp_histogram_bump(uint64_t *word, uint64_t amount) {
    __atomic_store_n(word, __atomic_load_n(word, __ATOMIC_RELAXED) + amount, __ATOMIC_RELAXED);
}

/// Records one value. Owning thread only.
static inline void hp_histogram_record(hp_histogram *histogram, uint64_t value) {
    uint64_t placed = value;
    if (__builtin_expect(value > HP_HISTOGRAM_LONGEST, 0)) {
        placed = HP_HISTOGRAM_LONGEST;
        hp_histogram_bump(&histogram->overflows, 1);
    }
    hp_histogram_bump(hp_histogram_counts(histogram) + hp_histogram_bucket(placed), 1);
    hp_histogram_bump(&histogram->count, 1);
    hp_histogram_bump(&histogram->sum, value);
    if (__builtin_expect(value > __atomic_load_n(&histogram->maximum, __ATOMIC_RELAXED), 0)) {
        __atomic_store_n(&histogram->maximum, value, __ATOMIC_RELAXED);
    }
    if (__builtin_expect(value < __atomic_load_n(&histogram->minimum, __ATOMIC_RELAXED), 0)) {
        __atomic_store_n(&histogram->minimum, value, __ATOMIC_RELAXED);
    }
}

#pragma clang assume_nonnull end

#endif
