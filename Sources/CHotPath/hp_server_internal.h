// The server's structure, shared by its setup and its data path.
#ifndef HP_SERVER_INTERNAL_H
#define HP_SERVER_INTERNAL_H

#include "hp_server.h"
#include "hp_stream.h"

typedef struct hp_server_client {
    hp_stream stream;
    bool is_taken;    // a connection is or was here and has not been released
    bool is_released; // released while its operations were still coming back
    int64_t finish_by_ns;
} hp_server_client;

struct hp_server {
    hp_uring uring;
    hp_server_config config;
    int listener;
    uint16_t port;
    bool accept_armed;
    int64_t slept_ns; // time of the last wait that could sleep
    hp_server_client clients[HP_SERVER_MAX_CLIENTS];
};

#endif
