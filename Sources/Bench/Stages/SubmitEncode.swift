// Stage `submit.encode`: an approved order into the journal, then into a frame.

import CHotPath
import Gateway
import Monitoring
import Storage
import TradingDomain

extension BenchStage {
  static var submitEncode: BenchStage {
    let orders = 32
    return BenchStage(
      name: "submit.encode", operation: "journal an order's intent and write its frame", batch: orders, samples: 2_000
    ) { stopwatch in
      var journal: JournalWriter?
      let instruments = InstrumentTable(identity: [TriggerMarket.instrument.id])
      let room = UnsafeMutableRawBufferPointer.allocate(byteCount: FrameEncoding.largestFrame, alignment: 64)
      let intent = OrderIntent(
        instrument: TriggerMarket.instrument.id, side: .buy, type: .limit, quantity: 1, limit: TriggerMarket.price(0),
        stop: nil, purpose: .entry)
      return PreparedStage(
        finish: { room.deallocate() },
        begin: { samples in journal = try TraderRig.makeJournal(capacity: samples * orders) },
        round: { samples, recorder in
          guard let journal else { throw BenchFailure.inconsistent("a round began without a journal") }
          var checksum: UInt64 = 0
          for sample in 0..<samples {
            let start = stopwatch.ticks
            for offset in 0..<orders {
              let number = UInt64(sample * orders + offset + 1)
              let time = TriggerMarket.start + .microseconds(Int64(number))
              let order = NewOrder(
                id: ClientOrderID(epoch: 1, strategy: 1, counter: number), intent: intent, decisionTime: time)
              let isKept = journal.append(JournalEntry(time: time, fact: .intent(order)))
              let length = FrameEncoding.command(
                .new(order), stamp: FrameStamp(sequence: number, time: time), instruments: instruments, into: room)
              // Reading the identity back shows that the frame was written.
              let written = room.loadUnaligned(fromByteOffset: Int(HP_FRAME_HEADER_LENGTH) + 8, as: UInt64.self)
              checksum = checksum &* 31 &+ written &+ UInt64(length) &+ (isKept ? 1 : 0)
            }
            let end = stopwatch.ticks
            recorder.record(stopwatch.nanoseconds(from: start, to: end))
          }
          guard journal.count == UInt64(samples * orders) else {
            throw BenchFailure.inconsistent("submit.encode: the journal kept \(journal.count) of \(samples * orders)")
          }
          return checksum
        })
    }
  }
}
