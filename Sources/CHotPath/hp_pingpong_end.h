// One end of a yardstick's connection: looks for bytes and sends them, in its style.
#ifndef HP_PINGPONG_END_H
#define HP_PINGPONG_END_H

#include "hp_link.h"
#include "hp_server.h"

#include <liburing.h>
#include <stdbool.h>
#include <stdint.h>

enum { HP_PINGPONG_LARGEST = 65536 };

/// How an end transfers.
enum {
    HP_PINGPONG_END_PLAIN = 0,
    HP_PINGPONG_END_RING = 1,
    HP_PINGPONG_END_LINK = 2,
    HP_PINGPONG_END_SERVER = 3,
};

/// An end; used by one thread. The members for other kinds are unset.
typedef struct hp_pingpong_end {
    int kind;
    int socket;      // PLAIN and RING; -1 = none
    uint8_t *buffer; // HP_PINGPONG_LARGEST bytes, PLAIN and RING
    struct io_uring ring;
    bool has_ring;
    bool receive_posted;
    hp_link *link;
    hp_server *server;
} hp_pingpong_end;

/// Makes a RING end's ring; nothing for the others. By the thread that will use it. Returns 0 or -errno.
int hp_pingpong_end_start(hp_pingpong_end *end);

/// Frees what the end holds.
void hp_pingpong_end_close(hp_pingpong_end *end);

/// Takes up to `length` bytes that have come. Returns their number, 0 for none, or -errno; -ECONNRESET when the other
/// end has gone.
int hp_pingpong_end_look(hp_pingpong_end *end, uint32_t length);

/// Sends `length` bytes. Returns 0 or -errno.
int hp_pingpong_end_send(hp_pingpong_end *end, uint32_t length);

#endif
