// The byte-lane walk itself, in AVX2: walk the blocks, add the leaves in the model's own order.
#include "hp_forest_lanes.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,popcnt,bmi,bmi2"))), apply_to = function)

enum {
    /// Rows that walk a block one after the other in a batch, while its vectors are near.
    TILE = 16,
};

// MARK: Steps

static inline __m256i vector_at(const uint8_t *at, uint32_t index) {
    return _mm256_load_si256((const __m256i *)(at + LANES_WIDTH * index));
}

static inline __m256i table_at(const lanes_codes *codes, uint32_t table) {
    return _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)(codes->bytes + LANES_TABLE * table)));
}

/// The exits that splits of one step remove: those of lanes whose code is above the split's rank. The top bit of
/// `removes` chooses the table; it comes through and means nothing in the answer.
static inline __m256i removed(__m256i slots, __m256i ranks, __m256i removes, __m256i low, __m256i high) {
    __m256i codes = _mm256_blendv_epi8(_mm256_shuffle_epi8(low, slots), _mm256_shuffle_epi8(high, slots), removes);
    return _mm256_and_si256(_mm256_cmpgt_epi8(codes, ranks), removes);
}

static inline __m256i step(const uint8_t *at, uint32_t index, __m256i low, __m256i high) {
    return removed(vector_at(at, 3 * index), vector_at(at, 3 * index + 1), vector_at(at, 3 * index + 2), low, high);
}

/// What `count` steps of a register remove; `at` moves behind them.
__attribute__((always_inline)) static inline __m256i straight_steps(const uint8_t **at, uint32_t count, __m256i low,
                                                                    __m256i high) {
    __m256i gone = step(*at, 0, low, high);
    for (uint32_t index = 1; index < count; index++) {
        gone = _mm256_or_si256(gone, step(*at, index, low, high));
    }
    *at += (size_t)3 * LANES_WIDTH * count;
    return gone;
}

/// All steps of a register, a straight run of code for each number of them: the number changes with each register, and
/// a loop would end in a wrong guess.
__attribute__((always_inline)) static inline __m256i steps_of_register(const uint8_t **at, uint32_t count, __m256i low,
                                                                       __m256i high) {
    switch (count) {
    case 0:
        return _mm256_setzero_si256();
    case 1:
        return straight_steps(at, 1, low, high);
    case 2:
        return straight_steps(at, 2, low, high);
    case 3:
        return straight_steps(at, 3, low, high);
    case 4:
        return straight_steps(at, 4, low, high);
    case 5:
        return straight_steps(at, 5, low, high);
    case 6:
        return straight_steps(at, 6, low, high);
    case 7:
        return straight_steps(at, 7, low, high);
    default:
        __builtin_unreachable();
    }
}

/// The same for rows of more than 32 slots: every table is asked, and answers where the slot's upper nibble is its own.
static __m256i steps_of_wide_register(const uint8_t **from, uint32_t count, const lanes_codes *codes,
                                      uint32_t table_count) {
    const uint8_t *at = *from;
    *from += (size_t)3 * LANES_WIDTH * count;
    __m256i gone = _mm256_setzero_si256();
    // Added with saturation: 0...15 keep their lower nibble and a clear top bit, the rest set it, which shuffles zero.
    __m256i own = _mm256_set1_epi8(0x70);
    for (uint32_t index = 0; index < count; index++) {
        __m256i slots = vector_at(at, 3 * index);
        __m256i found = _mm256_setzero_si256();
        for (uint32_t table = 0; table < table_count; table++) {
            __m256i place = _mm256_xor_si256(slots, _mm256_set1_epi8((char)(table << 4)));
            found = _mm256_or_si256(found, _mm256_shuffle_epi8(table_at(codes, table), _mm256_adds_epu8(place, own)));
        }
        __m256i above = _mm256_cmpgt_epi8(found, vector_at(at, 3 * index + 1));
        gone = _mm256_or_si256(gone, _mm256_and_si256(above, vector_at(at, 3 * index + 2)));
    }
    return gone;
}

/// The lowest exit of each lane that is not gone. The last exit never goes, so the top bit counts as there.
static inline __m256i lowest_exit(__m256i gone) {
    __m256i nibble = _mm256_set1_epi8(15);
    // By nibble of what is gone: the lowest bit that is clear.
    __m256i low = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0, 127));
    __m256i high = _mm256_broadcastsi128_si256(_mm_setr_epi8(4, 5, 4, 6, 4, 5, 4, 7, 4, 5, 4, 6, 4, 5, 4, 7));
    __m256i upper = _mm256_and_si256(_mm256_srli_epi16(gone, 4), nibble);
    return _mm256_min_epu8(_mm256_shuffle_epi8(low, _mm256_and_si256(gone, nibble)), _mm256_shuffle_epi8(high, upper));
}

