// An LSTM that carries its state, and yet never reads further back than it has learned to.

import CHotPath

/// How the lanes of a ``StaggeredLstm`` follow each other.
package struct LaneSchedule: Hashable, Sendable {
  /// States that are carried at a time.
  package var lanes: Int
  /// Slots of time between the beginnings of two lanes.
  package var stagger: Int

  package init(lanes: Int, stagger: Int) {
    precondition(lanes >= 1 && stagger >= 1, "a schedule needs a lane, and time between two")
    self.lanes = lanes
    self.stagger = stagger
  }

  /// Most steps that a lane reads.
  package var longest: Int { lanes * stagger }

  /// The stretch of time that a slot belongs to.
  func stretch(of slot: Int64) -> Int64 {
    let stagger = Int64(stagger)
    return slot >= 0 ? slot / stagger : (slot - stagger + 1) / stagger
  }

  /// The row at which the lane began that is read at each row: what a network must be trained on.
  ///
  /// - Parameter slots: (rows) the slot of time of each row, ascending.
  package func windowStarts(slots: [Int64]) -> [Int32] {
    var beginnings: [Int32] = []
    var current: Int64?
    return slots.enumerated().map { row, slot in
      let stretch = stretch(of: slot)
      if stretch != current {
        current = stretch
        beginnings.append(Int32(row))
      }
      return beginnings[max(0, beginnings.count - lanes)]
    }
  }
}

/// Several states of one LSTM, which begin anew in turn; the oldest is read.
///
/// An LSTM trained on windows of 60 bars has never learned what to keep for longer, and its state, carried on for ever,
/// comes to places that training never saw. Here a state is thrown away once it is as old as a window. Lanes change
/// with the time of day and not with the count of steps, so that what is said of a bar depends on the newest
/// ``LaneSchedule/longest`` slots alone, wherever the stream began.
package final class StaggeredLstm: StreamingNetwork {
  package let schedule: LaneSchedule
  private let network: LstmInference
  /// (lanes, numbers of a state).
  private let states: UnsafeMutablePointer<Float>
  /// The lane that is read, which is also the next to begin anew.
  private var oldest = 0
  private var stretch: Int64?

  /// - Parameter network: Its own carried state is used for all lanes, so nobody else may step it.
  package init(_ network: LstmInference, schedule: LaneSchedule) {
    self.network = network
    self.schedule = schedule
    let count = schedule.lanes * network.stateCount
    states = .allocate(capacity: count)
    states.initialize(repeating: 0, count: count)
  }

  deinit { states.deallocate() }

  package var inputs: Int { network.inputs }
  package var outputs: Int { network.outputs }

  package func reset() {
    states.update(repeating: 0, count: schedule.lanes * network.stateCount)
    oldest = 0
    stretch = nil
  }

  package func enter(slot: Int64) {
    let next = schedule.stretch(of: slot)
    guard next != stretch else { return }
    // Before the first step all lanes begin together.
    if stretch != nil {
      lane(oldest).update(repeating: 0, count: network.stateCount)
      oldest = (oldest + 1) % schedule.lanes
    }
    stretch = next
  }

  package func step(_ x: UnsafePointer<Float>) -> Bool {
    for number in 0..<schedule.lanes {
      network.restore(lane(number))
      // The first lane finds what is not finite, before any state has changed.
      guard network.step(x) else { return false }
      network.save(to: lane(number))
    }
    return true
  }

  package func read(into out: UnsafeMutablePointer<Float>) {
    network.restore(lane(oldest))
    network.read(into: out)
  }

  private func lane(_ number: Int) -> UnsafeMutablePointer<Float> { states + number * network.stateCount }
}
