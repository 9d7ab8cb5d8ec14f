// Who may say something of the near future.

package import Features
package import TradingDomain

/// What a forecaster is told of a completed bar.
@frozen package struct ForecastInput {
  /// In schema order; valid during the call. Empty where the bar has none: not warm yet, or not all numbers.
  package var features: UnsafeBufferPointer<Float>
  package var bar: Bar
  /// As known at the bar's close.
  package var regimes: RegimeProbabilities
  /// Average true range over 14 bars in ticks; NaN where there is none yet.
  package var range: Double

  @inlinable package init(
    features: UnsafeBufferPointer<Float>, bar: Bar, regimes: RegimeProbabilities, range: Double
  ) {
    self.features = features
    self.bar = bar
    self.regimes = regimes
    self.range = range
  }
}

/// A model that forecasts bar by bar; one stream, one thread, no memory taken after its birth.
package protocol Forecaster: AnyObject {
  /// Hash of the feature schema that it was trained on.
  var schemaHash: UInt64 { get }
  /// Forgets the stream: the next bar is its first.
  func reset()
  /// Takes the next bar: what remembers goes one step on, and outcomes that became known teach. Called once for every
  /// bar, those that only warm up included.
  func observe(_ input: ForecastInput)
  /// The forecast after the bar observed last, which `input` repeats. Changes nothing.
  func forecast(_ input: ForecastInput) -> Forecast
  /// Touches what ``observe(_:)`` and ``forecast(_:)`` will need for a bar like `input`, so that it is near when the
  /// bar comes. Changes nothing.
  func rehearse(_ input: ForecastInput)
  /// What each member said and weighed in the forecast asked for last; nil where there are no members.
  var votes: VotesRecord? { get }
}

extension Forecaster {
  package func reset() {}
  package func observe(_ input: ForecastInput) {}
  package func rehearse(_ input: ForecastInput) { _ = forecast(input) }
  package var votes: VotesRecord? { nil }
}
