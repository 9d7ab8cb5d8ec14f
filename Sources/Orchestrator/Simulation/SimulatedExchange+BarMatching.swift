// Fill rule `barPenetration`: what a bar can be asked about orders.

import QuantMath
import TradingDomain

extension SimulatedExchange {
  /// Half of the assumed spread, rounded up to a tick.
  private var halfSpread: Int64 { (configuration.barSpreadTicks + 1) / 2 }

  /// A bar begins: crossing orders that waited for it fill at its open.
  func openBar(_ bar: Bar, _ index: Int) {
    let market = markets[index]
    market.lastPrice = bar.open.ticks
    market.currentBar = bar
    // Sources without volume give no bound.
    market.barBudget = bar.volume.contracts > 0 ? bar.volume.contracts : .max
    guard market.phase == .opened else { return }
    for side in [Side.buy, .sell] {
      for order in snapshot(index, side) where orders[order].isTaker {
        fillAtOpen(order, bar)
        if orders[order].validity.isImmediate && orders[order].life == .working { expire(order, .validityEnded) }
      }
    }
  }

  /// An order that has just arrived: within the tolerance of a bar's start it still gets the open.
  func matchLateArrival(_ order: Int) {
    let market = markets[orders[order].market]
    guard market.phase == .opened, let bar = market.currentBar, sawFromOpen(order, bar) else { return }
    fillAtOpen(order, bar)
  }

  /// Fills a crossing order at the open worsened by half the spread; what does not cross there becomes a resting order.
  private func fillAtOpen(_ order: Int, _ bar: Bar) {
    let market = markets[orders[order].market]
    let sign = orders[order].side.sign
    let price = bar.open.ticks + sign * halfSpread
    if sign * (orders[order].limit - price) < 0 {
      if !orders[order].isMarket { orders[order].isTaker = false }
      return
    }
    let quantity = min(orders[order].leaves, market.barBudget)
    if quantity == 0 { return }
    if orders[order].validity == .bookOnly || (orders[order].validity == .fillOrKill && quantity < orders[order].leaves)
    {
      expire(order, .validityEnded)
      return
    }
    market.barBudget -= quantity
    fill(order, quantity, at: worsened(price, order, quantity))
  }

  private func sawFromOpen(_ order: Int, _ bar: Bar) -> Bool {
    orders[order].arrival <= (bar.start + configuration.barOpenTolerance).nanoseconds
  }

  /// The inside of a bar: stops first, then resting orders that no stop of their side has pre-empted.
  ///
  /// Only stops that arrived after `arrivedAfter` are asked; resting orders only on the first pass (`Int64.min`).
  func matchInside(_ bar: Bar, _ index: Int, arrivedAfter: Int64) {
    let market = markets[index]
    guard market.phase == .opened else { return }
    var stopped: [(client: Int, side: Side)] = []
    for order in market.stops.snapshot where orders[order].arrival > arrivedAfter {
      let (side, stop) = (orders[order].side, orders[order].stop)
      let extreme = side == .buy ? bar.high.ticks : bar.low.ticks
      if side.sign * (extreme - stop) < 0 { continue }
      stopped.append((orders[order].client, side))
      trigger(order, bar, market)
    }
    if arrivedAfter != .min { return }
    for side in [Side.buy, .sell] {
      let extreme = side == .buy ? bar.low.ticks : bar.high.ticks
      for order in snapshot(index, side) where !orders[order].isTaker && sawFromOpen(order, bar) {
        let reach = side.sign * (orders[order].limit - extreme)
        if market.barBudget == 0 { continue }
        if reach < configuration.penetrationTicks && !(reach >= 0 && isTouchFilled(order, bar)) { continue }
        if stopped.contains(where: { $0.client == orders[order].client && $0.side == side }) { continue }
        let quantity = min(orders[order].leaves, market.barBudget)
        market.barBudget -= quantity
        fill(order, quantity, at: orders[order].limit)
      }
    }
  }

  /// Draws whether a bar that reached the order's price, but not beyond, filled it.
  private func isTouchFilled(_ order: Int, _ bar: Bar) -> Bool {
    if configuration.touchProbability <= 0 { return false }
    let bits = CounterRandom.value(
      seed: configuration.seed, stream: 0x746F_7563_68 << 24 | UInt64(orders[order].number),
      counter: UInt64(bitPattern: bar.start.nanoseconds))
    return Double(bits >> 11) * 0x1p-53 < configuration.touchProbability
  }

  /// A stop fires inside a bar: at the worse of stop and open, plus slippage; beyond its limit it rests there.
  private func trigger(_ order: Int, _ bar: Bar, _ market: InstrumentMarket) {
    let sign = orders[order].side.sign
    let sawOpen = sawFromOpen(order, bar)
    withdraw(order)
    orders[order].arrival = now.nanoseconds
    orders[order].priority = takePriority()
    insertWorking(order)
    orders[order].isTaker = false
    // Worse is higher for a buyer and lower for a seller.
    let worse = sawOpen ? max(sign * orders[order].stop, sign * bar.open.ticks) : sign * orders[order].stop
    let price = sign * worse + sign * configuration.stopSlippageTicks
    let quantity = min(orders[order].leaves, market.barBudget)
    if sign * (orders[order].limit - price) < 0 || quantity == 0 { return }
    market.barBudget -= quantity
    fill(order, quantity, at: price)
  }

  /// A bar ends: stops that arrived in its second half are asked too, and its close is the last price.
  func closeBar(_ bar: Bar, _ index: Int) {
    let market = markets[index]
    let middle = bar.start.nanoseconds + bar.duration.count / 2
    if market.currentBar?.start == bar.start { matchInside(bar, index, arrivedAfter: middle) }
    market.lastPrice = bar.close.ticks
    market.activity.add(bar)
    market.currentBar = nil
  }
}
