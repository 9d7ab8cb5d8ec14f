// Threads with a name, a core and a class, how they wait for each other, and what the processor can do.
#ifndef HP_THREAD_H
#define HP_THREAD_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// "No core in particular."
enum { HP_THREAD_ANY_CORE = -1 };

/// A started thread; opaque.
typedef struct hp_thread hp_thread;

/// Starts `run(context)` on a new thread called `name` (cut to 15 bytes), pinned to `core` unless that is
/// HP_THREAD_ANY_CORE. Returns 0 and the thread, or -errno (-EINVAL: no such core, or not ours to use).
int hp_thread_start(const char *name, int core, void (*run)(void *_Nullable context), void *_Nullable context,
                    hp_thread *_Nullable *_Nonnull thread);

/// Waits for its end and frees it.
int hp_thread_join(hp_thread *thread);

/// Pins the calling thread to `core`. Returns 0 or -errno.
int hp_thread_pin(int core);

/// Core on which the calling thread runs now, or -errno.
int hp_thread_core(void);

/// Writes up to `capacity` core numbers that this process may use, ascending; returns how many there are, or -errno.
int hp_thread_allowed_cores(int *cores, int capacity);

/// Moves the calling thread into the kernel's real-time class SCHED_FIFO at `priority` (1 to 99): it then runs until it
/// waits or something of a higher priority comes. Returns 0 or -errno (-EPERM: needs CAP_SYS_NICE or RLIMIT_RTPRIO;
/// -EINVAL: no such priority).
int hp_thread_set_fifo(int priority);

/// 1 when the calling thread is in the class SCHED_FIFO, else 0.
int hp_thread_is_fifo(void);

/// Processor time that the calling thread has used, in nanoseconds.
int64_t hp_thread_cpu_ns(void);

/// A place where one thread may sleep until another rings: an event counter's waiting half. Zero it before use.
typedef struct hp_doorbell {
    uint32_t is_asleep; // 1 while the sleeper sleeps or is about to
    uint8_t padding[60];
} hp_doorbell;

_Static_assert(sizeof(hp_doorbell) == 64, "one doorbell is one cache line");

/// Announces that the calling thread is about to sleep. It must then look once more at what it waits for, and call
/// hp_doorbell_sleep if there is nothing, or hp_doorbell_awake if there is.
static inline void hp_doorbell_announce(hp_doorbell *bell) {
    // Sequentially consistent on both sides: either the ringer sees the announcement, or the sleeper's second look sees
    // what the ringer published before it rang.
    __atomic_store_n(&bell->is_asleep, 1, __ATOMIC_SEQ_CST);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/// Sleeps until the bell is rung, at most `timeout_ns`; may wake without a ring. Withdraws the announcement.
void hp_doorbell_sleep(hp_doorbell *bell, int64_t timeout_ns);

/// Withdraws the announcement without sleeping.
static inline void hp_doorbell_awake(hp_doorbell *bell) {
    __atomic_store_n(&bell->is_asleep, 0, __ATOMIC_RELEASE);
}

/// Wakes the sleeper if there is one; a fence and a load otherwise. After publishing what the sleeper waits for.
void hp_doorbell_ring(hp_doorbell *bell);

/// Whether a sleeper is announced; for the other side's own decision to rest.
static inline int hp_doorbell_is_asleep(const hp_doorbell *bell) {
    return __atomic_load_n(&bell->is_asleep, __ATOMIC_ACQUIRE) != 0;
}

/// Touches `bytes` of the calling thread's stack, so that they are mapped before they are needed.
void hp_thread_touch_stack(size_t bytes);

/// What the processor offers; bits of hp_cpu_features.
enum {
    HP_CPU_SSE42 = 1 << 0,
    HP_CPU_AVX2 = 1 << 1,
    HP_CPU_FMA = 1 << 2,
    HP_CPU_AVX512F = 1 << 3,
    HP_CPU_AES = 1 << 4,
    /// The cycle counter runs at one rate in every power state.
    HP_CPU_STEADY_COUNTER = 1 << 5,
};

/// Bits of what this processor offers; 0 where there is no way to ask.
uint32_t hp_cpu_features(void);

/// Tells the processor that this is a waiting loop.
static inline void hp_cpu_relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#pragma clang assume_nonnull end

#endif
