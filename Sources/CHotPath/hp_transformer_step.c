// The transformer one token at a time, with a ring of keys and values for each layer.
#include <errno.h>
#include <string.h>

#include "hp_matrix.h"
#include "hp_transformer_internal.h"
#include "hp_vector.h"

void hp_transformer_reset(hp_transformer *t) {
    for (uint32_t n = 0; n < t->shape.layers; n++) {
        memset(t->layers[n].kept_keys, 0, (size_t)t->shape.width * t->span_padded * sizeof(float));
        memset(t->layers[n].kept_values, 0, (size_t)t->shape.width * t->shape.span * sizeof(float));
    }
    memset(t->newest, 0, t->shape.width * sizeof(float));
    t->position = 0;
}

/// Attention of the one query over the tokens that are kept. A softmax does not ask for their order, so the ring is
/// read as it lies.
static void attend(hp_transformer *t, const hp_transformer_layer *l, const float *query, uint32_t kept, float *out) {
    for (uint32_t head = 0; head < t->shape.heads; head++) {
        size_t offset = (size_t)head * t->head_width;
        hp_matrix_multiply(1, t->span_padded, t->head_width, query + offset, t->head_width, 1,
                           l->kept_keys + offset * t->span_padded, t->span_padded, 1, 0, t->scores, t->span_padded);
        hp_vector_softmax(t->scores, kept);
        hp_matrix_multiply(1, t->head_width, kept, t->scores, kept, 1, l->kept_values + offset, t->shape.width, 1, 0,
                           out + offset, t->head_width);
    }
}

int hp_transformer_step(hp_transformer *t, const float *x) {
    const hp_transformer_shape *s = &t->shape;
    const uint32_t needed = HP_TRANSFORMER_CAUSAL | HP_TRANSFORMER_ROTARY;
    if ((s->flags & needed) != needed) {
        return -ENOTSUP;
    }
    if (!hp_all_finite(x, s->inputs)) {
        return -EDOM;
    }
    size_t width = s->width;
    int norms_first = (s->flags & HP_TRANSFORMER_NORM_FIRST) != 0;
    float *token = t->step;
    float *normed = t->step + width;
    float *query = t->step + 2 * width;
    float *key = t->step + 3 * width;
    float *context = t->step + 4 * width;
    float *turn = t->step + 5 * width;
    uint32_t slot = (uint32_t)(t->position % s->span);
    uint32_t kept = t->position + 1 < s->span ? (uint32_t)t->position + 1 : s->span;
    if (t->position < s->steps) {
        memcpy(turn, t->turns + t->position * t->head_width, t->head_width * sizeof(float));
    } else {
        hp_transformer_angles(t, t->position, turn);
    }
    hp_matrix_multiply_packed(1, width, s->inputs, x, s->inputs, t->input, t->input_bias, token, width);
    for (uint32_t n = 0; n < s->layers; n++) {
        const hp_transformer_layer *l = &t->layers[n];
        const float *from = token;
        if (norms_first) {
            hp_transformer_norm(t, token, NULL, l->norm1, l->norm1_bias, 1, normed);
            from = normed;
        }
        float *value = l->kept_values + (size_t)slot * width;
        hp_matrix_multiply_packed(1, width, width, from, width, l->queries, l->attention_bias, query, width);
        hp_matrix_multiply_packed(1, width, width, from, width, l->keys, l->attention_bias + width, key, width);
        hp_matrix_multiply_packed(1, width, width, from, width, l->values, l->attention_bias + 2 * width, value, width);
        hp_transformer_turn(t, turn, query);
        hp_transformer_turn(t, turn, key);
        for (size_t i = 0; i < width; i++) {
            l->kept_keys[i * t->span_padded + slot] = key[i];
        }
        attend(t, l, query, kept, context);
        hp_transformer_finish(t, l, token, context, 1);
    }
    if (norms_first) {
        hp_transformer_norm(t, token, NULL, t->norm, t->norm_bias, 1, token);
    }
    memcpy(t->newest, token, width * sizeof(float));
    t->position++;
    return 0;
}

void hp_transformer_read(const hp_transformer *t, float *out) {
    hp_transformer_head(t, t->newest, out);
}
