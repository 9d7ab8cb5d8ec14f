// What is asked of the finished model itself, whoever made it: does it read the future, is it quick, are its forecasts
// forecasts.

package import Backtest
import Ensemble
import Features
import TradingDomain

/// Probes one model on the past that it was made from.
package struct ChallengerProbes {
  package let model: FittedModel
  package let past: PastBars
  /// Reads a clock in nanoseconds; nil leaves the latency at 0.
  package let clock: (@Sendable () -> UInt64)?

  package init(model: FittedModel, past: PastBars, clock: (@Sendable () -> UInt64)?) {
    self.model = model
    self.past = past
    self.clock = clock
  }

  /// Fills in schema, latency, forecasts that are none, and the probe of the future.
  package func probe(into evidence: inout PromotionEvidence) throws {
    let forecaster = try model.forecaster()
    evidence.schemaRead = forecaster.schemaHash == model.schema.hash ? model.schema.hashText : "another"
    guard forecaster.schemaHash == model.schema.hash else { return }
    let bars = Array(past.bars.suffix(max(2_000, model.schema.warmUpBars + 1_000)))
    let whole = ForecastTape(
      matrix: FeatureMatrix(schema: model.schema, instrument: past.instrument, bars: bars), bars: bars,
      columns: StrategyColumns(bars: bars, instrument: past.instrument))
    let streamed = stream(forecaster, whole)
    evidence.invalidForecasts = streamed.forecasts.count { !$0.isValid && $0.abstention == nil }
    evidence.latencyP99Microseconds = streamed.latency
    evidence.leakProbes["future cut off"] = try futureProbe(whole, streamed.forecasts)
  }

  private func stream(
    _ forecaster: any Forecaster, _ tape: ForecastTape
  ) -> (forecasts: [Forecast], latency: Double) {
    forecaster.reset()
    var said: [Forecast] = []
    var times: [UInt64] = []
    tape.eachBar { _, input in
      let start = clock?() ?? 0
      forecaster.observe(input)
      guard !input.features.isEmpty else { return }
      said.append(forecaster.forecast(input))
      times.append((clock?() ?? 0) &- start)
    }
    times.sort()
    let latency = times.isEmpty ? 0 : Double(times[min(times.count - 1, times.count * 99 / 100)]) / 1_000
    return (said, latency)
  }

  /// What evaluations use must be what the stream says, and must not change when the bars end earlier.
  private func futureProbe(_ tape: ForecastTape, _ streamed: [Forecast]) throws -> String {
    let column = try model.column.forecasts(tape)
    if let place = Self.firstDifference(column, streamed) {
      return "row \(place): the evaluation's forecast is not the stream's"
    }
    let kept = tape.bars.count * 3 / 4
    let bars = Array(tape.bars[..<kept])
    let cut = ForecastTape(
      matrix: FeatureMatrix(schema: model.schema, instrument: past.instrument, bars: bars), bars: bars,
      columns: StrategyColumns(bars: bars, instrument: past.instrument))
    let early = try model.column.forecasts(cut)
    if let place = Self.firstDifference(early, column) {
      return "row \(place): another forecast when the bars after it are left out"
    }
    return ""
  }

  /// The first row at which the probabilities of a rise differ in any bit.
  private static func firstDifference(_ left: [Forecast], _ right: [Forecast]) -> Int? {
    zip(left, right).enumerated().first {
      $0.element.0.probabilityUp.bitPattern != $0.element.1.probabilityUp.bitPattern
    }?.offset
  }
}
