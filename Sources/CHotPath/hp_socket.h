// Socket options that both ends of the link set.
#ifndef HP_SOCKET_H
#define HP_SOCKET_H

#include <stdint.h>

/// No delay of small frames, an end to silent connections, room for bursts. Returns 0 or -errno.
int hp_socket_tune(int socket, uint32_t user_timeout_ms);

#endif
