// Stages `forest.predict` and `forest.plain`: one row through 500 trees, by the kernel and by its obvious twin.

import DecisionForests
import Monitoring

extension BenchStage {
  static var forestPredict: BenchStage {
    forest("forest.predict", "predict one row: 500 trees of up to 31 leaves") { predictor, row, output in
      predictor.predict(row, into: output)
    }
  }

  static var forestPlain: BenchStage {
    forest("forest.plain", "the same row by the walk with a branch a split") { predictor, row, output in
      predictor.margins(row, by: .plain, into: output)
    }
  }

  /// Distinct rows in random order, each copied to the same hot memory before the clock starts, as a feature vector is.
  private static func forest(
    _ name: String, _ operation: String,
    _ predict: @escaping (ForestPredictor, UnsafePointer<Float>, UnsafeMutablePointer<Double>) -> Void
  ) -> BenchStage {
    BenchStage(name: name, operation: operation, batch: 1, samples: 4_000) { stopwatch in
      let predictor = try ReferenceForest.predictor.get()
      let columns = ReferenceForest.columns
      let rows = ReferenceForest.rows
      let row = UnsafeMutablePointer<Float>.allocate(capacity: columns)
      row.initialize(repeating: 0, count: columns)
      let output = UnsafeMutablePointer<Double>.allocate(capacity: predictor.marginCount)
      output.initialize(repeating: 0, count: predictor.marginCount)
      return PreparedStage(
        finish: {
          row.deallocate()
          output.deallocate()
        },
        round: { samples, recorder in
          var checksum: UInt64 = 0
          for sample in 0..<samples {
            let first = sample % ReferenceForest.rowCount * columns
            for column in 0..<columns { row[column] = rows[first + column] }
            let start = stopwatch.ticks
            predict(predictor, row, output)
            let end = stopwatch.ticks
            recorder.record(stopwatch.nanoseconds(from: start, to: end))
            checksum = (checksum &* 0x100_0000_01B3) ^ output.pointee.bitPattern
          }
          return checksum
        })
    }
  }
}
