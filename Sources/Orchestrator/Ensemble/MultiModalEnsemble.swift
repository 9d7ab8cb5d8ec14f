// Members of different kinds, calibrated, weighted by regime, speaking with one voice or keeping still.

import Features
import Glibc
package import TradingDomain

/// An ensemble that forecasts down, flat or up, and says when it had better not.
///
/// Each member's probabilities are corrected by its calibration and mixed by weights that are learned, regime by
/// regime, from the outcomes of the stream itself: a forecast is scored when its outcome has become known, and never
/// before. With one member there is nothing to weigh, and nothing is.
///
/// Nothing is allocated after initialisation. The outcomes of the newest ``RecentOutcomes/capacity`` forecasts are
/// kept, so that calibration can be fitted anew without training; see ``recalibrate(_:)``.
package final class MultiModalEnsemble: Forecaster {
  package let schemaHash: UInt64
  package private(set) var settings: EnsembleSettings
  /// How reliable the mixture has been on this stream.
  package let monitor: CalibrationMonitor
  /// How reliable each member has been.
  package let memberMonitors: [CalibrationMonitor]
  package private(set) var votes: VotesRecord?

  private let members: [any EnsembleMember]
  private var maps: [CalibrationMap]
  private let prior: [Double]
  private var weights: RegimeWeights
  private var sets: ConformalSets?
  private let columns: Int
  private let pending: PendingOutcomes
  private let recent: RecentOutcomes
  /// What a pending forecast keeps: raw and calibrated probabilities (N, 3 each), of the mixture (3), of regimes (R).
  private let kept: UnsafeMutablePointer<Double>
  /// (N) bars since each member's newest step; NaN for a member without a forecast.
  private let ages: UnsafeMutablePointer<Double>
  /// (N) weights of the members in the newest mixture.
  private let shares: UnsafeMutablePointer<Double>
  private let scratch: UnsafeMutablePointer<Double>
  /// (R) what an outcome counts in each regime.
  private let parts: UnsafeMutablePointer<Double>
  private var isKnown = false

  private var count: Int { members.count }
  private var raw: UnsafeMutablePointer<Double> { kept }
  private var calibrated: UnsafeMutablePointer<Double> { kept + 3 * count }
  private var mixed: UnsafeMutablePointer<Double> { kept + 6 * count }
  private var regimes: UnsafeMutablePointer<Double> { kept + 6 * count + 3 }
  private static let regimeCount = Regime.allCases.count

  /// - Parameter members: In the order of the settings'; all read the same columns.
  package init(
    _ settings: EnsembleSettings, members: [any EnsembleMember], schemaHash: UInt64
  ) throws {
    try settings.validate()
    guard members.map(\.kind) == settings.members.map(\.kind), let columns = members.first?.columns,
      members.allSatisfy({ $0.columns == columns })
    else {
      throw EnsembleFlaw.members(
        "the settings name \(settings.members.map(\.kind.rawValue)), but there are "
          + "\(members.map { "\($0.kind.rawValue) of \($0.columns) columns" })")
    }
    if let novelty = settings.abstention.novelty, novelty.medians.count != columns {
      throw EnsembleFlaw.settings("novelty knows \(novelty.medians.count) columns, members read \(columns)")
    }
    self.settings = settings
    self.members = members
    self.schemaHash = schemaHash
    self.columns = columns
    maps = settings.members.map(\.calibration)
    let count = members.count
    prior = (0..<Self.regimeCount).flatMap { regime in settings.members.map { $0.prior[regime] } }
    weights = try Self.weights(settings, prior)
    sets = try Self.sets(settings.abstention)
    monitor = CalibrationMonitor(classes: MoveClass.count, halfLife: Self.monitorHalfLife)
    memberMonitors = members.map { _ in
      CalibrationMonitor(classes: MoveClass.count, halfLife: Self.monitorHalfLife)
    }
    let width = 6 * count + 3 + Self.regimeCount
    pending = PendingOutcomes(horizon: settings.horizonBars, width: width)
    recent = RecentOutcomes(members: count)
    func zeros(_ count: Int) -> UnsafeMutablePointer<Double> {
      let base = UnsafeMutablePointer<Double>.allocate(capacity: count)
      base.initialize(repeating: 0, count: count)
      return base
    }
    kept = zeros(width)
    ages = zeros(count)
    shares = zeros(count)
    scratch = zeros(max(count, MoveClass.count))
    parts = zeros(Self.regimeCount)
  }

  deinit {
    kept.deallocate()
    ages.deallocate()
    shares.deallocate()
    parts.deallocate()
    scratch.deallocate()
  }

  /// Outcomes after which one counts half in the monitors.
  private static let monitorHalfLife = 2_000.0

  private static func weights(_ settings: EnsembleSettings, _ prior: [Double]) throws(WeightError) -> RegimeWeights {
    try RegimeWeights(
      members: settings.members.count, regimes: regimeCount, plan: settings.weights, prior: prior)
  }

  private static func sets(_ abstention: EnsembleSettings.Abstention) throws -> ConformalSets? {
    guard abstention.error < 1 else { return nil }
    return try ConformalSets(truths: abstention.truths, error: abstention.error, step: abstention.step)
  }

  /// Names of the members, in order.
  package var kinds: [MemberKind] { members.map(\.kind) }

  /// Weights of the members in a regime, as learned so far.
  package func weights(in regime: Regime) -> [Double] { weights.weights(regime: Int(regime.rawValue)) }

  // MARK: Stream

  package func reset() {
    for member in members { member.reset() }
    maps = settings.members.map(\.calibration)
    forgetLearning()
    votes = nil
    isKnown = false
  }

  /// Forgets what the stream has taught so far, weights included; what members remember of the market stays.
  package func forgetLearning() {
    pending.reset()
    forgetOutcomes()
    // What could be made once can be made again.
    if let anew = try? Self.weights(settings, prior) { weights = anew }
    if let anew = try? Self.sets(settings.abstention) { sets = anew }
  }

  package func observe(_ input: ForecastInput) {
    if let outcome = pending.advance(input.bar) { learn(outcome.values, ticks: outcome.ticks) }
    isKnown = false
    guard let features = numbers(in: input) else {
      for member in 0..<count { ages[member] += 1 }
      return
    }
    let slot = input.bar.start.nanoseconds / max(1, input.bar.duration.count)
    var isThere = false
    for member in 0..<count {
      // NaN stays NaN until the next step succeeds.
      ages[member] = members[member].observe(features, slot: slot) ? 0 : ages[member] + 1
      let p = raw + 3 * member
      guard members[member].read(features, into: p) else {
        ages[member] = .nan
        for place in 0..<MoveClass.count { (p[place], p[3 * count + place]) = (.nan, .nan) }
        continue
      }
      let corrected = calibrated + 3 * member
      for place in 0..<MoveClass.count { corrected[place] = p[place] }
      maps[member].apply(corrected, classes: MoveClass.count)
      isThere = true
    }
    for regime in Regime.allCases { regimes[Int(regime.rawValue)] = Double(input.regimes[regime]) }
    guard isThere, mix() else { return }
    isKnown = true
    pending.keep(kept)
  }

  /// Mixes the members' probabilities; false when nobody has any.
  private func mix() -> Bool {
    guard let weights = weights.mixture(probabilities: regimes, ages: ages) else { return false }
    for place in 0..<MoveClass.count {
      var sum = 0.0
      for member in 0..<count where weights[member] > 0 { sum += weights[member] * calibrated[3 * member + place] }
      mixed[place] = sum
    }
    for member in 0..<count { shares[member] = weights[member] }
    return true
  }

  /// What became of the forecast with those values.
  private func learn(_ values: UnsafePointer<Double>, ticks: Int64) {
    let outcome = settings.outcome(ticks: Double(ticks))
    let (calibrated, mixed) = (values + 3 * count, values + 6 * count)
    if count > 1 {
      for member in 0..<count { scratch[member] = calibrated[3 * member + outcome] }
      // Outcomes of bars in a row share most of their bars: each counts for its own part.
      let part = 1 / Double(settings.horizonBars)
      for regime in 0..<Self.regimeCount { parts[regime] = part * values[6 * count + 3 + regime] }
      weights.learn(outcomeProbabilities: scratch, probabilities: parts)
    }
    for member in 0..<count where calibrated[3 * member] >= 0 {
      memberMonitors[member].observe(calibrated + 3 * member, outcome: outcome)
    }
    monitor.observe(mixed, outcome: outcome)
    recent.append(values, outcome: outcome)
    if let wasInSet = sets.map({ $0.set(mixed, classes: MoveClass.count) & 1 << UInt32(outcome) != 0 }) {
      sets?.learn(wasInSet: wasInSet)
    }
  }

  // MARK: Forecast

  package func forecast(_ input: ForecastInput) -> Forecast {
    votes = nil
    guard let features = numbers(in: input), input.range.isFinite, input.range > 0 else { return .none(.noInput) }
    guard isKnown else { return .none(.noMember) }
    votes = record()
    return mixture(input, abstention: abstention(features))
  }

  /// The features, if there are as many as members read and all are numbers.
  private func numbers(in input: ForecastInput) -> UnsafePointer<Float>? {
    guard let features = input.features.baseAddress, input.features.count == columns else { return nil }
    for column in 0..<columns where !features[column].isFinite { return nil }
    return features
  }

  private func mixture(_ input: ForecastInput, abstention: AbstentionReason?) -> Forecast {
    let moves = settings.moves
    var (mean, square, size) = (0.0, 0.0, 0.0)
    for place in 0..<MoveClass.count {
      mean += mixed[place] * moves.mean[place]
      square += mixed[place] * moves.square[place]
      size += mixed[place] * moves.size[place]
    }
    return Forecast(
      probabilityUp: Float(mixed[MoveClass.up]), probabilityDown: Float(mixed[MoveClass.down]),
      magnitude: Float(size * input.range / Double(max(1, input.bar.close.ticks))),
      expectedTicks: Float(mean * input.range),
      spreadTicks: Float(max(0, square - mean * mean).squareRoot() * input.range), abstention: abstention)
  }

  private func abstention(_ features: UnsafePointer<Float>) -> AbstentionReason? {
    if let novelty = settings.abstention.novelty, novelty.isNew(features) { return .novel }
    if count > 1 {
      let divergence = Disagreement.divergence(
        calibrated, weights: shares, members: count, classes: MoveClass.count)
      if divergence > settings.abstention.disagreement { return .disagreement }
    }
    if let sets {
      let set = sets.set(mixed, classes: MoveClass.count)
      let (down, up) = (set & 1 << UInt32(MoveClass.down) != 0, set & 1 << UInt32(MoveClass.up) != 0)
      if down == up { return .undecided }
    }
    return nil
  }

  private func record() -> VotesRecord {
    var record = VotesRecord()
    for member in 0..<count {
      let isThere = !ages[member].isNaN
      record.append(
        MemberVote(
          kind: members[member].kind.code, age: isThere ? UInt8(min(254, ages[member])) : 255,
          weight: Float(shares[member]), probabilityUp: isThere ? Float(calibrated[3 * member + MoveClass.up]) : 0,
          probabilityDown: isThere ? Float(calibrated[3 * member + MoveClass.down]) : 0))
    }
    return record
  }

  /// Walks what does not remember, and looks at what does.
  package func rehearse(_ input: ForecastInput) {
    guard let features = input.features.baseAddress, input.features.count == columns else { return }
    for member in members { _ = member.read(features, into: scratch) }
    _ = settings.abstention.novelty?.isNew(features)
  }

  // MARK: Recalibration

  /// Forgets what became of forecasts so far, and nothing else.
  package func forgetOutcomes() {
    recent.removeAll()
    monitor.reset()
    for monitor in memberMonitors { monitor.reset() }
  }

  /// Fits the members' corrections anew to the newest outcomes of this stream, and uses them from now on; not for the
  /// hot path.
  ///
  /// - Returns: The corrections, in the members' order.
  /// - Throws: ``CalibrationError/tooFew(place:count:)`` while there are not outcomes enough; then nothing changes.
  @discardableResult
  package func recalibrate(_ method: CalibrationMethod) throws(CalibrationError) -> [CalibrationMap] {
    var anew: [CalibrationMap] = []
    for member in 0..<count { anew.append(try CalibrationMap(method, fitting: recent.sample(of: member))) }
    maps = anew
    return anew
  }

  /// Takes corrections over for good, one a member in their order; not for the hot path.
  package func correct(by maps: [CalibrationMap]) {
    precondition(maps.count == count, "every member has a correction")
    for member in 0..<count { settings.members[member].calibration = maps[member] }
    self.maps = maps
  }
}
