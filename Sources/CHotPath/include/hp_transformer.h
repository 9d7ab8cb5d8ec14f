// A transformer encoder with a linear head, one sequence at a time: over a window, or step by step with the keys and
// values of earlier steps kept. All memory comes from the caller at the start; nothing is allocated later.
//
// Tokens are embedded by a linear layer, with learned positions added or with rotary positions in the attention. Each
// layer is self-attention and a GELU network, each with a residual connection and a layer norm behind it, or in front
// of it with a last norm at the end. The head reads the last token.
//
// Weights are given as PyTorch's TransformerEncoder keeps them, and are copied into panels.
// Sources: A. Vaswani et al., "Attention is all you need" (2017); J. Su et al., "RoFormer" (2021).
#ifndef HP_TRANSFORMER_H
#define HP_TRANSFORMER_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Bits of `hp_transformer_shape.flags`.
enum {
    /// A token attends to itself and the `span - 1` before it, not to all of the window.
    HP_TRANSFORMER_CAUSAL = 0x01,
    /// Queries and keys are turned by their position; without it positions are learned.
    HP_TRANSFORMER_ROTARY = 0x02,
    /// Norms stand before attention and network, and one more at the end.
    HP_TRANSFORMER_NORM_FIRST = 0x04,
};

/// Sizes of a network. At most 4096 each, and 8 layers; `width` is a multiple of `heads`, for rotary positions of twice
/// that.
typedef struct hp_transformer_shape {
    uint32_t inputs;
    uint32_t width; ///< of a token
    uint32_t heads;
    uint32_t layers;
    uint32_t hidden; ///< of the network in a layer
    uint32_t outputs;
    uint32_t steps; ///< longest window
    uint32_t span;  ///< tokens that a causal token attends to, itself included
    uint32_t flags;
} hp_transformer_shape;

/// One layer's weights.
typedef struct hp_transformer_weights {
    const float *attention;      ///< (3 width, width): queries, keys, values
    const float *attention_bias; ///< (3 width)
    const float *joining;        ///< (width, width)
    const float *joining_bias;   ///< (width)
    const float *rising;         ///< (hidden, width)
    const float *rising_bias;    ///< (hidden)
    const float *falling;        ///< (width, hidden)
    const float *falling_bias;   ///< (width)
    const float *norm1;          ///< (width) of the attention's norm
    const float *norm1_bias;     ///< (width)
    const float *norm2;          ///< (width) of the network's norm
    const float *norm2_bias;     ///< (width)
} hp_transformer_weights;

/// Weights outside the layers.
typedef struct hp_transformer_ends {
    const float *input;               ///< (width, inputs)
    const float *input_bias;          ///< (width)
    const float *_Nullable positions; ///< (steps, width); none with rotary positions
    const float *_Nullable norm;      ///< (width); only with norms first
    const float *_Nullable norm_bias; ///< (width); only with norms first
    const float *head;                ///< (outputs, width)
    const float *head_bias;           ///< (outputs)
} hp_transformer_ends;

/// A network with its state; its inside is private.
typedef struct hp_transformer hp_transformer;

/// Bytes that a network takes; 0 for a shape that cannot be.
size_t hp_transformer_size(const hp_transformer_shape *shape);

/// Makes a network in `memory`, aligned to 64 bytes, that has seen nothing. Returns 0, or -EINVAL for a shape that
/// cannot be, weights that are missing, or too little memory.
int hp_transformer_init(void *memory, size_t size, const hp_transformer_shape *shape,
                        const hp_transformer_weights *layers, const hp_transformer_ends *ends);

/// Runs over `x` (steps, inputs) and writes the head's outputs for the last token to `out` (outputs). `all` computes
/// every token of the last layer, as a general runtime does; without it only the last one, with the same result. What
/// steps have kept is not touched. Returns 0, -EINVAL for no steps or more than the shape has, or -EDOM for an input
/// that is not finite.
int hp_transformer_window(hp_transformer *transformer, const float *x, uint32_t steps, int all, float *out);

/// Forgets all steps.
void hp_transformer_reset(hp_transformer *transformer);

/// Takes the next token `x` (inputs), with the keys and values of the `span` newest tokens kept. As every layer's token
/// has seen `span` tokens of the layer below, the result is that of a window over the newest
/// layers x (span - 1) + 1 tokens. Returns 0; -ENOTSUP unless positions are rotary and attention causal, since a window
/// that moves changes everything else; -EDOM for an input that is not finite, and then nothing is changed.
int hp_transformer_step(hp_transformer *transformer, const float *x);

/// Writes the head's outputs for the newest step to `out` (outputs); changes nothing. Before the first step they are
/// those of a token of zeros.
void hp_transformer_read(const hp_transformer *transformer, float *out);

#pragma clang assume_nonnull end

#endif
