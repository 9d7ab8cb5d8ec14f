// The newest forecasts with what became of them, for fitting calibrations anew.

/// A ring of outcomes; nothing is allocated after initialisation but by ``sample(of:)``.
final class RecentOutcomes {
  /// Outcomes kept: some eight sessions of one-minute bars.
  static let capacity = 4_096

  private let members: Int
  /// (capacity, N, 3) uncalibrated probabilities; NaN where a member had none.
  private let said: UnsafeMutablePointer<Float>
  private let outcomes: UnsafeMutablePointer<UInt8>
  private var count = 0

  init(members: Int) {
    self.members = members
    said = .allocate(capacity: Self.capacity * members * MoveClass.count)
    said.initialize(repeating: 0, count: Self.capacity * members * MoveClass.count)
    outcomes = .allocate(capacity: Self.capacity)
    outcomes.initialize(repeating: 0, count: Self.capacity)
  }

  deinit {
    said.deallocate()
    outcomes.deallocate()
  }

  func removeAll() { count = 0 }

  /// - Parameter raw: (N, 3).
  func append(_ raw: UnsafePointer<Double>, outcome: Int) {
    let place = count % Self.capacity
    let width = members * MoveClass.count
    for index in 0..<width { said[place * width + index] = Float(raw[index]) }
    outcomes[place] = UInt8(outcome)
    count += 1
  }

  /// What one member said, with the outcomes.
  func sample(of member: Int) throws(CalibrationError) -> CalibrationSample {
    var probabilities: [Double] = []
    var happened: [Int] = []
    for place in 0..<min(count, Self.capacity) {
      let p = said + (place * members + member) * MoveClass.count
      guard p[0].isFinite else { continue }
      // Single precision sums to 1 but for its last digits.
      let sum = Double(p[0]) + Double(p[1]) + Double(p[2])
      for index in 0..<MoveClass.count { probabilities.append(min(1, Double(p[index]) / sum)) }
      happened.append(Int(outcomes[place]))
    }
    return try CalibrationSample(classes: MoveClass.count, probabilities: probabilities, outcomes: happened)
  }
}
