// Forecasts inside the past by models that had not seen the bars they forecast: what thresholds are tuned on.

import DecisionForests
import Ensemble
import Features
import Glibc
import TradingDomain
import Validation

/// Purged walk-forward inside the training part.
///
/// With early stopping, a first pass finds how many rounds the folds stop at, and a second one forecasts with the
/// middle of them in every fold: how bold a forest's forecasts are depends on its rounds, so a threshold is tuned on
/// forests as bold as the final one.
struct InnerForecasts {
  /// One a bar; none outside the test windows and where the features are not warm.
  var forecasts: [Forecast]
  /// First bar that has a forecast.
  var firstBar: Int
  /// Rounds of the forests that forecast.
  var rounds: Int
  /// Weighted mean over the test labels of the base rate's log loss less the model's, nats.
  var gain: Double

  /// Fits a forest a fold of `plan`, and forecasts every warm bar of its test window.
  ///
  /// - Parameter matrix: Features of all bars of the past, on the rows' schema.
  init(_ rows: LabelledRows, _ outcomes: FitOutcomes, matrix: FeatureMatrix, plan: TrainingPlan) throws {
    let first = max(1, Int(Double(rows.count) * plan.firstTrainingPart))
    let splits = try WalkForward(
      window: .expanding(minimum: first), testLength: (rows.count - first + plan.folds - 1) / plan.folds
    ).splits(rows.labels)
    forecasts = [Forecast](repeating: .none(.noInput), count: matrix.barCount)
    firstBar = matrix.barCount
    rounds = try Self.rounds(rows, outcomes, splits: splits, plan: plan)
    var fixed = plan
    fixed.rounds = rounds
    fixed.patience = nil
    var (saved, weight) = (0.0, 0.0)
    for split in splits {
      guard let opening = split.test.first, let closing = split.test.last else { continue }
      let fit = try ForestFit.direction(rows, outcomes, at: split.train, plan: fixed)
      let bars = rows.labels[opening].startIndex...rows.labels[closing].startIndex
      firstBar = min(firstBar, bars.lowerBound)
      Self.forecast(fit.predictor, matrix, bars, into: &forecasts)
      for position in split.test {
        let probability = Double(forecasts[rows.labels[position].startIndex].probabilityUp)
        let isRise = outcomes.directions[position] == 1
        saved += rows.weights[position] * (Self.loss(fit.base, isRise) - Self.loss(probability, isRise))
        weight += rows.weights[position]
      }
    }
    gain = weight > 0 ? saved / weight : 0
  }

  /// The lower middle of the rounds that the folds stop at; the plan's where nothing stops them.
  private static func rounds(
    _ rows: LabelledRows, _ outcomes: FitOutcomes, splits: [Split], plan: TrainingPlan
  ) throws -> Int {
    guard plan.patience != nil else { return plan.rounds }
    let rounds = try splits.map { try ForestFit.direction(rows, outcomes, at: $0.train, plan: plan).rounds }
    return rounds.sorted()[(rounds.count - 1) / 2]
  }

  private static func forecast(
    _ predictor: ForestPredictor, _ matrix: FeatureMatrix, _ bars: ClosedRange<Int>, into forecasts: inout [Forecast]
  ) {
    var output = 0.0
    matrix.values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      for (row, bar) in matrix.barIndexes.enumerated() where bars.contains(bar) {
        predictor.predict(start + row * matrix.columns, into: &output)
        forecasts[bar] = Forecast(
          probabilityUp: Float(output), probabilityDown: 1 - Float(output), magnitude: 0)
      }
    }
  }

  private static func loss(_ probability: Double, _ isRise: Bool) -> Double {
    let bounded = min(max(probability, 1e-12), 1 - 1e-12)
    return -log(isRise ? bounded : 1 - bounded)
  }
}
