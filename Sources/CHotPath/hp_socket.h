// Socket options that both ends of the link set.
#ifndef HP_SOCKET_H
#define HP_SOCKET_H

#include <stdint.h>

/// What hp_socket_tune returns where the kernel took the busy-poll options.
enum { HP_SOCKET_BUSY_POLLS = 1 };

/// No delay of small frames, an end to silent connections, and, for `busy_poll_us` > 0, looks of that length at the
/// network card's own queue, which are left out where the kernel or its rights refuse them. Returns 0,
/// HP_SOCKET_BUSY_POLLS or -errno.
int hp_socket_tune(int socket, uint32_t user_timeout_ms, uint32_t busy_poll_us);

#endif
