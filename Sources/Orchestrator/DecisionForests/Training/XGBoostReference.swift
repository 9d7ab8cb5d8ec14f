// The library's own predictions, to hold the project's kernel against. Never on a hot path: one call costs 50 us and
// more.

package import Foundation

/// Predicts with the XGBoost C library itself.
package enum XGBoostReference {
  /// Raw margins of the rows, row by row, one a class (or one a row).
  ///
  /// - Parameters:
  ///   - model: UBJSON or JSON written by ``XGBoostTrainer``. Files of release 3 must not come here: the library of
  ///     release 1.7 loads them without a word and gets their base score wrong.
  ///   - values: Row by row, `columnCount` a row; NaN is missing, infinities are refused by the library.
  package static func margins(
    of model: Data, values: [Float], columnCount: Int
  ) throws(ForestError) -> [Float] {
    guard columnCount > 0, !values.isEmpty, values.count % columnCount == 0 else {
      throw ForestError.training(
        source: "rows to predict", problem: "\(values.count) values are not whole rows of \(columnCount) columns",
        mend: "pass whole rows, at least one")
    }
    let rows = try XGBoostMatrix(
      values: values, rowCount: values.count / columnCount, columnCount: columnCount, threads: 1)
    let booster = try XGBoostBooster(caching: [], settings: [("nthread", "1"), ("verbosity", "0")])
    try booster.load(model)
    return try booster.margins(of: rows)
  }
}
