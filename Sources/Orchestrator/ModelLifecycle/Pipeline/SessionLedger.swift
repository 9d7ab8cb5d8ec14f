// What each model said and earned in a session, read from the facts that the engine recorded.

package import Accounting
package import Backtest
package import Engine
package import Ensemble
package import Execution
package import Features
package import Risk
package import TradingDomain

/// Reads a session's facts. Live it is fed from the journal, in a rehearsal from memory: the same facts either way.
package struct SessionLedger {
  /// What one model did.
  package struct Account {
    /// Engine time and forecast after each bar, oldest first.
    package var forecasts: [(time: Timestamp, forecast: Forecast)] = []
    package var ofOrders = Money.zero
    package var trades = 0
    package var invalidForecasts = 0
    package var isBenched = false

    package init() {}
  }

  package private(set) var accounts: [UInt64: Account] = [:]
  /// Ticks that fills of entries lost against the decision's close, one a fill.
  package private(set) var slippage: [Double] = []
  private let tickValue: Money
  private let feePerSide: Money
  private var champion: UInt64
  private var canary: UInt64 = 0
  private var decider: UInt64
  private var decisionPrice: Price?
  private var owner: UInt64 = 0
  private var position: Int64 = 0

  /// - Parameter champion: Who trades until a ``RosterRecord`` says otherwise.
  package init(instrument: Instrument, fees: ContractFees, champion: UInt64) {
    tickValue = instrument.tickValue
    feePerSide = fees.perSide
    self.champion = champion
    decider = champion
  }

  /// Mean of ``slippage``; nil without entries.
  package var meanSlippage: Double? {
    slippage.isEmpty ? nil : slippage.reduce(0, +) / Double(slippage.count)
  }

  package mutating func observe(_ entry: JournalEntry) {
    switch entry.fact {
    case .roster(let roster): (champion, canary) = (roster.champion, roster.canary)
    case .benched(let model): accounts[model, default: Account()].isBenched = true
    case .decision(let decision):
      decider = decision.isCanary ? canary : champion
      decisionPrice = decision.price
      note(
        decider, entry.time,
        Forecast(
          probabilityUp: decision.probabilityUp, probabilityDown: decision.probabilityDown,
          magnitude: decision.expectedMove, expectedTicks: decision.expectedTicks, spreadTicks: decision.spreadTicks,
          abstention: AbstentionReason(rawValue: decision.abstention)))
    case .shadow(let shadow):
      note(
        shadow.model, entry.time,
        Forecast(
          probabilityUp: shadow.probabilityUp, probabilityDown: shadow.probabilityDown,
          magnitude: shadow.expectedMove, expectedTicks: shadow.expectedTicks, spreadTicks: shadow.spreadTicks,
          abstention: AbstentionReason(rawValue: shadow.abstention)))
    case .intent(let order) where order.intent.purpose == .entry && position == 0: owner = decider
    case .fill(let fill): observe(fill)
    default: break
    }
  }

  private mutating func note(_ model: UInt64, _ time: Timestamp, _ forecast: Forecast) {
    if !forecast.isValid, forecast.abstention == nil { accounts[model, default: Account()].invalidForecasts += 1 }
    accounts[model, default: Account()].forecasts.append((time, forecast))
  }

  /// Cash of a position that is flat at the session's end adds up to its profit.
  private mutating func observe(_ fill: Fill) {
    let contracts = fill.quantity.contracts
    let cash = Money(microBRL: -fill.side.sign * fill.ticks * tickValue.microBRL - contracts * feePerSide.microBRL)
    if position == 0 { accounts[owner, default: Account()].trades += 1 }
    accounts[owner, default: Account()].ofOrders = accounts[owner, default: Account()].ofOrders + cash
    position += fill.side.sign * contracts
    if fill.purpose == .entry, let decisionPrice, contracts > 0 {
      slippage.append(Double(fill.side.sign) * (Double(fill.ticks) / Double(contracts) - Double(decisionPrice.ticks)))
    }
  }
}

/// A closed session's bars, ready to be traded by anybody's forecasts.
package struct SessionReplay {
  private let tape: BarTape
  private let columns: StrategyColumns
  private let research: BarResearch
  private let tickSize: Double

  /// - Parameters:
  ///   - bars: Of the session alone.
  ///   - columns: One a bar.
  package init(
    session: TapeSession, bars: [Bar], columns: StrategyColumns, instrument: Instrument, fills: BarFillModel,
    limits: RiskLimits, execution: ExecutionConfiguration, contracts: Int64
  ) throws {
    tape = try BarTape(bars: bars, sessions: [session], limits: limits, entryLifetime: execution.entryLifetime)
    self.columns = columns
    research = BarResearch(fills: fills, contracts: contracts)
    tickSize = instrument.tickSize
  }

  /// What `account` would have earned alone, in reais and round trips.
  package func trade(
    _ account: SessionLedger.Account, strategy: StrategyConfiguration
  ) throws -> (profit: Double, trades: Int) {
    let result = try research.run(
      tape, sessions: 0..<1, strategy: strategy, tickSize: tickSize, columns: columns, forecasts: column(account))
    return (result.net.brl, result.trades.count)
  }

  /// Mean of (outcome - P)^2 - P (1 - P) over forecasts of a rise whose outcome `horizon` bars later is known and not
  /// flat, P being that of a rise among rises and falls; nil without any.
  package func brierExcess(_ account: SessionLedger.Account, horizon: Int) -> Double? {
    let forecasts = column(account)
    var (sum, count) = (0.0, 0.0)
    for place in forecasts.indices.dropLast(horizon) where forecasts[place].isValid {
      let move = tape.bars[place + horizon].close.ticks - tape.bars[place].close.ticks
      let both = Double(forecasts[place].probabilityUp + forecasts[place].probabilityDown)
      guard move != 0, both > 0 else { continue }
      let up = Double(forecasts[place].probabilityUp) / both
      let miss = (move > 0 ? 1 : 0) - up
      sum += miss * miss - up * (1 - up)
      count += 1
    }
    return count > 0 ? sum / count : nil
  }

  /// The account's forecasts, one a bar.
  private func column(_ account: SessionLedger.Account) -> [Forecast] {
    var forecasts = [Forecast](repeating: .none(.noInput), count: tape.bars.count)
    for (time, forecast) in account.forecasts {
      // The newest bar that was complete when it was said.
      var (low, high) = (0, tape.bars.count)
      while low < high {
        let middle = (low + high) / 2
        if tape.bars[middle].end > time { high = middle } else { low = middle + 1 }
      }
      if low > 0 { forecasts[low - 1] = forecast }
    }
    return forecasts
  }
}
