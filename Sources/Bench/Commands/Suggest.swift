// `bench suggest`: a sampler that asks another program for the losses, for comparisons with other optimisers.

import ArgumentParser
import Foundation
import Optimization

/// Writes a trial's parameters as a line of JSON, reads its loss as a line, and so on.
struct Suggest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suggest", abstract: "Asks for the loss of one trial after the other, over standard input and output.",
    discussion: """
      The space is a JSON file: a list of {"name", "type": "float"|"int"|"category", "low", "high", "log", "step", \
      "choices", "when": {"parent", "values"}}. Each answer is a number, or a number and a violated amount. At the end \
      a line tells the median milliseconds a suggestion took over the last tenth of the trials. \
      Benchmarks/peers/search.py compares samplers with Optuna's by it.
      """)

  @Option(help: "JSON file of the space.")
  var space: String
  @Option(help: "random, sobol, adaptive, tpe, gp or cmaes.")
  var sampler = "tpe"
  @Option(help: "Trials.")
  var trials = 100
  @Option(help: "Seed.")
  var seed: UInt64 = 1

  private struct Declared: Decodable {
    struct Condition: Decodable {
      var parent: String
      var values: [String]
    }

    var name: String
    var type: String
    var low: Double?
    var high: Double?
    var step: Double?
    var log: Bool?
    var choices: [String]?
    var when: Condition?

    func parameter() throws -> Parameter {
      let condition = when.map { ParameterCondition($0.parent, $0.values.map { .category($0) }) }
      if type == "category" { return Parameter(name, .categorical(choices ?? []), when: condition) }
      guard let low, let high else { throw BenchFailure.usage("parameter \(name) needs low and high") }
      if type == "int" {
        return Parameter(
          name, .integer(low: Int(low), high: Int(high), step: step.map { Int($0) } ?? 1), when: condition)
      }
      if let step { return Parameter(name, .stepped(low: low, high: high, step: step), when: condition) }
      return Parameter(
        name, log ?? false ? .logarithmic(low: low, high: high) : .float(low: low, high: high), when: condition)
    }
  }

  func run() throws {
    let samplers: [String: any Sampler] = [
      "random": RandomSampler(), "sobol": SobolSampler(), "adaptive": AdaptiveGridSampler(), "tpe": TreeParzenSampler(),
      "gp": GaussianProcessSampler(), "cmaes": EvolutionSampler(),
    ]
    guard let chosen = samplers[sampler] else {
      throw BenchFailure.usage("--sampler \(sampler): give one of \(samplers.keys.sorted().joined(separator: ", "))")
    }
    let declared = try JSONDecoder().decode([Declared].self, from: Data(contentsOf: URL(filePath: space)))
    let space = try SearchSpace(declared.map { try $0.parameter() })
    var history: [Observation] = []
    var times: [Double] = []
    for number in 0..<trials {
      let begun = DispatchTime.now().uptimeNanoseconds
      let set = chosen.parameters(ofTrial: number, in: space, seed: seed, history: history)
      times.append(Double(DispatchTime.now().uptimeNanoseconds - begun) / 1e6)
      let values = set.entries.map { entry -> String in
        switch entry.value {
        case .float(let value): "\"\(entry.name)\": \(value)"
        case .integer(let value): "\"\(entry.name)\": \(value)"
        case .category(let name): "\"\(entry.name)\": \"\(name)\""
        }
      }
      // Written at once: the other side waits for it.
      FileHandle.standardOutput.write(Data(("{" + values.joined(separator: ", ") + "}\n").utf8))
      guard let words = readLine()?.split(separator: " "), let loss = words.first.flatMap({ Double($0) }) else {
        throw BenchFailure.usage("trial \(number): a loss was expected on standard input")
      }
      history.append(
        Observation(
          number: number, parameters: set, loss: loss.isFinite ? loss : nil,
          violation: words.count > 1 ? Double(words[1]) ?? 0 : 0))
    }
    let last = times.suffix(max(1, trials / 10)).sorted()
    print("{\"milliseconds\": \(last[last.count / 2])}")
  }
}
