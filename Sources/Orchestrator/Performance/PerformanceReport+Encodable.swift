// The report as JSON: units in the keys, integers for time and money, null for what is undefined.

package import Foundation
import TradingDomain

extension PerformanceReport {
  /// The report as JSON with sorted keys, so that equal reports are equal bytes.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}

extension PerformanceReport: Encodable {
  private enum Key: String, CodingKey {
    case title
    case stamps
    case metrics
    case sessions
    case drawdown
    case curve
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(title, forKey: .title)
    try container.encode(stamps, forKey: .stamps)
    try container.encode(metrics, forKey: .metrics)
    try container.encode(
      sessions.map { EncodedSession(date: $0.date.description, profitMicroBRL: $0.profit.microBRL) }, forKey: .sessions)
    try container.encode(drawdown, forKey: .drawdown)
    try container.encode(
      ([curve.opening] + curve.points).map {
        EncodedPoint(timeNanoseconds: $0.time.nanoseconds, equityMicroBRL: $0.equity.microBRL)
      }, forKey: .curve)
  }
}

private struct EncodedSession: Encodable {
  let date: String
  let profitMicroBRL: Int64
}

private struct EncodedPoint: Encodable {
  let timeNanoseconds: Int64
  let equityMicroBRL: Int64
}

extension MaximumDrawdown: Encodable {
  private enum Key: String, CodingKey {
    case amountMicroBRL
    case fraction
    case peakNanoseconds
    case troughNanoseconds
    case recoveryNanoseconds
    case longestUnderwaterNanoseconds
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(amount.microBRL, forKey: .amountMicroBRL)
    try container.encode(fraction, forKey: .fraction)
    try container.encode(peak.nanoseconds, forKey: .peakNanoseconds)
    try container.encode(trough.nanoseconds, forKey: .troughNanoseconds)
    try container.encode(recovery?.nanoseconds, forKey: .recoveryNanoseconds)
    try container.encode(longestUnderwater.count, forKey: .longestUnderwaterNanoseconds)
  }
}

extension ReportedMetric: Encodable {
  private enum Key: String, CodingKey {
    case group
    case name
    case unit
    case value
    case standardError
    case interval
    case observations
  }

  /// Absent values are written as null: a reader must see that a metric was undefined, not forgotten.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(group.rawValue, forKey: .group)
    try container.encode(name, forKey: .name)
    try container.encode(unit, forKey: .unit)
    try container.encode(estimate?.value, forKey: .value)
    try container.encode(estimate?.standardError, forKey: .standardError)
    try container.encode(estimate?.interval, forKey: .interval)
    try container.encode(estimate?.observations, forKey: .observations)
  }
}
