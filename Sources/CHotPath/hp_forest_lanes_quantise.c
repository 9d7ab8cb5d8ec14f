// The byte-lane walk's first half, in AVX2: a row becomes, for each slot, the number of thresholds below its value.
#include "hp_forest_lanes.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>

#pragma clang attribute push(__attribute__((target("avx2,popcnt,bmi,bmi2"))), apply_to = function)

bool forest_lanes_supported(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi2");
}

/// How many of 16 sorted bounds lie below `value`, doubled.
static inline uint32_t count_below(__m256 value, const float *bounds) {
    __m256 first = _mm256_cmp_ps(value, _mm256_load_ps(bounds), _CMP_GT_OQ);
    __m256 second = _mm256_cmp_ps(value, _mm256_load_ps(bounds + 8), _CMP_GT_OQ);
    __m256i both = _mm256_packs_epi32(_mm256_castps_si256(first), _mm256_castps_si256(second));
    return (uint32_t)__builtin_popcount((uint32_t)_mm256_movemask_epi8(both));
}

/// Bounds of the slot below `value`; 0 for NaN, which no comparison puts above anything.
static inline uint8_t code_of(const lanes_program *program, const lanes_slot *slot, float value) {
    const float *pivots = program->bounds + slot->pivots;
    __m256 wide = _mm256_set1_ps(value);
    uint32_t groups = count_below(wide, pivots);
    uint32_t within = count_below(wide, pivots + LANES_GROUP + LANES_GROUP / 2 * groups);
    return (uint8_t)(LANES_GROUP / 2 * groups + within / 2);
}

static inline bool has_missing(const float *row, uint32_t count) {
    uint32_t index = 0;
    __m256 found = _mm256_setzero_ps();
    // By hand: left alone, the compiler widens this into something longer than the rest of the quantisation.
#pragma clang loop vectorize(disable) interleave(disable)
    for (; index + 8 <= count; index += 8) {
        __m256 values = _mm256_loadu_ps(row + index);
        found = _mm256_or_ps(found, _mm256_cmp_ps(values, values, _CMP_UNORD_Q));
    }
    bool any = _mm256_movemask_ps(found) != 0;
#pragma clang loop vectorize(disable) interleave(disable)
    for (; index < count; index++) {
        any |= isnan(row[index]) != 0;
    }
    return any;
}

static inline void quantise_present(const lanes_program *program, const float *row, lanes_codes *codes) {
    for (uint32_t index = 0; index < program->slot_count; index++) {
        const lanes_slot *slot = &program->slots[index];
        codes->bytes[index] = code_of(program, slot, row[slot->feature]) ^ 0x80;
    }
}

/// As above with the slots' rules. Rare: rows of a warm feature set miss nothing.
static bool quantise_missing(const lanes_program *program, const float *row, lanes_codes *codes) {
    for (uint32_t index = 0; index < program->slot_count; index++) {
        const lanes_slot *slot = &program->slots[index];
        float value = row[slot->feature];
        bool zero_counts = slot->rule == LANES_ZERO_LEFT || slot->rule == LANES_ZERO_RIGHT;
        bool missing = isnan(value) || (zero_counts && fabsf(value) <= 1e-35f);
        uint8_t code = code_of(program, slot, value);
        if (missing) {
            switch ((lanes_rule)slot->rule) {
            case LANES_MIXED:
                return false;
            case LANES_AS_ZERO:
                code = code_of(program, slot, 0);
                break;
            case LANES_LEFT:
            case LANES_ZERO_LEFT:
                code = 0;
                break;
            case LANES_RIGHT:
            case LANES_ZERO_RIGHT:
                code = LANES_MISSING_RIGHT;
                break;
            }
        }
        codes->bytes[index] = code ^ 0x80;
    }
    return true;
}

bool forest_lanes_quantise(const hp_forest *forest, const lanes_program *program, const float *row,
                           lanes_codes *codes) {
    uint32_t zero_rules = program->rules & (1u << LANES_ZERO_LEFT | 1u << LANES_ZERO_RIGHT);
    if (__builtin_expect(zero_rules == 0 && !has_missing(row, forest->feature_count), 1)) {
        quantise_present(program, row, codes);
        return true;
    }
    return quantise_missing(program, row, codes);
}

#pragma clang attribute pop

#else

bool forest_lanes_supported(void) {
    return false;
}

bool forest_lanes_quantise(const hp_forest *forest, const lanes_program *program, const float *row,
                           lanes_codes *codes) {
    (void)forest, (void)program, (void)row, (void)codes;
    return false;
}

#endif
