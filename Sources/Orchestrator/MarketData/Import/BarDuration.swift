// How long the bars of a file are, told by their starts.

import TradingDomain

/// Duration of a file's bars and how sure it is.
struct BarDuration: Equatable {
  var duration: Nanoseconds
  /// Part of the differences between consecutive starts that equal it; nil when it was given.
  var agreement: Double?
  /// Whether all bars of a day lie whole durations apart.
  var hasWholeSteps = false

  /// The most frequent difference between consecutive starts of one day; for files with one bar a day, of all starts.
  ///
  /// Ties go to the shorter one, because a missing bar lengthens a difference and nothing shortens one.
  init(of bars: [StoredBar], _ days: [DaySlice], given: Nanoseconds?, path: String) throws(ImportError) {
    if let given {
      guard given.count > 0, given.count % 1_000_000_000 == 0 else {
        throw .barDurationNeeded(path: path, reason: "\(given.count) ns is not a positive number of whole seconds")
      }
      duration = given
      agreement = nil
      return
    }
    var steps: [Int64: Int] = [:]
    let withinDays = days.contains { $0.rows.count > 1 }
    var total = 0
    for range in withinDays ? days.map(\.rows) : [0..<bars.count] {
      // Runs of equal steps are counted at once: files are regular, and a dictionary look-up per row would be slow.
      var run: (step: Int64, count: Int) = (0, 0)
      for index in range.dropFirst() {
        let step = bars[index].time.nanoseconds &- bars[index - 1].time.nanoseconds
        if step != run.step {
          if run.count > 0 { steps[run.step, default: 0] += run.count }
          run = (step, 0)
        }
        run.count += 1
        total += 1
      }
      if run.count > 0 { steps[run.step, default: 0] += run.count }
    }
    guard let mode = steps.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else {
      throw .barDurationNeeded(path: path, reason: "the file has one bar only")
    }
    guard mode.key % 1_000_000_000 == 0 else {
      throw .barDurationNeeded(path: path, reason: "most bars are \(mode.key) ns apart, which is not whole seconds")
    }
    duration = Nanoseconds(mode.key)
    agreement = Double(mode.value) / Double(total)
    hasWholeSteps = withinDays && steps.keys.allSatisfy { $0 % mode.key == 0 }
  }
}
