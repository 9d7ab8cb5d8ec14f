// Clocks: the system's, and the processor's cycle counter calibrated against it for cheap stamps on the hot path.
#ifndef HP_CLOCK_H
#define HP_CLOCK_H

#include <stdint.h>
#include <time.h>

#pragma clang assume_nonnull begin

/// A conversion from counter ticks to nanoseconds of CLOCK_MONOTONIC: base_ns + (ticks - base_ticks) * multiplier /
/// 2^32.
typedef struct hp_clock {
    uint64_t base_ticks;
    int64_t base_ns;
    /// Nanoseconds per tick, 32 fractional bits.
    uint64_t multiplier;
} hp_clock;

/// Nanoseconds of CLOCK_MONOTONIC (about 30 ns a call).
static inline int64_t hp_clock_monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/// Nanoseconds since 1970 UTC.
static inline int64_t hp_clock_realtime_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/// The processor's counter (about 12 ns a call); not serialised, so it may move across a few neighbouring instructions.
static inline uint64_t hp_clock_ticks(void) {
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
    return (uint64_t)hp_clock_monotonic_ns();
#endif
}

/// Measures the counter against CLOCK_MONOTONIC for `duration_ns` (100 ms gives about 1 part per million).
/// Returns 0; -EINVAL for a duration below 1 ms; -ERANGE when the counter does not run forward with time.
int hp_clock_calibrate(hp_clock *clock, int64_t duration_ns);

/// A span of ticks in nanoseconds.
static inline int64_t hp_clock_span_ns(const hp_clock *clock, uint64_t ticks) {
    return (int64_t)(((unsigned __int128)ticks * clock->multiplier) >> 32);
}

/// CLOCK_MONOTONIC as far as the calibration tells; drifts by its error, so calibrate again every few minutes.
static inline int64_t hp_clock_now_ns(const hp_clock *clock) {
    return clock->base_ns + hp_clock_span_ns(clock, hp_clock_ticks() - clock->base_ticks);
}

#pragma clang assume_nonnull end

#endif
