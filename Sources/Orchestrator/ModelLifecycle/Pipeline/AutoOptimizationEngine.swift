// The pipeline with a memory: every step is stored before anything is done about it.

package import Foundation
package import Storage

/// Drives a ``ContinuousOptimizationPipeline`` whose state lives in the registry.
///
/// A step is one transaction: new state, story, the gate's decision with its evidence, the deployment. What follows
/// from a state (a build, another roster) is done by whoever reads it and can be done again, so a process may die
/// anywhere: the next one continues from the last step that was stored, and no model is ever half promoted.
package struct AutoOptimizationEngine {
  package let registry: ModelRegistry
  package let policy: PipelinePolicy
  package private(set) var state: PipelineState
  private var revision: Int

  /// The pipeline as the registry knows it; a new one where it knows none.
  package init(registry: ModelRegistry, policy: PipelinePolicy = PipelinePolicy()) throws {
    self.registry = registry
    self.policy = policy
    if let stored = try registry.pipeline() {
      revision = stored.revision
      let decoder = JSONDecoder()
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      state = try decoder.decode(PipelineState.self, from: Data(stored.state.utf8))
    } else {
      revision = 0
      state = PipelineState()
    }
  }

  /// Takes an event in, stores the step, and returns what changed; on an error nothing did.
  @discardableResult package mutating func handle(
    _ event: PipelineEvent, at date: Date
  ) throws -> [PipelineNote] {
    var pipeline = ContinuousOptimizationPipeline(policy: policy, state: state)
    let notes = pipeline.handle(event)
    guard pipeline.state != state || !notes.isEmpty else { return [] }
    let next = pipeline.state
    var decision: PipelineStep.Decision?
    if case .built(_, let evidence) = event {
      let verdict = policy.gate.decide(evidence)
      decision = PipelineStep.Decision(
        model: evidence.model, evidence: try Self.text(evidence), decision: try Self.text(verdict),
        passed: verdict.passes)
    }
    if case .corrected(_, let evidence) = event {
      let verdict = evidence.decision
      decision = PipelineStep.Decision(
        model: evidence.model, evidence: try Self.text(evidence), decision: try Self.text(verdict),
        passed: verdict.passes)
    }
    let isOther = next.deploymentNumber != state.deploymentNumber
    try registry.commit(
      PipelineStep(
        revision: revision, state: try Self.text(next),
        notes: notes.map {
          PipelineStep.Note(
            session: next.session, kind: $0.kind.rawValue, model: $0.model, state: $0.state?.rawValue, text: $0.text)
        },
        decision: decision,
        deployment: isOther ? (next.deploymentNumber, try Self.text(next.deployment)) : nil), at: date)
    state = next
    revision += 1
    return notes
  }

  private static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
