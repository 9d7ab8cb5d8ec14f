// How long the past stays in the signals.

import Glibc

extension EventSignal {
  /// How long the past stays in the value on one-minute bars. Windows over trades are told in the bars that they
  /// usually take.
  package var memory: FeatureMemory {
    switch self {
    case .barToxicity, .toxicity, .toxicityGapShare: .path
    default: halfLifeSeconds.map { .recursive(decay: exp2(-60 / $0)) } ?? .window(bars: warmUpBars)
    }
  }

  /// Half-life of the decayed signals.
  private var halfLifeSeconds: Double? {
    switch self {
    case .buyIntensity1, .sellIntensity1, .intensityDifference1: 1
    case .signedVolume10, .buyIntensity10, .sellIntensity10, .intensityDifference10, .orderFlowImbalance10,
      .orderFlowImbalanceLevels10:
      10
    case .signedVolume60, .buyIntensity60, .sellIntensity60, .intensityDifference60, .orderFlowImbalance60: 60
    case .buyIntensity300, .sellIntensity300, .intensityDifference300: 300
    default: nil
    }
  }
}
