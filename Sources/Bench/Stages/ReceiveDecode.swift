// Stage `receive.decode`: a market frame from the receive buffer to the event that the engine takes.

import CHotPath
import Gateway
import TradingDomain

extension BenchStage {
  static var receiveDecode: BenchStage {
    let frames = 64
    return BenchStage(
      name: "receive.decode", operation: "a trade's frame into a venue event", batch: frames, samples: 10_000
    ) { stopwatch in
      let instruments = InstrumentTable(identity: [TriggerMarket.instrument.id])
      let bytes = UnsafeMutableRawBufferPointer.allocate(
        byteCount: frames * FrameEncoding.largestFrame, alignment: 64)
      var used = 0
      for number in 0..<frames {
        let event = TriggerMarket.trigger(number)
        let length = FrameEncoding.event(
          event.update, stamp: FrameStamp(sequence: 0, time: event.localTime), instruments: instruments,
          into: UnsafeMutableRawBufferPointer(rebasing: bytes[used...]))
        guard length > 0 else { throw BenchFailure.inconsistent("a trade frame was not encoded") }
        used += length
      }
      let total = used
      return .timed(
        stopwatch, finish: { bytes.deallocate() },
        batch: {
          guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
          var offset = 0
          var sum: UInt64 = 0
          var frame = hp_frame_empty()
          while Int(hp_frame_decode(start + offset, total - offset, &frame)) == HP_FRAME_COMPLETE {
            offset += Int(frame.header.length)
            let time = Timestamp(nanoseconds: frame.header.time)
            guard case .value(let event) = FrameDecoding.event(frame, localTime: time, instruments: instruments),
              case .market(let market) = event.update, case .trade(let trade) = market.update
            else { continue }
            sum = sum &* 31 &+ UInt64(bitPattern: trade.price.ticks) &+ market.sequence
          }
          return sum
        })
    }
  }
}
