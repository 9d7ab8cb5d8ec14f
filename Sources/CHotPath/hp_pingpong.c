// The yardsticks' two threads: the caller asks, a far thread answers, on the connection of the chosen style.
#include "hp_pingpong_internal.h"

#include "hp_clock.h"
#include "hp_thread.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

enum {
    stop = -2,
    // Looks before the core is offered to another thread: both ends may have to share one core.
    spins_before_yield = 20000,
};

/// Counts a fruitless look. Returns 0, or -ETIMEDOUT once `*deadline` (0: not yet set) has passed.
static int wait_a_little(uint32_t *spins, int64_t *deadline) {
    if (++*spins % spins_before_yield != 0) {
        return 0;
    }
    sched_yield();
    int64_t now = hp_clock_monotonic_ns();
    if (*deadline == 0) {
        *deadline = now + HP_PINGPONG_PATIENCE_NS;
    }
    return now > *deadline ? -ETIMEDOUT : 0;
}

/// Sleeps until a style is chosen; that style.
static int rest(hp_pingpong *pair) {
    pthread_mutex_lock(&pair->mutex);
    int style;
    while ((style = atomic_load_explicit(&pair->style, memory_order_acquire)) == HP_PINGPONG_REST) {
        pthread_cond_wait(&pair->changed, &pair->mutex);
    }
    pthread_mutex_unlock(&pair->mutex);
    return style;
}

/// Looks for requests of the chosen style and answers them, until told to stop or until a connection breaks.
static void answer_all(hp_pingpong *pair) {
    uint32_t taken[HP_PINGPONG_STYLES] = {0};
    uint32_t spins = 0;
    for (;;) {
        // Acquire: pairs with choose, whose thread has finished with the style before.
        int style = atomic_load_explicit(&pair->style, memory_order_acquire);
        if (style == HP_PINGPONG_REST) {
            style = rest(pair);
        }
        if (style == stop) {
            return;
        }
        int looked = hp_pingpong_end_look(&pair->far[style], pair->request_bytes - taken[style]);
        if (looked < 0) {
            return;
        }
        taken[style] += (uint32_t)looked;
        if (looked == 0 && ++spins % spins_before_yield == 0) {
            sched_yield();
        }
        if (taken[style] == pair->request_bytes) {
            taken[style] = 0;
            if (hp_pingpong_end_send(&pair->far[style], pair->reply_bytes) != 0) {
                return;
            }
        }
    }
}

static void *far_thread(void *argument) {
    hp_pingpong *pair = argument;
    // Where it may not be pinned it runs anywhere.
    if (pair->far_core >= 0) {
        (void)hp_thread_pin(pair->far_core);
    }
    for (int style = 0; style < HP_PINGPONG_STYLES && pair->far_outcome == 0; style++) {
        pair->far_outcome = hp_pingpong_end_start(&pair->far[style]);
    }
    bool is_ready = pair->far_outcome == 0;
    pthread_barrier_wait(&pair->ready);
    if (is_ready) {
        answer_all(pair);
    }
    for (int style = 0; style < HP_PINGPONG_STYLES; style++) {
        hp_pingpong_end_close(&pair->far[style]);
    }
    return NULL;
}

static int start_far(hp_pingpong *pair) {
    pthread_barrier_init(&pair->ready, NULL, 2);
    pthread_mutex_init(&pair->mutex, NULL);
    pthread_cond_init(&pair->changed, NULL);
    int outcome = -pthread_create(&pair->thread, NULL, far_thread, pair);
    if (outcome == 0) {
        pthread_barrier_wait(&pair->ready);
        outcome = pair->far_outcome;
        if (outcome != 0) {
            pthread_join(pair->thread, NULL);
        }
    }
    return outcome;
}

static void release(hp_pingpong *pair) {
    for (int style = 0; style < HP_PINGPONG_STYLES; style++) {
        hp_pingpong_end_close(&pair->near[style]);
        hp_pingpong_end_close(&pair->far[style]);
    }
    free(pair);
}

int hp_pingpong_open(uint32_t request_bytes, uint32_t reply_bytes, int far_core, hp_pingpong **result) {
    *result = NULL;
    if (request_bytes == 0 || request_bytes > HP_PINGPONG_LARGEST || reply_bytes == 0 ||
        reply_bytes > HP_PINGPONG_LARGEST) {
        return -EINVAL;
    }
    hp_pingpong *pair = calloc(1, sizeof *pair);
    if (pair == NULL) {
        return -ENOMEM;
    }
    pair->request_bytes = request_bytes;
    pair->reply_bytes = reply_bytes;
    pair->far_core = far_core;
    pair->chosen = HP_PINGPONG_REST;
    atomic_store_explicit(&pair->style, HP_PINGPONG_REST, memory_order_relaxed);
    for (int style = 0; style < HP_PINGPONG_STYLES; style++) {
        pair->near[style].socket = pair->far[style].socket = -1;
    }
    int outcome = hp_pingpong_connect(pair);
    if (outcome == 0) {
        outcome = start_far(pair);
    }
    if (outcome != 0) {
        release(pair);
        return outcome;
    }
    *result = pair;
    return 0;
}

static void set_style(hp_pingpong *pair, int style) {
    pthread_mutex_lock(&pair->mutex);
    // Release: pairs with the far thread's acquire.
    atomic_store_explicit(&pair->style, style, memory_order_release);
    pthread_cond_signal(&pair->changed);
    pthread_mutex_unlock(&pair->mutex);
}

void hp_pingpong_choose(hp_pingpong *pair, int style) {
    pair->chosen = style;
    set_style(pair, style);
}

int hp_pingpong_exchange(hp_pingpong *pair) {
    if (pair->chosen < 0) {
        return -EINVAL;
    }
    hp_pingpong_end *near = &pair->near[pair->chosen];
    int outcome = hp_pingpong_end_send(near, pair->request_bytes);
    uint32_t spins = 0;
    int64_t deadline = 0;
    for (uint32_t taken = 0; outcome == 0 && taken < pair->reply_bytes;) {
        int looked = hp_pingpong_end_look(near, pair->reply_bytes - taken);
        if (looked < 0) {
            return looked;
        }
        taken += (uint32_t)looked;
        outcome = looked == 0 ? wait_a_little(&spins, &deadline) : 0;
    }
    return outcome;
}

void hp_pingpong_close(hp_pingpong *pair) {
    set_style(pair, stop);
    pthread_join(pair->thread, NULL);
    pthread_barrier_destroy(&pair->ready);
    pthread_mutex_destroy(&pair->mutex);
    pthread_cond_destroy(&pair->changed);
    release(pair);
}
