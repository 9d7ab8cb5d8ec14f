// The transformer's memory and packed weights.
#include <errno.h>
#include <string.h>

#include "hp_matrix.h"
#include "hp_transformer_internal.h"

enum { MAXIMUM_SIZE = 4096, HEADER = (sizeof(hp_transformer) + 63) / 64 * 64 };

static int is_possible(const hp_transformer_shape *s) {
    const uint32_t sizes[] = {s->inputs, s->width, s->heads, s->hidden, s->outputs, s->steps, s->span};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (sizes[i] == 0 || sizes[i] > MAXIMUM_SIZE) {
            return 0;
        }
    }
    uint32_t known = HP_TRANSFORMER_CAUSAL | HP_TRANSFORMER_ROTARY | HP_TRANSFORMER_NORM_FIRST;
    uint32_t unit = s->flags & HP_TRANSFORMER_ROTARY ? 2 * s->heads : s->heads;
    return s->layers >= 1 && s->layers <= HP_TRANSFORMER_MAXIMUM_LAYERS && s->width % unit == 0 &&
           (s->flags & ~known) == 0;
}

/// Lays the arrays out behind the structure; without memory it only counts.
static void lay_out(hp_transformer *t, const hp_transformer_shape *s, hp_floats *floats) {
    size_t width = s->width;
    t->shape = *s;
    t->head_width = s->width / s->heads;
    t->span_padded = (s->span + 15) / 16 * 16;
    for (uint32_t n = 0; n < s->layers; n++) {
        hp_transformer_layer *l = &t->layers[n];
        l->queries = hp_floats_take(floats, hp_matrix_packed_size(width, width));
        l->keys = hp_floats_take(floats, hp_matrix_packed_size(width, width));
        l->values = hp_floats_take(floats, hp_matrix_packed_size(width, width));
        l->attention_bias = hp_floats_take(floats, 3 * width);
        l->joining = hp_floats_take(floats, hp_matrix_packed_size(width, width));
        l->joining_bias = hp_floats_take(floats, width);
        l->rising = hp_floats_take(floats, hp_matrix_packed_size(s->hidden, width));
        l->rising_bias = hp_floats_take(floats, s->hidden);
        l->falling = hp_floats_take(floats, hp_matrix_packed_size(width, s->hidden));
        l->falling_bias = hp_floats_take(floats, width);
        l->norm1 = hp_floats_take(floats, width);
        l->norm1_bias = hp_floats_take(floats, width);
        l->norm2 = hp_floats_take(floats, width);
        l->norm2_bias = hp_floats_take(floats, width);
        l->kept_keys = hp_floats_take(floats, width * t->span_padded);
        l->kept_values = hp_floats_take(floats, width * s->span);
    }
    t->input = hp_floats_take(floats, hp_matrix_packed_size(width, s->inputs));
    t->input_bias = hp_floats_take(floats, width);
    t->positions = hp_floats_take(floats, width * s->steps);
    t->norm = hp_floats_take(floats, width);
    t->norm_bias = hp_floats_take(floats, width);
    t->head = hp_floats_take(floats, hp_matrix_packed_size(s->outputs, width));
    t->head_bias = hp_floats_take(floats, s->outputs);
    t->frequencies = (double *)(void *)hp_floats_take(floats, t->head_width);
    t->turns = hp_floats_take(floats, (size_t)t->head_width * s->steps);
    t->tokens = hp_floats_take(floats, width * s->steps);
    t->normed = hp_floats_take(floats, width * s->steps);
    t->mixed = hp_floats_take(floats, 3 * width * s->steps);
    t->context = hp_floats_take(floats, width * s->steps);
    uint32_t longest = s->steps > t->span_padded ? s->steps : t->span_padded;
    t->scores = hp_floats_take(floats, (size_t)s->steps * longest);
    t->raised = hp_floats_take(floats, (size_t)s->hidden * s->steps);
    t->newest = hp_floats_take(floats, width);
    t->step = hp_floats_take(floats, 6 * width);
}