// MARK: Sums

/// Trees whose leaves are found and not yet added. Additions must keep the model's order, so each waits for the one
/// before; they are spread through the walk of later trees, whose work fills the waits.
typedef struct lanes_sum {
    const uint8_t *lane;   ///< of the next tree
    const uint32_t *found; ///< leaf by lane
    const void *leaves;
    bool is_wanted;
    bool is_single; ///< single precision
    float single_sum;
    double double_sum;
} lanes_sum;

__attribute__((always_inline)) static inline void add_leaf(lanes_sum *sum, uint32_t lane) {
    if (sum->is_single) {
        sum->single_sum += ((const float *)sum->leaves)[sum->found[lane]];
    } else {
        sum->double_sum += ((const double *)sum->leaves)[sum->found[lane]];
    }
}

__attribute__((always_inline)) static inline void add_quads(lanes_sum *sum, uint32_t count) {
    for (; count > 0; count--, sum->lane += LANES_QUAD) {
        add_leaf(sum, sum->lane[0]);
        add_leaf(sum, sum->lane[1]);
        add_leaf(sum, sum->lane[2]);
        add_leaf(sum, sum->lane[3]);
    }
}

__attribute__((always_inline)) static inline void add_until(lanes_sum *sum, const uint8_t *end) {
    for (; sum->lane < end; sum->lane++) {
        add_leaf(sum, *sum->lane);
    }
}

/// Adds the leaves of one segment to margins of several groups, or to those of one row of many.
static void add_margins(const hp_forest *forest, const lanes_program *program, const lanes_segment *segment,
                        const uint32_t *found, double *margins) {
    uint32_t end = segment->first_tree + segment->tree_count;
    for (uint32_t tree = segment->first_tree; tree < end; tree++) {
        double *margin = &margins[forest->trees[tree].group];
        uint32_t leaf = found[program->lanes[tree]];
        if (forest->arithmetic == HP_FOREST_XGBOOST) {
            *margin = (double)((float)*margin + ((const float *)program->leaves)[leaf]);
        } else {
            *margin += ((const double *)program->leaves)[leaf];
        }
    }
}

/// The same for a quad of rows of one margin each: four chains of additions side by side.
static void add_quad_of_rows(const hp_forest *forest, const lanes_program *program, const lanes_segment *segment,
                             const uint32_t (*found)[LANES_SEGMENT], double *margins) {
    const uint8_t *lanes = program->lanes + segment->first_tree;
    if (forest->arithmetic == HP_FOREST_XGBOOST) {
        const float *leaves = program->leaves;
        float sums[LANES_QUAD];
        for (uint32_t row = 0; row < LANES_QUAD; row++) {
            sums[row] = (float)margins[row];
        }
        for (uint32_t tree = 0; tree < segment->tree_count; tree++) {
            for (uint32_t row = 0; row < LANES_QUAD; row++) {
                sums[row] += leaves[found[row][lanes[tree]]];
            }
        }
        for (uint32_t row = 0; row < LANES_QUAD; row++) {
            margins[row] = (double)sums[row];
        }
        return;
    }
    const double *leaves = program->leaves;
    double sums[LANES_QUAD];
    memcpy(sums, margins, sizeof sums);
    for (uint32_t tree = 0; tree < segment->tree_count; tree++) {
        for (uint32_t row = 0; row < LANES_QUAD; row++) {
            sums[row] += leaves[found[row][lanes[tree]]];
        }
    }
    memcpy(margins, sums, sizeof sums);
}

// MARK: Blocks

/// Adds the codes of 32 lanes to where their trees' leaves begin.
static inline void place_leaves(__m256i codes, const uint32_t *first_leaves, uint32_t *leaves) {
    __m128i halves[2] = {_mm256_castsi256_si128(codes), _mm256_extracti128_si256(codes, 1)};
    for (uint32_t half = 0; half < 2; half++) {
        __m256i low = _mm256_cvtepu8_epi32(halves[half]);
        __m256i high = _mm256_cvtepu8_epi32(_mm_srli_si128(halves[half], 8));
        const __m256i *from = (const __m256i *)(first_leaves + LANES_WIDTH / 2 * half);
        __m256i *to = (__m256i *)(leaves + LANES_WIDTH / 2 * half);
        _mm256_store_si256(to, _mm256_add_epi32(low, _mm256_load_si256(from)));
        _mm256_store_si256(to + 1, _mm256_add_epi32(high, _mm256_load_si256(from + 1)));
    }
}

