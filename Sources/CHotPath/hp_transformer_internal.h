// The transformer's inside, shared by its set-up, its window and its steps.
#ifndef HP_TRANSFORMER_INTERNAL_H
#define HP_TRANSFORMER_INTERNAL_H

#include "hp_network_memory.h"
#include "hp_transformer.h"

enum { HP_TRANSFORMER_MAXIMUM_LAYERS = 8 };

/// One layer, packed. The queries' weights hold the attention's scale.
typedef struct hp_transformer_layer {
    float *queries; ///< packed (width, width)
    float *keys;    ///< packed (width, width)
    float *values;  ///< packed (width, width)
    float *attention_bias;
    float *joining; ///< packed (width, width)
    float *joining_bias;
    float *rising; ///< packed (width, hidden)
    float *rising_bias;
    float *falling; ///< packed (hidden, width)
    float *falling_bias;
    float *norm1;
    float *norm1_bias;
    float *norm2;
    float *norm2_bias;
    float *kept_keys;   ///< (width, span padded): a key is a column, so that one pass meets all of them
    float *kept_values; ///< (span, width)
} hp_transformer_layer;

struct hp_transformer {
    hp_transformer_shape shape;
    uint32_t head_width;
    uint32_t span_padded;
    uint64_t position; ///< steps taken
    hp_transformer_layer layers[HP_TRANSFORMER_MAXIMUM_LAYERS];
    float *input; ///< packed (inputs, width)
    float *input_bias;
    float *positions; ///< (steps, width)
    float *norm;
    float *norm_bias;
    float *head; ///< packed (width, outputs)
    float *head_bias;
    double *frequencies; ///< (head width / 2): radians a step of every pair
    float *turns;        ///< (steps, head width): cosine and sine of every pair, by position
    float *tokens;       ///< (steps, width)
    float *normed;       ///< (steps, width)
    float *mixed;        ///< (steps, 3 width): queries, keys, values
    float *context;      ///< (steps, width)
    float *scores;       ///< (steps, steps)
    float *raised;       ///< (steps, hidden)
    float *newest;       ///< (width): the newest step's last token
    float *step;         ///< (6 width) of one step
};

/// x (rows, width) = norm of x + y where y is given, else of x.
void hp_transformer_norm(const hp_transformer *t, float *x, const float *y, const float *scale, const float *shift,
                         uint32_t rows, float *out);

/// Turns the pairs of each head of x (width) by `turn` (head width: cosine and sine of every pair).
void hp_transformer_turn(const hp_transformer *t, const float *turn, float *x);

/// Cosine and sine of every pair at `position`.
void hp_transformer_angles(const hp_transformer *t, uint64_t position, float *turn);

/// The network part of a layer on `rows` tokens, attention's output already in `context`.
void hp_transformer_finish(hp_transformer *t, const hp_transformer_layer *l, float *tokens, const float *context,
                           uint32_t rows);

/// The head on one last token.
void hp_transformer_head(const hp_transformer *t, const float *token, float *out);

#endif
