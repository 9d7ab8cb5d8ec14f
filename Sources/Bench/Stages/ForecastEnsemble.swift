// Stages `forecast.ensemble`, one bar for an ensemble of all kinds, and `decide.ensemble`, the same inside the engine.

import Ensemble
import Features
import Monitoring
import TradingDomain

extension BenchStage {
  /// 32 features, 501 trees, LSTM, transformer, logistic regression, base rate: a bar taken and forecast.
  static var forecastEnsemble: BenchStage {
    BenchStage(
      name: "forecast.ensemble", operation: "a bar's forecast: 501 trees, LSTM, transformer, weights, calibration",
      batch: 1, samples: 2_000
    ) { stopwatch in
      let columns = 32
      let ensemble = try ReferenceEnsemble.make(columns: columns, schemaHash: 1)
      let rows = ReferenceEnsemble.values(count: 512, columns: columns)
      let row = UnsafeMutablePointer<Float>.allocate(capacity: columns)
      row.initialize(repeating: 0, count: columns)
      return PreparedStage(
        finish: { row.deallocate() },
        begin: { _ in ensemble.reset() },
        round: { samples, recorder in
          var checksum: UInt64 = 0
          for sample in 0..<samples {
            let first = sample % 512 * columns
            for column in 0..<columns { row[column] = rows[first + column] }
            let input = ForecastInput(
              features: UnsafeBufferPointer(start: row, count: columns), bar: TriggerMarket.bar(sample),
              regimes: RegimeProbabilities(certain: sample % 100 < 50 ? .range : .trendUp), range: 6)
            // As the engine does between bars.
            ensemble.rehearse(input)
            let start = stopwatch.ticks
            ensemble.observe(input)
            let forecast = ensemble.forecast(input)
            let end = stopwatch.ticks
            recorder.record(stopwatch.nanoseconds(from: start, to: end))
            checksum = (checksum &* 0x100_0000_01B3) ^ UInt64(forecast.probabilityUp.bitPattern)
          }
          return checksum
        })
    }
  }

  /// One trade that completes a bar, from the event to the order handed over, with the ensemble as forecaster.
  static var decideEnsemble: BenchStage {
    decide("decide.ensemble", "bar close: features, ensemble, strategy, risk gate, journal, order") {
      try DecisiveEnsemble(
        ReferenceEnsemble.make(columns: FeatureSchema.v2.count, schemaHash: FeatureSchema.v2.hash))
    }
  }
}
