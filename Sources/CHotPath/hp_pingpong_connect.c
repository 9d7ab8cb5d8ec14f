// The yardsticks' connections over loopback TCP, one for each style.
#include "hp_pingpong_internal.h"

#include "hp_clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int listen_on_loopback(struct sockaddr_in *address) {
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof *address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener >= 0 &&
        (bind(listener, (struct sockaddr *)address, length) < 0 || listen(listener, HP_PINGPONG_STYLES) < 0 ||
         getsockname(listener, (struct sockaddr *)address, &length) < 0)) {
        int outcome = -errno;
        close(listener);
        return outcome;
    }
    return listener >= 0 ? listener : -errno;
}

static int without_delay(int socket) {
    int on = 1;
    return setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0 ? -errno : 0;
}

static int accept_far(hp_pingpong_end *far, int listener) {
    far->socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    return far->socket < 0 ? -errno : without_delay(far->socket);
}

static int connect_sockets(hp_pingpong_end *near, hp_pingpong_end *far, int listener,
                           const struct sockaddr_in *address) {
    near->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (near->socket < 0 || connect(near->socket, (const struct sockaddr *)address, sizeof *address) < 0) {
        return -errno;
    }
    int outcome = without_delay(near->socket);
    return outcome == 0 ? accept_far(far, listener) : outcome;
}

/// Connects a link to `port`; the other end accepts later.
static int connect_link(hp_pingpong_end *near, uint16_t port) {
    hp_link_config config = hp_link_config_default();
    int outcome = hp_link_create(&config, "127.0.0.1", port, &near->link);
    if (outcome != 0) {
        return outcome;
    }
    int64_t now = hp_clock_monotonic_ns();
    hp_link_open(near->link, now);
    int64_t deadline = now + HP_PINGPONG_PATIENCE_NS;
    while (hp_link_poll(near->link, now) != HP_LINK_CONNECTED) {
        now = hp_clock_monotonic_ns();
        if (hp_link_state(near->link) == HP_LINK_DOWN || now > deadline) {
            return now > deadline ? -ETIMEDOUT : hp_link_error(near->link);
        }
    }
    return 0;
}

static int make_server(hp_pingpong_end *far) {
    hp_server_config config = hp_server_config_default();
    config.max_clients = 1;
    return hp_server_create(&config, "127.0.0.1", 0, &far->server);
}

static int connect_style(hp_pingpong *pair, int style, int listener, const struct sockaddr_in *address) {
    hp_pingpong_end *near = &pair->near[style];
    hp_pingpong_end *far = &pair->far[style];
    int outcome;
    switch (style) {
    case HP_PINGPONG_LINK:
        near->kind = HP_PINGPONG_END_LINK;
        far->kind = HP_PINGPONG_END_PLAIN;
        outcome = connect_link(near, ntohs(address->sin_port));
        return outcome == 0 ? accept_far(far, listener) : outcome;
    case HP_PINGPONG_SERVER:
        near->kind = HP_PINGPONG_END_LINK;
        far->kind = HP_PINGPONG_END_SERVER;
        outcome = make_server(far);
        return outcome == 0 ? connect_link(near, hp_server_port(far->server)) : outcome;
    default:
        near->kind = far->kind = style == HP_PINGPONG_PLAIN ? HP_PINGPONG_END_PLAIN : HP_PINGPONG_END_RING;
        return connect_sockets(near, far, listener, address);
    }
}

int hp_pingpong_connect(hp_pingpong *pair) {
    struct sockaddr_in address;
    int listener = listen_on_loopback(&address);
    if (listener < 0) {
        return listener;
    }
    int outcome = 0;
    for (int style = 0; style < HP_PINGPONG_STYLES && outcome == 0; style++) {
        pair->near[style].buffer = calloc(1, HP_PINGPONG_LARGEST);
        pair->far[style].buffer = calloc(1, HP_PINGPONG_LARGEST);
        bool has_memory = pair->near[style].buffer != NULL && pair->far[style].buffer != NULL;
        outcome = has_memory ? connect_style(pair, style, listener, &address) : -ENOMEM;
    }
    for (int style = 0; style < HP_PINGPONG_STYLES && outcome == 0; style++) {
        outcome = hp_pingpong_end_start(&pair->near[style]);
    }
    close(listener);
    return outcome;
}
