// Payloads of instruments, subscriptions and market data. Prices are whole ticks, quantities contracts, times
// nanoseconds since 1970 UTC.
#ifndef HP_MSG_MARKET_H
#define HP_MSG_MARKET_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// "There is no price here" in any price field.
static const int64_t HP_PRICE_NONE = INT64_MIN;

/// Streams of one instrument; bits of `streams`.
enum {
    HP_STREAM_TRADES = 1 << 0,
    HP_STREAM_QUOTES = 1 << 1,
    HP_STREAM_DEPTH = 1 << 2,
    HP_STREAM_BARS = 1 << 3,
    HP_STREAM_STATE = 1 << 4,
    HP_STREAM_OFFERS = 1 << 5,
    HP_STREAM_THEORETICAL = 1 << 6,
};

/// Constants of one instrument, once per session: the number that stands for it afterwards.
typedef struct hp_msg_asset_def {
    uint16_t instrument;
    /// Exchange letter of the broker's interface, ASCII.
    uint8_t exchange;
    uint8_t security_type;
    uint32_t reserved;
    /// Tick size in points as a fraction: exact where a binary float is not.
    int64_t tick_numerator;
    int64_t tick_denominator;
    /// Money per tick and contract, millionths of a real.
    int64_t tick_value_micro_brl;
    int64_t lot;
    int64_t min_quantity;
    int64_t max_quantity;
    /// Days since 1970-01-01 of the last trading day; 0 = none.
    int32_t last_trading_day;
    uint32_t reserved2;
    /// Family symbol, NUL-padded.
    char symbol[16];
    /// Dated contract as orders name it, NUL-padded.
    char ticker[32];
    char isin[16];
} hp_msg_asset_def;
_Static_assert(sizeof(hp_msg_asset_def) == 128, "AssetDef is 128 bytes");
_Static_assert(offsetof(hp_msg_asset_def, tick_numerator) == 8, "tick at 8");
_Static_assert(offsetof(hp_msg_asset_def, symbol) == 64, "symbol at 64");

/// Subscribe and Unsubscribe.
typedef struct hp_msg_subscribe {
    uint32_t request_id;
    uint16_t instrument;
    uint16_t streams;
    /// Used where `instrument` is 0: the gateway defines it by an AssetDef before the acknowledgement.
    char ticker[32];
} hp_msg_subscribe;
_Static_assert(sizeof(hp_msg_subscribe) == 40, "Subscribe is 40 bytes");

enum { HP_SUBSCRIBE_OK = 0, HP_SUBSCRIBE_UNKNOWN = 1, HP_SUBSCRIBE_PARTIAL = 2, HP_SUBSCRIBE_REFUSED = 3 };

typedef struct hp_msg_subscribe_ack {
    uint32_t request_id;
    uint16_t instrument;
    /// Streams that are on now.
    uint16_t streams;
    uint16_t result;
    uint16_t reserved;
    int32_t native_code;
} hp_msg_subscribe_ack;
_Static_assert(sizeof(hp_msg_subscribe_ack) == 16, "SubscribeAck is 16 bytes");

/// Beginning of every market-data payload.
typedef struct hp_market_prefix {
    /// Position in the feed of that instrument and session; consecutive when nothing is lost.
    uint64_t feed_sequence;
    int64_t exchange_time;
    uint16_t instrument;
    /// Trade kind, side, phase or status of a bar, as the message says.
    uint8_t detail;
    uint8_t flags;
    uint32_t reserved;
} hp_market_prefix;
_Static_assert(sizeof(hp_market_prefix) == 24, "market prefix is 24 bytes");

/// Bits of `flags` in Trade.
enum { HP_TRADE_IS_EDIT = 1 << 0 };

/// `detail` = trade kind.
typedef struct hp_msg_trade {
    hp_market_prefix market;
    int64_t price;
    int64_t quantity;
    /// The exchange's trade number; 0 = none.
    uint64_t number;
    /// Millionths of a real; 0 = unknown.
    int64_t volume_micro_brl;
    int32_t buy_agent;
    int32_t sell_agent;
} hp_msg_trade;
_Static_assert(sizeof(hp_msg_trade) == 64, "Trade is 64 bytes");

/// Best bid and ask. An empty side has price 0 and quantity 0; a side without published size has quantity 0 only.
typedef struct hp_msg_quote {
    hp_market_prefix market;
    int64_t bid;
    int64_t bid_quantity;
    int64_t ask;
    int64_t ask_quantity;
} hp_msg_quote;
_Static_assert(sizeof(hp_msg_quote) == 56, "Quote is 56 bytes");

