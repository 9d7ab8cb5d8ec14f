// Threads with a name and a core, memory that stays resident, and what the processor can do.
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

/// Keeps all present and future memory of the process resident (no page fault at the wrong moment).
/// Returns 0 or -errno (-ENOMEM: raise RLIMIT_MEMLOCK; -EPERM: not allowed at all).
int hp_thread_lock_memory(void);

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
