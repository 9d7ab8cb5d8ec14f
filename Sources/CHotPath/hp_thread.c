// Threads: start, pin, class, join; the doorbell's kernel half.
#include "hp_thread.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { NAME_LENGTH = 16, PAGE = 4096 };

struct hp_thread {
    pthread_t handle;
    void (*run)(void *_Nullable context);
    void *context;
    char name[NAME_LENGTH];
};

static void *thread_main(void *argument) {
    hp_thread *thread = argument;
    pthread_setname_np(pthread_self(), thread->name);
    thread->run(thread->context);
    return NULL;
}

static int core_set(int core, cpu_set_t *set) {
    if (core < 0 || core >= CPU_SETSIZE) {
        return -EINVAL;
    }
    CPU_ZERO(set);
    CPU_SET(core, set);
    return 0;
}

/// The affinity goes into the attributes, so that the thread never runs a moment on another core.
static int start_on(hp_thread *thread, int core) {
    pthread_attr_t attributes;
    int result = -pthread_attr_init(&attributes);
    if (result != 0) {
        return result;
    }
    if (core != HP_THREAD_ANY_CORE) {
        cpu_set_t set;
        result = core_set(core, &set);
        if (result == 0) {
            result = -pthread_attr_setaffinity_np(&attributes, sizeof set, &set);
        }
    }
    if (result == 0) {
        result = -pthread_create(&thread->handle, &attributes, thread_main, thread);
    }
    pthread_attr_destroy(&attributes);
    return result;
}

int hp_thread_start(const char *name, int core, void (*run)(void *_Nullable context), void *_Nullable context,
                    hp_thread *_Nullable *_Nonnull thread) {
    hp_thread *created = calloc(1, sizeof *created);
    if (created == NULL) {
        return -ENOMEM;
    }
    created->run = run;
    created->context = context;
    strncpy(created->name, name, NAME_LENGTH - 1);
    int result = start_on(created, core);
    if (result != 0) {
        free(created);
        return result;
    }
    *thread = created;
    return 0;
}

int hp_thread_join(hp_thread *thread) {
    int result = -pthread_join(thread->handle, NULL);
    if (result == 0) {
        free(thread);
    }
    return result;
}

int hp_thread_pin(int core) {
    cpu_set_t set;
    int result = core_set(core, &set);
    return result != 0 ? result : -pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

int hp_thread_core(void) {
    int core = sched_getcpu();
    return core >= 0 ? core : -errno;
}

int hp_thread_allowed_cores(int *cores, int capacity) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) {
        return -errno;
    }
    int count = 0;
    for (int core = 0; core < CPU_SETSIZE; core++) {
        if (CPU_ISSET(core, &set)) {
            if (count < capacity) {
                cores[count] = core;
            }
            count++;
        }
    }
    return count;
}

int hp_thread_set_fifo(int priority) {
    struct sched_param parameter = {.sched_priority = priority};
    return -pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameter);
}

int hp_thread_is_fifo(void) {
    struct sched_param parameter;
    int policy = SCHED_OTHER;
    return pthread_getschedparam(pthread_self(), &policy, &parameter) == 0 && policy == SCHED_FIFO;
}

int64_t hp_thread_cpu_ns(void) {
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

void hp_doorbell_sleep(hp_doorbell *bell, int64_t timeout_ns) {
    struct timespec span = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
    // Returns at once when the ringer has withdrawn the announcement already.
    (void)syscall(SYS_futex, &bell->is_asleep, FUTEX_WAIT_PRIVATE, 1, &span, NULL, 0);
    hp_doorbell_awake(bell);
}

void hp_doorbell_ring(hp_doorbell *bell) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (__atomic_load_n(&bell->is_asleep, __ATOMIC_RELAXED) != 0 &&
        __atomic_exchange_n(&bell->is_asleep, 0, __ATOMIC_ACQ_REL) != 0) {
        (void)syscall(SYS_futex, &bell->is_asleep, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    }
}

void hp_thread_touch_stack(size_t bytes) {
    volatile uint8_t page[PAGE];
    page[0] = 0;
    if (bytes > PAGE) {
        hp_thread_touch_stack(bytes - PAGE);
    }
    page[PAGE - 1] = page[0];
}
