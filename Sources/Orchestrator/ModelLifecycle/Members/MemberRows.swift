// What members of an ensemble learn from: every bar in order, and outcomes for those that have one.

package import Backtest
import Engine
package import Features
import QuantMath
package import TradingDomain
package import Validation

/// Rows of features, one for each warm bar, with the move that followed where it is known.
///
/// Trees and linear models read the rows that have labels; networks read what lies between them, too.
package struct MemberRows: Sendable {
  package let schema: FeatureSchema
  package let instrument: Instrument
  /// All bars, and the rows of those that are warm.
  package let tape: ForecastTape
  /// In order of time.
  package let labels: [Label]
  /// Place of each label's row among the rows.
  package let rowOfLabel: [Int]
  /// Signed move of each label in ticks.
  package private(set) var moves: [Double]
  /// Average uniqueness of each label.
  package let weights: [Double]
  package let horizonBars: Int
  /// Ticks either way that count as no move.
  package let deadZoneTicks: Double

  package var values: [Float] { tape.matrix.values }
  package var columns: Int { schema.count }
  package var rows: Int { tape.matrix.rows }
  package var count: Int { labels.count }

  /// - Parameter first: Place of the first bar that may be labelled; earlier bars only warm the features.
  package init(
    bars: [Bar], labelledFrom first: Int, schema: FeatureSchema, instrument: Instrument, horizonBars: Int,
    deadZoneTicks: Double
  ) throws {
    let labeler = FixedHorizonLabeler(horizonBars: horizonBars, target: .magnitude, staysInSession: true)
    try self.init(
      tape: ForecastTape(
        matrix: FeatureMatrix(schema: schema, instrument: instrument, bars: bars), bars: bars,
        columns: StrategyColumns(bars: bars, instrument: instrument)),
      instrument: instrument,
      labels: labeler.labels(bars: bars, tickSize: instrument.tickSize).filter { $0.startIndex >= first },
      horizonBars: horizonBars, deadZoneTicks: deadZoneTicks)
  }

  /// Rows of a tape with some labels of its bars, in order; those of bars that are not warm are left out.
  init(
    tape: ForecastTape, instrument: Instrument, labels: [Label], horizonBars: Int, deadZoneTicks: Double
  ) throws {
    var rowOfBar = [Int](repeating: -1, count: tape.bars.count)
    for (row, bar) in tape.matrix.barIndexes.enumerated() { rowOfBar[bar] = row }
    let labels = labels.filter { rowOfBar[$0.startIndex] >= 0 && tape.columns.ranges[$0.startIndex] > 0 }
    schema = tape.matrix.schema
    self.instrument = instrument
    self.tape = tape
    self.labels = labels
    rowOfLabel = labels.map { rowOfBar[$0.startIndex] }
    moves = labels.map { ($0.value / instrument.tickSize).rounded() }
    weights = try AverageUniqueness.weights(labels)
    self.horizonBars = horizonBars
    self.deadZoneTicks = deadZoneTicks
  }

  /// 0 for a fall by more than the dead zone, 1 for neither, 2 for a rise.
  package func outcome(_ position: Int) -> Int {
    moves[position] > deadZoneTicks ? 2 : moves[position] < -deadZoneTicks ? 0 : 1
  }

  /// Average true range in ticks at a label's decision.
  func range(_ position: Int) -> Double { tape.columns.ranges[labels[position].startIndex] }

  /// The regime that was known at a label's decision.
  func regime(_ position: Int) -> Regime { tape.columns.contexts[labels[position].startIndex].regime }

  /// The slot of time of each row: what an LSTM's lanes follow.
  var slots: [Int64] {
    tape.matrix.barIndexes.map { tape.bars[$0].start.nanoseconds / max(1, tape.bars[$0].duration.count) }
  }

  /// The features of the labels at `positions`, one row each.
  func features(_ positions: [Int]) -> [Float] {
    var chosen: [Float] = []
    chosen.reserveCapacity(positions.count * columns)
    for position in positions {
      let row = rowOfLabel[position]
      chosen.append(contentsOf: values[(row * columns)..<((row + 1) * columns)])
    }
    return chosen
  }

  /// The same rows with outcomes in an order that means nothing: moves are shuffled in blocks, as multiples of the
  /// range. Whatever a model of them earns, it has not learnt.
  func shuffled(seed: UInt64) -> MemberRows {
    var random = CounterRandom(seed: seed, purpose: "shuffled moves")
    let root = Int(Double(count).squareRoot())
    let order = BlockDraws.permutation(
      count: count, blockLength: max(1, min(root, 2 * horizonBars)), with: &random)
    var shuffled = self
    for position in 0..<count {
      let from = Int(order[position])
      shuffled.moves[position] = (moves[from] / range(from) * range(position)).rounded()
    }
    return shuffled
  }
}
