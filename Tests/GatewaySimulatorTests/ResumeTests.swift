// What the simulator sends to a client that comes back, seen through the bare protocol.

import CHotPath
import Gateway
import GatewaySimulator
import Glibc
import Testing
import TradingDomain

/// The bare protocol over a blocking socket: one frame at a time, as the protocol page has it.
private final class BareClient {
  private let socket: Int32
  private var received: [UInt8] = []

  init(port: UInt16) {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var timeout = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  deinit { Glibc.close(socket) }

  func send<Payload: BitwiseCopyable>(_ type: Int, _ payload: Payload, sequence: UInt64 = 0) {
    var bytes = [UInt8](repeating: 0, count: 512)
    let length = bytes.withUnsafeMutableBytes { room in
      FrameEncoding.frame(
        type, payload, stamp: FrameStamp(sequence: sequence, time: Timestamp(nanoseconds: 0)), into: room)
    }
    #expect(write(socket, bytes, length) == length)
  }

  /// The next frame: header and payload; nil at the end of the stream or after ten seconds.
  func next() -> (header: hp_frame_header, payload: [UInt8])? {
    while true {
      var frame = hp_frame_empty()
      let result: (header: hp_frame_header, payload: [UInt8])? = received.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress, Int(hp_frame_decode(base, buffer.count, &frame)) == HP_FRAME_COMPLETE
        else { return nil }
        return (frame.header, Array(UnsafeBufferPointer(start: frame.payload, count: Int(frame.payload_length))))
      }
      if let result {
        received.removeFirst(Int(result.header.length))
        return result
      }
      var bytes = [UInt8](repeating: 0, count: 8192)
      let count = read(socket, &bytes, bytes.count)
      if count <= 0 { return nil }
      received += bytes[..<count]
    }
  }

  /// Frames up to and with the first of `type`.
  func frames(through type: Int) -> [(header: hp_frame_header, payload: [UInt8])] {
    var frames: [(header: hp_frame_header, payload: [UInt8])] = []
    while let frame = next() {
      frames.append(frame)
      if Int(frame.header.type) == type { return frames }
    }
    Issue.record("the stream ended before \(type)")
    return frames
  }

  func hello(resume: UInt64, isVirtual: Bool = false) {
    var hello = hp_msg_hello()
    hello.magic = HP_HELLO_MAGIC
    hello.version_min = 1
    hello.version_max = 1
    hello.environment = UInt8(HP_ENVIRONMENT_SIMULATOR)
    hello.role = UInt8(HP_ROLE_TRADER)
    hello.fencing_epoch = 1
    hello.gateway_epoch = 1
    hello.resume_sequence = resume
    hello.capabilities = UInt64(HP_CAPABILITY_ORDERS) | (isVirtual ? UInt64(HP_CAPABILITY_VIRTUAL_TIME) : 0)
    WireText.set(&hello.client, "bare")
    send(HP_FRAME_HELLO, hello)
    var subscribe = hp_msg_subscribe()
    subscribe.instrument = Instrument.wdo.id.rawValue
    subscribe.streams = UInt16(HP_STREAM_QUOTES | HP_STREAM_STATE)
    send(HP_FRAME_SUBSCRIBE, subscribe)
  }
}

private func payload<Payload: BitwiseCopyable>(_ bytes: [UInt8], as type: Payload.Type) -> Payload {
  bytes.withUnsafeBytes { $0.loadUnaligned(as: type) }
}

