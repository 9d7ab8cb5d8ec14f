// Stages `frame.decode` and `frame.encode`: a quote from the wire to fields, an order from fields to the wire.

import CHotPath

extension BenchStage {
  /// Frames in one batch, one behind the other as they come out of a receive buffer.
  private static var frames: Int { 64 }
  private static var quoteLength: Int { MemoryLayout<hp_msg_quote>.size + Int(HP_FRAME_HEADER_LENGTH) }
  private static var orderLength: Int { MemoryLayout<hp_msg_new_order>.size + Int(HP_FRAME_HEADER_LENGTH) }

  static var frameDecode: BenchStage {
    BenchStage(
      name: "frame.decode", operation: "recognise a quote frame and read its prices", batch: frames, samples: 20_000
    ) { stopwatch in
      let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: frames * quoteLength)
      for index in 0..<frames {
        var quote = hp_msg_quote()
        quote.market.feed_sequence = UInt64(index)
        quote.bid = Int64(10_000 + index)
        quote.ask = quote.bid + 1
        var header = hp_frame_header()
        header.type = UInt16(HP_FRAME_QUOTE)
        header.time = Int64(index)
        let at = bytes.baseAddress.map { $0 + index * quoteLength }
        guard let at,
          hp_frame_encode(at, quoteLength, header, &quote, UInt32(MemoryLayout<hp_msg_quote>.size)) != 0
        else { throw BenchFailure.inconsistent("a quote frame was not encoded") }
      }
      return .timed(stopwatch, finish: { bytes.deallocate() }) {
        guard var at = UnsafePointer(bytes.baseAddress) else { return 0 }
        var rest = bytes.count
        var sum: UInt64 = 0
        var frame = hp_frame(header: hp_frame_header(), payload: at, payload_length: 0, reserved: 0)
        while hp_frame_decode(at, rest, &frame) == HP_FRAME_COMPLETE {
          let quote = UnsafeRawPointer(frame.payload).loadUnaligned(as: hp_msg_quote.self)
          sum &+= UInt64(quote.bid) &* 31 &+ UInt64(quote.ask) &+ quote.market.feed_sequence
          at += Int(frame.header.length)
          rest -= Int(frame.header.length)
        }
        return sum
      }
    }
  }

  static var frameEncode: BenchStage {
    BenchStage(
      name: "frame.encode", operation: "write a new-order frame", batch: frames, samples: 20_000
    ) { stopwatch in
      let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: frames * orderLength)
      bytes.initialize(repeating: 0)
      return .timed(stopwatch, finish: { bytes.deallocate() }) {
        guard let start = bytes.baseAddress else { return 0 }
        var written: UInt64 = 0
        for index in 0..<frames {
          var order = hp_msg_new_order()
          order.id.low = UInt64(index)
          order.quantity = 5
          order.limit = Int64(10_000 + index)
          order.side = 1
          var header = hp_frame_header()
          header.type = UInt16(HP_FRAME_NEW_ORDER)
          header.sequence = UInt64(index + 1)
          written &+= UInt64(
            hp_frame_encode(
              start + index * orderLength, orderLength, header, &order, UInt32(MemoryLayout<hp_msg_new_order>.size)))
        }
        // The last frame's price and length stand for all: the writes before it cannot be left out.
        let last = UnsafeRawPointer(start + (frames - 1) * orderLength + Int(HP_FRAME_HEADER_LENGTH))
        return written &* 31 &+ UInt64(last.loadUnaligned(as: hp_msg_new_order.self).limit)
      }
    }
  }
}
