// Matrix products: six rows by sixteen columns at a time in registers, or plain loops with the same order of sums.
#include "hp_matrix.h"

#include <math.h>
#include <string.h>

#include "hp_vector_math.h"

enum {
    /// Rows that are worked on before the next panel of b: their part of a stays in the nearest cache.
    BLOCK_ROWS = 96,
    /// Summed elements a pass: a packed panel of them is 16 KB.
    BLOCK_DEPTH = 256,
    PANEL = HP_MATRIX_PANEL,
};

size_t hp_matrix_packed_size(size_t n, size_t k) {
    return (n + PANEL - 1) / PANEL * PANEL * k;
}

/// Packs `width` columns of b, at most a panel.
static void pack_panel(size_t width, size_t k, const float *b, size_t b_row, size_t b_column, float *panel) {
    for (size_t p = 0; p < k; p++) {
        for (size_t j = 0; j < width; j++) {
            panel[p * PANEL + j] = b[p * b_row + j * b_column];
        }
        for (size_t j = width; j < PANEL; j++) {
            panel[p * PANEL + j] = 0;
        }
    }
}

void hp_matrix_pack(size_t n, size_t k, const float *b, size_t b_row, size_t b_column, float *packed) {
    for (size_t j = 0; j < n; j += PANEL) {
        size_t width = n - j < PANEL ? n - j : PANEL;
        pack_panel(width, k, b + j * b_column, b_row, b_column, packed + j * k);
    }
}

/// One tile's operands: `rows` rows of a by up to a panel of columns.
typedef struct tile {
    const float *a;
    size_t a_row;
    size_t a_column;
    const float *b;
    size_t b_row;
    size_t k;
    float *c;
    size_t c_row;
    size_t width;
    /// What the sums start from: c itself, a bias of PANEL columns, or nothing.
    const float *start;
    size_t start_row;
} tile;

#if defined(__x86_64__)
/// The first `width` of eight lanes.
__attribute__((target("avx2,fma"))) static inline __m256i lane_mask(size_t width) {
    __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(width > 8 ? 8 : width)), lanes);
}

/// A tile of ROWS rows; the compiler keeps every sum in a register.
#define HP_TILE(NAME, ROWS)                                                                                            \
    __attribute__((target("avx2,fma"))) static void NAME(const tile *t) {                                              \
        __m256 sums[ROWS][2];                                                                                          \
        __m256i low = lane_mask(t->width);                                                                             \
        __m256i high = lane_mask(t->width > 8 ? t->width - 8 : 0);                                                     \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < ROWS; i++) {                                            \
            const float *start = t->start ? t->start + (size_t)i * t->start_row : NULL;                                \
            sums[i][0] = start ? _mm256_maskload_ps(start, low) : _mm256_setzero_ps();                                 \
            sums[i][1] = start ? _mm256_maskload_ps(start + 8, high) : _mm256_setzero_ps();                            \
        }                                                                                                              \
        const float *a = t->a;                                                                                         \
        const float *b = t->b;                                                                                         \
        for (size_t p = 0; p < t->k; p++) {                                                                            \
            __m256 b0 = _mm256_loadu_ps(b);                                                                            \
            __m256 b1 = _mm256_loadu_ps(b + 8);                                                                        \
            _Pragma("clang loop unroll(full)") for (int i = 0; i < ROWS; i++) {                                        \
                __m256 value = _mm256_broadcast_ss(a + (size_t)i * t->a_row);                                          \
                sums[i][0] = _mm256_fmadd_ps(value, b0, sums[i][0]);                                                   \
                sums[i][1] = _mm256_fmadd_ps(value, b1, sums[i][1]);                                                   \
            }                                                                                                          \
            a += t->a_column;                                                                                          \
            b += t->b_row;                                                                                             \
        }                                                                                                              \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < ROWS; i++) {                                            \
            float *c = t->c + (size_t)i * t->c_row;                                                                    \
            if (t->width == PANEL) {                                                                                   \
                _mm256_storeu_ps(c, sums[i][0]);                                                                       \
                _mm256_storeu_ps(c + 8, sums[i][1]);                                                                   \
            } else {                                                                                                   \
                _mm256_maskstore_ps(c, low, sums[i][0]);                                                               \
                _mm256_maskstore_ps(c + 8, high, sums[i][1]);                                                          \
            }                                                                                                          \
        }                                                                                                              \
    }

HP_TILE(tile_1, 1)
HP_TILE(tile_2, 2)
HP_TILE(tile_3, 3)
HP_TILE(tile_4, 4)
HP_TILE(tile_5, 5)
HP_TILE(tile_6, 6)

