// Calibration of the cycle counter.
#include "hp_clock.h"

#include <errno.h>

enum { PAIRS = 16 };

/// Reads both clocks as close together as PAIRS attempts allow: an interrupt between the two reads would tilt the rate.
static void read_pair(uint64_t *ticks, int64_t *ns) {
    uint64_t tightest = UINT64_MAX;
    for (int attempt = 0; attempt < PAIRS; attempt++) {
        uint64_t before = hp_clock_ticks();
        int64_t now = hp_clock_monotonic_ns();
        uint64_t after = hp_clock_ticks();
        if (after - before < tightest) {
            tightest = after - before;
            *ticks = before + (after - before) / 2;
            *ns = now;
        }
    }
}

int hp_clock_calibrate(hp_clock *clock, int64_t duration_ns) {
    if (duration_ns < 1000000) {
        return -EINVAL;
    }
    uint64_t start_ticks = 0;
    uint64_t end_ticks = 0;
    int64_t start_ns = 0;
    int64_t end_ns = 0;
    read_pair(&start_ticks, &start_ns);
    struct timespec pause = {.tv_sec = duration_ns / 1000000000, .tv_nsec = duration_ns % 1000000000};
    while (nanosleep(&pause, &pause) != 0) {
    }
    read_pair(&end_ticks, &end_ns);
    if (end_ticks <= start_ticks || end_ns <= start_ns) {
        return -ERANGE;
    }
    unsigned __int128 scaled = (unsigned __int128)(uint64_t)(end_ns - start_ns) << 32;
    clock->multiplier = (uint64_t)(scaled / (end_ticks - start_ticks));
    clock->base_ticks = end_ticks;
    clock->base_ns = end_ns;
    return clock->multiplier == 0 ? -ERANGE : 0;
}