/// The code of each lane's leaf: from the answer of the root's register, the first, on to those of the registers that
/// it leads to, until none waits for it. `count` is a constant where it matters.
__attribute__((always_inline)) static inline __m256i follow_answers(const uint8_t *waits, const __m256i *answers,
                                                                    uint32_t count, uint32_t passes) {
    __m256i here = answers[0];
    for (uint32_t pass = passes; pass > 0; pass--) {
        for (uint32_t index = 1; index < count; index++) {
            __m256i is_awaited = _mm256_cmpeq_epi8(here, vector_at(waits, index - 1));
            here = _mm256_blendv_epi8(here, answers[index], is_awaited);
        }
    }
    return here;
}

/// Follows the answers of a block; each lane of `leaves` gets the index of its tree's leaf. Behind the vectors of what
/// the registers wait for lie those of where the trees' leaves begin.
static inline const uint8_t *follow(const uint8_t *waits, const __m256i *answers, const lanes_block *block,
                                    uint32_t *leaves) {
    __m256i here;
    switch (block->register_count) {
    case 4:
        here = follow_answers(waits, answers, 4, block->passes);
        break;
    case 5:
        here = follow_answers(waits, answers, 5, block->passes);
        break;
    case 6:
        here = follow_answers(waits, answers, 6, block->passes);
        break;
    case 7:
        here = follow_answers(waits, answers, 7, block->passes);
        break;
    case 8:
        here = follow_answers(waits, answers, 8, block->passes);
        break;
    default:
        here = follow_answers(waits, answers, block->register_count, block->passes);
        break;
    }
    const uint8_t *first_leaves = waits + (size_t)LANES_WIDTH * (block->register_count - 1u);
    place_leaves(here, (const uint32_t *)first_leaves, leaves);
    return first_leaves + LANES_WIDTH * sizeof(uint32_t);
}

/// Walks one block; `leaves` gets the index of each lane's leaf. Returns where the next block's vectors begin.
__attribute__((always_inline)) static inline const uint8_t *walk_block(const lanes_block *block, const uint8_t *at,
                                                                       const lanes_codes *codes, uint32_t table_count,
                                                                       uint32_t *leaves, lanes_sum *sum) {
    __m256i answers[LANES_PIECES];
    __m256i *answer = answers;
    __m256i first_code = _mm256_setzero_si256();
    __m256i low = table_at(codes, 0);
    __m256i high = table_at(codes, 1);
    const lanes_register *end = block->registers + block->register_count;
#pragma clang loop unroll(disable)
    for (const lanes_register *each = block->registers; each < end; each++) {
        __m256i gone = table_count > 2 ? steps_of_wide_register(&at, each->steps, codes, table_count)
                                       : steps_of_register(&at, each->steps, low, high);
        *answer++ = _mm256_add_epi8(lowest_exit(gone), first_code);
        first_code = _mm256_add_epi8(first_code, _mm256_set1_epi8(LANES_PIECE_EXITS));
        if (sum->is_wanted) {
            add_quads(sum, each->quads);
        }
    }
    return follow(at, answers, block, leaves);
}

// MARK: One row

/// All segments; the trees of one are added while the next is walked.
__attribute__((always_inline)) static inline void predict_sum(const lanes_program *program, const lanes_codes *codes,
                                                              uint32_t table_count, lanes_sum *sum) {
    _Alignas(32) uint32_t found[2][LANES_SEGMENT];
    const lanes_block *block = program->blocks;
    const uint8_t *at = program->entries;
    sum->leaves = program->leaves;
    sum->lane = program->lanes;
    const uint8_t *end = program->lanes;
    for (uint32_t index = 0; index < program->segment_count; index++) {
        const lanes_segment *segment = &program->segments[index];
        uint32_t *leaves = found[index % 2];
        for (uint32_t count = segment->block_count; count > 0; count--, block++, leaves += LANES_WIDTH) {
            at = walk_block(block, at, codes, table_count, leaves, sum);
        }
        add_until(sum, end);
        sum->found = found[index % 2];
        end += segment->tree_count;
    }
    add_until(sum, end);
}