/// One row by four panels that begin `panel` apart: enough sums at a time to hide the latency of each.
__attribute__((target("avx2,fma"))) static void row_by_four(size_t k, const float *a, size_t a_column, const float *b,
                                                            size_t b_row, size_t panel, const float *start, float *c) {
    __m256 sums[8];
    _Pragma("clang loop unroll(full)") for (int j = 0; j < 8; j++) {
        sums[j] = start ? _mm256_loadu_ps(start + 8 * j) : _mm256_setzero_ps();
    }
    for (size_t p = 0; p < k; p++) {
        __m256 value = _mm256_broadcast_ss(a + p * a_column);
        const float *row = b + p * b_row;
        _Pragma("clang loop unroll(full)") for (int j = 0; j < 8; j++) {
            sums[j] = _mm256_fmadd_ps(value, _mm256_loadu_ps(row + (size_t)(j / 2) * panel + (j % 2) * 8), sums[j]);
        }
    }
    _Pragma("clang loop unroll(full)") for (int j = 0; j < 8; j++) {
        _mm256_storeu_ps(c + 8 * j, sums[j]);
    }
}
#endif

enum { TILE_ROWS = 6 };

/// The tile by plain loops, in the same order of fused sums.
static void tile_plain(const tile *t, size_t rows) {
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < t->width; j++) {
            float sum = t->start ? t->start[i * t->start_row + j] : 0;
            for (size_t p = 0; p < t->k; p++) {
                sum = fmaf(t->a[i * t->a_row + p * t->a_column], t->b[p * t->b_row + j], sum);
            }
            t->c[i * t->c_row + j] = sum;
        }
    }
}

static void run_tile(const tile *t, size_t rows, int has_lanes) {
#if defined(__x86_64__)
    if (has_lanes) {
        switch (rows) {
        case 1:
            tile_1(t);
            return;
        case 2:
            tile_2(t);
            return;
        case 3:
            tile_3(t);
            return;
        case 4:
            tile_4(t);
            return;
        case 5:
            tile_5(t);
            return;
        default:
            tile_6(t);
            return;
        }
    }
#else
    (void)has_lanes;
#endif
    tile_plain(t, rows);
}

void hp_matrix_multiply(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column, const float *b,
                        size_t b_row, size_t b_column, int adds, float *c, size_t c_row) {
    int has_lanes = hp_has_lanes();
    if (k == 0 && !adds) {
        for (size_t i = 0; i < m; i++) {
            memset(c + i * c_row, 0, n * sizeof(float));
        }
    }
    size_t done = 0;
#if defined(__x86_64__)
    if (m == 1 && b_column == 1 && has_lanes) {
        for (; done + 4 * PANEL <= n; done += 4 * PANEL) {
            row_by_four(k, a, a_column, b + done, b_row, PANEL, adds ? c + done : NULL, c + done);
        }
    }
#endif
    float panel[BLOCK_DEPTH * PANEL];
    for (size_t depth = 0; depth < k; depth += BLOCK_DEPTH) {
        size_t length = k - depth < BLOCK_DEPTH ? k - depth : BLOCK_DEPTH;
        int starts = adds || depth > 0;
        for (size_t block = 0; block < m; block += BLOCK_ROWS) {
            size_t end = m - block < BLOCK_ROWS ? m : block + BLOCK_ROWS;
            for (size_t j = done; j < n; j += PANEL) {
                size_t width = n - j < PANEL ? n - j : PANEL;
                const float *from = b + depth * b_row + j * b_column;
                tile t = {.a_row = a_row,
                          .a_column = a_column,
                          .b = from,
                          .b_row = b_row,
                          .k = length,
                          .c_row = c_row,
                          .start_row = c_row,
                          .width = width};
                // Whole rows of b are read where they lie; columns, and rows that end inside a panel, are packed.
                if (b_column != 1 || width < PANEL) {
                    pack_panel(width, length, from, b_row, b_column, panel);
                    t.b = panel;
                    t.b_row = PANEL;
                }
                for (size_t i = block; i < end; i += TILE_ROWS) {
                    size_t rows = end - i < TILE_ROWS ? end - i : TILE_ROWS;
                    t.a = a + i * a_row + depth * a_column;
                    t.c = c + i * c_row + j;
                    t.start = starts ? t.c : NULL;
                    run_tile(&t, rows, has_lanes);
                }
            }
        }
    }
}

void hp_matrix_multiply_packed(size_t m, size_t n, size_t k, const float *a, size_t a_row, const float *packed,
                               const float *bias, float *c, size_t c_row) {
    int has_lanes = hp_has_lanes();
    size_t j = 0;
#if defined(__x86_64__)
    if (has_lanes && m == 1) {
        for (; j + 4 * PANEL <= n; j += 4 * PANEL) {
            row_by_four(k, a, 1, packed + j * k, PANEL, PANEL * k, bias ? bias + j : NULL, c + j);
        }
    }
#endif
    for (; j < n; j += PANEL) {
        tile t = {.a_row = a_row,
                  .a_column = 1,
                  .b = packed + j * k,
                  .b_row = PANEL,
                  .k = k,
                  .c_row = c_row,
                  .start = bias ? bias + j : NULL,
                  .start_row = 0,
                  .width = n - j < PANEL ? n - j : PANEL};
        for (size_t i = 0; i < m; i += TILE_ROWS) {
            t.a = a + i * a_row;
            t.c = c + i * c_row + j;
            run_tile(&t, m - i < TILE_ROWS ? m - i : TILE_ROWS, has_lanes);
        }
    }
}
