// Payloads of orders, positions and safety. Prices are whole ticks, quantities contracts.
#ifndef HP_MSG_ORDER_H
#define HP_MSG_ORDER_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The client's 128-bit identifier of an order; never reused.
typedef struct hp_order_id {
    uint64_t high;
    uint64_t low;
} hp_order_id;
_Static_assert(sizeof(hp_order_id) == 16, "order id is 16 bytes");

/// Bits of `flags` in NewOrder.
enum { HP_ORDER_DAY_TRADE = 1 << 0 };

typedef struct hp_msg_new_order {
    hp_order_id id;
    /// Engine time of the decision; virtual where the session's time is.
    int64_t decision_time;
    int64_t quantity;
    /// HP_PRICE_NONE for market orders.
    int64_t limit;
    /// Trigger of a stop-limit order, else HP_PRICE_NONE.
    int64_t stop;
    uint16_t instrument;
    uint8_t side;
    uint8_t type;
    uint8_t purpose;
    /// 0 day, 3 immediate or cancel, 4 fill or kill, 15 book only; the broker itself knows 0 alone.
    uint8_t validity;
    uint8_t flags;
    uint8_t reserved;
    /// Handle from an Account frame; 0 = the session's only or default account.
    uint16_t account;
    uint16_t reserved2;
    uint32_t reserved3;
} hp_msg_new_order;
_Static_assert(sizeof(hp_msg_new_order) == 64, "NewOrder is 64 bytes");
_Static_assert(offsetof(hp_msg_new_order, instrument) == 48, "instrument at 48");

typedef struct hp_msg_cancel_order {
    hp_order_id id;
    int64_t decision_time;
    uint16_t instrument;
    uint16_t account;
    uint32_t reserved;
} hp_msg_cancel_order;
_Static_assert(sizeof(hp_msg_cancel_order) == 32, "CancelOrder is 32 bytes");

typedef struct hp_msg_change_order {
    hp_order_id id;
    int64_t decision_time;
    /// New total, including what has traded.
    int64_t quantity;
    int64_t limit;
    int64_t stop;
    uint16_t instrument;
    uint16_t account;
    uint32_t reserved;
} hp_msg_change_order;
_Static_assert(sizeof(hp_msg_change_order) == 56, "ChangeOrder is 56 bytes");

typedef struct hp_msg_cancel_all {
    int64_t decision_time;
    /// 0 = every instrument.
    uint16_t instrument;
    uint16_t account;
    uint32_t reserved;
} hp_msg_cancel_all;
_Static_assert(sizeof(hp_msg_cancel_all) == 16, "CancelAll is 16 bytes");

typedef struct hp_msg_zero_position {
    hp_order_id id;
    int64_t decision_time;
    /// Limit price, or HP_PRICE_NONE for market.
    int64_t limit;
    uint16_t instrument;
    uint16_t account;
    /// 1 day trade, 2 consolidated.
    uint8_t kind;
    uint8_t reserved[3];
} hp_msg_zero_position;
_Static_assert(sizeof(hp_msg_zero_position) == 40, "ZeroPosition is 40 bytes");

enum { HP_SUBMIT_RECEIVED = 0, HP_SUBMIT_DUPLICATE = 1, HP_SUBMIT_REFUSED = 2 };

/// The gateway has written the command to its journal, has it already, or refuses it.
typedef struct hp_msg_submit_ack {
    hp_order_id id;
    /// Header sequence of the command.
    uint64_t command_sequence;
    /// Gateway epoch in the high 32 bits, its own number in the low; 0 = none.
    uint64_t gateway_order_id;
    int64_t quantity;
    uint16_t instrument;
    uint16_t reason;
    /// Type of the command frame.
    uint16_t command_type;
    uint8_t result;
    uint8_t side;
} hp_msg_submit_ack;
_Static_assert(sizeof(hp_msg_submit_ack) == 48, "SubmitAck is 48 bytes");

/// State of one order; cumulative, so that a duplicate changes nothing and a lost one is made good by the next.
typedef struct hp_msg_order_report {
    hp_order_id id;
    uint64_t gateway_order_id;
    int64_t quantity;
    int64_t traded_quantity;
    /// Sum over fills of price in ticks times contracts.
    int64_t traded_ticks;
    int64_t exchange_time;
    uint16_t instrument;
    uint16_t reason;
    uint8_t status;
    uint8_t side;
    uint8_t type;
    uint8_t validity;
    int64_t limit;
    int64_t stop;
    /// Event number of the broker's interface; 0 = none.
    int64_t event_id;
    int32_t native_code;
    uint32_t reserved;
    /// The broker's order id, NUL-padded.
    char venue_order[32];
} hp_msg_order_report;
_Static_assert(sizeof(hp_msg_order_report) == 128, "OrderReport is 128 bytes");
_Static_assert(offsetof(hp_msg_order_report, instrument) == 56, "instrument at 56");
_Static_assert(offsetof(hp_msg_order_report, venue_order) == 96, "venue order at 96");