/// Bits of `flags` in DepthUpdate.
enum { HP_DEPTH_ENDS_BATCH = 1 << 0, HP_DEPTH_CLEARS_BOOK = 1 << 1 };

/// `detail` = side (1 buy, 2 sell). New total at one price level; quantity 0 removes it.
typedef struct hp_msg_depth {
    hp_market_prefix market;
    int64_t price;
    int64_t quantity;
    /// Orders in the level; 0 = unknown.
    uint32_t order_count;
    uint32_t reserved;
} hp_msg_depth;
_Static_assert(sizeof(hp_msg_depth) == 48, "DepthUpdate is 48 bytes");

/// What is known about a bar's making; `detail` of Bar.
enum { HP_BAR_COMPLETE = 0, HP_BAR_GAP = 1, HP_BAR_NO_TRADE = 2 };

/// Simulator extension: a completed bar, sent at its end. `detail` = status.
typedef struct hp_msg_bar {
    hp_market_prefix market;
    int64_t start;
    int64_t duration;
    int64_t open;
    int64_t high;
    int64_t low;
    int64_t close;
    int64_t volume;
    int64_t signed_volume;
    uint32_t trade_count;
    uint32_t reserved;
} hp_msg_bar;
_Static_assert(sizeof(hp_msg_bar) == 96, "Bar is 96 bytes");

/// `detail` = trading phase.
typedef struct hp_msg_ticker_state {
    hp_market_prefix market;
} hp_msg_ticker_state;
_Static_assert(sizeof(hp_msg_ticker_state) == 24, "TickerState is 24 bytes");

typedef struct hp_msg_price_limits {
    hp_market_prefix market;
    int64_t lower;
    int64_t upper;
    /// Previous settlement or HP_PRICE_NONE.
    int64_t settlement;
} hp_msg_price_limits;
_Static_assert(sizeof(hp_msg_price_limits) == 48, "PriceLimits is 48 bytes");

/// Feed messages were lost or dropped. `feed_sequence` is the last missing number.
typedef struct hp_msg_gap {
    hp_market_prefix market;
    uint64_t missing;
} hp_msg_gap;
_Static_assert(sizeof(hp_msg_gap) == 32, "Gap is 32 bytes");

/// The day's summary so far.
typedef struct hp_msg_daily {
    hp_market_prefix market;
    int64_t open;
    int64_t high;
    int64_t low;
    int64_t close;
    int64_t settlement;
    int64_t lower;
    int64_t upper;
    int64_t volume_micro_brl;
    int64_t quantity;
    int64_t buyer_quantity;
    int64_t seller_quantity;
    int64_t open_contracts;
    uint32_t trades;
    uint32_t buyer_trades;
    uint32_t seller_trades;
    uint32_t reserved;
} hp_msg_daily;
_Static_assert(sizeof(hp_msg_daily) == 136, "Daily is 136 bytes");

/// What happens to an offer; `flags` of OfferUpdate.
enum {
    HP_OFFER_ADD = 0,
    HP_OFFER_EDIT = 1,
    HP_OFFER_DELETE = 2,
    HP_OFFER_DELETE_FROM = 3,
    HP_OFFER_SNAPSHOT_FIRST = 4,
    HP_OFFER_SNAPSHOT = 5,
    HP_OFFER_SNAPSHOT_LAST = 6,
};

/// One order of the full book. `detail` = side, `flags` = action. In an edit, quantity is the change.
typedef struct hp_msg_offer {
    hp_market_prefix market;
    int64_t offer_id;
    int64_t price;
    int64_t quantity;
    int32_t agent;
    /// Places from the best.
    int32_t position;
} hp_msg_offer;
_Static_assert(sizeof(hp_msg_offer) == 56, "OfferUpdate is 56 bytes");

/// Auction's theoretical price and quantity.
typedef struct hp_msg_theoretical {
    hp_market_prefix market;
    int64_t price;
    int64_t quantity;
} hp_msg_theoretical;
_Static_assert(sizeof(hp_msg_theoretical) == 40, "Theoretical is 40 bytes");

/// Last price or last daily close; `detail` says which.
enum { HP_LAST_PRICE_TRADE = 1, HP_LAST_PRICE_DAILY_CLOSE = 2 };

typedef struct hp_msg_last_price {
    hp_market_prefix market;
    int64_t price;
    uint64_t number;
} hp_msg_last_price;
_Static_assert(sizeof(hp_msg_last_price) == 40, "LastPrice is 40 bytes");

#pragma clang assume_nonnull end

#endif
