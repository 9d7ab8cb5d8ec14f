// Socket options that both ends of the link set.
#include "hp_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static int set_option(int socket, int level, int name, int value) {
    return setsockopt(socket, level, name, &value, sizeof value) == 0 ? 0 : -errno;
}

int hp_socket_tune(int socket, uint32_t user_timeout_ms) {
    int result = set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    if (result == 0 && user_timeout_ms > 0) {
        result = set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)user_timeout_ms);
    }
    return result;
}
