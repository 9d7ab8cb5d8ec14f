// A model that is told everything one bar late: what is left of an edge then was not made within the bar.

package import Ensemble
package import TradingDomain

/// Forecasts from the features of the decision before.
///
/// A feature that knows the bar that is traded on, or an edge that lives no longer than a bar, loses its worth here.
package final class LateForecaster: Forecaster {
  private let forecaster: any Forecaster
  /// The features before the newest ones, and the newest ones.
  private var late: [Float] = []
  private var newest: [Float] = []

  /// `forecaster` one decision late.
  package init(_ forecaster: any Forecaster) { self.forecaster = forecaster }

  package var schemaHash: UInt64 { forecaster.schemaHash }
  package var votes: VotesRecord? { late.isEmpty ? nil : forecaster.votes }

  package func reset() {
    late.removeAll(keepingCapacity: true)
    newest.removeAll(keepingCapacity: true)
    forecaster.reset()
  }

  package func observe(_ input: ForecastInput) {
    guard !input.features.isEmpty else { return forecaster.observe(input) }
    swap(&late, &newest)
    // Equal counts reuse the room.
    newest.removeAll(keepingCapacity: true)
    newest.append(contentsOf: input.features)
    guard !late.isEmpty else { return }
    withLate(input) { forecaster.observe($0) }
  }

  /// What the forecaster says of the features observed before the last ones; no forecast after the first.
  package func forecast(_ input: ForecastInput) -> Forecast {
    guard !late.isEmpty else { return .none(.noInput) }
    return withLate(input) { forecaster.forecast($0) }
  }

  private func withLate<Result>(_ input: ForecastInput, _ body: (ForecastInput) -> Result) -> Result {
    late.withUnsafeBufferPointer { features in
      var input = input
      input.features = features
      return body(input)
    }
  }
}
