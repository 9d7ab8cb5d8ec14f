// The transformer over a window, and what windows and steps share.
#include <errno.h>
#include <string.h>

#include "hp_matrix.h"
#include "hp_transformer_internal.h"
#include "hp_vector.h"
#include "hp_vector_math.h"

/// As in PyTorch.
static const float norm_floor = 1e-5f;

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) static void norm_lanes(size_t width, const float *x, const float *y,
                                                           const float *scale, const float *shift, float *out) {
    __m256 sums = _mm256_setzero_ps();
    for (size_t i = 0; i < width; i += 8) {
        __m256 v = _mm256_loadu_ps(x + i);
        if (y) {
            v = _mm256_add_ps(v, _mm256_loadu_ps(y + i));
        }
        _mm256_storeu_ps(out + i, v);
        sums = _mm256_add_ps(sums, v);
    }
    __m256 mean = _mm256_set1_ps(hp_lanes_sum(sums) / (float)width);
    __m256 squares = _mm256_setzero_ps();
    for (size_t i = 0; i < width; i += 8) {
        __m256 d = _mm256_sub_ps(_mm256_loadu_ps(out + i), mean);
        squares = _mm256_fmadd_ps(d, d, squares);
    }
    __m256 factor = _mm256_set1_ps(1.0f / sqrtf(hp_lanes_sum(squares) / (float)width + norm_floor));
    for (size_t i = 0; i < width; i += 8) {
        __m256 d = _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(out + i), mean), factor);
        _mm256_storeu_ps(out + i, _mm256_fmadd_ps(d, _mm256_loadu_ps(scale + i), _mm256_loadu_ps(shift + i)));
    }
}
#endif

static void norm_row(size_t width, const float *x, const float *y, const float *scale, const float *shift, float *out) {
#if defined(__x86_64__)
    if (width % 8 == 0 && hp_has_lanes()) {
        norm_lanes(width, x, y, scale, shift, out);
        return;
    }
#endif
    float sum = 0;
    for (size_t i = 0; i < width; i++) {
        out[i] = y ? x[i] + y[i] : x[i];
        sum += out[i];
    }
    float mean = sum / (float)width;
    float squares = 0;
    for (size_t i = 0; i < width; i++) {
        squares += (out[i] - mean) * (out[i] - mean);
    }
    float factor = 1.0f / sqrtf(squares / (float)width + norm_floor);
    for (size_t i = 0; i < width; i++) {
        out[i] = (out[i] - mean) * factor * scale[i] + shift[i];
    }
}

void hp_transformer_norm(const hp_transformer *t, float *x, const float *y, const float *scale, const float *shift,
                         uint32_t rows, float *out) {
    size_t width = t->shape.width;
    for (size_t row = 0; row < rows; row++) {
        norm_row(width, x + row * width, y ? y + row * width : NULL, scale, shift, out + row * width);
    }
}

void hp_transformer_turn(const hp_transformer *t, const float *turn, float *x) {
    for (uint32_t head = 0; head < t->shape.heads; head++) {
        float *pairs = x + (size_t)head * t->head_width;
        for (uint32_t i = 0; i < t->head_width; i += 2) {
            float a = pairs[i];
            float b = pairs[i + 1];
            pairs[i] = a * turn[i] - b * turn[i + 1];
            pairs[i + 1] = a * turn[i + 1] + b * turn[i];
        }
    }
}

static void add(float *x, const float *y, size_t count) {
    for (size_t i = 0; i < count; i++) {
        x[i] += y[i];
    }
}

void hp_transformer_finish(hp_transformer *t, const hp_transformer_layer *l, float *tokens, const float *context,
                           uint32_t rows) {
    const hp_transformer_shape *s = &t->shape;
    size_t width = s->width;
    int norms_first = (s->flags & HP_TRANSFORMER_NORM_FIRST) != 0;
    float *joined = t->normed;
    hp_matrix_multiply_packed(rows, width, width, context, width, l->joining, l->joining_bias, joined, width);
    if (norms_first) {
        add(tokens, joined, rows * width);
        hp_transformer_norm(t, tokens, NULL, l->norm2, l->norm2_bias, rows, joined);
    } else {
        hp_transformer_norm(t, tokens, joined, l->norm1, l->norm1_bias, rows, tokens);
        joined = tokens;
    }
    hp_matrix_multiply_packed(rows, s->hidden, width, joined, width, l->rising, l->rising_bias, t->raised, s->hidden);
    hp_vector_gelu(t->raised, t->raised, (size_t)rows * s->hidden);
    hp_matrix_multiply_packed(rows, width, s->hidden, t->raised, s->hidden, l->falling, l->falling_bias, t->normed,
                              width);
    if (norms_first) {
        add(tokens, t->normed, rows * width);
    } else {
        hp_transformer_norm(t, tokens, t->normed, l->norm2, l->norm2_bias, rows, tokens);
    }
}

