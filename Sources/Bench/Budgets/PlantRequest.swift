// A slowdown asked for on the command line: which stage, and how much.

import ArgumentParser

/// `STAGE=5%` (slower by that share of what it takes) or `STAGE=64B` (that many bytes more a reading of the clock);
/// the stage may be `all`.
package struct PlantRequest: Equatable, ExpressibleByArgument {
  package enum Amount: Equatable {
    case percent(Double)
    case bytes(Int)
  }

  package let stage: String
  package let amount: Amount

  package init?(argument: String) {
    guard let equals = argument.lastIndex(of: "=") else { return nil }
    stage = String(argument[..<equals])
    let value = argument[argument.index(after: equals)...]
    let number = value.dropLast()
    if value.hasSuffix("%"), let percent = Double(number), percent.isFinite, percent > 0 {
      amount = .percent(percent)
    } else if value.hasSuffix("B"), let bytes = Int(number), bytes > 0 {
      amount = .bytes(bytes)
    } else {
      return nil
    }
    guard !stage.isEmpty else { return nil }
  }

  /// The requests by stage; a stage that is not among `stages` is an error.
  package static func resolve(_ requests: [PlantRequest], stages: [String]) throws -> [String: Amount] {
    var amounts: [String: Amount] = [:]
    for request in requests {
      guard request.stage == "all" || stages.contains(request.stage) else {
        throw BenchFailure.usage(
          "--plant: no stage is called '\(request.stage)'; there are \(stages.joined(separator: ", "))")
      }
      for stage in request.stage == "all" ? stages : [request.stage] { amounts[stage] = request.amount }
    }
    return amounts
  }
}
