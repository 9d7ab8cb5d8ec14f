// The broadcast ring: whoever keeps up sees everything, whoever lags learns how much was lost, nobody sees a torn item.
import CHotPath
import Glibc
import Testing

/// Memory of a file without a name, mapped as often as asked: a stand-in for as many processes, since each mapping has
/// an address of its own and only the bytes are shared.
private final class SharedMemory {
  let bytes: Int
  private let descriptor: Int32
  private var mappings: [UnsafeMutableRawPointer] = []

  init(bytes: Int) throws {
    self.bytes = bytes
    var path = Array("/tmp/broadcast-XXXXXX".utf8CString)
    descriptor = mkstemp(&path)
    try #require(descriptor >= 0)
    unlink(path)
    try #require(ftruncate(descriptor, bytes) == 0)
  }

  func map(writing: Bool) throws -> UnsafeMutableRawPointer {
    let address = mmap(nil, bytes, writing ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, descriptor, 0)
    let memory = try #require(address != MAP_FAILED ? address : nil)
    mappings.append(memory)
    return memory
  }

  deinit {
    for mapping in mappings { munmap(mapping, bytes) }
    close(descriptor)
  }
}

/// Item `number` of `words` words, each a function of the number and its place.
private func item(_ number: UInt64, words: Int) -> [UInt64] {
  (0..<UInt64(words)).map { $0 == 0 ? number : (number &+ $0) &* 0x9E37_79B9_7F4A_7C15 }
}

/// One writer and its memory.
private final class Broadcast: @unchecked Sendable {
  let shared: SharedMemory
  let words: Int
  var writer = hp_broadcast_writer()

  init(capacity: Int, words: Int) throws {
    self.words = words
    let bytes = hp_broadcast_bytes(UInt64(capacity), UInt64(words * 8))
    shared = try SharedMemory(bytes: bytes)
    let memory = try shared.map(writing: true)
    try #require(hp_broadcast_create(&writer, memory, bytes, UInt64(capacity), UInt64(words * 8)) == 0)
  }

  func publish(_ numbers: Range<UInt64>) {
    for number in numbers { hp_broadcast_publish(&writer, item(number, words: words)) }
  }

  /// A reader with a read-only mapping of its own.
  func reader(from: Int = HP_BROADCAST_FROM_NEXT) throws -> hp_broadcast_reader {
    var reader = hp_broadcast_reader()
    let memory = try shared.map(writing: false)
    try #require(hp_broadcast_attach(&reader, memory, shared.bytes, UInt64(words * 8), Int32(from)) == 0)
    return reader
  }
}

/// Reads until there is nothing new; numbers of whole items, and losses as negative counts, in order.
private func drain(_ reader: inout hp_broadcast_reader, words: Int) -> [Int64] {
  var seen: [Int64] = []
  var buffer = [UInt64](repeating: 0, count: words)
  var lost: UInt64 = 0
  while true {
    switch Int(hp_broadcast_read(&reader, &buffer, &lost)) {
    case HP_BROADCAST_ITEM:
      #expect(buffer == item(buffer[0], words: words))
      #expect(lost == 0)
      seen.append(Int64(buffer[0]))
    case HP_BROADCAST_LOST: seen.append(-Int64(lost))
    default: return seen
    }
  }
}

@Test(arguments: [1, 7, 8, 20]) func aReaderThatKeepsUpSeesEverything(words: Int) throws {
  let broadcast = try Broadcast(capacity: 4, words: words)
  var reader = try broadcast.reader()
  #expect(drain(&reader, words: words).isEmpty)
  for round in 0..<20 as Range<UInt64> {
    broadcast.publish(round * 4..<round * 4 + 4)
    #expect(drain(&reader, words: words) == (Int64(round) * 4..<Int64(round) * 4 + 4).map { $0 })
  }
  #expect(reader.lost == 0)
}

