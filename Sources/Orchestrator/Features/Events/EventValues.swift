// The vector of signals, by name.

/// Memory of one value per signal, in the order of their raw values.
struct EventValues {
  /// [EventSignal.allCases.count]
  let pointer: UnsafeMutablePointer<Double>

  /// The value of a signal. What is not finite becomes NaN: unknown is the only thing that is not a number here.
  subscript(_ signal: EventSignal) -> Double {
    get { pointer[signal.rawValue] }
    nonmutating set { pointer[signal.rawValue] = newValue.isFinite ? newValue : .nan }
  }

  /// `part` of `whole`; unknown where there is no whole.
  static func ratio(_ part: Int64, _ whole: Int64) -> Double { whole > 0 ? Double(part) / Double(whole) : .nan }
}
