// Calibration and correction of the cycle counter against the kernel's clock, and the judgement whether it is fit.
#include "hp_clock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

enum {
    PAIRS = 16,
    /// A rate measured over less is worth less than the one at hand: reading noise of 100 ns is 10 ppm of 10 ms.
    SHORTEST_SPAN_NS = 10000000,
    SECOND_NS = 1000000000,
    /// Greatest slowing while ahead: 1 part in this many.
    SLOWING = 2000,
    /// Greatest believable change of rate between two corrections: 1 part in this many. The kernel itself moves
    /// CLOCK_MONOTONIC by up to 500 ppm to follow network time; more means that the counter went wrong.
    STRANGE = 500,
};

/// One tick a nanosecond, as a multiplier.
static const uint64_t UNIT_RATE = UINT64_C(1) << 32;

/// Reads both clocks as close together as PAIRS attempts allow: an interrupt between the two reads would tilt the rate.
static void read_pair(uint64_t source, uint64_t *ticks, int64_t *ns) {
    if (source == HP_CLOCK_KERNEL) {
        *ns = hp_clock_monotonic_ns();
        *ticks = (uint64_t)*ns;
        return;
    }
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

/// Ticks to nanoseconds as a multiplier; 0 when one of the clocks did not run forward.
static uint64_t rate_of(uint64_t ticks, int64_t ns) {
    if ((int64_t)ticks <= 0 || ns <= 0) {
        return 0;
    }
    return (uint64_t)(((unsigned __int128)(uint64_t)ns << 32) / ticks);
}

static void anchor(hp_clock *clock, uint64_t source, uint64_t ticks, int64_t ns, uint64_t rate) {
    *clock = (hp_clock){
        .base_ticks = ticks,
        .base_ns = ns,
        .multiplier = rate,
        .source = source,
        .pair_ticks = ticks,
        .pair_ns = ns,
        .rate = rate,
    };
}

int hp_clock_judge(int invariant, const char *kernel_source) {
#if !defined(__x86_64__) && !defined(__aarch64__)
    (void)invariant;
    (void)kernel_source;
    return HP_CLOCK_NO_COUNTER;
#else
    if (!invariant) {
        return HP_CLOCK_NOT_INVARIANT;
    }
    // The names of sources that read the counter: bare, and through the pages that hypervisors share with their guests.
    static const char *const built_on_it[] = {"tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter"};
    size_t length = strcspn(kernel_source, "\n");
    if (length == 0) {
        return HP_CLOCK_FIT;
    }
    for (size_t index = 0; index < sizeof built_on_it / sizeof *built_on_it; index++) {
        if (strlen(built_on_it[index]) == length && memcmp(built_on_it[index], kernel_source, length) == 0) {
            return HP_CLOCK_FIT;
        }
    }
    return HP_CLOCK_NOT_TRUSTED;
#endif
}

/// Processor manuals, "Advanced Power Management Information": leaf 0x80000007, EDX bit 8. The counter of aarch64 is
/// invariant by its architecture.
static int is_invariant(void) {
#if defined(__x86_64__)
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    return __get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx) != 0 && (edx & (1u << 8)) != 0;
#else
    return 1;
#endif
}

int hp_clock_fitness(void) {
    char source[64] = "";
    int file = open("/sys/devices/system/clocksource/clocksource0/current_clocksource", O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        ssize_t length = read(file, source, sizeof source - 1);
        source[length > 0 ? length : 0] = '\0';
        close(file);
    }
    return hp_clock_judge(is_invariant(), source);
}

int hp_clock_calibrate(hp_clock *clock, int64_t duration_ns) {
    if (duration_ns < 1000000) {
        return -EINVAL;
    }
    uint64_t start_ticks = 0;
    uint64_t end_ticks = 0;
    int64_t start_ns = 0;
    int64_t end_ns = 0;
    read_pair(HP_CLOCK_COUNTER, &start_ticks, &start_ns);
    struct timespec pause = {.tv_sec = duration_ns / SECOND_NS, .tv_nsec = duration_ns % SECOND_NS};
    while (nanosleep(&pause, &pause) != 0) {
    }
    read_pair(HP_CLOCK_COUNTER, &end_ticks, &end_ns);
    uint64_t rate = rate_of(end_ticks - start_ticks, end_ns - start_ns);
    if (rate == 0) {
        return -ERANGE;
    }
    anchor(clock, HP_CLOCK_COUNTER, end_ticks, end_ns, rate);
    return 0;
}

int hp_clock_open(hp_clock *clock, int64_t duration_ns, unsigned flags) {
    if (duration_ns < 1000000 || (flags & ~(unsigned)HP_CLOCK_FORCE_KERNEL) != 0) {
        return -EINVAL;
    }
    if ((flags & HP_CLOCK_FORCE_KERNEL) == 0 && hp_clock_fitness() == HP_CLOCK_FIT &&
        hp_clock_calibrate(clock, duration_ns) == 0) {
        return 0;
    }
    uint64_t ticks = 0;
    int64_t ns = 0;
    read_pair(HP_CLOCK_KERNEL, &ticks, &ns);
    anchor(clock, HP_CLOCK_KERNEL, ticks, ns, UNIT_RATE);
    return 0;
}

int64_t hp_clock_check(const hp_clock *clock) {
    uint64_t ticks = 0;
    int64_t ns = 0;
    read_pair(clock->source, &ticks, &ns);
    return hp_clock_at_ns(clock, ticks) - ns;
}

/// The multiplier that works off `lead_ns` within `span_ns`, or as much of it as the greatest slowing allows.
static uint64_t slowed(uint64_t rate, int64_t lead_ns, int64_t span_ns) {
    uint64_t most = rate / SLOWING;
    unsigned __int128 wanted = (unsigned __int128)rate * (uint64_t)lead_ns / (uint64_t)span_ns;
    return rate - (wanted < most ? (uint64_t)wanted : most);
}

int hp_clock_correct(hp_clock *clock, int64_t *error_ns) {
    uint64_t ticks = 0;
    int64_t ns = 0;
    read_pair(clock->source, &ticks, &ns);
    // Taken once more for the way on: what the clock says here is what it may not fall below afterwards.
    int64_t said = hp_clock_at_ns(clock, ticks);
    *error_ns = said - ns;
    int64_t span = ns - clock->pair_ns;
    if (span < SHORTEST_SPAN_NS) {
        return HP_CLOCK_TOO_SOON;
    }
    int answer = HP_CLOCK_CORRECTED;
    uint64_t source = clock->source;
    uint64_t rate = source == HP_CLOCK_KERNEL ? UNIT_RATE : rate_of(ticks - clock->pair_ticks, span);
    uint64_t change = rate > clock->rate ? rate - clock->rate : clock->rate - rate;
    if (rate == 0 || change > clock->rate / STRANGE) {
        answer = HP_CLOCK_FELL_BACK;
        source = HP_CLOCK_KERNEL;
        rate = UNIT_RATE;
        // The counter may have jumped either way since the last call; the kernel's clock goes on from what was said.
        said = hp_clock_now_ns(clock);
        ns = hp_clock_monotonic_ns();
        ticks = (uint64_t)ns;
    }
    int64_t lead = said - ns;
    anchor(clock, source, ticks, ns, rate);
    if (lead > 0) {
        clock->base_ns = said;
        clock->multiplier = slowed(rate, lead, span > SECOND_NS ? span : SECOND_NS);
    }
    return answer;
}
