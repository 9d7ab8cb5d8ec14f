// What the processor offers.
#include "hp_thread.h"

#if defined(__x86_64__)
#include <cpuid.h>

/// Intel SDM, CPUID leaf 0x80000007, EDX bit 8: invariant TSC.
static uint32_t steady_counter(void) {
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    if (!__get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx)) {
        return 0;
    }
    return (edx & (1u << 8)) != 0 ? HP_CPU_STEADY_COUNTER : 0;
}

uint32_t hp_cpu_features(void) {
    uint32_t features = steady_counter();
    features |= __builtin_cpu_supports("sse4.2") ? HP_CPU_SSE42 : 0;
    features |= __builtin_cpu_supports("avx2") ? HP_CPU_AVX2 : 0;
    features |= __builtin_cpu_supports("fma") ? HP_CPU_FMA : 0;
    features |= __builtin_cpu_supports("avx512f") ? HP_CPU_AVX512F : 0;
    features |= __builtin_cpu_supports("aes") ? HP_CPU_AES : 0;
    return features;
}
#elif defined(__aarch64__)
/// The architecture's generic timer runs at a fixed rate by definition.
uint32_t hp_cpu_features(void) {
    return HP_CPU_STEADY_COUNTER;
}
#else
uint32_t hp_cpu_features(void) {
    return 0;
}
#endif