/// Where an order is on its way to the market (the interface's result codes).
typedef struct hp_msg_trading_result {
    hp_order_id id;
    int64_t message_id;
    int32_t code;
    uint32_t reserved;
    char text[96];
} hp_msg_trading_result;
_Static_assert(sizeof(hp_msg_trading_result) == 128, "TradingResult is 128 bytes");

/// Requests of a list: orders of the day, accounts, positions.
typedef struct hp_msg_list_request {
    uint32_t request_id;
    uint16_t account;
    uint16_t reserved;
} hp_msg_list_request;
_Static_assert(sizeof(hp_msg_list_request) == 8, "list request is 8 bytes");

/// End of a list. `proven` = 1 only when the gateway can prove that the list is complete.
typedef struct hp_msg_list_end {
    uint32_t request_id;
    uint32_t items;
    uint8_t proven;
    uint8_t reserved[3];
    int32_t native_code;
} hp_msg_list_end;
_Static_assert(sizeof(hp_msg_list_end) == 16, "list end is 16 bytes");

typedef struct hp_msg_order_history_loaded {
    uint16_t account;
    uint16_t reserved;
    uint32_t reserved2;
} hp_msg_order_history_loaded;
_Static_assert(sizeof(hp_msg_order_history_loaded) == 8, "OrderHistoryLoaded is 8 bytes");

typedef struct hp_msg_position_request {
    uint32_t request_id;
    uint16_t instrument;
    uint16_t account;
    /// 1 day trade, 2 consolidated.
    uint8_t kind;
    uint8_t reserved[7];
} hp_msg_position_request;
_Static_assert(sizeof(hp_msg_position_request) == 16, "PositionRequest is 16 bytes");

enum { HP_POSITION_OK = 0, HP_POSITION_UNKNOWN = 1 };

typedef struct hp_msg_position {
    /// 0 = not asked for: an event.
    uint32_t request_id;
    uint16_t instrument;
    uint16_t account;
    uint8_t kind;
    /// HP_POSITION_UNKNOWN: the gateway cannot tell now; every quantity is then meaningless.
    uint8_t result;
    uint8_t reserved[2];
    int32_t native_code;
    /// Signed contracts.
    int64_t net_quantity;
    /// Price in ticks times contracts of the open position: exact average.
    int64_t open_ticks;
    int64_t day_buy_quantity;
    int64_t day_buy_ticks;
    int64_t day_sell_quantity;
    int64_t day_sell_ticks;
    int64_t event_id;
} hp_msg_position;
_Static_assert(sizeof(hp_msg_position) == 72, "Position is 72 bytes");

/// Bits of `flags` in Account.
enum {
    HP_ACCOUNT_ENABLED = 1 << 0,
    HP_ACCOUNT_SUB = 1 << 1,
    HP_ACCOUNT_SIMULATOR = 1 << 2,
    HP_ACCOUNT_ROUTING = 1 << 3
};

typedef struct hp_msg_account {
    uint32_t request_id;
    uint16_t account;
    uint8_t type;
    uint8_t flags;
    int32_t broker_id;
    uint32_t reserved;
    char broker_name[32];
    char account_id[32];
    char sub_account_id[32];
} hp_msg_account;
_Static_assert(sizeof(hp_msg_account) == 112, "Account is 112 bytes");

typedef struct hp_msg_accounts_changed {
    int32_t broker_id;
    uint32_t changed;
} hp_msg_accounts_changed;
_Static_assert(sizeof(hp_msg_accounts_changed) == 8, "AccountsChanged is 8 bytes");

/// What a human or a supervisor orders; both ways.
enum { HP_KILL_HALT = 1, HP_KILL_RESUME = 2, HP_KILL_FLATTEN = 3, HP_KILL_KILL = 4 };

typedef struct hp_msg_kill {
    uint64_t request_id;
    uint8_t action;
    uint8_t reserved[7];
    char reason[64];
} hp_msg_kill;
_Static_assert(sizeof(hp_msg_kill) == 80, "Kill is 80 bytes");

/// The gateway's own limits for this session: what it refuses whatever the client says.
typedef struct hp_msg_gateway_limits {
    uint16_t instrument;
    uint8_t real_account_locked;
    uint8_t reserved;
    uint32_t orders_per_second;
    int64_t max_order_quantity;
    /// Largest distance of a limit price from the last trade, ticks.
    int64_t price_band;
} hp_msg_gateway_limits;
_Static_assert(sizeof(hp_msg_gateway_limits) == 24, "GatewayLimits is 24 bytes");

#pragma clang assume_nonnull end

#endif
