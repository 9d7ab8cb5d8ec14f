// Faults of a training run in the module's one error.

extension ForestError {
  /// A run that cannot start or went wrong.
  ///
  /// - Parameters:
  ///   - source: What is at fault: `training rows`, `training parameters`, the library.
  ///   - place: Where in it; empty for the whole.
  static func training(source: String, place: String = "", problem: String, mend: String) -> ForestError {
    ForestError(.training, problem, mend: mend).inSource(place.isEmpty ? source : "\(source), \(place)")
  }
}
