// What a regime model is worth on bars that it was not fitted to.

package import TradingDomain

/// Fits on the past, filters the future, window after window, and measures what the regimes did there.
///
/// The second half of the bars is cut into equal windows; the model of each is fitted to everything before it and takes
/// its names from the model before. The filter starts at the first bar, so a window begins with warm averages. Figures
/// are pooled over the windows.
package struct RegimeStudy: Hashable, Codable, Sendable {
  /// One window.
  package struct Window: Hashable, Codable, Sendable {
    package var fittedBars: Int
    package var testedBars: Int
    package var modelHash: String
    package var record: RegimeFitRecord
    /// Stationary by the transition matrix: 1 / (1 - probability of staying), by state.
    package var expectedDwells: [Double]
    package var persistence: RegimePersistence
    package var behaviour: RegimeBehaviour
  }

  package let bars: Int
  package let windows: [Window]
  /// Bars tested in all.
  package let testedBars: Int
  package let persistence: RegimePersistence
  package let behaviour: RegimeBehaviour
  /// Dwell of the same models on the same bars in random order.
  package let shuffled: ShuffledDwell
  /// Fitted to all bars, for use on later ones; nothing above was measured with it.
  package let model: RegimeModel
  /// What it says of the last window's bars, for a picture; those bars it was fitted to.
  package let lastWindow: RegimeStrip

  /// Fewest bars of a window.
  package static let leastWindow = 500
  /// Random orders of the bars that the dwell is compared with.
  package static let shuffles = 20

  /// Runs the study.
  ///
  /// - Precondition: `windows` is at least 1.
  package init(
    _ bars: [Bar], plan: RegimeFitPlan = RegimeFitPlan(), windows count: Int = 3,
    progress: (Double) -> Void = { _ in }
  ) throws {
    precondition(count >= 1, "a study needs a window")
    let half = bars.count / 2
    let length = (bars.count - half) / count
    guard length >= RegimeStudy.leastWindow else {
      throw RegimeFitError.tooFewObservations(found: bars.count, needed: 2 * count * RegimeStudy.leastWindow)
    }
    let sessionBreak = Nanoseconds.seconds(Int64(plan.observation.sessionBreak))
    var previous: RegimeModel?
    var windows: [Window] = []
    var tracks: [(track: RegimeTrack, usual: UsualMovement)] = []
    var random = [[RegimeTrack]](repeating: [], count: RegimeStudy.shuffles)
    for index in 0..<count {
      let start = half + index * length
      let end = index == count - 1 ? bars.count : start + length
      let model = try RegimeTrainer.fit(bars[..<start], plan: plan, previous: previous)
      var detector = RegimeDetector(model: model)
      for bar in bars[..<start] { detector.update(bar) }
      let tested = Array(bars[start..<end])
      let track = RegimeTrack(tested, detector: detector, sessionBreak: sessionBreak)
      for shuffle in random.indices {
        let seed = plan.seed &+ UInt64(shuffle)
        random[shuffle].append(
          RegimeTrack(
            shuffledBars(tested, sessionBreak: sessionBreak, seed: seed), detector: detector,
            sessionBreak: sessionBreak))
      }
      let usual = UsualMovement(bars[..<start], sessionBreak: sessionBreak)
      windows.append(
        Window(
          fittedBars: start, testedBars: tested.count, modelHash: String(model.hash, radix: 16), record: model.record,
          expectedDwells: (0..<4).map { model.chain.expectedDwell($0) }, persistence: RegimePersistence(track),
          behaviour: RegimeBehaviour([(track, usual)], seed: plan.seed)))
      tracks.append((track, usual))
      previous = model
      progress(Double(index + 1) / Double(count + 1))
    }
    self.bars = bars.count
    self.windows = windows
    testedBars = bars.count - half
    persistence = RegimePersistence(RegimeStudy.joined(tracks.map(\.track)))
    behaviour = RegimeBehaviour(tracks, seed: plan.seed)
    shuffled = ShuffledDwell(random.map { RegimePersistence(RegimeStudy.joined($0)) })
    model = try RegimeTrainer.fit(bars, plan: plan, previous: previous)
    lastWindow = RegimeStrip(tracks[count - 1].track)
    progress(1)
  }

  /// The windows as one track; a session cut by a window's edge counts as two.
  private static func joined(_ tracks: [RegimeTrack]) -> RegimeTrack {
    var sessions: [Range<Int>] = []
    var offset = 0
    for track in tracks {
      sessions += track.sessions.map { $0.lowerBound + offset..<$0.upperBound + offset }
      offset += track.bars.count
    }
    return RegimeTrack(bars: tracks.flatMap(\.bars), regimes: tracks.flatMap(\.regimes), sessions: sessions)
  }
}

/// Closes and regimes of a stretch of bars, thinned to what a picture can show.
package struct RegimeStrip: Hashable, Codable, Sendable {
  /// Most points.
  package static let mostPoints = 1_500

  /// Index of the first bar shown to that of the last, every so many bars.
  package let step: Int
  /// In ticks.
  package let closes: [Int64]
  /// Place of the regime in ``RegimeProbabilities/order``.
  package let regimes: [Int]

  init(_ track: RegimeTrack) {
    let step = max(1, (track.bars.count + RegimeStrip.mostPoints - 1) / RegimeStrip.mostPoints)
    let places = Array(stride(from: 0, to: track.bars.count, by: step))
    self.step = step
    closes = places.map { track.bars[$0].close.ticks }
    regimes = places.map { RegimeProbabilities.order.firstIndex(of: track.regimes[$0]) ?? 4 }
  }
}
