// valgrind: the requests by which a program under callgrind says what is to be counted.
//
// A request is a sequence of instructions that does nothing on a processor and is recognised by valgrind. The sequence
// and the numbers are valgrind's binary interface, fixed for good (valgrind.h and callgrind.h say "ABIWARNING" there);
// they are written out here so that a build does not depend on an installed valgrind.
#ifndef CVALGRIND_SHIM_H
#define CVALGRIND_SHIM_H

#include <stdint.h>

enum {
    cvalgrind_running_on_valgrind = 0x1001,
    // The tool's letters are 'C' and 'T'.
    cvalgrind_zero_counts = 0x43540001,
    cvalgrind_dump_counts_at = 0x43540003,
    cvalgrind_start_counting = 0x43540004,
    cvalgrind_stop_counting = 0x43540005,
};

/// Sends one request with one argument. Returns valgrind's answer; 0 where there is no valgrind, or no x86-64.
static inline uint64_t cvalgrind_request(uint64_t request, uint64_t argument) {
#if defined(__x86_64__)
    volatile uint64_t arguments[6] = {request, argument, 0, 0, 0, 0};
    uint64_t answer = 0;
    __asm__ volatile("rolq $3, %%rdi\n\trolq $13, %%rdi\n\trolq $61, %%rdi\n\trolq $51, %%rdi\n\txchgq %%rbx, %%rbx"
                     : "+d"(answer)
                     : "a"(&arguments[0])
                     : "cc", "memory");
    return answer;
#else
    (void)request;
    (void)argument;
    return 0;
#endif
}

/// Under how many valgrinds this process runs: 0 on the bare processor.
static inline uint64_t cvalgrind_depth(void) {
    return cvalgrind_request(cvalgrind_running_on_valgrind, 0);
}

/// Sets callgrind's counts to zero and begins to count.
static inline void cvalgrind_start(void) {
    cvalgrind_request(cvalgrind_start_counting, 0);
    cvalgrind_request(cvalgrind_zero_counts, 0);
}

/// Writes what was counted into a file of its own that carries `name`, and ends counting.
static inline void cvalgrind_stop(const char *_Nonnull name) {
    cvalgrind_request(cvalgrind_dump_counts_at, (uint64_t)name);
    cvalgrind_request(cvalgrind_stop_counting, 0);
}

#endif
