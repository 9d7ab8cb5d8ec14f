// Payloads about the broker's interface behind the gateway: logins, health, counters, history, names.
#ifndef HP_MSG_GATEWAY_H
#define HP_MSG_GATEWAY_H

#include <stddef.h>
#include <stdint.h>

#include "hp_msg_market.h"

#pragma clang assume_nonnull begin

/// Log in by the name of a profile that the gateway keeps: credentials never cross the link.
typedef struct hp_msg_login {
    uint64_t request_id;
    char profile[32];
} hp_msg_login;
_Static_assert(sizeof(hp_msg_login) == 40, "Login is 40 bytes");

/// Logout and Restart.
typedef struct hp_msg_request {
    uint64_t request_id;
} hp_msg_request;
_Static_assert(sizeof(hp_msg_request) == 8, "request is 8 bytes");

/// Which connection a ConnState speaks of.
enum { HP_CONN_LOGIN = 0, HP_CONN_ROUTING = 1, HP_CONN_MARKET = 2, HP_CONN_ACTIVATION = 3, HP_CONN_COMBINED = 255 };

/// State of the way to the venue.
typedef struct hp_msg_conn_state {
    uint8_t kind;
    /// The interface's own code for that connection; 0 where `kind` is HP_CONN_COMBINED.
    uint8_t result;
    /// All of it in one word: 1 ready, 3 resynchronising, 4 routing down, 5 market data down; 0 = not said here.
    uint8_t combined;
    uint8_t reserved[5];
} hp_msg_conn_state;
_Static_assert(sizeof(hp_msg_conn_state) == 8, "ConnState is 8 bytes");

typedef struct hp_msg_health {
    /// 0 responsive, 1 frozen.
    uint32_t state;
    uint32_t reserved;
    /// Nanoseconds since the interface last called back.
    int64_t silence;
} hp_msg_health;
_Static_assert(sizeof(hp_msg_health) == 16, "Health is 16 bytes");

/// No tick of an instrument for a while although its session is open.
typedef struct hp_msg_activity {
    uint16_t instrument;
    uint16_t reserved;
    uint32_t reserved2;
    int64_t silence;
} hp_msg_activity;
_Static_assert(sizeof(hp_msg_activity) == 16, "Activity is 16 bytes");

typedef struct hp_msg_counters {
    uint64_t events_received;
    uint64_t events_sent;
    uint64_t events_dropped;
    uint64_t commands_received;
    uint64_t commands_refused;
    uint32_t ring_depth;
    uint32_t ring_depth_max;
    uint32_t send_queue_bytes;
    uint32_t clients;
} hp_msg_counters;
_Static_assert(sizeof(hp_msg_counters) == 56, "Counters is 56 bytes");

/// Latency from callback to wire (`path` 1) or from wire to call (`path` 2), since the one before.
typedef struct hp_msg_latency {
    uint32_t path;
    uint32_t reserved;
    uint64_t count;
    int64_t p50;
    int64_t p99;
    int64_t p999;
    int64_t max;
} hp_msg_latency;
_Static_assert(sizeof(hp_msg_latency) == 48, "Latency is 48 bytes");

typedef struct hp_msg_ticker {
    uint32_t request_id;
    uint8_t exchange;
    uint8_t reserved[3];
    char ticker[32];
} hp_msg_ticker;
_Static_assert(sizeof(hp_msg_ticker) == 40, "InvalidTicker and AssetRequest are 40 bytes");

/// A continuous name and the dated contract it stands for now.
typedef struct hp_msg_contract_roll {
    uint16_t instrument;
    uint16_t reserved;
    /// Days since 1970-01-01 from which the mapping holds.
    int32_t from_day;
    char continuous[32];
    char dated[32];
} hp_msg_contract_roll;
_Static_assert(sizeof(hp_msg_contract_roll) == 72, "ContractRoll is 72 bytes");

typedef struct hp_msg_agent_request {
    uint32_t request_id;
    int32_t agent;
} hp_msg_agent_request;
_Static_assert(sizeof(hp_msg_agent_request) == 8, "AgentRequest is 8 bytes");

typedef struct hp_msg_agent_name {
    uint32_t request_id;
    int32_t agent;
    char name[48];
} hp_msg_agent_name;
_Static_assert(sizeof(hp_msg_agent_name) == 56, "AgentName is 56 bytes");

typedef struct hp_msg_history_request {
    uint32_t request_id;
    uint16_t instrument;
    uint16_t reserved;
    /// Days since 1970-01-01, both inclusive.
    int32_t first_day;
    int32_t last_day;
} hp_msg_history_request;
_Static_assert(sizeof(hp_msg_history_request) == 16, "HistoryRequest is 16 bytes");

typedef struct hp_msg_history_trade {
    hp_msg_trade trade;
    uint32_t request_id;
    uint32_t reserved;
} hp_msg_history_trade;
_Static_assert(sizeof(hp_msg_history_trade) == 72, "HistoryTrade is 72 bytes");

typedef struct hp_msg_history_progress {
    uint32_t request_id;
    uint32_t percent;
} hp_msg_history_progress;
_Static_assert(sizeof(hp_msg_history_progress) == 8, "HistoryProgress is 8 bytes");

typedef struct hp_msg_history_end {
    uint32_t request_id;
    /// 0 complete, 1 refused by a limit of the interface, 2 broken off.
    uint32_t result;
    uint64_t trades;
} hp_msg_history_end;
_Static_assert(sizeof(hp_msg_history_end) == 16, "HistoryEnd is 16 bytes");

#pragma clang assume_nonnull end

#endif