void hp_transformer_head(const hp_transformer *t, const float *token, float *out) {
    hp_matrix_multiply_packed(1, t->shape.outputs, t->shape.width, token, t->shape.width, t->head, t->head_bias, out,
                              t->shape.outputs);
}

/// Attention of tokens from `first` on over all of them; queries, keys and values lie in `mixed`.
static void attend(hp_transformer *t, uint32_t first, uint32_t steps) {
    const hp_transformer_shape *s = &t->shape;
    size_t width = s->width;
    size_t mixed = 3 * width;
    uint32_t rows = steps - first;
    for (uint32_t head = 0; head < s->heads; head++) {
        size_t offset = (size_t)head * t->head_width;
        const float *queries = t->mixed + first * mixed + offset;
        const float *keys = t->mixed + width + offset;
        const float *values = t->mixed + 2 * width + offset;
        hp_matrix_multiply(rows, steps, t->head_width, queries, mixed, 1, keys, 1, mixed, 0, t->scores, steps);
        for (uint32_t row = 0; row < rows; row++) {
            float *score = t->scores + (size_t)row * steps;
            uint32_t from = 0;
            uint32_t to = steps;
            if (s->flags & HP_TRANSFORMER_CAUSAL) {
                to = first + row + 1;
                from = to > s->span ? to - s->span : 0;
                memset(score, 0, from * sizeof(float));
                memset(score + to, 0, (steps - to) * sizeof(float));
            }
            hp_vector_softmax(score + from, to - from);
        }
        hp_matrix_multiply(rows, t->head_width, steps, t->scores, steps, 1, values, mixed, 1, 0,
                           t->context + first * width + offset, width);
    }
}

int hp_transformer_window(hp_transformer *t, const float *x, uint32_t steps, int all, float *out) {
    const hp_transformer_shape *s = &t->shape;
    if (steps == 0 || steps > s->steps) {
        return -EINVAL;
    }
    if (!hp_all_finite(x, (size_t)steps * s->inputs)) {
        return -EDOM;
    }
    size_t width = s->width;
    size_t mixed = 3 * width;
    int norms_first = (s->flags & HP_TRANSFORMER_NORM_FIRST) != 0;
    hp_matrix_multiply_packed(steps, width, s->inputs, x, s->inputs, t->input, t->input_bias, t->tokens, width);
    if (!(s->flags & HP_TRANSFORMER_ROTARY)) {
        add(t->tokens, t->positions, steps * width);
    }
    for (uint32_t n = 0; n < s->layers; n++) {
        const hp_transformer_layer *l = &t->layers[n];
        // Nothing reads the last layer's earlier tokens.
        uint32_t first = n + 1 == s->layers && !all ? steps - 1 : 0;
        const float *tokens = t->tokens;
        if (norms_first) {
            hp_transformer_norm(t, t->tokens, NULL, l->norm1, l->norm1_bias, steps, t->normed);
            tokens = t->normed;
        }
        hp_matrix_multiply_packed(steps - first, width, width, tokens + first * width, width, l->queries,
                                  l->attention_bias, t->mixed + first * mixed, mixed);
        hp_matrix_multiply_packed(steps, width, width, tokens, width, l->keys, l->attention_bias + width,
                                  t->mixed + width, mixed);
        hp_matrix_multiply_packed(steps, width, width, tokens, width, l->values, l->attention_bias + 2 * width,
                                  t->mixed + 2 * width, mixed);
        if (s->flags & HP_TRANSFORMER_ROTARY) {
            for (uint32_t row = 0; row < steps; row++) {
                const float *turn = t->turns + (size_t)row * t->head_width;
                if (row >= first) {
                    hp_transformer_turn(t, turn, t->mixed + row * mixed);
                }
                hp_transformer_turn(t, turn, t->mixed + row * mixed + width);
            }
        }
        attend(t, first, steps);
        hp_transformer_finish(t, l, t->tokens + first * width, t->context + first * width, steps - first);
    }
    float *last = t->tokens + (size_t)(steps - 1) * width;
    if (norms_first) {
        hp_transformer_norm(t, last, NULL, t->norm, t->norm_bias, 1, last);
    }
    hp_transformer_head(t, last, out);
    return 0;
}
