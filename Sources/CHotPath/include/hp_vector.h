// Element-wise functions of networks over arrays of floats. All are exact to about 2e-7 relative and keep NaN as NaN;
// arrays may be empty and need no alignment.
#ifndef HP_VECTOR_H
#define HP_VECTOR_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// x = e^x; arguments are held within -87.3 and 88.3, so that results are finite and normal.
void hp_vector_exp(float *x, size_t count);

/// x = tanh x.
void hp_vector_tanh(float *x, size_t count);

/// x = 1 / (1 + e^-x).
void hp_vector_sigmoid(float *x, size_t count);

/// y = x Phi(x), with Phi the standard normal distribution function; x and y may be the same array.
/// Source: D. Hendrycks, K. Gimpel, "Gaussian error linear units" (2016).
void hp_vector_gelu(const float *x, float *y, size_t count);

/// gradient *= Phi(x) + x phi(x): through the function above, from its input.
void hp_vector_gelu_backward(const float *x, float *gradient, size_t count);

/// x = softmax of x, the largest element taken out first; nothing for an empty array.
void hp_vector_softmax(float *x, size_t count);

#pragma clang assume_nonnull end

#endif
