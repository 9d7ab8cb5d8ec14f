// A study in its database: made once, found again, one transaction a trial.

package import Foundation
package import Storage

/// Keeps the trials of a study in a ``StudyDatabase``, as Optuna writes them.
package struct StudyStore {
  package let database: StudyDatabase

  package init(_ database: StudyDatabase) { self.database = database }

  /// The study with the trials that the database already has; made in the database if it is not there.
  ///
  /// - Parameter identity: What else determines the study: data, folds, objective. A study of that name whose space,
  ///   sampler, seed or identity differ is refused.
  package func restore(_ study: Study, identity: [String: String]) throws -> Study {
    var notes = identity.mapValues { Self.json($0) }
    notes["space"] = Self.json(String(study.space.fingerprint, radix: 16))
    notes["sampler"] = Self.json("\(study.sampler)")
    notes["pruner"] = Self.json("\(study.pruner)")
    notes["seed"] = Self.json("\(study.seed)")
    notes["constraints"] = Self.json(study.constraints.map(\.description).joined(separator: " "))
    notes["goals"] = Self.json(
      study.goals.map { "\($0.direction.rawValue) \($0.metric)" }.joined(separator: " "))
    notes["width"] = Self.json("\(study.width)")
    guard let known = try database.notes(of: study.name) else {
      try database.create(
        study.name, maximises: ([study.direction] + study.goals.map(\.direction)).map { $0 == .maximise }, notes: notes)
      return study
    }
    for (key, value) in notes.sorted(by: { $0.key < $1.key }) where known[key] != value {
      throw StorageError(
        kind: .content, path: database.path,
        problem: "study '\(study.name)' is another one: its \(key) is \(known[key] ?? "unknown"), not \(value)",
        mend: "Resume it with the arguments that it was begun with, or name a new study.")
    }
    var study = study
    for stored in try database.trials(of: study.name) { try study.restore(trial(stored, study)) }
    return study
  }

  /// Adds a finished trial.
  package func append(_ trial: Trial, of study: Study, start: Date, end: Date) throws(StorageError) {
    var notes = trial.metrics.mapValues { "\($0)" }
    var state = StudyDatabase.State.complete
    if case .failed(let reason) = trial.outcome {
      state = .failed
      notes["failure"] = Self.json(reason)
    }
    if case .pruned = trial.outcome { state = .pruned }
    let scores = trial.foldScores
    // Optuna shows a value of a stopped trial, too.
    var values = scores.isEmpty ? [] : [scores.reduce(0, +) / Double(scores.count)]
    // A trial without one of the figures has none of the values: Optuna knows all of them or none.
    let others = study.goals.compactMap { trial.metrics[$0.metric] }
    values = others.count == study.goals.count && !values.isEmpty ? values + others : study.goals.isEmpty ? values : []
    try database.append(
      StudyDatabase.Trial(
        number: trial.number, state: state, start: start, end: end,
        parameters: trial.parameters.entries.compactMap { entry in
          study.space.parameters.first { $0.name == entry.name }.map { Self.stored($0, entry.value) }
        }, values: values, intermediate: scores, notes: notes), to: study.name)
  }

  private func trial(_ stored: StudyDatabase.Trial, _ study: Study) throws -> Trial {
    let entries = try stored.parameters.map { parameter -> ParameterSet.Entry in
      guard let declared = study.space.parameters.first(where: { $0.name == parameter.name }),
        let value = declared.domain.restored(parameter.value)
      else { throw OptimizationError.foreignTrial(number: stored.number) }
      return ParameterSet.Entry(name: parameter.name, value: value)
    }
    let metrics = stored.notes.compactMapValues { Double($0) }
    var outcome: TrialOutcome
    switch stored.state {
    case .complete: outcome = .scored(stored.intermediate)
    case .pruned: outcome = .pruned(stored.intermediate)
    case .failed: outcome = .failed(reason: Self.text(stored.notes["failure"] ?? "\"unknown\""))
    }
    if stored.state != .failed, stored.intermediate.isEmpty { outcome = .failed(reason: "it has no scores") }
    return Trial(number: stored.number, parameters: ParameterSet(entries), outcome: outcome, metrics: metrics)
  }

  private static func stored(_ parameter: Parameter, _ value: ParameterValue) -> StudyDatabase.Parameter {
    StudyDatabase.Parameter(
      name: parameter.name, value: parameter.domain.stored(value), distribution: parameter.domain.distribution)
  }

  private static func json(_ text: String) -> String {
    guard let data = try? JSONSerialization.data(withJSONObject: text, options: [.fragmentsAllowed]) else {
      return "\"\""
    }
    return String(decoding: data, as: UTF8.self)
  }

  private static func text(_ json: String) -> String {
    (try? JSONSerialization.jsonObject(with: Data(json.utf8), options: [.fragmentsAllowed])) as? String ?? json
  }
}

extension ParameterDomain {
  /// As Optuna's distributions are written.
  var distribution: String {
    switch self {
    case .float(let low, let high):
      return Self.float(low, high, step: "null", log: false)
    case .logarithmic(let low, let high): return Self.float(low, high, step: "null", log: true)
    case .stepped(let low, let high, let step):
      // Optuna's range ends on a step.
      return Self.float(low, min(high, low + Double((count ?? 1) - 1) * step), step: "\(step)", log: false)
    case .integer(let low, let high, let step):
      return "{\"name\": \"IntDistribution\", \"attributes\": {\"log\": false, \"step\": \(step), \"low\": \(low), "
        + "\"high\": \(low + (high - low) / step * step)}}"
    case .categorical(let names):
      let choices = (try? JSONSerialization.data(withJSONObject: names)).map { String(decoding: $0, as: UTF8.self) }
      return "{\"name\": \"CategoricalDistribution\", \"attributes\": {\"choices\": \(choices ?? "[]")}}"
    }
  }

  private static func float(_ low: Double, _ high: Double, step: String, log: Bool) -> String {
    "{\"name\": \"FloatDistribution\", \"attributes\": {\"step\": \(step), \"low\": \(low), \"high\": \(high), "
      + "\"log\": \(log)}}"
  }

  /// A value as the number that is kept.
  func stored(_ value: ParameterValue) -> Double {
    switch (self, value) {
    case (.categorical(let names), .category(let name)): return Double(names.firstIndex(of: name) ?? 0)
    case (_, .float(let value)): return value
    case (_, .integer(let value)): return Double(value)
    case (_, .category): return 0
    }
  }

  /// The value of a kept number; nil for one that the domain does not have.
  func restored(_ number: Double) -> ParameterValue? {
    guard number.isFinite else { return nil }
    let value: ParameterValue
    switch self {
    case .float, .logarithmic, .stepped: value = .float(number)
    case .integer: value = .integer(Int(number.rounded()))
    case .categorical(let names):
      guard names.indices.contains(Int(number.rounded())) else { return nil }
      value = .category(names[Int(number.rounded())])
    }
    return contains(value) ? value : nil
  }
}
