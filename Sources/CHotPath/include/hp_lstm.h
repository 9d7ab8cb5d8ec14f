// A stacked LSTM with a linear head, one sequence at a time: step by step with a carried state, or over a window. All
// memory comes from the caller at the start; nothing is allocated later.
//
//   i, f, o = sigmoid(x W + h U + b)    g = tanh(x W + h U + b)    c = f c + i g    h = o tanh(c)
//
// Weights are given as PyTorch's LSTM and Linear keep them, and are copied into panels of 16 units.
#ifndef HP_LSTM_H
#define HP_LSTM_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Sizes of a network. At most 4096 each, and 8 layers.
typedef struct hp_lstm_shape {
    uint32_t inputs;
    uint32_t hidden; ///< units a layer
    uint32_t layers;
    uint32_t outputs;
    uint32_t steps; ///< longest window
} hp_lstm_shape;

/// One layer's weights, gates in the order i, f, g, o.
typedef struct hp_lstm_weights {
    const float *input;          ///< (4 hidden, inputs of the layer)
    const float *recurrent;      ///< (4 hidden, hidden)
    const float *input_bias;     ///< (4 hidden)
    const float *recurrent_bias; ///< (4 hidden); added to the other
} hp_lstm_weights;

/// A network with its state; its inside is private.
typedef struct hp_lstm hp_lstm;

/// Bytes that a network takes; 0 for a shape that cannot be.
size_t hp_lstm_size(const hp_lstm_shape *shape);

/// Makes a network in `memory`, aligned to 64 bytes, with a state of zeros; `head` is (outputs, hidden), `head_bias`
/// (outputs). Returns 0, or -EINVAL for a shape that cannot be or too little memory.
int hp_lstm_init(void *memory, size_t size, const hp_lstm_shape *shape, const hp_lstm_weights *layers,
                 const float *head, const float *head_bias);

/// Sets the carried state to zeros, as before the first step of a sequence.
void hp_lstm_reset(hp_lstm *lstm);

/// Carries the state one step on with `x` (inputs). Returns 0, or -EDOM for an input that is not finite, and then the
/// state is as before.
int hp_lstm_step(hp_lstm *lstm, const float *x);

/// Numbers of a carried state.
size_t hp_lstm_state_count(const hp_lstm *lstm);

/// Copies the carried state to `state`, or takes it from there.
void hp_lstm_save(const hp_lstm *lstm, float *state);
void hp_lstm_restore(hp_lstm *lstm, const float *state);

/// Writes the head's outputs for the carried state to `out` (outputs); changes nothing.
void hp_lstm_read(const hp_lstm *lstm, float *out);

/// Runs over `x` (steps, inputs) from a state of zeros and writes the head's outputs after the last step; the carried
/// state is not touched. Returns 0, -EINVAL for no steps or more than the shape has, or -EDOM for an input that is not
/// finite.
int hp_lstm_window(hp_lstm *lstm, const float *x, uint32_t steps, float *out);

#pragma clang assume_nonnull end

#endif
