// The yardsticks' structure, shared by their connecting and their threads.
#ifndef HP_PINGPONG_INTERNAL_H
#define HP_PINGPONG_INTERNAL_H

#include "hp_pingpong.h"
#include "hp_pingpong_end.h"

#include <pthread.h>
#include <stdatomic.h>

/// How long an answer, or a connection, is awaited.
#define HP_PINGPONG_PATIENCE_NS INT64_C(2000000000)

struct hp_pingpong {
    hp_pingpong_end near[HP_PINGPONG_STYLES];
    hp_pingpong_end far[HP_PINGPONG_STYLES]; // the far thread's own from its start on
    uint32_t request_bytes;
    uint32_t reply_bytes;
    int far_core;
    int far_outcome; // of the far ends' start; read by the opener after `ready`
    int chosen;      // the opener's own copy
    _Atomic int style;
    pthread_t thread;
    pthread_barrier_t ready;
    pthread_mutex_t mutex; // around the change of `style` that ends a rest
    pthread_cond_t changed;
};

/// Connects the ends of every style and starts the near ones. Returns 0 or -errno; what was made stays with `pair`.
int hp_pingpong_connect(hp_pingpong *pair);

#endif
