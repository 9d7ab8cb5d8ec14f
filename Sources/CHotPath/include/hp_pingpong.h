// The yardsticks of Bench: round trips of given byte counts over loopback TCP, by the ways that there are. They carry
// no protocol and check no content; the trader itself does not use them.
#ifndef HP_PINGPONG_H
#define HP_PINGPONG_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// How the ends transfer; all spin, because a sleeping end measures the scheduler. Each style has a connection of its
/// own, so that thin slices of them can alternate.
enum {
    HP_PINGPONG_PLAIN = 0,    // non-blocking send and recv at both ends
    HP_PINGPONG_IO_URING = 1, // a bare ring an end, SINGLE_ISSUER | DEFER_TASKRUN, one operation at a time
    HP_PINGPONG_LINK = 2,     // hp_link here, the plain calls at the far end: what the link adds
    HP_PINGPONG_SERVER = 3,   // hp_link here, hp_server at the far end: the simulator's wire
    HP_PINGPONG_STYLES = 4,
    /// The far end sleeps and leaves its core to others.
    HP_PINGPONG_REST = -1,
};

/// Connected pairs of ends: the near ones belong to the thread that opened them, the far ones to a thread of their own.
typedef struct hp_pingpong hp_pingpong;

/// Opens a loopback connection for each style and starts the far end, which answers every `request_bytes` with
/// `reply_bytes` (1 to 65536 each); it runs on `far_core`, or anywhere for a negative one. It rests until a style is
/// chosen. Returns 0 and sets `pair`, or -errno (-EINVAL for bad sizes).
int hp_pingpong_open(uint32_t request_bytes, uint32_t reply_bytes, int far_core, hp_pingpong *_Nullable *_Nonnull pair);

/// Turns the far end to the connection of `style`, or to rest.
void hp_pingpong_choose(hp_pingpong *pair, int style);

/// One round trip in the chosen style, from the first byte handed to the kernel to the last byte of the reply received.
/// Only by the opening thread. Returns 0 or -errno (-ETIMEDOUT after two seconds without an answer).
int hp_pingpong_exchange(hp_pingpong *pair);

/// Stops the far end and frees the pair.
void hp_pingpong_close(hp_pingpong *pair);

#pragma clang assume_nonnull end

#endif