/// The same for rows of several margins, which are seldom: the trees of a segment are added when it is walked.
static void predict_margins(const hp_forest *forest, const lanes_program *program, const lanes_codes *codes,
                            double *margins) {
    _Alignas(32) uint32_t found[LANES_SEGMENT];
    lanes_sum none = {0};
    const lanes_block *block = program->blocks;
    const uint8_t *at = program->entries;
    for (uint32_t index = 0; index < program->segment_count; index++) {
        const lanes_segment *segment = &program->segments[index];
        for (uint32_t count = 0; count < segment->block_count; count++, block++) {
            at = walk_block(block, at, codes, program->table_count, found + LANES_WIDTH * count, &none);
        }
        add_margins(forest, program, segment, found, margins);
    }
}

static double predict_double(const lanes_program *program, const lanes_codes *codes, double base) {
    lanes_sum sum = {.is_wanted = true, .double_sum = base};
    if (program->table_count > 2) {
        predict_sum(program, codes, program->table_count, &sum);
    } else {
        predict_sum(program, codes, 2, &sum);
    }
    return sum.double_sum;
}

static float predict_single(const lanes_program *program, const lanes_codes *codes, float base) {
    lanes_sum sum = {.is_wanted = true, .is_single = true, .single_sum = base};
    if (program->table_count > 2) {
        predict_sum(program, codes, program->table_count, &sum);
    } else {
        predict_sum(program, codes, 2, &sum);
    }
    return sum.single_sum;
}

bool forest_lanes_predict(const hp_forest *forest, const lanes_program *program, const float *row, double *margins) {
    lanes_codes codes;
    if (!forest_lanes_quantise(forest, program, row, &codes)) {
        return false;
    }
    if (forest->group_count > 1) {
        memcpy(margins, forest->base, forest->group_count * sizeof(double));
        predict_margins(forest, program, &codes, margins);
    } else if (forest->arithmetic == HP_FOREST_XGBOOST) {
        margins[0] = (double)predict_single(program, &codes, (float)forest->base[0]);
    } else {
        margins[0] = predict_double(program, &codes, forest->base[0]);
    }
    return true;
}

// MARK: Batches

/// Walks up to TILE rows, block by block.
static bool predict_tile(const hp_forest *forest, const lanes_program *program, const float *rows, uint32_t row_count,
                         double *margins) {
    lanes_codes codes[TILE];
    _Alignas(32) uint32_t found[TILE][LANES_SEGMENT];
    lanes_sum none = {0};
    uint32_t groups = forest->group_count;
    for (uint32_t row = 0; row < row_count; row++) {
        if (!forest_lanes_quantise(forest, program, rows + (size_t)row * forest->feature_count, &codes[row])) {
            return false;
        }
        memcpy(margins + (size_t)row * groups, forest->base, groups * sizeof(double));
    }
    const lanes_block *block = program->blocks;
    const uint8_t *at = program->entries;
    for (uint32_t index = 0; index < program->segment_count; index++) {
        const lanes_segment *segment = &program->segments[index];
        for (uint32_t count = 0; count < segment->block_count; count++, block++) {
            const uint8_t *end = at;
            for (uint32_t row = 0; row < row_count; row++) {
                end = walk_block(block, at, &codes[row], program->table_count, found[row] + LANES_WIDTH * count, &none);
            }
            at = end;
        }
        uint32_t row = 0;
        for (; groups == 1 && row + LANES_QUAD <= row_count; row += LANES_QUAD) {
            add_quad_of_rows(forest, program, segment, (const uint32_t(*)[LANES_SEGMENT])found + row, margins + row);
        }
        for (; row < row_count; row++) {
            add_margins(forest, program, segment, found[row], margins + (size_t)row * groups);
        }
    }
    return true;
}

bool forest_lanes_predict_rows(const hp_forest *forest, const lanes_program *program, const float *rows,
                               size_t row_count, double *margins) {
    for (size_t first = 0; first < row_count; first += TILE) {
        size_t left = row_count - first;
        uint32_t count = left < TILE ? (uint32_t)left : TILE;
        if (!predict_tile(forest, program, rows + first * forest->feature_count, count,
                          margins + first * forest->group_count)) {
            return false;
        }
    }
    return true;
}

#pragma clang attribute pop

#else

bool forest_lanes_predict(const hp_forest *forest, const lanes_program *program, const float *row, double *margins) {
    (void)forest, (void)program, (void)row, (void)margins;
    return false;
}

bool forest_lanes_predict_rows(const hp_forest *forest, const lanes_program *program, const float *rows,
                               size_t row_count, double *margins) {
    (void)forest, (void)program, (void)rows, (void)row_count, (void)margins;
    return false;
}

#endif
