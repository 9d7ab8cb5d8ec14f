// What a human orders, and what of it is refused.

import Storage
import Validation

extension ContinuousOptimizationPipeline {
  mutating func obey(_ order: OperatorOrder, _ reason: String) {
    switch order {
    case .freeze:
      state.isFrozen = true
      note(.frozen, nil, nil, reason)
    case .thaw:
      state.isFrozen = false
      note(.thawed, nil, nil, reason)
    case .retrain:
      guard state.job == nil else { return refuse("job \(state.job?.number ?? 0) is being built: one at a time") }
      guard learnable >= 1 else { return refuse("no session has been taken in: there is nothing to learn from") }
      self.order("ordered: \(reason)")
    case .stage(let id, let deviation):
      guard !state.models.contains(where: { $0.id == id }) else {
        return refuse("\(id.prefix(12)) is in the pipeline already")
      }
      makeRoom(1)
      var model = PipelineModel(
        id: id, stage: .shadow, bornOn: state.session, since: state.session, deviation: deviation,
        earns: ProfitEvidence(scale: 2 * deviation))
      model.isGated = false
      state.models.append(model)
      note(.born, id, .shadow, "ordered: \(reason); passed no gate, goes on by order alone")
    case .promote(let id): promote(id, reason)
    case .demote(let id):
      guard let model = known(id) else { return }
      guard model.stage == .live || model.stage == .canary else {
        return refuse("\(id.prefix(12)) is \(model.stage.rawValue): only who trades can be demoted")
      }
      backToShadow(id, "ordered: \(reason)")
    case .retire(let id):
      guard known(id) != nil else { return }
      retire(id, "ordered: \(reason)")
    case .rollback: rollBack(reason)
    }
  }

  mutating func promote(_ id: String, _ reason: String) {
    guard let model = known(id) else { return }
    switch model.stage {
    case .shadow:
      if let canary = state.canary { return refuse("\(canary.id.prefix(12)) is the canary: one at a time") }
      stage(id, .canary, "ordered: \(reason)")
      beginTrading(id)
    case .canary: makeChampion(id, "ordered: \(reason)")
    default: refuse("\(id.prefix(12)) is \(model.stage.rawValue): there is no stage beyond")
    }
  }

  mutating func rollBack(_ reason: String) {
    guard let old = state.formerChampions.last(where: { id in state.shadows.contains { $0.id == id } }) else {
      return refuse("no former champion watches: there is nobody to roll back to")
    }
    if let champion = state.champion {
      backToShadow(champion.id, "rolled back: \(reason)")
      // What was rolled back from is nothing to roll back to.
      state.formerChampions.removeAll { $0 == champion.id }
    }
    if let canary = state.canary { backToShadow(canary.id, "rolled back: \(reason)") }
    makeChampion(old, "rolled back to: \(reason)")
  }

  mutating func known(_ id: String) -> PipelineModel? {
    if let model = state.models.first(where: { $0.id == id }) { return model }
    refuse("\(id.prefix(12)) is no model of the pipeline")
    return nil
  }

  mutating func refuse(_ why: String) { note(.refusedOrder, nil, nil, why) }
}
