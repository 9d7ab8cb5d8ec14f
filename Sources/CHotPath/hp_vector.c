// Element-wise functions: eight at a time where the processor can, else one by one.
#include "hp_vector.h"

#include <math.h>
#include <string.h>

#include "hp_vector_math.h"

#if defined(__x86_64__)
/// Defines a function that replaces every element by `EXPRESSION` of `v`, the tail through a padded group.
#define HP_EACH(NAME, EXPRESSION)                                                                                      \
    __attribute__((target("avx2,fma"))) static void NAME(float *x, size_t count) {                                     \
        size_t i = 0;                                                                                                  \
        for (; i + 8 <= count; i += 8) {                                                                               \
            __m256 v = _mm256_loadu_ps(x + i);                                                                         \
            _mm256_storeu_ps(x + i, EXPRESSION);                                                                       \
        }                                                                                                              \
        if (i < count) {                                                                                               \
            float tail[8] = {0};                                                                                       \
            memcpy(tail, x + i, (count - i) * sizeof(float));                                                          \
            __m256 v = _mm256_loadu_ps(tail);                                                                          \
            _mm256_storeu_ps(tail, EXPRESSION);                                                                        \
            memcpy(x + i, tail, (count - i) * sizeof(float));                                                          \
        }                                                                                                              \
    }

HP_EACH(exp_lanes, hp_lanes_exp(v))
HP_EACH(tanh_lanes, hp_lanes_tanh(v))
HP_EACH(sigmoid_lanes, hp_lanes_sigmoid(v))
HP_EACH(gelu_lanes, _mm256_mul_ps(v, hp_lanes_normal(v)))
HP_EACH(gelu_slope_lanes,
        _mm256_fmadd_ps(_mm256_mul_ps(v, _mm256_set1_ps(0.39894228040143268f)),
                        hp_lanes_exp(_mm256_mul_ps(_mm256_mul_ps(v, v), _mm256_set1_ps(-0.5f))), hp_lanes_normal(v)))

__attribute__((target("avx2,fma"))) static void softmax_lanes(float *x, size_t count) {
    float largest = x[0];
    size_t i = 0;
    if (count >= 8) {
        __m256 most = _mm256_loadu_ps(x);
        for (i = 8; i + 8 <= count; i += 8) {
            most = _mm256_max_ps(most, _mm256_loadu_ps(x + i));
        }
        float lanes[8];
        _mm256_storeu_ps(lanes, most);
        for (int lane = 0; lane < 8; lane++) {
            largest = lanes[lane] > largest ? lanes[lane] : largest;
        }
    }
    for (; i < count; i++) {
        largest = x[i] > largest ? x[i] : largest;
    }
    __m256 shift = _mm256_set1_ps(largest);
    __m256 sums = _mm256_setzero_ps();
    float sum = 0;
    for (i = 0; i + 8 <= count; i += 8) {
        __m256 power = hp_lanes_exp(_mm256_sub_ps(_mm256_loadu_ps(x + i), shift));
        _mm256_storeu_ps(x + i, power);
        sums = _mm256_add_ps(sums, power);
    }
    if (i < count) {
        float tail[8] = {0};
        memcpy(tail, x + i, (count - i) * sizeof(float));
        _mm256_storeu_ps(tail, hp_lanes_exp(_mm256_sub_ps(_mm256_loadu_ps(tail), shift)));
        memcpy(x + i, tail, (count - i) * sizeof(float));
        for (size_t k = i; k < count; k++) {
            sum += x[k];
        }
    }
    float scale = 1.0f / (sum + hp_lanes_sum(sums));
    __m256 scales = _mm256_set1_ps(scale);
    for (i = 0; i + 8 <= count; i += 8) {
        _mm256_storeu_ps(x + i, _mm256_mul_ps(_mm256_loadu_ps(x + i), scales));
    }
    for (; i < count; i++) {
        x[i] *= scale;
    }
}
#define HP_LANES_OR(LANES, ...)                                                                                        \
    if (hp_has_lanes()) {                                                                                              \
        LANES(__VA_ARGS__);                                                                                            \
        return;                                                                                                        \
    }
#else
#define HP_LANES_OR(LANES, ...)
#endif

static float held(float x) {
    return x > 88.3762626647949f ? 88.3762626647949f : x < -87.3365447504020f ? -87.3365447504020f : x;
}

static float normal(float x) {
    return 0.5f * erfcf(-0.70710678118654752f * x);
}

void hp_vector_exp(float *x, size_t count) {
    HP_LANES_OR(exp_lanes, x, count)
    for (size_t i = 0; i < count; i++) {
        x[i] = expf(held(x[i]));
    }
}

void hp_vector_tanh(float *x, size_t count) {
    HP_LANES_OR(tanh_lanes, x, count)
    for (size_t i = 0; i < count; i++) {
        x[i] = tanhf(x[i]);
    }
}

void hp_vector_sigmoid(float *x, size_t count) {
    HP_LANES_OR(sigmoid_lanes, x, count)
    for (size_t i = 0; i < count; i++) {
        x[i] = 1.0f / (1.0f + expf(held(-x[i])));
    }
}

void hp_vector_gelu(const float *x, float *y, size_t count) {
    if (x != y) {
        memcpy(y, x, count * sizeof(float));
    }
    HP_LANES_OR(gelu_lanes, y, count)
    for (size_t i = 0; i < count; i++) {
        y[i] *= normal(y[i]);
    }
}

void hp_vector_gelu_backward(const float *x, float *gradient, size_t count) {
    enum { GROUP = 64 };
    float slope[GROUP];
    for (size_t first = 0; first < count; first += GROUP) {
        size_t length = count - first < GROUP ? count - first : GROUP;
        memcpy(slope, x + first, length * sizeof(float));
#if defined(__x86_64__)
        if (hp_has_lanes()) {
            gelu_slope_lanes(slope, length);
            for (size_t i = 0; i < length; i++) {
                gradient[first + i] *= slope[i];
            }
            continue;
        }
#endif
        for (size_t i = 0; i < length; i++) {
            gradient[first + i] *=
                normal(slope[i]) + slope[i] * 0.39894228040143268f * expf(-0.5f * slope[i] * slope[i]);
        }
    }
}

void hp_vector_softmax(float *x, size_t count) {
    if (count == 0) {
        return;
    }
    HP_LANES_OR(softmax_lanes, x, count)
    float largest = x[0];
    for (size_t i = 1; i < count; i++) {
        largest = x[i] > largest ? x[i] : largest;
    }
    float sum = 0;
    for (size_t i = 0; i < count; i++) {
        x[i] = expf(held(x[i] - largest));
        sum += x[i];
    }
    for (size_t i = 0; i < count; i++) {
        x[i] /= sum;
    }
}
