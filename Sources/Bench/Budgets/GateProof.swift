// Plants a slowdown in each stage that the gate watches, and asks the gate's own judgement whether it sees it.

import Monitoring

/// One planted slowdown and what the gate made of it.
struct GateProof {
  let stage: String
  /// The budget, or the baseline.
  let watch: String
  let planted: String
  let outcome: Outcome

  enum Outcome: String {
    /// The gate lets the stage pass as it is and refuses it with the plant.
    case seen = "refuses"
    case missed = "LETS IT PASS"
    case breaksAnyway = "REFUSES WITHOUT IT"
  }

  /// Slowdowns above each stage's tolerance, by this much of its count.
  private static let percentBeyondTolerance = 2.0
  /// Times that a slowdown is planted, each twice as great as the one before.
  private static let attempts = 4
  /// Nanoseconds; sessions over the wire give up after two seconds without an order.
  private static let longestPlant = 400_000_000.0

  /// One for each counted stage, all planted at once: they are counted apart.
  static func instructions(_ gate: InstructionGate) throws -> [GateProof] {
    let clean = try gate.counts(plants: [:])
    var amounts: [String: PlantRequest.Amount] = [:]
    var percents: [String: Double] = [:]
    for entry in gate.baseline.stages {
      // A stage that has become faster than its baseline must first lose what it gained.
      let gained = clean.first { $0.stage == entry.stage }.map { entry.instructions / $0.perOperation } ?? 1
      let percent =
        100 * (max(1, gained) - 1) + max(1, gained) * (gate.baseline.tolerance(entry) + percentBeyondTolerance)
      percents[entry.stage] = percent
      amounts[entry.stage] = .percent(percent)
    }
    let unprovable = Set(gate.check(clean).broken.map(\.stage))
    let counts = try gate.planted(clean, amounts)
    let broken = Set(gate.check(counts).broken.map(\.stage))
    return gate.baseline.stages.map { entry in
      GateProof(
        stage: entry.stage, watch: "instruction count",
        planted: "+\(NumberText.decimal(percents[entry.stage] ?? 0, places: 1))% instructions",
        outcome: unprovable.contains(entry.stage) ? .breaksAnyway : broken.contains(entry.stage) ? .seen : .missed)
    }
  }

  /// One for each budget. The measurements are thin: a planted stage is beyond its limit by construction.
  ///
  /// A yardstick that a busy machine slows down meanwhile raises the limit: what was not seen is planted again, twice.
  static func budgets(_ budgets: [Budget], terminal: Terminal) throws -> [GateProof] {
    guard !budgets.isEmpty else { return [] }
    let plan = MeasurementPlan(rounds: 3, thinning: 50)
    let clean = try measure(budgets, plan, [:], terminal)
    // A budget that breaks anyway proves nothing when it breaks with a plant.
    var without = BudgetCheck(budgets, clean)
    for _ in 1..<attempts where !without.broken.isEmpty {
      without.repeated(BudgetCheck(without.broken, try measure(without.broken, plan, [:], terminal)))
    }
    let unprovable = Set(without.broken.map(\.name))
    var proofs: [String: GateProof] = [:]
    var excess = 1.2
    for _ in 0..<attempts {
      for group in groups(budgets.filter { proofs[$0.name] == nil || proofs[$0.name]?.outcome == .missed }) {
        var plants: [String: Plant] = [:]
        for budget in group { plants[budget.stage] = plant(budget, clean, excess).merged(with: plants[budget.stage]) }
        let broken = Set(BudgetCheck(group, try measure(group, plan, plants, terminal)).broken.map(\.name))
        for budget in group {
          let plant = plant(budget, clean, excess)
          proofs[budget.name] = GateProof(
            stage: budget.stage, watch: budget.name,
            planted: plant.bytes > 0 ? "\(plant.bytes) bytes a reading" : "\(plant.turns) turns a reading",
            outcome: unprovable.contains(budget.name)
              ? .breaksAnyway : broken.contains(budget.name) ? .seen : .missed)
        }
      }
      excess *= 2
    }
    return budgets.compactMap { proofs[$0.name] }
  }

  /// Budgets that can be proved in one run: no stage is planted that another of them divides by.
  static func groups(_ budgets: [Budget]) -> [[Budget]] {
    var groups: [[Budget]] = []
    for budget in budgets {
      let fits = groups.firstIndex { group in
        group.allSatisfy { $0.relativeTo != budget.stage && $0.stage != budget.relativeTo }
      }
      if let fits { groups[fits].append(budget) } else { groups.append([budget]) }
    }
    return groups
  }

  /// What lifts the budget's figure to `excess` times its limit, whatever it is without.
  private static func plant(_ budget: Budget, _ clean: [StageResult], _ excess: Double) -> Plant {
    if budget.figure == .allocated { return Plant(bytes: 64) }
    let stage = clean.first { $0.name == budget.stage }
    let yardstick = budget.relativeTo.flatMap { name in clean.first { $0.name == name } }?.p50.median
    let sample = excess * budget.limit * (yardstick ?? 1) * Double(stage?.batch ?? 1)
    return .nanoseconds(min(sample, longestPlant))
  }

  /// Measures again where a stage fails: a session over the wire may not open while other work holds both cores.
  private static func measure(
    _ budgets: [Budget], _ plan: MeasurementPlan, _ plants: [String: Plant], _ terminal: Terminal
  ) throws -> [StageResult] {
    let names = Set(budgets.flatMap { [$0.stage, $0.relativeTo].compactMap { $0 } })
    let stages = StageCatalogue.all.filter { names.contains($0.name) }
    for _ in 1..<attempts {
      do {
        return try Measurement(core: Cores.usual, plants: plants).run(stages, plan: plan, terminal: terminal)
      } catch {
        writeError("bench: measuring again: \(error)\n")
      }
    }
    return try Measurement(core: Cores.usual, plants: plants).run(stages, plan: plan, terminal: terminal)
  }
}

extension Plant {
  /// Enough for both.
  fileprivate func merged(with other: Plant?) -> Plant {
    Plant(turns: max(turns, other?.turns ?? 0), bytes: max(bytes, other?.bytes ?? 0))
  }
}
