// What the doctor looks at: everything that is known about one finished run.

package import Performance
package import TradingDomain

/// The facts about a run from which its verdicts follow. What was not measured is nil, and says nothing.
package struct BacktestEvidence {
  /// Closed trades in order of their exits.
  package var trades: [ClosedTrade]
  /// Every session of the run, ascending, with its net result.
  package var sessions: [SessionProfit]
  package var capital: Money
  /// Whether fees were left out.
  package var isFree: Bool
  /// Sessions that the model was trained on.
  package var seenSessions: Int
  package var conditions: FillConditions
  /// Configurations tried before this one was chosen, over all studies of the ledger; nil where no ledger was asked.
  package var trials: Int?
  /// Variance of their Sharpe ratios a session; nil where fewer than two are known.
  package var trialVariance: Double?
  /// Number of values that training chose: leaves of trees, weights of nets.
  package var parameters: Int?
  /// Labels that training saw, corrected for their overlap.
  package var independentObservations: Double?
  package var curves: [SensitivityCurve]
  package var stresses: [VariationOutcome]
  /// Net results in BRL of the same pipeline fitted on shuffled labels.
  package var shuffledNets: [Double]?
  /// Net result in BRL of the same pipeline with all features one bar late.
  package var delayedNet: Double?
  /// How many contracts the edge carries; nil where there is none or the market's volume is not known.
  package var capacity: Capacity?

  package init(
    trades: [ClosedTrade], sessions: [SessionProfit], capital: Money, isFree: Bool = false, seenSessions: Int = 0,
    conditions: FillConditions = FillConditions(), trials: Int? = nil, parameters: Int? = nil,
    independentObservations: Double? = nil, curves: [SensitivityCurve] = [], stresses: [VariationOutcome] = []
  ) {
    self.trades = trades
    self.sessions = sessions
    self.capital = capital
    self.isFree = isFree
    self.seenSessions = seenSessions
    self.conditions = conditions
    self.trials = trials
    self.parameters = parameters
    self.independentObservations = independentObservations
    self.curves = curves
    self.stresses = stresses
  }

  /// Net result of all trades, in BRL.
  package var net: Double { trades.reduce(0) { $0 + $1.netProfit.brl } }
}
