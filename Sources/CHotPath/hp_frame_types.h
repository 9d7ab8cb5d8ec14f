// The one table of the protocol's messages: type, name on the protocol page, smallest and largest payload in bytes.
#ifndef HP_FRAME_TYPES_H
#define HP_FRAME_TYPES_H

#include "hp_frame.h"
#include "hp_msg_gateway.h"
#include "hp_msg_market.h"
#include "hp_msg_order.h"
#include "hp_msg_session.h"

#define HP_FIXED(entry, type, name, message) entry(type, name, sizeof(message), sizeof(message))

#define HP_FRAME_SESSION_TYPES(entry)                                                                                  \
    HP_FIXED(entry, HP_FRAME_HELLO, "Hello", hp_msg_hello)                                                             \
    HP_FIXED(entry, HP_FRAME_HELLO_REPLY, "HelloReply", hp_msg_hello_reply)                                            \
    HP_FIXED(entry, HP_FRAME_HEARTBEAT, "Heartbeat", hp_msg_heartbeat)                                                 \
    HP_FIXED(entry, HP_FRAME_GOODBYE, "Goodbye", hp_msg_goodbye)                                                       \
    HP_FIXED(entry, HP_FRAME_ERROR, "Error", hp_msg_error)                                                             \
    HP_FIXED(entry, HP_FRAME_SNAPSHOT_REQUEST, "SnapshotRequest", hp_msg_snapshot_request)                             \
    HP_FIXED(entry, HP_FRAME_SNAPSHOT_BEGIN, "SnapshotBegin", hp_msg_snapshot_begin)                                   \
    HP_FIXED(entry, HP_FRAME_SNAPSHOT_END, "SnapshotEnd", hp_msg_snapshot_end)                                         \
    HP_FIXED(entry, HP_FRAME_CLOCK, "Clock", hp_msg_clock)                                                             \
    HP_FIXED(entry, HP_FRAME_BARRIER, "Barrier", hp_msg_barrier)                                                       \
    HP_FIXED(entry, HP_FRAME_BARRIER_ACK, "BarrierAck", hp_msg_barrier_ack)                                            \
    HP_FIXED(entry, HP_FRAME_END_OF_SESSION, "EndOfSession", hp_msg_end_of_session)

#define HP_FRAME_GATEWAY_TYPES(entry)                                                                                  \
    HP_FIXED(entry, HP_FRAME_LOGIN, "Login", hp_msg_login)                                                             \
    HP_FIXED(entry, HP_FRAME_LOGOUT, "Logout", hp_msg_request)                                                         \
    HP_FIXED(entry, HP_FRAME_CONN_STATE, "ConnState", hp_msg_conn_state)                                               \
    HP_FIXED(entry, HP_FRAME_HEALTH, "Health", hp_msg_health)                                                          \
    HP_FIXED(entry, HP_FRAME_ACTIVITY, "Activity", hp_msg_activity)                                                    \
    HP_FIXED(entry, HP_FRAME_COUNTERS, "Counters", hp_msg_counters)                                                    \
    HP_FIXED(entry, HP_FRAME_RESTART, "Restart", hp_msg_request)                                                       \
    HP_FIXED(entry, HP_FRAME_LATENCY, "Latency", hp_msg_latency)

