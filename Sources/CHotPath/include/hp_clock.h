// Clocks: the system's, and the processor's cycle counter calibrated against it for cheap stamps on the hot path.
#ifndef HP_CLOCK_H
#define HP_CLOCK_H

#include <stdint.h>
#include <time.h>

#pragma clang assume_nonnull begin

/// What a clock counts with.
enum {
    HP_CLOCK_COUNTER = 0,
    /// CLOCK_MONOTONIC itself, one tick a nanosecond: slower to read, and right where the counter cannot be trusted.
    HP_CLOCK_KERNEL = 1,
};

/// Why the counter is or is not fit to measure time with.
enum {
    HP_CLOCK_FIT = 0,
    /// No counter is known for this kind of processor.
    HP_CLOCK_NO_COUNTER = 1,
    /// The counter's rate follows the processor's frequency or stops in its sleep states.
    HP_CLOCK_NOT_INVARIANT = 2,
    /// The kernel does not keep time by the counter: its watchdog saw the counter go wrong, or was told so.
    HP_CLOCK_NOT_TRUSTED = 3,
};

/// Flag of hp_clock_open: use the kernel's clock although the counter is fit.
enum { HP_CLOCK_FORCE_KERNEL = 1 };

/// Answers of hp_clock_correct.
enum {
    HP_CLOCK_CORRECTED = 0,
    /// Too little time has passed to tell the counter's rate from the noise of reading it; nothing was changed.
    HP_CLOCK_TOO_SOON = 1,
    /// The counter ran at another rate than it may: the clock now counts with the kernel's. If it had run ahead, it
    /// still does, and works that off slowly; who would rather step back opens the clock anew.
    HP_CLOCK_FELL_BACK = 2,
};

/// A conversion from ticks to nanoseconds of CLOCK_MONOTONIC:
/// base_ns + (ticks - base_ticks) * multiplier / 2^32. Belongs to one thread; another takes a copy of its own.
typedef struct hp_clock {
    uint64_t base_ticks;
    int64_t base_ns;
    /// Nanoseconds per tick, 32 fractional bits.
    uint64_t multiplier;
    /// HP_CLOCK_COUNTER or HP_CLOCK_KERNEL.
    uint64_t source;
    /// The last pair of both clocks, from which hp_clock_correct measures the rate; `base` differs from it while the
    /// clock is ahead, because it may not go back.
    uint64_t pair_ticks;
    int64_t pair_ns;
    /// The rate as measured, without the slowing that works off a lead.
    uint64_t rate;
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

/// The processor's counter (about 12 ns a call), fit or not; not serialised, so it may move across a few neighbouring
/// instructions. Where the clock may have fallen back to the kernel's, take hp_clock_stamp.
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

/// Whether the processor's counter is fit: HP_CLOCK_FIT or the reason why not. Asks the processor and the kernel.
int hp_clock_fitness(void);

/// The judgement behind hp_clock_fitness: `invariant` as the processor says, `kernel_source` as the kernel's file
/// current_clocksource says, with or without a line feed; empty when that cannot be read, which alone condemns nothing.
int hp_clock_judge(int invariant, const char *kernel_source);

/// Makes a clock that counts with the processor's counter, measured against CLOCK_MONOTONIC for `duration_ns` (100 ms
/// gives about 1 part per million), or with the kernel's clock when the counter is not fit, fails the measurement, or
/// `flags` holds HP_CLOCK_FORCE_KERNEL; `source` says which. Returns 0; -EINVAL for a duration below 1 ms or an unknown
/// flag.
int hp_clock_open(hp_clock *clock, int64_t duration_ns, unsigned flags);

/// The same with the counter only, fit or not, for users of hp_clock_ticks.
/// Returns 0; -EINVAL for a duration below 1 ms; -ERANGE when the counter does not run forward with time.
int hp_clock_calibrate(hp_clock *clock, int64_t duration_ns);

/// Tells how far the clock is ahead of CLOCK_MONOTONIC, in nanoseconds; negative when it is behind. Changes nothing.
/// The figure is good to the time that reading both clocks takes, some 50 ns, on a thread that is not interrupted.
int64_t hp_clock_check(const hp_clock *clock);

/// Compares with CLOCK_MONOTONIC and corrects rate and state, without ever stepping back: a clock that is behind steps
/// forward; one that is ahead goes slower, by at most 1 part in 2,000, so that the lead is gone after about as much
/// time as since the last correction (at least a second). Call it once a second to once a minute: the error stays below
/// the product of that span and the change of rate within it. `error_ns` is what hp_clock_check would have said.
/// Returns one of the answers above.
int hp_clock_correct(hp_clock *clock, int64_t *error_ns);

/// What the clock counts with, now: to be stored as a cheap stamp and converted later.
static inline uint64_t hp_clock_stamp(const hp_clock *clock) {
    return __builtin_expect(clock->source == HP_CLOCK_COUNTER, 1) ? hp_clock_ticks()
                                                                  : (uint64_t)hp_clock_monotonic_ns();
}

/// A span of ticks in nanoseconds.
static inline int64_t hp_clock_span_ns(const hp_clock *clock, uint64_t ticks) {
    return (int64_t)(((unsigned __int128)ticks * clock->multiplier) >> 32);
}

/// The time of a stamp, also of one that was taken shortly before the last correction or on another core.
static inline int64_t hp_clock_at_ns(const hp_clock *clock, uint64_t stamp) {
    __int128 ticks = (int64_t)(stamp - clock->base_ticks);
    return clock->base_ns + (int64_t)((ticks * (__int128)clock->multiplier) >> 32);
}

/// CLOCK_MONOTONIC as far as the clock tells. Never goes back on one thread. Drifts by the error of its rate, so call
/// hp_clock_correct now and then.
static inline int64_t hp_clock_now_ns(const hp_clock *clock) {
    return hp_clock_at_ns(clock, hp_clock_stamp(clock));
}

#pragma clang assume_nonnull end

#endif
