// Our forests as a plug-in of the harness that measures the peers: model in, margins out, through the product's own
// loader and kernel.

import DecisionForests

/// Loads a LightGBM text or XGBoost model; null when it cannot be used.
@_cdecl("gk_load")
public func load(_ path: UnsafePointer<CChar>) -> UnsafeMutableRawPointer? {
  do {
    let predictor = try ForestPredictor(Forest.load(path: String(cString: path)))
    guard predictor.marginCount == 1 else { return nil }
    return Unmanaged.passRetained(predictor).toOpaque()
  } catch {
    return nil
  }
}

/// The margin of one row.
@_cdecl("gk_predict")
public func predict(_ handle: UnsafeMutableRawPointer, _ row: UnsafePointer<Float>) -> Double {
  var margin = 0.0
  Unmanaged<ForestPredictor>.fromOpaque(handle)._withUnsafeGuaranteedRef { $0.margins(row, into: &margin) }
  return margin
}

/// The margins of `count` rows behind each other.
@_cdecl("gk_batch")
public func predictBatch(
  _ handle: UnsafeMutableRawPointer, _ rows: UnsafePointer<Float>, _ count: Int, _ margins: UnsafeMutablePointer<Double>
) {
  Unmanaged<ForestPredictor>.fromOpaque(handle)._withUnsafeGuaranteedRef {
    $0.margins(rows: rows, count: count, into: margins)
  }
}
