// How the step size goes over a training run.

import Glibc

/// The learning rate as a share of its largest value, over N optimiser steps.
package enum RateSchedule: Hashable, Sendable {
  /// Always the largest.
  case constant
  /// Linearly up over the first `warmUp` steps, then down to `floor` along half a cosine.
  ///
  /// Source: I. Loshchilov, F. Hutter, "SGDR" (ICLR 2017).
  case cosine(warmUp: Int, floor: Double)
  /// Times `factor` after every `steps` steps.
  case stepped(steps: Int, factor: Double)
  /// Up from 1 / `start` over the share `rise` of the run, then down to 1 / (`start` `end`), both along half cosines.
  ///
  /// Source: L. Smith, N. Topin, "Super-convergence" (2018); shapes as in PyTorch's OneCycleLR.
  case oneCycle(rise: Double, start: Double, end: Double)

  /// The share at optimiser step `step`, counted from 0, of `total`.
  package func share(step: Int, total: Int) -> Double {
    switch self {
    case .constant: return 1
    case .cosine(let warmUp, let floor):
      if step < warmUp { return Double(step + 1) / Double(warmUp) }
      return Self.cosine(from: 1, to: floor, Double(step - warmUp) / Double(max(1, total - warmUp)))
    case .stepped(let steps, let factor): return pow(factor, Double(step / max(1, steps)))
    case .oneCycle(let rise, let start, let end):
      let peak = rise * Double(total) - 1
      if Double(step) <= peak { return Self.cosine(from: 1 / start, to: 1, Double(step) / peak) }
      return Self.cosine(from: 1, to: 1 / (start * end), (Double(step) - peak) / (Double(total) - 1 - peak))
    }
  }

  private static func cosine(from: Double, to: Double, _ share: Double) -> Double {
    to + (from - to) / 2 * (1 + cos(.pi * share))
  }
}
