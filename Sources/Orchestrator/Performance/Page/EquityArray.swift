// The equity curve as a NumPy array file.

import TradingDomain

/// Writes `.npy` files, format 1.0, little endian.
///
/// Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
package enum EquityArray {
  /// The opening and all points as a structured array of shape (points + 1,): `time_ns` (int64, nanoseconds since 1970
  /// in UTC) and `equity_brl` (float64). `numpy.load` reads it without further arguments.
  package static func npy(_ curve: EquityCurve) -> [UInt8] {
    let points = [curve.opening] + curve.points
    var dictionary =
      "{'descr': [('time_ns', '<i8'), ('equity_brl', '<f8')], 'fortran_order': False, 'shape': (\(points.count),), }"
    // Magic, version and length take 10 bytes; the data must start on a multiple of 64.
    let unpadded = 10 + dictionary.utf8.count + 1
    dictionary += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes.reserveCapacity(10 + dictionary.utf8.count + 16 * points.count)
    append(UInt16(dictionary.utf8.count), to: &bytes)
    bytes += dictionary.utf8
    for point in points {
      append(point.time.nanoseconds, to: &bytes)
      append(point.equity.brl.bitPattern, to: &bytes)
    }
    return bytes
  }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }
}
