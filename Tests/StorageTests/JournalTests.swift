// The journal: every fact reads back, damage is found and named.

import CHotPath
import Foundation
import Storage
import Testing
import TradingDomain

/// One entry of every kind, with extreme values where they could be cut off.
let everyFact: [JournalFact] = {
  let id = ClientOrderID(epoch: .max, strategy: 7, counter: .max - 1)
  let intent = OrderIntent(
    instrument: InstrumentID(.max), side: .sell, type: .stopLimit, quantity: Quantity(.max), limit: Price(ticks: .min),
    stop: Price(ticks: .max), purpose: .protectiveStop)
  let report = OrderReport(
    id: id, gatewayOrderID: .max, instrument: InstrumentID(3), status: .scheduledOrder, reason: .other, side: .buy,
    quantity: 5, tradedQuantity: 3, tradedTicks: -33_000, exchangeTime: Timestamp(nanoseconds: .max))
  var votes = VotesRecord()
  for kind in 1...5 {
    votes.append(
      MemberVote(
        kind: UInt8(kind), age: .max, weight: 0.2, probabilityUp: .greatestFiniteMagnitude,
        probabilityDown: .leastNonzeroMagnitude))
  }
  return [
    .opened(schema: .max, model: 1, configuration: 2, epoch: 3),
    .votes(votes),
    .decision(
      DecisionRecord(
        instrument: InstrumentID(1), regime: .range, probabilityUp: 0.25, probabilityDown: .leastNonzeroMagnitude,
        expectedMove: -3, wanted: -2, price: Price(ticks: 11_000), expectedTicks: -7.5, spreadTicks: .infinity,
        abstention: .max)),
    .refusal(RefusalRecord(id: id, intent: intent, reason: 909)),
    .intent(NewOrder(id: id, intent: intent, decisionTime: Timestamp(nanoseconds: 5))),
    .cancelIntent(CancelOrder(id: id, instrument: InstrumentID(1), decisionTime: Timestamp(nanoseconds: 6))),
    .changeIntent(
      ChangeOrder(
        id: id, instrument: InstrumentID(1), quantity: 2, limit: nil, stop: Price(ticks: 0),
        decisionTime: Timestamp(nanoseconds: 7))),
    .cancelAllIntent, .notSent(id), .report(report),
    .fill(
      Fill(
        id: id, instrument: InstrumentID(1), side: .buy, quantity: 2, ticks: 22_000, purpose: .entry,
        exchangeTime: Timestamp(nanoseconds: 8))),
    .state(.killed, reason: 1), .connection(.linkDown),
    .closed(realised: Money(microBRL: -1), fees: Money(microBRL: .max), fills: 9, openContracts: -4),
  ]
}()

@Suite struct JournalTests {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("journal-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func write(_ name: String, _ facts: [JournalFact]) throws -> String {
    let path = folder.appendingPathComponent(name).path
    let writer = try JournalWriter(path: path, capacity: 64)
    for (index, fact) in facts.enumerated() {
      #expect(writer.append(JournalEntry(time: Timestamp(nanoseconds: Int64(index)), fact: fact)))
    }
    try writer.close()
    return path
  }

  @Test func everyFactReadsBackEqual() throws {
    let reader = try JournalReader(path: try write("all", everyFact))
    #expect(reader.entries.map(\.fact) == everyFact)
    #expect(reader.entries.map(\.time.nanoseconds) == (0..<Int64(everyFact.count)).map { $0 })
    #expect(reader.tornTailBytes == 0)
  }

  @Test func equalFactsLeaveEqualBytes() throws {
    let first = try Data(contentsOf: URL(fileURLWithPath: try write("a", everyFact)))
    let second = try Data(contentsOf: URL(fileURLWithPath: try write("b", everyFact)))
    #expect(first == second)
    #expect(first.count == everyFact.count * JournalRecord.size)
  }

  @Test func aTornTailEndsTheJournalQuietly() throws {
    let path = try write("torn", everyFact)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count - 60] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    let reader = try JournalReader(path: path)
    #expect(reader.entries.count == everyFact.count - 1)
    #expect(reader.tornTailBytes == JournalRecord.size)
  }

  @Test func aDamagedRecordBeforeAGoodOneIsRefusedByName() throws {
    let path = try write("corrupt", everyFact)
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    for offset in stride(from: 0, to: (everyFact.count - 1) * JournalRecord.size, by: 37) {
      var bytes = good
      bytes[offset] ^= 0x40
      try bytes.write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: StorageError.self) { try JournalReader(path: path) }
      #expect(error?.description.contains("record \(offset / JournalRecord.size)") == true)
    }
  }

  @Test func anExchangedPairOfRecordsIsNoticed() throws {
    let path = try write("swapped", everyFact)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let size = JournalRecord.size
    let third = bytes.subdata(in: 3 * size..<4 * size)
    bytes.replaceSubrange(3 * size..<4 * size, with: bytes.subdata(in: 4 * size..<5 * size))
    bytes.replaceSubrange(4 * size..<5 * size, with: third)
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(throws: StorageError.self) { try JournalReader(path: path) }
  }

  @Test func aFullJournalSaysSo() throws {
    let writer = try JournalWriter(path: folder.appendingPathComponent("full").path, capacity: 2)
    let entry = JournalEntry(time: Timestamp(nanoseconds: 0), fact: .cancelAllIntent)
    #expect(writer.append(entry))
    #expect(writer.append(entry))
    #expect(!writer.append(entry))
  }

  @Test func anExistingJournalIsNeverOverwritten() throws {
    let path = try write("once", everyFact)
    let error = #expect(throws: StorageError.self) { _ = try JournalWriter(path: path) }
    #expect(error?.description.contains("never overwritten") == true)
  }

  @Test func theFastChecksumEqualsItsDefinition() {
    var bytes = [UInt8](repeating: 0, count: 300)
    for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 167 &+ 13) }
    for length in 0...300 { #expect(hp_crc32c(bytes, length) == hp_crc32c_plain(bytes, length)) }
    let digits = Array("123456789".utf8)
    #expect(hp_crc32c(digits, digits.count) == 0xE306_9283)
  }
}
