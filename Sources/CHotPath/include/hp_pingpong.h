// The yardstick of Bench: the fastest plain round trip of given byte counts over loopback TCP that this machine allows.
// It carries no protocol and checks no content; the trader itself does not use it.
#ifndef HP_PINGPONG_H
#define HP_PINGPONG_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// How both ends wait and transfer; both spin, because a sleeping end measures the scheduler.
enum {
    HP_PINGPONG_PLAIN = 0,    // non-blocking send and recv
    HP_PINGPONG_IO_URING = 1, // one ring an end, SINGLE_ISSUER | DEFER_TASKRUN
};

/// A connected pair: this end belongs to the thread that opened it, the other to a thread of its own.
typedef struct hp_pingpong hp_pingpong;

/// Opens a loopback connection and starts the far end, which answers every `request_bytes` with `reply_bytes`
/// (1 to 65536 each). Returns 0 and sets `pair`, or -errno (-EINVAL for bad sizes or style).
int hp_pingpong_open(int style, uint32_t request_bytes, uint32_t reply_bytes, hp_pingpong *_Nullable *_Nonnull pair);

/// One round trip, from the first byte handed to the kernel to the last byte of the reply received.
/// Only by the opening thread. Returns 0 or -errno (-ETIMEDOUT after two seconds without an answer).
int hp_pingpong_exchange(hp_pingpong *pair);

/// Stops the far end and frees the pair.
void hp_pingpong_close(hp_pingpong *pair);

#pragma clang assume_nonnull end

#endif