@Test func aReaderThatLagsLearnsExactlyHowManyItLost() throws {
  let broadcast = try Broadcast(capacity: 8, words: 2)
  var reader = try broadcast.reader()
  broadcast.publish(0..<8)
  #expect(drain(&reader, words: 2) == [0, 1, 2, 3, 4, 5, 6, 7], "a full ring is not an overrun one")
  broadcast.publish(8..<17)
  // Nine items in eight slots: item 8 is gone, and the reader gives up 9 to 12 to go on half a ring behind the writer.
  #expect(drain(&reader, words: 2) == [-5, 13, 14, 15, 16])
  #expect(reader.lost == 5)
  broadcast.publish(17..<1017)
  #expect(drain(&reader, words: 2) == [-996, 1013, 1014, 1015, 1016])
  #expect(reader.lost == 1001)
}

@Test func readersAreIndependentOfEachOther() throws {
  let broadcast = try Broadcast(capacity: 4, words: 1)
  var (fast, slow) = (try broadcast.reader(), try broadcast.reader())
  var fastSaw: [Int64] = []
  for number in 0..<10 as Range<UInt64> {
    broadcast.publish(number..<number + 1)
    fastSaw += drain(&fast, words: 1)
  }
  #expect(fastSaw == Array(0..<10))
  #expect(drain(&slow, words: 1) == [-8, 8, 9])
  #expect((fast.lost, slow.lost) == (0, 8))
}

@Test func aLateReaderBeginsWithTheNextItemOrWithTheOldest() throws {
  let broadcast = try Broadcast(capacity: 4, words: 1)
  broadcast.publish(0..<3)
  var early = try broadcast.reader(from: HP_BROADCAST_FROM_OLDEST)
  #expect(drain(&early, words: 1) == [0, 1, 2])
  broadcast.publish(3..<10)
  var oldest = try broadcast.reader(from: HP_BROADCAST_FROM_OLDEST)
  var next = try broadcast.reader(from: HP_BROADCAST_FROM_NEXT)
  #expect(drain(&oldest, words: 1) == [6, 7, 8, 9])
  #expect(drain(&next, words: 1).isEmpty)
  broadcast.publish(10..<11)
  #expect(drain(&oldest, words: 1) == [10])
  #expect(drain(&next, words: 1) == [10])
  #expect((oldest.lost, next.lost) == (0, 0))
}

