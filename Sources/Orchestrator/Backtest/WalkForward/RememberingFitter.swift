// A fitter that fits each past once.

import Synchronization
package import TradingDomain

/// Passes on to another fitter and remembers its models by where the past ends: variations of one walk-forward need the
/// same models again and again.
package final class RememberingFitter: ModelFitter {
  private let fitter: any ModelFitter
  private let known = Mutex<[Timestamp: FittedModel]>([:])

  package init(_ fitter: any ModelFitter) { self.fitter = fitter }

  package var name: String { fitter.name }
  package var warmUpBars: Int { fitter.warmUpBars }
  package var horizonBars: Int { fitter.horizonBars }

  package func fit(_ past: PastBars) throws -> FittedModel {
    if let model = known.withLock({ $0[past.end] }) { return model }
    let model = try fitter.fit(past)
    known.withLock { $0[past.end] = model }
    return model
  }
}
