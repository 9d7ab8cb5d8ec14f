// `bench drift`: drift detectors over many streams, for comparisons with other libraries.

import ArgumentParser
import Foundation
import ModelLifecycle

/// Calibrates a detector on noise, then prints when it first alarms on each stream.
struct Drift: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift", abstract: "Calibrates a drift detector to a run length and times its alarms.",
    discussion: """
      Files hold 64-bit floats. The streams are of --length values each; printed as JSON are the threshold, the run \
      length measured on --noise, the place of the first alarm at or after --change in every stream (the length where \
      there is none), and nanoseconds a value. Benchmarks/peers/drift.py runs it beside river.
      """)

  @Argument(help: "page-hinkley, adwin, kswin, ddm, eddm, hddm-a, hddm-w or psi.")
  var detector: String
  @Option(help: "File of values without change, to calibrate on.")
  var history: String
  @Option(help: "File of other values without change, to measure the run length on.")
  var noise: String
  @Option(help: "File of the streams, one after the other.")
  var streams: String
  @Option(help: "Values of a stream.")
  var length: Int
  @Option(help: "Place of the change in every stream.")
  var change: Int
  @Option(help: "Expected values between alarms without change.")
  var target = 1000.0

  private struct Result: Encodable {
    var threshold: Double
    var runLength: Double
    var alarms: [Int]
    var nanoseconds: Double
  }

  func run() throws {
    let past = try Self.read(history)
    switch detector {
    case "page-hinkley": try run(PageHinkley(), past)
    case "adwin": try run(AdaptiveWindow(), past)
    case "kswin": try run(RecentWindow(), past)
    case "ddm": try run(ErrorRateDetector(), past)
    case "eddm": try run(ErrorDistanceDetector(), past)
    case "hddm-a": try run(HoeffdingMeanDetector(), past)
    case "hddm-w": try run(HoeffdingWeightedDetector(), past)
    case "psi": try run(ReferenceWindow(.stabilityIndex, reference: past), past)
    default: throw BenchFailure.usage("'\(detector)' is no detector: see bench drift --help")
    }
  }

  private func run(_ made: some StreamDetector, _ past: [Double]) throws {
    let calm = try RunLength.alarm(made, target: target, history: past, meanBlock: 1)
    let values = try Self.read(noise)
    var alarm = calm
    let begun = DispatchTime.now().uptimeNanoseconds
    let count = values.count { alarm.observe($0) }
    let spent = Double(DispatchTime.now().uptimeNanoseconds - begun)
    let all = try Self.read(streams)
    let alarms = stride(from: 0, to: all.count - length + 1, by: length).map { start -> Int in
      var alarm = calm
      var first = length
      for place in 0..<length where alarm.observe(all[start + place]) && place >= change && first == length {
        first = place
      }
      return first
    }
    let result = Result(
      threshold: calm.threshold, runLength: Double(values.count) / Double(max(1, count)), alarms: alarms,
      nanoseconds: spent / Double(values.count))
    print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
  }

  private static func read(_ path: String) throws -> [Double] {
    let bytes = try Data(contentsOf: URL(filePath: path))
    return bytes.withUnsafeBytes { buffer in
      (0..<(buffer.count / 8)).map { buffer.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
    }
  }
}
