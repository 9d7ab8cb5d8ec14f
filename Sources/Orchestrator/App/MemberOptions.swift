// Options of everything that trains members of an ensemble.
import ArgumentParser
import Ensemble
import Foundation
import ModelLifecycle

struct MemberOptions: ParsableArguments {
  @Option(help: "Members beside the base rate: logistic, trees, lstm, transformer, separated by commas.")
  var members = "logistic,trees,lstm,transformer"
  @Option(help: "Ticks either way that count as no move.")
  var flatTicks = standardFlatTicks
  @Option(help: "Epochs of the networks, at most.")
  var epochs = 12
  @Option(help: "Units of the LSTM and width of the transformer; a multiple of 8.")
  var width = 32
  @Option(help: "How probabilities are corrected: identity, temperature, platt, beta or isotonic.")
  var calibration = CalibrationMethod.temperature
  @Option(
    help: ArgumentHelp(
      "Abstain where the outcomes that cannot be ruled out with this error hold both directions or none; 1 never does.",
      valueName: "error"))
  var setError = 1.0

  static let standardFlatTicks = 2.0

  func validate() throws {
    guard (1...1_000).contains(epochs) else { throw ValidationError("--epochs is \(epochs), but must be 1 to 1000.") }
    guard (8...512).contains(width), width % 8 == 0 else {
      throw ValidationError("--width is \(width), but must be a multiple of 8, 8 to 512.")
    }
    guard flatTicks >= 0, flatTicks <= 10_000 else {
      throw ValidationError("--flat-ticks is \(flatTicks), but must be 0 to 10000.")
    }
    guard setError > 0, setError <= 1 else {
      throw ValidationError("--set-error is \(setError), but must lie above 0 and be at most 1.")
    }
    _ = try Self.kinds(members)
  }

  /// The kinds that `text` names, the base rate first.
  static func kinds(_ text: String) throws -> [MemberKind] {
    let names = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    let kinds = try names.map { name in
      guard let kind = MemberKind(rawValue: name), kind != .base else {
        throw ValidationError("--members names '\(name)'; there are logistic, trees, lstm and transformer.")
      }
      return kind
    }
    guard !kinds.isEmpty, Set(kinds).count == kinds.count else {
      throw ValidationError("--members must name each member once, and at least one.")
    }
    return [.base] + kinds
  }

  var kinds: [MemberKind] { get throws { try Self.kinds(members) } }

  /// The plan of a study or a training with these options.
  func plan(horizon: Int, folds: Int, seed: UInt64) -> MemberPlan {
    var plan = MemberPlan()
    plan.forest.horizonBars = horizon
    plan.forest.seed = seed
    plan.forest.folds = folds
    plan.epochs = epochs
    plan.width = width
    plan.calibration = calibration
    plan.error = setError
    return plan
  }
}

extension CalibrationMethod: ExpressibleByArgument {}
