// Seeded training problems for the trainer's tests.

import DecisionForests
import Glibc
import QuantMath

/// A reproducible set of rows whose labels a model can, or cannot, explain.
enum SyntheticProblem {
  static let columnCount = 6

  /// Labels 0 and 1 that depend on the first two columns and their product; the other columns are noise.
  static func learnable(rows: Int, seed: UInt64) -> TrainingMatrix {
    classification(rows: rows, seed: seed) { row in 1.5 * row[0] - row[1] + 1.5 * row[0] * row[1] }
  }

  /// Labels 0 and 1 that depend on nothing.
  static func noise(rows: Int, seed: UInt64) -> TrainingMatrix {
    classification(rows: rows, seed: seed) { _ in 0 }
  }

  /// A real target of the size of one-minute returns.
  static func smallReturns(rows: Int, seed: UInt64) -> TrainingMatrix {
    var random = CounterRandom(seed: seed, purpose: "trainer.returns")
    var values: [Float] = []
    var labels: [Float] = []
    for _ in 0..<rows {
      let row = gaussianRow(&random)
      values += row
      labels.append(1e-4 * (row[0] - 0.5 * abs(row[1]) + 0.3 * Float(random.nextGaussian())))
    }
    return TrainingMatrix(values: values, columnCount: columnCount, labels: labels)
  }

  /// Three classes told apart by the first column, with overlap.
  static func threeClasses(rows: Int, seed: UInt64) -> TrainingMatrix {
    var random = CounterRandom(seed: seed, purpose: "trainer.classes")
    var values: [Float] = []
    var labels: [Float] = []
    for _ in 0..<rows {
      let row = gaussianRow(&random)
      values += row
      let score = row[0] + 0.3 * Float(random.nextGaussian())
      labels.append(score < -0.5 ? 0 : score < 0.5 ? 1 : 2)
    }
    return TrainingMatrix(values: values, columnCount: columnCount, labels: labels)
  }

  private static func classification(rows: Int, seed: UInt64, margin: ([Float]) -> Float) -> TrainingMatrix {
    var random = CounterRandom(seed: seed, purpose: "trainer.classification")
    var values: [Float] = []
    var labels: [Float] = []
    for _ in 0..<rows {
      let row = gaussianRow(&random)
      values += row
      let probability = 1 / (1 + exp(-Double(margin(row))))
      labels.append(random.nextUniform() < probability ? 1 : 0)
    }
    return TrainingMatrix(values: values, columnCount: columnCount, labels: labels)
  }

  private static func gaussianRow(_ random: inout CounterRandom) -> [Float] {
    (0..<columnCount).map { _ in Float(random.nextGaussian()) }
  }
}

/// Mean logistic loss of margins against 0/1 labels.
func logLoss(margins: [Float], labels: [Float]) -> Double {
  let losses = zip(margins, labels).map { margin, label in
    log1p(exp(label > 0.5 ? -Double(margin) : Double(margin)))
  }
  return losses.reduce(0, +) / Double(labels.count)
}

/// Mean logistic loss of always predicting `rate`.
func logLoss(rate: Double, labels: [Float]) -> Double {
  let losses = labels.map { $0 > 0.5 ? -log(rate) : -log(1 - rate) }
  return losses.reduce(0, +) / Double(labels.count)
}
