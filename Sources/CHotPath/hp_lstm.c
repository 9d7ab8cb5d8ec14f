// The stacked LSTM. Units are padded to whole panels of 16 with zero weights: a padded unit's state stays 0. The gates
// of 16 units lie together, i, f, g and o behind each other, so that a unit's gates are met in registers.
#include "hp_lstm.h"

#include <errno.h>
#include <string.h>

#include "hp_matrix.h"
#include "hp_network_memory.h"
#include "hp_vector_math.h"

enum { GROUP = HP_MATRIX_PANEL, GATES = 4, MAXIMUM_SIZE = 4096, MAXIMUM_LAYERS = 8 };

/// One layer, packed.
typedef struct layer {
    float *input;     ///< packed (inputs of the layer, 4 padded)
    float *recurrent; ///< packed (hidden, 4 padded)
    float *bias;      ///< (4 padded)
    float *h;         ///< (padded) carried output
    float *next;      ///< (padded) where the next output goes
    float *c;         ///< (padded) carried cell
    uint32_t inputs;
} layer;

struct hp_lstm {
    hp_lstm_shape shape;
    uint32_t padded;
    int backwards; ///< whether the newest step took its groups backwards
    layer layers[MAXIMUM_LAYERS];
    float *head;      ///< packed (hidden, outputs)
    float *head_bias; ///< (outputs)
    float *gates;     ///< (4 padded) of one step
    float *projected; ///< (steps, 4 padded) of a window
    float *sequence;  ///< (steps, padded) outputs of a layer over a window
    float *window_c;  ///< (padded) cell of a window
    float *zeros;     ///< (padded)
};

static int is_possible(const hp_lstm_shape *shape) {
    const uint32_t sizes[] = {shape->inputs, shape->hidden, shape->outputs, shape->steps};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (sizes[i] == 0 || sizes[i] > MAXIMUM_SIZE) {
            return 0;
        }
    }
    return shape->layers >= 1 && shape->layers <= MAXIMUM_LAYERS;
}

/// Lays the arrays out behind the structure; without memory it only counts.
static void lay_out(hp_lstm *lstm, const hp_lstm_shape *shape, hp_floats *floats) {
    lstm->shape = *shape;
    lstm->padded = (shape->hidden + GROUP - 1) / GROUP * GROUP;
    size_t gates = (size_t)GATES * lstm->padded;
    for (uint32_t n = 0; n < shape->layers; n++) {
        layer *l = &lstm->layers[n];
        l->inputs = n == 0 ? shape->inputs : shape->hidden;
        l->input = hp_floats_take(floats, hp_matrix_packed_size(gates, l->inputs));
        l->recurrent = hp_floats_take(floats, hp_matrix_packed_size(gates, shape->hidden));
        l->bias = hp_floats_take(floats, gates);
        l->h = hp_floats_take(floats, lstm->padded);
        l->next = hp_floats_take(floats, lstm->padded);
        l->c = hp_floats_take(floats, lstm->padded);
    }
    lstm->head = hp_floats_take(floats, hp_matrix_packed_size(shape->outputs, shape->hidden));
    lstm->head_bias = hp_floats_take(floats, shape->outputs);
    lstm->gates = hp_floats_take(floats, gates);
    lstm->projected = hp_floats_take(floats, gates * shape->steps);
    lstm->sequence = hp_floats_take(floats, (size_t)lstm->padded * shape->steps);
    lstm->window_c = hp_floats_take(floats, lstm->padded);
    lstm->zeros = hp_floats_take(floats, lstm->padded);
}

enum { HEADER = (sizeof(hp_lstm) + 63) / 64 * 64 };

size_t hp_lstm_size(const hp_lstm_shape *shape) {
    if (!is_possible(shape)) {
        return 0;
    }
    hp_lstm counted;
    hp_floats floats = {NULL, 0};
    lay_out(&counted, shape, &floats);
    return HEADER + floats.used * sizeof(float);
}

/// Where the gate `gate` of `unit` lies among the columns.
static size_t column(uint32_t gate, uint32_t unit) {
    return ((size_t)(unit / GROUP) * GATES + gate) * GROUP + unit % GROUP;
}

