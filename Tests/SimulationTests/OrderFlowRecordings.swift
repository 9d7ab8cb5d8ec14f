// Recorded order books of the shared data as market events.

import Foundation
import MarketData
import TradingDomain

enum RecordedBooks {
  static let root: String = {
    if let given = ProcessInfo.processInfo.environment["TRADER_SHARED_DATA"] { return given }
    let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().appendingPathComponent("../../..")
    return package.appendingPathComponent("../shared/data").standardized.path
  }()

  static let absence = "the shared real data is absent (set TRADER_SHARED_DATA to its folder), or the program zstd is"

  static var isPresent: Bool {
    FileManager.default.fileExists(atPath: root + "/b3-wdo-1min-2021-2022")
      && ["/usr/bin/zstd", "/usr/local/bin/zstd"].contains { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Fields of every row behind the header.
  static func rows(_ name: String) throws -> [[Substring]] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["zstd", "-dcq", root + "/" + name]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
  }

  /// The three best levels of each side of the A50 future, from the end of the auction.
  static func chinaIndexLevels() throws -> [MarketEvent] {
    var writer = EventWriter()
    var shown: [Side: [Int64: Int64]] = [.buy: [:], .sell: [:]]
    for row in try rows("sgx-cn-book3-20140109/cn_book3_20140109.csv.zst") {
      guard let clock = row[0].split(separator: " ").last, clock >= "09:00:01" else { continue }
      let parts = clock.split(separator: ":").compactMap { Double($0) }
      let time = Int64(((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1e9)
      // Rows share timestamps and the tail of the auction is crossed; both sides must be whole.
      var levels: [Side: [Int64: Int64]] = [.buy: [:], .sell: [:]]
      for level in 0..<3 {
        for (side, column) in [(Side.buy, 1 + 4 * level), (.sell, 3 + 4 * level)] {
          let (price, size) = (Double(row[column]) ?? 0, Double(row[column + 1]) ?? 0)
          if size > 0 { levels[side]?[Int64(price) / 500] = Int64(size) }
        }
      }
      writer.open(at: time)
      for side in [Side.buy, .sell] {
        let (old, new) = (shown[side] ?? [:], levels[side] ?? [:])
        for price in old.keys.sorted() where new[price] == nil { writer.level(side, price, 0, at: time) }
        for price in new.keys.sorted() where new[price] != old[price] {
          writer.level(side, price, new[price] ?? 0, at: time)
        }
      }
      shown = levels
      writer.quote(levels, at: time)
    }
    return writer.closed()
  }

  /// The holiday evening of the S&P 500 future, built from its orders.
  static func indexFutureOrders() throws -> [MarketEvent] {
    struct Order { var side: Side, price: Int64, size: Int64 }
    var orders: [Substring: Order] = [:]
    var levels: [Side: [Int64: Int64]] = [.buy: [:], .sell: [:]]
    var changed: Set<[Int64]> = []
    var writer = EventWriter()
    func change(_ side: Side, _ price: Int64, _ size: Int64) {
      let total = (levels[side]?[price] ?? 0) + size
      levels[side]?[price] = total > 0 ? total : nil
      changed.insert([Int64(side.rawValue), price])
    }
    let opening: Int64 = 1_703_545_200_000_000_000
    for row in try rows("es-l3-mbo-20231225/esh4_mbo_20231225.csv.zst") {
      let time = Int64(row[1]) ?? 0
      let (price, size) = (Int64(((Double(row[4]) ?? 0) * 4).rounded()), Int64(row[5]) ?? 0)
      let side: Side = row[3] == "B" ? .buy : .sell
      if time >= opening, !writer.isOpen {
        writer.open(at: time)
        for side in [Side.buy, .sell] {
          for price in (levels[side] ?? [:]).keys { changed.insert([Int64(side.rawValue), price]) }
        }
      }
      switch row[2] {
      case "A":
        orders[row[6]] = Order(side: side, price: price, size: size)
        change(side, price, size)
      case "M":
        if let old = orders[row[6]] { change(old.side, old.price, -old.size) }
        orders[row[6]] = Order(side: side, price: price, size: size)
        change(side, price, size)
      case "C":
        guard var old = orders[row[6]] else { break }
        change(old.side, old.price, -min(size, old.size))
        old.size -= min(size, old.size)
        orders[row[6]] = old.size > 0 ? old : nil
      case "T" where writer.isOpen: writer.trade(side, price, size, at: time)
      default: break
      }
      guard writer.isOpen, (Int64(row[7]) ?? 0) & 128 != 0 else { continue }
      for key in changed.sorted(by: { ($0[0], $0[1]) < ($1[0], $1[1]) }) {
        let side: Side = key[0] == 1 ? .buy : .sell
        writer.level(side, key[1], levels[side]?[key[1]] ?? 0, at: time)
      }
      changed.removeAll(keepingCapacity: true)
      writer.quote(levels, at: time)
    }
    return writer.closed()
  }
}

/// Collects events of one session.
private struct EventWriter {
  private var events: [MarketEvent] = []
  private var lastQuote: Quote?
  private(set) var isOpen = false

  mutating func append(_ update: MarketUpdate, at time: Int64) {
    // A recorder's clock may step back by a little.
    let last = events.last?.exchangeTime.nanoseconds ?? time
    events.append(
      MarketEvent(
        instrument: InstrumentID(9), sequence: UInt64(events.count + 1),
        exchangeTime: Timestamp(nanoseconds: max(last, time)), update: update))
  }

  mutating func open(at time: Int64) {
    if isOpen { return }
    isOpen = true
    append(.phase(.opened), at: time)
  }

  mutating func level(_ side: Side, _ price: Int64, _ size: Int64, at time: Int64) {
    append(
      .depth(
        DepthUpdate(side: side, price: Price(ticks: price), quantity: Quantity(size), orderCount: 0, endsBatch: true)),
      at: time)
  }

  mutating func trade(_ aggressor: Side, _ price: Int64, _ size: Int64, at time: Int64) {
    append(
      .trade(
        Trade(
          price: Price(ticks: price), quantity: Quantity(size),
          kind: aggressor == .buy ? .buyerAggressor : .sellerAggressor, number: 0)), at: time)
  }

  mutating func quote(_ levels: [Side: [Int64: Int64]], at time: Int64) {
    guard let bid = levels[.buy]?.max(by: { $0.key < $1.key }), let ask = levels[.sell]?.min(by: { $0.key < $1.key })
    else { return }
    let quote = Quote(
      bid: Price(ticks: bid.key), bidQuantity: Quantity(bid.value), ask: Price(ticks: ask.key),
      askQuantity: Quantity(ask.value))
    if quote == lastQuote { return }
    lastQuote = quote
    append(.quote(quote), at: time)
  }

  func closed() -> [MarketEvent] {
    var copy = self
    copy.append(.phase(.closed), at: events.last?.exchangeTime.nanoseconds ?? 0)
    return copy.events
  }
}
