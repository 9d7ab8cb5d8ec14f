// The gate's other parts: what is measured in the run itself, against budgets.

import Monitoring

/// Measures the stages of budgets, and repeats those that break.
struct TimedGate {
  /// Measurements before a budget counts as broken: a slower build fails all of them, a busy neighbour hardly does.
  static let attempts = 5

  let budgets: [Budget]
  let core: Int?
  let plan: MeasurementPlan
  let amounts: [String: PlantRequest.Amount]

  /// The first measurement's results, and the verdicts after all attempts.
  func run(_ terminal: Terminal) throws -> (results: [StageResult], check: BudgetCheck) {
    let plants = try plants(terminal)
    let results = try measure(budgets, plants, terminal)
    var check = BudgetCheck(budgets, results)
    for attempt in 2...Self.attempts where !check.broken.isEmpty {
      writeError("bench: \(check.broken.count) of \(budgets.count) budgets over their limit, attempt \(attempt)\n")
      check.repeated(BudgetCheck(check.broken, try measure(check.broken, plants, terminal)))
    }
    return (results, check)
  }

  private func measure(
    _ budgets: [Budget], _ plants: [String: Plant], _ terminal: Terminal
  ) throws -> [StageResult] {
    let names = Set(budgets.flatMap { [$0.stage, $0.relativeTo].compactMap { $0 } })
    let stages = StageCatalogue.all.filter { names.contains($0.name) }
    return try Measurement(core: core ?? Cores.usual, plants: plants).run(stages, plan: plan, terminal: terminal)
  }

  /// Planted shares are shares of a short measurement's medians.
  private func plants(_ terminal: Terminal) throws -> [String: Plant] {
    var plants: [String: Plant] = [:]
    var shares: [String: Double] = [:]
    for (stage, amount) in amounts {
      switch amount {
      case .bytes(let bytes): plants[stage] = Plant(bytes: bytes)
      case .percent(let percent): shares[stage] = percent
      }
    }
    let stages = StageCatalogue.all.filter { shares[$0.name] != nil }
    guard !stages.isEmpty else { return plants }
    let clean = try Measurement(core: core ?? Cores.usual)
      .run(stages, plan: MeasurementPlan(rounds: 3, thinning: 10), terminal: terminal)
    for result in clean {
      guard let percent = shares[result.name] else { continue }
      plants[result.name] = .nanoseconds(result.p50.median * Double(result.batch) * percent / 100)
    }
    return plants
  }
}