/// Packs (4 hidden, k) row by row: every panel holds one gate of 16 units.
static void pack_gates(const hp_lstm *lstm, const float *weights, uint32_t k, float *packed) {
    memset(packed, 0, hp_matrix_packed_size((size_t)GATES * lstm->padded, k) * sizeof(float));
    for (uint32_t gate = 0; gate < GATES; gate++) {
        for (uint32_t unit = 0; unit < lstm->shape.hidden; unit++) {
            const float *row = weights + ((size_t)gate * lstm->shape.hidden + unit) * k;
            size_t at = column(gate, unit);
            float *panel = packed + at / GROUP * GROUP * k + at % GROUP;
            for (uint32_t p = 0; p < k; p++) {
                panel[(size_t)p * GROUP] = row[p];
            }
        }
    }
}

int hp_lstm_init(void *memory, size_t size, const hp_lstm_shape *shape, const hp_lstm_weights *layers,
                 const float *head, const float *head_bias) {
    size_t needed = hp_lstm_size(shape);
    if (needed == 0 || size < needed) {
        return -EINVAL;
    }
    memset(memory, 0, needed);
    hp_lstm *lstm = memory;
    hp_floats floats = {(float *)((char *)memory + HEADER), 0};
    lay_out(lstm, shape, &floats);
    for (uint32_t n = 0; n < shape->layers; n++) {
        layer *l = &lstm->layers[n];
        pack_gates(lstm, layers[n].input, l->inputs, l->input);
        pack_gates(lstm, layers[n].recurrent, shape->hidden, l->recurrent);
        for (uint32_t gate = 0; gate < GATES; gate++) {
            for (uint32_t unit = 0; unit < shape->hidden; unit++) {
                size_t from = (size_t)gate * shape->hidden + unit;
                l->bias[column(gate, unit)] = layers[n].input_bias[from] + layers[n].recurrent_bias[from];
            }
        }
    }
    hp_matrix_pack(shape->outputs, shape->hidden, head, 1, shape->hidden, lstm->head);
    memcpy(lstm->head_bias, head_bias, shape->outputs * sizeof(float));
    return 0;
}

void hp_lstm_reset(hp_lstm *lstm) {
    for (uint32_t n = 0; n < lstm->shape.layers; n++) {
        memset(lstm->layers[n].h, 0, lstm->padded * sizeof(float));
        memset(lstm->layers[n].c, 0, lstm->padded * sizeof(float));
    }
}

size_t hp_lstm_state_count(const hp_lstm *lstm) {
    return (size_t)2 * lstm->padded * lstm->shape.layers;
}

void hp_lstm_save(const hp_lstm *lstm, float *state) {
    for (uint32_t n = 0; n < lstm->shape.layers; n++, state += 2 * (size_t)lstm->padded) {
        memcpy(state, lstm->layers[n].h, lstm->padded * sizeof(float));
        memcpy(state + lstm->padded, lstm->layers[n].c, lstm->padded * sizeof(float));
    }
}

void hp_lstm_restore(hp_lstm *lstm, const float *state) {
    for (uint32_t n = 0; n < lstm->shape.layers; n++, state += 2 * (size_t)lstm->padded) {
        memcpy(lstm->layers[n].h, state, lstm->padded * sizeof(float));
        memcpy(lstm->layers[n].c, state + lstm->padded, lstm->padded * sizeof(float));
    }
}

#if defined(__x86_64__)
/// The 16 units of one group. A product of two functions takes one division:
///
///     sigmoid(i) tanh(g) = (1 - e^-2g) / ((1 + e^-i) (1 + e^-2g))
__attribute__((target("avx2,fma"))) static void cell_lanes(const float *gates, float *c, float *h) {
    __m256 one = _mm256_set1_ps(1.0f);
    __m256 minus = _mm256_set1_ps(-1.0f);
    __m256 twice = _mm256_set1_ps(-2.0f);
    for (int unit = 0; unit < GROUP; unit += 8) {
        const float *at = gates + unit;
        __m256 in = hp_lanes_exp(_mm256_mul_ps(_mm256_loadu_ps(at), minus));
        __m256 forget = hp_lanes_exp(_mm256_mul_ps(_mm256_loadu_ps(at + GROUP), minus));
        __m256 candidate = hp_lanes_exp(_mm256_mul_ps(_mm256_loadu_ps(at + 2 * GROUP), twice));
        __m256 out = hp_lanes_exp(_mm256_mul_ps(_mm256_loadu_ps(at + 3 * GROUP), minus));
        __m256 added = _mm256_div_ps(_mm256_sub_ps(one, candidate),
                                     _mm256_mul_ps(_mm256_add_ps(one, in), _mm256_add_ps(one, candidate)));
        __m256 cell = _mm256_add_ps(_mm256_div_ps(_mm256_loadu_ps(c + unit), _mm256_add_ps(one, forget)), added);
        _mm256_storeu_ps(c + unit, cell);
        __m256 power = hp_lanes_exp(_mm256_mul_ps(cell, twice));
        __m256 shown =
            _mm256_div_ps(_mm256_sub_ps(one, power), _mm256_mul_ps(_mm256_add_ps(one, out), _mm256_add_ps(one, power)));
        _mm256_storeu_ps(h + unit, shown);
    }
}
#endif

