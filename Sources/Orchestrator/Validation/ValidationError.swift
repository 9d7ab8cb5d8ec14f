// What can be wrong with a request for labels, splits or statistics.

/// A request that this module cannot honour; the description names the argument, its value and the mend.
package enum ValidationError: Error, Hashable {
  /// A numeric argument lies outside its range.
  case argument(name: String, value: String, requirement: String)
  /// Two parallel arrays differ in length.
  case lengthMismatch(name: String, count: Int, expected: Int)
  /// Labels must come in order of their start time.
  case unsortedLabels(position: Int)
  /// A label ends before it starts.
  case reversedSpan(position: Int)
  /// Bars must come in order of time.
  case unsortedBars(index: Int)
  /// A split would have nothing to train on.
  case emptyTraining(split: Int, purged: Int, embargoed: Int)
  /// There are fewer labels than the splitter needs.
  case tooFewLabels(count: Int, needed: Int, purpose: String)
}

extension ValidationError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .argument(let name, let value, let requirement):
      return "\(name) is \(value), but must be \(requirement)"
    case .lengthMismatch(let name, let count, let expected):
      return "\(name) has \(count) elements where \(expected) are needed: pass one per bar, label or period"
    case .unsortedLabels(let position):
      return "label \(position) starts before label \(position - 1): sort labels by start time before splitting"
    case .reversedSpan(let position):
      return "label \(position) ends before it starts: its end must be the time at which its value was known"
    case .unsortedBars(let index):
      return "bar \(index) ends no later than bar \(index - 1): pass bars in order of time, without duplicates"
    case .emptyTraining(let split, let purged, let embargoed):
      return """
        split \(split) has no training label left (\(purged) purged, \(embargoed) under embargo): use more data, fewer \
        folds, shorter labels or a shorter embargo
        """
    case .tooFewLabels(let count, let needed, let purpose):
      return "\(count) labels are too few for \(purpose): at least \(needed) are needed"
    }
  }
}

/// Throws unless `isSatisfied`, naming the argument.
func require(
  _ isSatisfied: Bool, _ name: String, _ value: some CustomStringConvertible, _ requirement: String
) throws(ValidationError) {
  if !isSatisfied { throw .argument(name: name, value: value.description, requirement: requirement) }
}
