// A model that is told everything one bar late: what is left of an edge then was not made within the bar.

package import Ensemble

/// Forecasts from the features of the decision before.
///
/// A feature that knows the bar that is traded on, or an edge that lives no longer than a bar, loses its worth here.
package final class LateForecaster: Forecaster {
  private let forecaster: any Forecaster
  private var kept: [Float] = []

  /// `forecaster` one decision late.
  package init(_ forecaster: any Forecaster) { self.forecaster = forecaster }

  package var schemaHash: UInt64 { forecaster.schemaHash }

  /// What the forecaster says of the features given last time; no forecast the first time.
  package func forecast(_ features: UnsafeBufferPointer<Float>) -> Forecast {
    defer {
      // Equal counts reuse the room.
      kept.removeAll(keepingCapacity: true)
      kept.append(contentsOf: features)
    }
    guard kept.count == features.count, !kept.isEmpty else {
      return Forecast(probabilityUp: .nan, probabilityDown: .nan, magnitude: .nan)
    }
    return kept.withUnsafeBufferPointer { forecaster.forecast($0) }
  }
}