static float sigmoid(float x) {
    return 1.0f / (1.0f + expf(-x));
}

/// From the gates of a group, before their functions, to its next cell and output.
static void cell(const float *gates, float *c, float *h) {
#if defined(__x86_64__)
    if (hp_has_lanes()) {
        cell_lanes(gates, c, h);
        return;
    }
#endif
    for (int unit = 0; unit < GROUP; unit++) {
        const float *at = gates + unit;
        c[unit] = sigmoid(at[GROUP]) * c[unit] + sigmoid(at[0]) * tanhf(at[2 * GROUP]);
        h[unit] = sigmoid(at[3 * GROUP]) * tanhf(c[unit]);
    }
}

/// One step of a layer from the inputs' share of the gates. Every other step takes the groups backwards: the weights
/// that were used last are still in the nearest cache.
static void recur(const hp_lstm *lstm, const layer *l, const float *start, const float *h, float *c, float *next,
                  int backwards) {
    enum { COLUMNS = GATES * GROUP };
    uint32_t groups = lstm->padded / GROUP;
    for (uint32_t n = 0; n < groups; n++) {
        size_t group = backwards ? groups - 1 - n : n;
        float gates[COLUMNS];
        hp_matrix_multiply_packed(1, COLUMNS, lstm->shape.hidden, h, lstm->padded,
                                  l->recurrent + group * COLUMNS * lstm->shape.hidden, start + group * COLUMNS, gates,
                                  COLUMNS);
        cell(gates, c + group * GROUP, next + group * GROUP);
    }
}

int hp_lstm_step(hp_lstm *lstm, const float *x) {
    if (!hp_all_finite(x, lstm->shape.inputs)) {
        return -EDOM;
    }
    size_t gates = (size_t)GATES * lstm->padded;
    lstm->backwards = !lstm->backwards;
    for (uint32_t n = 0; n < lstm->shape.layers; n++) {
        layer *l = &lstm->layers[n];
        hp_matrix_multiply_packed(1, gates, l->inputs, x, l->inputs, l->input, l->bias, lstm->gates, gates);
        recur(lstm, l, lstm->gates, l->h, l->c, l->next, lstm->backwards);
        float *h = l->next;
        l->next = l->h;
        l->h = h;
        x = h;
    }
    return 0;
}

static void head(const hp_lstm *lstm, const float *h, float *out) {
    hp_matrix_multiply_packed(1, lstm->shape.outputs, lstm->shape.hidden, h, lstm->padded, lstm->head, lstm->head_bias,
                              out, lstm->shape.outputs);
}

void hp_lstm_read(const hp_lstm *lstm, float *out) {
    head(lstm, lstm->layers[lstm->shape.layers - 1].h, out);
}

int hp_lstm_window(hp_lstm *lstm, const float *x, uint32_t steps, float *out) {
    if (steps == 0 || steps > lstm->shape.steps) {
        return -EINVAL;
    }
    if (!hp_all_finite(x, (size_t)steps * lstm->shape.inputs)) {
        return -EDOM;
    }
    size_t gates = (size_t)GATES * lstm->padded;
    size_t stride = lstm->shape.inputs;
    for (uint32_t n = 0; n < lstm->shape.layers; n++) {
        const layer *l = &lstm->layers[n];
        // All steps' share of the inputs in one product; what is left for each step is the recurrent share.
        hp_matrix_multiply_packed(steps, gates, l->inputs, x, stride, l->input, l->bias, lstm->projected, gates);
        memset(lstm->window_c, 0, lstm->padded * sizeof(float));
        const float *h = lstm->zeros;
        for (uint32_t t = 0; t < steps; t++) {
            float *next = lstm->sequence + (size_t)t * lstm->padded;
            recur(lstm, l, lstm->projected + t * gates, h, lstm->window_c, next, (int)(t & 1));
            h = next;
        }
        x = lstm->sequence;
        stride = lstm->padded;
    }
    head(lstm, lstm->sequence + (size_t)(steps - 1) * lstm->padded, out);
    return 0;
}