size_t hp_transformer_size(const hp_transformer_shape *shape) {
    if (!is_possible(shape)) {
        return 0;
    }
    hp_transformer counted;
    hp_floats floats = {NULL, 0};
    lay_out(&counted, shape, &floats);
    return HEADER + floats.used * sizeof(float);
}

static void copy(float *to, const float *from, size_t count) {
    memcpy(to, from, count * sizeof(float));
}

static void pack_layer(hp_transformer *t, hp_transformer_layer *l, const hp_transformer_weights *w) {
    size_t width = t->shape.width;
    size_t hidden = t->shape.hidden;
    hp_matrix_pack(width, width, w->attention, 1, width, l->queries);
    hp_matrix_pack(width, width, w->attention + width * width, 1, width, l->keys);
    hp_matrix_pack(width, width, w->attention + 2 * width * width, 1, width, l->values);
    copy(l->attention_bias, w->attention_bias, 3 * width);
    // Scores are divided by the root of a head's width; the queries carry it.
    float scale = 1.0f / sqrtf((float)t->head_width);
    for (size_t i = 0; i < hp_matrix_packed_size(width, width); i++) {
        l->queries[i] *= scale;
    }
    for (size_t i = 0; i < width; i++) {
        l->attention_bias[i] *= scale;
    }
    hp_matrix_pack(width, width, w->joining, 1, width, l->joining);
    copy(l->joining_bias, w->joining_bias, width);
    hp_matrix_pack(hidden, width, w->rising, 1, width, l->rising);
    copy(l->rising_bias, w->rising_bias, hidden);
    hp_matrix_pack(width, hidden, w->falling, 1, hidden, l->falling);
    copy(l->falling_bias, w->falling_bias, width);
    copy(l->norm1, w->norm1, width);
    copy(l->norm1_bias, w->norm1_bias, width);
    copy(l->norm2, w->norm2, width);
    copy(l->norm2_bias, w->norm2_bias, width);
}

int hp_transformer_init(void *memory, size_t size, const hp_transformer_shape *shape,
                        const hp_transformer_weights *layers, const hp_transformer_ends *ends) {
    size_t needed = hp_transformer_size(shape);
    int is_rotary = (shape->flags & HP_TRANSFORMER_ROTARY) != 0;
    int norms_first = (shape->flags & HP_TRANSFORMER_NORM_FIRST) != 0;
    if (needed == 0 || size < needed || (!is_rotary && !ends->positions) ||
        (norms_first && (!ends->norm || !ends->norm_bias))) {
        return -EINVAL;
    }
    memset(memory, 0, needed);
    hp_transformer *t = memory;
    hp_floats floats = {(float *)((char *)memory + HEADER), 0};
    lay_out(t, shape, &floats);
    for (uint32_t n = 0; n < shape->layers; n++) {
        pack_layer(t, &t->layers[n], &layers[n]);
    }
    hp_matrix_pack(shape->width, shape->inputs, ends->input, 1, shape->inputs, t->input);
    copy(t->input_bias, ends->input_bias, shape->width);
    for (uint32_t pair = 0; pair < t->head_width / 2; pair++) {
        t->frequencies[pair] = pow(10000.0, -2.0 * pair / t->head_width);
    }
    if (is_rotary) {
        for (uint32_t position = 0; position < shape->steps; position++) {
            hp_transformer_angles(t, position, t->turns + (size_t)position * t->head_width);
        }
    } else {
        copy(t->positions, ends->positions, (size_t)shape->width * shape->steps);
    }
    if (norms_first) {
        copy(t->norm, ends->norm, shape->width);
        copy(t->norm_bias, ends->norm_bias, shape->width);
    }
    hp_matrix_pack(shape->outputs, shape->width, ends->head, 1, shape->width, t->head);
    copy(t->head_bias, ends->head_bias, shape->outputs);
    return 0;
}

void hp_transformer_angles(const hp_transformer *t, uint64_t position, float *turn) {
    // In double precision, so that the angle of a late position is as exact as that of an early one.
    for (uint32_t pair = 0; pair < t->head_width / 2; pair++) {
        double angle = (double)position * t->frequencies[pair];
        turn[2 * pair] = (float)cos(angle);
        turn[2 * pair + 1] = (float)sin(angle);
    }
}
