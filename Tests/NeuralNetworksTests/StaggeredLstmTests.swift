// Windows that lack steps, and lanes that begin anew: an LSTM reads as far back as it has learned to, and no further.

import NeuralNetworks
import QuantMath
import Testing

private func arena<Scalar: NetworkScalar>(_ shape: LstmShape, _ type: Scalar.Type) -> ParameterArena<Scalar> {
  let arena = ParameterArena<Scalar>(shape.layout())
  var random = CounterRandom(seed: 3, purpose: "staggered")
  for index in 0..<arena.layout.count { arena.values[index] = Scalar(random.nextUniform(in: -0.4..<0.4)) }
  return arena
}

private func rows(_ count: Int, _ width: Int) -> [Float] {
  var random = CounterRandom(seed: 4, purpose: "staggered rows")
  return (0..<(count * width)).map { _ in Float(random.nextUniform(in: -2..<2)) }
}

@Suite struct StaggeredLstmTests {
  private let shape = LstmShape(inputs: 5, hidden: 9, layers: 2, outputs: 3)

  @Test func aWindowThatLacksStepsIsAShorterWindow() {
    let weights = arena(shape, Double.self)
    let long = LstmNetwork<Double>(shape, arena: weights, steps: 8, maximumRows: 3)
    let gone: [Int32] = [3, 0, 7]
    let x = rows(3 * 8, 5).map { Double($0) }
    let slopes = [1.0, -2, 0.5]
    weights.clearGradients()
    let outputs = Array(UnsafeBufferPointer(start: long.forward(x, rows: 3, missing: gone, dropout: nil), count: 9))
    for row in 0..<3 { for place in 0..<3 { long.outputGradient[row * 3 + place] = slopes[place] } }
    long.backward(x, rows: 3)
    let gradients = Array(UnsafeBufferPointer(start: weights.gradients, count: weights.layout.count))
    var sums = [Double](repeating: 0, count: gradients.count)
    for row in 0..<3 {
      let steps = 8 - Int(gone[row])
      let short = LstmNetwork<Double>(shape, arena: weights, steps: steps, maximumRows: 1)
      let window = Array(x[((row * 8 + Int(gone[row])) * 5)..<((row + 1) * 8 * 5)])
      weights.clearGradients()
      let said = short.forward(window, rows: 1, dropout: nil)
      for place in 0..<3 {
        #expect(abs(said[place] - outputs[row * 3 + place]) < 1e-14)
        short.outputGradient[place] = slopes[place]
      }
      short.backward(window, rows: 1)
      for index in sums.indices { sums[index] += weights.gradients[index] }
    }
    for index in sums.indices {
      #expect(abs(sums[index] - gradients[index]) < 1e-12, "gradient \(index): \(sums[index]) and \(gradients[index])")
    }
  }

  /// Slots with a night between two sessions, and a minute that is missing.
  private let slots: [Int64] = (0..<47).map { $0 } + (48..<90).map { $0 } + (1_440..<1_530).map { $0 }

  @Test func lanesSayWhatWindowsFromTheirBeginningsSay() throws {
    let schedule = LaneSchedule(lanes: 3, stagger: 7)
    let weights = arena(shape, Float.self)
    let windows = try LstmInference(shape, weights: weights, longestWindow: schedule.longest)
    let lanes = StaggeredLstm(try LstmInference(shape, weights: weights), schedule: schedule)
    let x = rows(slots.count, 5)
    let starts = schedule.windowStarts(slots: slots)
    var (said, expected) = ([Float](repeating: 0, count: 3), [Float](repeating: 0, count: 3))
    var longest = 0
    for (row, slot) in slots.enumerated() {
      lanes.enter(slot: slot)
      #expect(x.withUnsafeBufferPointer { lanes.step($0.baseAddress! + row * 5) })
      lanes.read(into: &said)
      let steps = row - Int(starts[row]) + 1
      longest = max(longest, steps)
      #expect(
        x.withUnsafeBufferPointer {
          windows.window($0.baseAddress! + Int(starts[row]) * 5, steps: steps, into: &expected)
        })
      for place in 0..<3 { #expect(abs(said[place] - expected[place]) < 1e-5, "row \(row)") }
    }
    #expect(longest == schedule.longest)
  }

  @Test func whatIsSaidDoesNotDependOnWhereTheStreamBegan() throws {
    let schedule = LaneSchedule(lanes: 2, stagger: 10)
    let weights = arena(shape, Float.self)
    let x = rows(slots.count, 5)
    let said = try [0, 33].map { first -> [Float] in
      let lanes = StaggeredLstm(try LstmInference(shape, weights: weights), schedule: schedule)
      var (all, out) = ([Float](), [Float](repeating: 0, count: 3))
      for row in first..<slots.count {
        lanes.enter(slot: slots[row])
        _ = x.withUnsafeBufferPointer { lanes.step($0.baseAddress! + row * 5) }
        lanes.read(into: &out)
        if row >= 60 { all += out }
      }
      return all
    }
    #expect(said[0] == said[1])
  }

  @Test func aRowThatIsNoNumberChangesNothing() throws {
    let lanes = StaggeredLstm(
      try LstmInference(shape, weights: arena(shape, Float.self)), schedule: LaneSchedule(lanes: 2, stagger: 4))
    let x = rows(3, 5)
    var (before, after) = ([Float](repeating: 0, count: 3), [Float](repeating: 0, count: 3))
    lanes.enter(slot: 0)
    #expect(lanes.step(x))
    lanes.read(into: &before)
    #expect(!lanes.step([0, .nan, 0, 0, 0]))
    lanes.read(into: &after)
    #expect(before == after)
  }
}
