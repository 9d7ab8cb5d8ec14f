// What every splitter of this module is: a function from labels with end times to splits.

/// A way to divide labels into training and test sets; it takes ``Label`` and nothing less, so no end time is missing.
package protocol Splitter: Sendable {
  /// The splits of `labels`, which are sorted by start time.
  func splits(_ labels: [Label]) throws(ValidationError) -> [Split]
}

extension PurgedKFold: Splitter {}
extension WalkForward: Splitter {}
extension CombinatorialPurgedCV: Splitter {}
