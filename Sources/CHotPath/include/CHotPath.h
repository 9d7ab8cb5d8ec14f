// Umbrella of the C hot path: Swift imports every module of it through this header.
#ifndef CHOTPATH_H
#define CHOTPATH_H

#include "hp_book.h"
#include "hp_broadcast.h"
#include "hp_clock.h"
#include "hp_counter_file.h"
#include "hp_counters.h"
#include "hp_crc32c.h"
#include "hp_crypto.h"
#include "hp_forest.h"
#include "hp_frame.h"
#include "hp_histogram.h"
#include "hp_keys.h"
#include "hp_link.h"
#include "hp_link_options.h"
#include "hp_memory.h"
#include "hp_msg_gateway.h"
#include "hp_msg_market.h"
#include "hp_msg_order.h"
#include "hp_msg_session.h"
#include "hp_noise.h"
#include "hp_pingpong.h"
#include "hp_probe.h"
#include "hp_ring.h"
#include "hp_seal.h"
#include "hp_server.h"
#include "hp_thread.h"
#include "hp_uring_seam.h"

#endif
