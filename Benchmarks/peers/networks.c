// Times our networks on weights and inputs from a file; the other half of networks.py.
// usage: networks lstm  I H L O T FILE CALLS          window and step of an LSTM
//        networks transformer I D HEADS L F O T FLAGS FILE CALLS   window (all, last token only) and step
// FILE holds float32: all weights in the order that the kernels take them, then the input of T steps.
// Prints a line "case p50_us p99_us first_output" for each.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hp_lstm.h"
#include "hp_transformer.h"

static const float *cursor;

static const float *take(size_t count) {
    const float *taken = cursor;
    cursor += count;
    return taken;
}

static float *read_floats(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(3);
    }
    long size = ftell(file);
    rewind(file);
    float *floats = aligned_alloc(64, ((size_t)size + 63) / 64 * 64);
    if (!floats || fread(floats, 1, (size_t)size, file) != (size_t)size) {
        perror(path);
        exit(3);
    }
    fclose(file);
    return floats;
}

static int64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/// Runs CALL so many times after a tenth as many to warm up, and prints the quantiles.
#define TIMED(NAME, CALLS, CALL, RESULT)                                                                               \
    do {                                                                                                               \
        long rounds = (CALLS);                                                                                         \
        int64_t *spans = malloc((size_t)rounds * sizeof *spans);                                                       \
        for (long n = -rounds / 10; n < rounds; n++) {                                                                 \
            int64_t start = nanoseconds();                                                                             \
            CALL;                                                                                                      \
            int64_t span = nanoseconds() - start;                                                                      \
            if (n >= 0) {                                                                                              \
                spans[n] = span;                                                                                       \
            }                                                                                                          \
        }                                                                                                              \
        qsort(spans, (size_t)rounds, sizeof *spans, ascending);                                                        \
        printf("%s %.3f %.3f %.9g\n", NAME, (double)spans[rounds / 2] / 1e3, (double)spans[rounds * 99 / 100] / 1e3,   \
               (double)(RESULT));                                                                                      \
        free(spans);                                                                                                   \
    } while (0)

static void time_lstm(char **sizes, const char *path, long calls) {
    hp_lstm_shape shape = {(uint32_t)atoi(sizes[0]), (uint32_t)atoi(sizes[1]), (uint32_t)atoi(sizes[2]),
                           (uint32_t)atoi(sizes[3]), (uint32_t)atoi(sizes[4])};
    cursor = read_floats(path);
    hp_lstm_weights layers[8];
    for (uint32_t n = 0; n < shape.layers; n++) {
        uint32_t inputs = n == 0 ? shape.inputs : shape.hidden;
        layers[n].input = take((size_t)4 * shape.hidden * inputs);
        layers[n].recurrent = take((size_t)4 * shape.hidden * shape.hidden);
        layers[n].input_bias = take(4 * shape.hidden);
        layers[n].recurrent_bias = take(4 * shape.hidden);
    }
    const float *head = take((size_t)shape.outputs * shape.hidden);
    const float *bias = take(shape.outputs);
    const float *x = cursor;
    size_t size = hp_lstm_size(&shape);
    hp_lstm *lstm = aligned_alloc(64, (size + 63) / 64 * 64);
    float out[16];
    if (size == 0 || shape.outputs > 16 || hp_lstm_init(lstm, size, &shape, layers, head, bias) != 0) {
        exit(2);
    }
    TIMED("window", calls, hp_lstm_window(lstm, x, shape.steps, out), out[0]);
    uint32_t step = 0;
    // The state is carried on; a token after the other, as bars come.
    TIMED(
        "step", calls * 20,
        {
            hp_lstm_step(lstm, x + (step++ % shape.steps) * shape.inputs);
            hp_lstm_read(lstm, out);
        },
        out[0]);
}

static void time_transformer(char **sizes, const char *path, long calls) {
    hp_transformer_shape shape = {.inputs = (uint32_t)atoi(sizes[0]),
                                  .width = (uint32_t)atoi(sizes[1]),
                                  .heads = (uint32_t)atoi(sizes[2]),
                                  .layers = (uint32_t)atoi(sizes[3]),
                                  .hidden = (uint32_t)atoi(sizes[4]),
                                  .outputs = (uint32_t)atoi(sizes[5]),
                                  .steps = (uint32_t)atoi(sizes[6]),
                                  .span = (uint32_t)atoi(sizes[6]),
                                  .flags = (uint32_t)atoi(sizes[7])};
    cursor = read_floats(path);
    size_t width = shape.width;
    hp_transformer_ends ends = {
        .input = take(width * shape.inputs), .input_bias = take(width), .positions = take(width * shape.steps)};
    hp_transformer_weights layers[8];
    for (uint32_t n = 0; n < shape.layers; n++) {
        hp_transformer_weights *l = &layers[n];
        l->attention = take(3 * width * width);
        l->attention_bias = take(3 * width);
        l->joining = take(width * width);
        l->joining_bias = take(width);
        l->rising = take(shape.hidden * width);
        l->rising_bias = take(shape.hidden);
        l->falling = take(width * shape.hidden);
        l->falling_bias = take(width);
        l->norm1 = take(width);
        l->norm1_bias = take(width);
        l->norm2 = take(width);
        l->norm2_bias = take(width);
    }
    ends.head = take(shape.outputs * width);
    ends.head_bias = take(shape.outputs);
    const float *x = cursor;
    size_t size = hp_transformer_size(&shape);
    hp_transformer *net = aligned_alloc(64, (size + 63) / 64 * 64);
    float out[16];
    if (size == 0 || shape.outputs > 16 || hp_transformer_init(net, size, &shape, layers, &ends) != 0) {
        exit(2);
    }
    if (shape.flags & HP_TRANSFORMER_ROTARY) {
        uint32_t step = 0;
        TIMED(
            "step", calls * 20,
            {
                hp_transformer_step(net, x + (step++ % shape.steps) * shape.inputs);
                hp_transformer_read(net, out);
            },
            out[0]);
        return;
    }
    TIMED("window", calls, hp_transformer_window(net, x, shape.steps, 1, out), out[0]);
    TIMED("last", calls, hp_transformer_window(net, x, shape.steps, 0, out), out[0]);
}

int main(int count, char **arguments) {
    if (count == 9 && strcmp(arguments[1], "lstm") == 0) {
        time_lstm(arguments + 2, arguments[7], atol(arguments[8]));
    } else if (count == 12 && strcmp(arguments[1], "transformer") == 0) {
        time_transformer(arguments + 2, arguments[10], atol(arguments[11]));
    } else {
        fprintf(stderr, "usage: see the head of networks.c\n");
        return 2;
    }
    return 0;
}