#define HP_FRAME_MARKET_TYPES(entry)                                                                                   \
    HP_FIXED(entry, HP_FRAME_ASSET_DEF, "AssetDef", hp_msg_asset_def)                                                  \
    HP_FIXED(entry, HP_FRAME_SUBSCRIBE, "Subscribe", hp_msg_subscribe)                                                 \
    HP_FIXED(entry, HP_FRAME_UNSUBSCRIBE, "Unsubscribe", hp_msg_subscribe)                                             \
    HP_FIXED(entry, HP_FRAME_SUBSCRIBE_ACK, "SubscribeAck", hp_msg_subscribe_ack)                                      \
    HP_FIXED(entry, HP_FRAME_INVALID_TICKER, "InvalidTicker", hp_msg_ticker)                                           \
    HP_FIXED(entry, HP_FRAME_ASSET_REQUEST, "AssetRequest", hp_msg_ticker)                                             \
    HP_FIXED(entry, HP_FRAME_CONTRACT_ROLL, "ContractRoll", hp_msg_contract_roll)                                      \
    HP_FIXED(entry, HP_FRAME_AGENT_REQUEST, "AgentRequest", hp_msg_agent_request)                                      \
    HP_FIXED(entry, HP_FRAME_AGENT_NAME, "AgentName", hp_msg_agent_name)                                               \
    HP_FIXED(entry, HP_FRAME_TRADE, "Trade", hp_msg_trade)                                                             \
    HP_FIXED(entry, HP_FRAME_QUOTE, "Quote", hp_msg_quote)                                                             \
    HP_FIXED(entry, HP_FRAME_DEPTH, "DepthUpdate", hp_msg_depth)                                                       \
    HP_FIXED(entry, HP_FRAME_BAR, "Bar", hp_msg_bar)                                                                   \
    HP_FIXED(entry, HP_FRAME_TICKER_STATE, "TickerState", hp_msg_ticker_state)                                         \
    HP_FIXED(entry, HP_FRAME_PRICE_LIMITS, "PriceLimits", hp_msg_price_limits)                                         \
    HP_FIXED(entry, HP_FRAME_GAP, "Gap", hp_msg_gap)                                                                   \
    HP_FIXED(entry, HP_FRAME_DAILY, "Daily", hp_msg_daily)                                                             \
    HP_FIXED(entry, HP_FRAME_OFFER, "OfferUpdate", hp_msg_offer)                                                       \
    HP_FIXED(entry, HP_FRAME_THEORETICAL, "Theoretical", hp_msg_theoretical)                                           \
    HP_FIXED(entry, HP_FRAME_LAST_PRICE, "LastPrice", hp_msg_last_price)                                               \
    HP_FIXED(entry, HP_FRAME_HISTORY_REQUEST, "HistoryRequest", hp_msg_history_request)                                \
    HP_FIXED(entry, HP_FRAME_HISTORY_TRADE, "HistoryTrade", hp_msg_history_trade)                                      \
    HP_FIXED(entry, HP_FRAME_HISTORY_PROGRESS, "HistoryProgress", hp_msg_history_progress)                             \
    HP_FIXED(entry, HP_FRAME_HISTORY_END, "HistoryEnd", hp_msg_history_end)

#define HP_FRAME_ORDER_TYPES(entry)                                                                                    \
    HP_FIXED(entry, HP_FRAME_NEW_ORDER, "NewOrder", hp_msg_new_order)                                                  \
    HP_FIXED(entry, HP_FRAME_CANCEL_ORDER, "CancelOrder", hp_msg_cancel_order)                                         \
    HP_FIXED(entry, HP_FRAME_CHANGE_ORDER, "ChangeOrder", hp_msg_change_order)                                         \
    HP_FIXED(entry, HP_FRAME_CANCEL_ALL, "CancelAll", hp_msg_cancel_all)                                               \
    HP_FIXED(entry, HP_FRAME_ZERO_POSITION, "ZeroPosition", hp_msg_zero_position)                                      \
    HP_FIXED(entry, HP_FRAME_SUBMIT_ACK, "SubmitAck", hp_msg_submit_ack)                                               \
    HP_FIXED(entry, HP_FRAME_ORDER_REPORT, "OrderReport", hp_msg_order_report)                                         \
    HP_FIXED(entry, HP_FRAME_TRADING_RESULT, "TradingResult", hp_msg_trading_result)                                   \
    HP_FIXED(entry, HP_FRAME_ORDER_LIST_REQUEST, "OrderListRequest", hp_msg_list_request)                              \
    HP_FIXED(entry, HP_FRAME_ORDER_LIST_END, "OrderListEnd", hp_msg_list_end)                                          \
    HP_FIXED(entry, HP_FRAME_ORDER_HISTORY_LOADED, "OrderHistoryLoaded", hp_msg_order_history_loaded)                  \
    HP_FIXED(entry, HP_FRAME_POSITION_REQUEST, "PositionRequest", hp_msg_position_request)                             \
    HP_FIXED(entry, HP_FRAME_POSITION, "Position", hp_msg_position)                                                    \
    HP_FIXED(entry, HP_FRAME_ACCOUNT_REQUEST, "AccountRequest", hp_msg_list_request)                                   \
    HP_FIXED(entry, HP_FRAME_ACCOUNT, "Account", hp_msg_account)                                                       \
    HP_FIXED(entry, HP_FRAME_ACCOUNTS_CHANGED, "AccountsChanged", hp_msg_accounts_changed)                             \
    HP_FIXED(entry, HP_FRAME_POSITION_LIST_REQUEST, "PositionListRequest", hp_msg_list_request)                        \
    HP_FIXED(entry, HP_FRAME_POSITION_LIST_END, "PositionListEnd", hp_msg_list_end)                                    \
    HP_FIXED(entry, HP_FRAME_KILL, "Kill", hp_msg_kill)                                                                \
    HP_FIXED(entry, HP_FRAME_GATEWAY_LIMITS, "GatewayLimits", hp_msg_gateway_limits)

#define HP_FRAME_ALL_TYPES(entry)                                                                                      \
    HP_FRAME_SESSION_TYPES(entry)                                                                                      \
    HP_FRAME_GATEWAY_TYPES(entry)                                                                                      \
    HP_FRAME_MARKET_TYPES(entry)                                                                                       \
    HP_FRAME_ORDER_TYPES(entry)

#endif
