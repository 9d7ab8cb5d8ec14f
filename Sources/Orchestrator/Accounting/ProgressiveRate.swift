// The exchange's progressive tables: a rate per band plus an additional value that keeps the total continuous.

/// A table of volume bands: for average daily volume `v` in a band, the average rate is `(v x rate + additional) / v`.
///
/// Rates and additional values are whole millionths of their unit (currency per contract, or fraction), so a look-up is
/// an exact fraction. Source: B3, "Regras de calculo para derivativos listados" (progressive calculation).
package struct ProgressiveRate: Hashable, Sendable {
  /// One row of the table.
  package struct Band: Hashable, Sendable {
    /// First volume of the band, in weighted contracts per day.
    package var from: Int64
    /// Rate within the band, in millionths.
    package var rateMillionths: Int64
    /// Value added to volume x rate, in millionths.
    package var additionalMillionths: Int64

    package init(from: Int64, rateMillionths: Int64, additionalMillionths: Int64) {
      self.from = from
      self.rateMillionths = rateMillionths
      self.additionalMillionths = additionalMillionths
    }
  }

  /// Rows in ascending order of `from`; the first starts at 1.
  package let bands: [Band]

  /// - Precondition: rows ascend from 1.
  package init(_ bands: [Band]) {
    precondition(bands.first?.from == 1, "a progressive table starts at volume 1")
    precondition(zip(bands, bands.dropFirst()).allSatisfy { $0.from < $1.from }, "progressive table rows must ascend")
    self.bands = bands
  }

  /// The average rate at `volume` contracts a day (volumes below 1 count as 1), as an exact fraction in millionths.
  package func average(volume: Int64) -> (numerator: Int64, denominator: Int64) {
    let volume = max(1, volume)
    var chosen = bands[0]
    for band in bands where band.from <= volume { chosen = band }
    return (volume * chosen.rateMillionths + chosen.additionalMillionths, volume)
  }
}
