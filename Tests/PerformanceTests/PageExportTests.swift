// Files for other programs: the equity array and the list of trades.

import Foundation
import Performance
import Testing
import TradingDomain

@Suite struct PageExportTests {
  /// `numpy.save` of the same three points as a structured array, NumPy 2 (base64 of the whole file).
  private static let numpyFile = """
    k05VTVBZAQB2AHsnZGVzY3InOiBbKCd0aW1lX25zJywgJzxpOCcpLCAoJ2VxdWl0eV9icmwnLCAnPGY4JyldLCAnZm9ydHJhbl9v\
    cmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMywpLCB9ICAgICAgICAgICAgICAgICAgICAgIAoAACo2/pyXFwAAAAAAauhAAcrEcf6c\
    lxceT8sPi2voQAKUX63+nJcXje21oPfGsL4=
    """

  @Test func theEquityArrayIsByteForByteWhatNumPyWrites() throws {
    var curve = EquityCurve(start: Timestamp(nanoseconds: 1_700_000_000_000_000_000), capital: Money(brl: 50_000))
    try curve.append(
      EquityPoint(time: Timestamp(nanoseconds: 1_700_000_001_000_000_001), equity: Money(microBRL: 50_012_345_678)))
    try curve.append(
      EquityPoint(time: Timestamp(nanoseconds: 1_700_000_002_000_000_002), equity: Money(microBRL: -1)))
    #expect(Data(EquityArray.npy(curve)).base64EncodedString() == Self.numpyFile)
  }

  @Test func theArrayStartsOnAMultipleOf64WhateverTheNumberOfPoints() throws {
    var curve = EquityCurve(start: Timestamp(nanoseconds: 0), capital: .zero)
    for count in 1...1200 {
      let bytes = EquityArray.npy(curve)
      #expect((bytes.count - 16 * count) % 64 == 0)
      try curve.append(EquityPoint(time: Timestamp(nanoseconds: Int64(count)), equity: .zero))
    }
  }

  @Test func amountsInTradesAddUpToTheMicroBRL() throws {
    let trades = try PageFixture(days: 60).trades
    let lines = TradesCSV.text(trades) { _ in "WDO" }.split(separator: "\n")
    #expect(lines.count == trades.count + 1)
    let width = lines[0].split(separator: ",").count
    var net: Int64 = 0
    for line in lines.dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      #expect(fields.count == width)
      let (gross, fees, left) = (Self.micro(fields[9]), Self.micro(fields[10]), Self.micro(fields[11]))
      #expect(gross - fees == left)
      net += left
    }
    #expect(net == trades.reduce(Money.zero) { $0 + $1.netProfit }.microBRL)
  }

  @Test func aTradeIsWrittenWithItsTimesInSaoPauloAndItsSymbolQuoted() throws {
    let summer = try #require(SessionDate(year: 2018, month: 12, day: 3))
    let trade = ClosedTrade(
      instrument: InstrumentID(7), side: .sell, quantity: 3,
      entryTime: BrasiliaTime.timestamp(summer, timeOfDay: .seconds(9 * 3600 + 5) + Nanoseconds(123_456)),
      exitTime: BrasiliaTime.timestamp(summer.advanced(by: 200), timeOfDay: .seconds(17 * 3600 + 59)),
      grossProfit: Money(microBRL: -5), fees: Money(microBRL: 1_250_000))
    let line = try #require(TradesCSV.text([trade]) { _ in "a,\"b\"" }.split(separator: "\n").last)
    let start = "1,\"a,\"\"b\"\"\",short,3,2018-12-03T09:00:05.000123-02:00,2019-06-21T17:00:59.000000-03:00,"
    #expect(line.hasPrefix(start))
    #expect(line.hasSuffix(",-0.000005,1.250000,-1.250005,,,,"))
    #expect(TradesCSV.text([trade]) { _ in nil }.contains("\n1,7,short"))
  }

  private static func micro(_ text: Substring) -> Int64 {
    let sign: Int64 = text.hasPrefix("-") ? -1 : 1
    return sign * (Int64(text.filter { $0 != "-" && $0 != "." }) ?? .min)
  }
}