@Test func anItemBeingWrittenIsNotYetThereAndOneBeingOverwrittenIsGone() throws {
  let broadcast = try Broadcast(capacity: 4, words: 2)
  var (reader, lagging) = (try broadcast.reader(), try broadcast.reader())
  let slots = UnsafeMutableRawPointer(try #require(broadcast.writer.slots))
  let stamp = slots.assumingMemoryBound(to: UInt64.self)
  // A writer that stopped in the middle of item 0.
  stamp.pointee = 1
  #expect(drain(&reader, words: 2).isEmpty)
  stamp.pointee = 0
  broadcast.publish(0..<4)
  #expect(drain(&reader, words: 2) == [0, 1, 2, 3])
  // A writer in the middle of item 4, in the slot of item 0: that one item is gone, the other three are not.
  stamp.pointee = 2 * 4 + 1
  #expect(drain(&lagging, words: 2) == [-2, 2, 3])
}

/// A reader that runs beside the writer.
private final class StressReader: @unchecked Sendable {
  var reader: hp_broadcast_reader
  let words: Int
  let total: UInt64
  let pauses: Bool
  var (items, lost, faults): (UInt64, UInt64, Int) = (0, 0, 0)

  init(_ reader: hp_broadcast_reader, words: Int, total: UInt64, pauses: Bool) {
    (self.reader, self.words, self.total, self.pauses) = (reader, words, total, pauses)
  }

  func run() {
    let buffer = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
    defer { buffer.deallocate() }
    var expected: UInt64 = 0
    while expected < total {
      var skipped: UInt64 = 0
      switch Int(hp_broadcast_read(&reader, buffer, &skipped)) {
      case HP_BROADCAST_ITEM:
        if buffer[0] != expected { faults += 1 }
        for place in 1..<words where buffer[place] != (expected &+ UInt64(place)) &* 0x9E37_79B9_7F4A_7C15 {
          faults += 1
        }
        items += 1
        expected += 1
        if pauses, items % 1000 == 0 { sched_yield() }
      case HP_BROADCAST_LOST:
        lost += skipped
        expected += skipped
      default: sched_yield()
      }
    }
  }
}

@Test func aReaderBesideAWriterThatNeverWaitsSeesNoTornItemAndCountsEveryLoss() throws {
  let (words, total): (Int, UInt64) = (31, 600_000)
  let broadcast = try Broadcast(capacity: 4, words: words)
  let readers = try [false, true].map {
    StressReader(try broadcast.reader(), words: words, total: total, pauses: $0)
  }
  var threads: [OpaquePointer?] = []
  for reader in readers {
    var thread: OpaquePointer?
    let started = hp_thread_start(
      "broadcast reader", Int32(HP_THREAD_ANY_CORE),
      { context in
        guard let context else { return }
        Unmanaged<StressReader>.fromOpaque(context).takeUnretainedValue().run()
      }, Unmanaged.passUnretained(reader).toOpaque(), &thread)
    try #require(started == 0)
    threads.append(thread)
  }
  let buffer = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
  defer { buffer.deallocate() }
  for number in 0..<total {
    buffer[0] = number
    for place in 1..<words { buffer[place] = (number &+ UInt64(place)) &* 0x9E37_79B9_7F4A_7C15 }
    hp_broadcast_publish(&broadcast.writer, buffer)
    // Now and then the readers may catch up, so that both overtaking and keeping up happen on any machine.
    if number % 64 == 0 { sched_yield() }
  }
  for case let thread? in threads { #expect(hp_thread_join(thread) == 0) }
  for reader in readers {
    #expect(reader.faults == 0)
    #expect(reader.items + reader.lost == total)
    #expect(reader.lost == reader.reader.lost)
    #expect(reader.items > 0)
  }
  #expect(readers.contains { $0.lost > 0 }, "nobody was overtaken: the test has tested nothing")
}

@Test func unsoundBroadcastRingsAreRefused() throws {
  for (capacity, size) in [(0, 8), (1, 8), (3, 8), (4, 0), (4, 12), (1 << 62, 64), (2, UInt64.max - 7)]
    as [(UInt64, UInt64)]
  {
    #expect(hp_broadcast_bytes(capacity, size) == 0, "\(capacity) items of \(size)")
  }
  let broadcast = try Broadcast(capacity: 4, words: 2)
  let memory = try broadcast.shared.map(writing: true)
  var writer = hp_broadcast_writer()
  #expect(hp_broadcast_create(&writer, memory, broadcast.shared.bytes - 1, 4, 16) == -EINVAL)
  #expect(hp_broadcast_create(&writer, memory + 8, broadcast.shared.bytes, 2, 16) == -EINVAL)
  var reader = hp_broadcast_reader()
  func attach(_ bytes: Int, _ size: UInt64, _ from: Int = HP_BROADCAST_FROM_NEXT) -> Int32 {
    hp_broadcast_attach(&reader, memory, bytes, size, Int32(from))
  }
  #expect(attach(broadcast.shared.bytes, 16) == 0)
  #expect(attach(broadcast.shared.bytes - 1, 16) == -EINVAL)
  #expect(attach(64, 16) == -EINVAL)
  #expect(attach(broadcast.shared.bytes, 24) == -EINVAL, "items of another size")
  #expect(attach(broadcast.shared.bytes, 16, 2) == -EINVAL)
  memory.storeBytes(of: 5, toByteOffset: 8, as: UInt64.self)
  #expect(attach(broadcast.shared.bytes, 16) == -EINVAL, "a capacity that is no power of two")
  memory.storeBytes(of: 0, as: UInt64.self)
  #expect(attach(broadcast.shared.bytes, 16) == -EAGAIN, "not made yet")
  memory.storeBytes(of: 1, as: UInt64.self)
  #expect(attach(broadcast.shared.bytes, 16) == -EINVAL, "no broadcast ring")
}