@Test func aClientThatComesBackGetsTheNumberedFramesItMissedInTheirOrder() throws {
  let server = try Session.server(seconds: 3600) { $0.pacing = .multiple(1) }
  defer { server.stop() }
  var first: BareClient? = BareClient(port: server.port)
  first?.hello(resume: 0)
  let opening = try #require(first?.frames(through: HP_FRAME_CONN_STATE))
  #expect(opening.first.map { Int($0.header.type) } == HP_FRAME_HELLO_REPLY)
  #expect(payload(opening[0].payload, as: hp_msg_hello_reply.self).resumed == 0)
  #expect(opening.last?.header.sequence == 1)

  // An order far from the market: SubmitAck and four reports, numbers 2 to 6.
  _ = first?.frames(through: HP_FRAME_QUOTE)
  var order = hp_msg_new_order()
  let id = ClientOrderID(epoch: 1, strategy: 1, counter: 1)
  order.id = hp_order_id(high: id.high, low: id.low)
  order.quantity = 1
  order.limit = 10_800
  order.stop = HP_PRICE_NONE
  order.instrument = Instrument.wdo.id.rawValue
  order.side = Side.buy.rawValue
  order.type = OrderType.limit.rawValue
  order.purpose = OrderPurpose.entry.rawValue
  first?.send(HP_FRAME_NEW_ORDER, order, sequence: 1)
  var live: [UInt64] = []
  while live.last != 6, let frame = first?.next() {
    if frame.header.sequence > 0 { live.append(frame.header.sequence) }
  }
  #expect(live == [2, 3, 4, 5, 6])
  first = nil

  // Back again, wanting everything from number 3 on.
  let second = BareClient(port: server.port)
  second.hello(resume: 3)
  var numbered: [(sequence: UInt64, type: Int, isReplay: Bool)] = []
  let reply = try #require(second.next())
  #expect(payload(reply.payload, as: hp_msg_hello_reply.self).resumed == 1)
  #expect(payload(reply.payload, as: hp_msg_hello_reply.self).next_sequence == 3)
  while numbered.count < 5, let frame = second.next() {
    guard frame.header.sequence > 0 else { continue }
    numbered.append(
      (frame.header.sequence, Int(frame.header.type), Int(frame.header.flags) & HP_FRAME_REPLAY != 0))
  }
  #expect(numbered.map(\.sequence) == [3, 4, 5, 6, 7])
  #expect(numbered.map(\.isReplay) == [true, true, true, true, false])
  #expect(numbered.prefix(4).allSatisfy { $0.type == HP_FRAME_ORDER_REPORT })
  #expect(numbered.last?.type == HP_FRAME_CONN_STATE)

  // The same command again is recognised by its number and does nothing.
  second.send(HP_FRAME_NEW_ORDER, order, sequence: 1)
  let answer = try #require(second.frames(through: HP_FRAME_SUBMIT_ACK).last)
  #expect(Int(payload(answer.payload, as: hp_msg_submit_ack.self).result) == HP_SUBMIT_DUPLICATE)
}

@Test func anOrderListIsAnsweredWithProofOfCompleteness() throws {
  let server = try Session.server(seconds: 3600) { $0.pacing = .multiple(1) }
  defer { server.stop() }
  let client = BareClient(port: server.port)
  client.hello(resume: 0)
  _ = client.frames(through: HP_FRAME_CONN_STATE)
  client.send(HP_FRAME_ORDER_LIST_REQUEST, hp_msg_list_request(request_id: 77, account: 0, reserved: 0))
  let end = try #require(client.frames(through: HP_FRAME_ORDER_LIST_END).last)
  let message = payload(end.payload, as: hp_msg_list_end.self)
  #expect(message.request_id == 77 && message.items == 0 && message.proven == 1)
}

@Test func aBarrierAcknowledgedWithAnotherCountOfCommandsEndsTheSession() throws {
  let server = try Session.server(seconds: 60)
  defer { server.stop() }
  let client = BareClient(port: server.port)
  client.hello(resume: 0, isVirtual: true)
  let barrier = try #require(client.frames(through: HP_FRAME_BARRIER).last)
  let number = payload(barrier.payload, as: hp_msg_barrier.self).number
  client.send(HP_FRAME_BARRIER_ACK, hp_msg_barrier_ack(number: number, commands: 3))
  let error = try #require(client.frames(through: HP_FRAME_ERROR).last)
  #expect(Int(payload(error.payload, as: hp_msg_error.self).code) == HP_ERROR_UNEXPECTED)
}
