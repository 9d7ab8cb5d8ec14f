// A server's creation and destruction.
#include "hp_server_internal.h"

#include "hp_clock.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 16 };

hp_server_config hp_server_config_default(void) {
    return (hp_server_config){
        .max_clients = 4,
        .receive_capacity = 1 << 18,
        .send_capacity = 1 << 22,
        .user_timeout_ms = 3000,
    };
}

static int bind_and_listen(hp_server *server, const struct addrinfo *where) {
    int reuse = 1;
    server->listener = socket(where->ai_family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    if (server->listener < 0) {
        return -errno;
    }
    // Only spares the wait after an earlier run's connections; a port that someone listens on stays refused.
    if (setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse) != 0 ||
        bind(server->listener, where->ai_addr, where->ai_addrlen) != 0 || listen(server->listener, BACKLOG) != 0) {
        return -errno;
    }
    return 0;
}

static int read_port(hp_server *server) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(server->listener, (struct sockaddr *)&address, &length) != 0) {
        return -errno;
    }
    if (address.ss_family == AF_INET6) {
        server->port = ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    } else {
        server->port = ntohs(((struct sockaddr_in *)&address)->sin_port);
    }
    return 0;
}

static int open_port(hp_server *server, const char *host, uint16_t port) {
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | AI_NUMERICHOST | AI_PASSIVE};
    struct addrinfo *found = NULL;
    if (getaddrinfo(host, service, &hints, &found) != 0 || found == NULL) {
        return -EINVAL;
    }
    int result = bind_and_listen(server, found);
    freeaddrinfo(found);
    return result == 0 ? read_port(server) : result;
}

static int map_clients(hp_server *server) {
    for (uint32_t slot = 0; slot < server->config.max_clients; slot++) {
        hp_stream *stream = &server->clients[slot].stream;
        int result =
            hp_stream_map(stream, (uint8_t)slot, server->config.receive_capacity, server->config.send_capacity);
        if (result != 0) {
            return result;
        }
        stream->send_slice = server->config.send_slice;
    }
    return 0;
}

static void free_all(hp_server *server) {
    hp_uring_close(&server->uring);
    for (uint32_t slot = 0; slot < server->config.max_clients; slot++) {
        // Memory that the kernel may still write into is rather lost than given to someone else.
        if (!hp_stream_holds_socket(&server->clients[slot].stream)) {
            hp_stream_unmap(&server->clients[slot].stream);
        }
    }
    if (server->listener >= 0) {
        close(server->listener);
    }
    free(server);
}

int hp_server_create(const hp_server_config *config, const char *host, uint16_t port,
                     hp_server *_Nullable *_Nonnull server) {
    if (config->max_clients == 0 || config->max_clients > HP_SERVER_MAX_CLIENTS) {
        return -EINVAL;
    }
    hp_server *created = calloc(1, sizeof *created);
    if (created == NULL) {
        return -ENOMEM;
    }
    created->config = *config;
    created->listener = -1;
    int result = open_port(created, host, port);
    if (result == 0) {
        result = map_clients(created);
    }
    if (result == 0) {
        // Receives are single here: they go straight into each client's queue, so that one client that is not read
        // cannot hold up the completions of the others.
        result = hp_uring_open(&created->uring, config->options, 0, 0, 0);
    }
    if (result != 0) {
        free_all(created);
        return result;
    }
    *server = created;
    return 0;
}

void hp_server_interpose(hp_server *server, const hp_uring_seam *seam) {
    server->uring.seam = seam;
    server->uring.is_direct = false;
}

hp_link_facts hp_server_get_facts(const hp_server *server) {
    hp_link_facts facts = hp_uring_facts(&server->uring);
    facts.in_flight = server->accept_armed;
    for (uint32_t slot = 0; slot < server->config.max_clients; slot++) {
        facts.in_flight += server->clients[slot].stream.operations;
    }
    return facts;
}

uint16_t hp_server_port(const hp_server *server) {
    return server->port;
}

static bool holds_any_socket(const hp_server *server) {
    for (uint32_t slot = 0; slot < server->config.max_clients; slot++) {
        if (hp_stream_holds_socket(&server->clients[slot].stream)) {
            return true;
        }
    }
    return server->accept_armed;
}

void hp_server_destroy(hp_server *server) {
    // Ends the pending accept; without a listener it is not armed again.
    shutdown(server->listener, SHUT_RDWR);
    for (uint32_t slot = 0; slot < server->config.max_clients; slot++) {
        hp_server_drop(server, slot);
    }
    int listener = server->listener;
    server->listener = -1;
    // The bound is for a kernel that does not answer.
    for (int round = 0; round < 100 && holds_any_socket(server); round++) {
        if (hp_server_wait(server, hp_clock_monotonic_ns(), 10000000) < 0) {
            break;
        }
    }
    close(listener);
    free_all(server);
}
