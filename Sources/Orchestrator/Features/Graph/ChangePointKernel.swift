// A change-point detector as a part of a graph.

/// Owns a ``ChangePointDetector`` with the prior of standardised values.
final class ChangePointKernel {
  private var detector: ChangePointDetector

  init(hazard: Double) { detector = ChangePointDetector(hazard: hazard) }

  /// Adds a finite value and gives the expected run length.
  func update(_ value: Double) -> Double {
    detector.update(value)
    return detector.expectedRunLength
  }

  func probability(within bars: Int) -> Double { detector.probability(runLengthBelow: bars) }

  var surprise: Double { detector.surprise ?? .nan }

  func reset() { detector.reset() }
}
