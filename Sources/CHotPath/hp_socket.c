// Socket options that both ends of the link set.
#include "hp_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static int set_option(int socket, int level, int name, int value) {
    return setsockopt(socket, level, name, &value, sizeof value) == 0 ? 0 : -errno;
}

/// Longer looks than the system's setting, and their preference to interrupts, need CAP_NET_ADMIN.
static int try_busy_poll(int socket, uint32_t microseconds) {
    if (microseconds == 0 || set_option(socket, SOL_SOCKET, SO_BUSY_POLL, (int)microseconds) != 0) {
        return 0;
    }
    (void)set_option(socket, SOL_SOCKET, SO_PREFER_BUSY_POLL, 1);
    return HP_SOCKET_BUSY_POLLS;
}

int hp_socket_tune(int socket, uint32_t user_timeout_ms, uint32_t busy_poll_us) {
    int result = set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    if (result == 0 && user_timeout_ms > 0) {
        result = set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)user_timeout_ms);
    }
    return result == 0 ? try_busy_poll(socket, busy_poll_us) : result;
}
