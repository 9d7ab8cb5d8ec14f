// The link's structure, shared by its setup and its data path.
#ifndef HP_LINK_INTERNAL_H
#define HP_LINK_INTERNAL_H

#include "hp_link.h"
#include "hp_stream.h"

#include <sys/socket.h>

struct hp_link {
    hp_uring uring;
    hp_stream stream;
    hp_link_config config;
    struct sockaddr_storage address;
    socklen_t address_length;
    int state;
    int error;
    uint32_t failures; // attempts or short-lived connections in a row
    bool busy_polls;
    int64_t polled_ns; // time of the last poll
    int64_t slept_ns;  // time of the last wait that could sleep
    int64_t deadline_ns;
    int64_t next_attempt_ns;
    int64_t connected_ns;
    uint64_t attempts;
    uint64_t connections;
};

#endif
