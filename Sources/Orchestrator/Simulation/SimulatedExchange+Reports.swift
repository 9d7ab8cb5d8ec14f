// Fills and reports: the only place where an order's cumulative numbers change.

import TradingDomain

extension SimulatedExchange {
  /// Reports the order's present numbers under a status.
  func report(_ index: Int, _ status: OrderStatus, _ reason: VenueReason = .none) {
    orders[index].status = status
    orders[index].reason = reason
    orders[index].reported = now
    if status == .clientCreated || status == .hadesCreated, !configuration.reportsEveryState { return }
    reports.append(
      ClientReport(
        client: orders[index].client, report: orders[index].lastReport(epoch: configuration.gatewayEpoch)))
  }

  /// Says again what was said last, with a reason why the request changed nothing.
  func repeatLast(_ index: Int, _ reason: VenueReason) {
    var report = orders[index].lastReport(epoch: configuration.gatewayEpoch)
    report.reason = reason
    report.exchangeTime = now
    reports.append(ClientReport(client: orders[index].client, report: report))
  }

  /// Answers a request about an order that this venue does not have. Status `unknown`: absence here proves nothing
  /// about other sessions, and the reason says the rest.
  func reportUnknown(_ id: ClientOrderID, _ instrument: InstrumentID, _ client: Int) {
    let report = OrderReport(
      id: id, gatewayOrderID: 0, instrument: instrument, status: .unknown, reason: .unknownOrder, side: .buy,
      quantity: 0, tradedQuantity: 0, tradedTicks: 0, exchangeTime: now)
    reports.append(ClientReport(client: client, report: report))
  }

  /// Books contracts on an order and reports it; a filled order leaves its list.
  func fill(_ index: Int, _ quantity: Int64, at price: Int64) {
    precondition(quantity > 0 && quantity <= orders[index].leaves, "fill of \(quantity) exceeds what is left")
    orders[index].traded += quantity
    orders[index].tradedTicks += quantity * price
    filledContracts += quantity
    if orders[index].leaves == 0 {
      withdraw(index)
      report(index, .filled)
    } else {
      report(index, .partiallyFilled)
    }
  }

  /// Ends an order whose validity is over.
  func expire(_ index: Int, _ reason: VenueReason = .none) {
    withdraw(index)
    report(index, orders[index].traded > 0 ? .partiallyFilledExpired : .expired, reason)
  }

  /// Ends an order that would have traded with its own client.
  func preventSelfTrade(_ index: Int) {
    withdraw(index)
    report(index, orders[index].traded > 0 ? .partiallyFilledCanceled : .canceled, .selfTrade)
  }
}
