// A writer stopped in the middle of an item: by a page of the item that cannot be read until the handler has looked.
import CHotPath
import Glibc
import Testing

/// What the fault handler looks at and what it found; one test uses it.
private enum Fault {
  nonisolated(unsafe) static var page: UnsafeMutableRawPointer?
  nonisolated(unsafe) static var reader = hp_broadcast_reader()
  nonisolated(unsafe) static var item: UnsafeMutablePointer<UInt64>?
  nonisolated(unsafe) static var answer: Int32 = -1
  nonisolated(unsafe) static var lost: UInt64 = 0
}

private let pageSize = 4096

/// Lets the reader look, then makes the page readable, so that the writer goes on where it stopped.
private let lookAndGoOn: @convention(c) (Int32) -> Void = { signal in
  guard let page = Fault.page, let item = Fault.item else {
    // Not ours: the fault comes again and ends the process.
    Glibc.signal(signal, SIG_DFL)
    return
  }
  Fault.page = nil
  Fault.answer = hp_broadcast_read(&Fault.reader, item, &Fault.lost)
  mprotect(page, pageSize, PROT_READ | PROT_WRITE)
}

@Test func aReaderThatMeetsAHalfOverwrittenItemIsToldThatItIsLost() throws {
  let words = 2 * pageSize / 8
  let bytes = hp_broadcast_bytes(2, UInt64(words * 8))
  let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
  let copy = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
  defer {
    copy.deallocate()
    memory.deallocate()
  }
  let mapped = mmap(nil, 2 * pageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  let source = try #require(mapped != MAP_FAILED ? mapped : nil)
  defer { munmap(source, 2 * pageSize) }
  func fill(_ number: UInt64) {
    source.withMemoryRebound(to: UInt64.self, capacity: words) { $0.update(repeating: number, count: words) }
  }
  var writer = hp_broadcast_writer()
  try #require(hp_broadcast_create(&writer, memory, bytes, 2, UInt64(words * 8)) == 0)
  let from = Int32(HP_BROADCAST_FROM_NEXT)
  try #require(hp_broadcast_attach(&Fault.reader, memory, bytes, UInt64(words * 8), from) == 0)
  for number in [10, 11] as [UInt64] {
    fill(number)
    hp_broadcast_publish(&writer, source)
  }
  // Item 2 goes into the slot of item 0, and its second page faults: half of the slot is new, half is old.
  fill(12)
  (Fault.page, Fault.item) = (source + pageSize, copy)
  var handler = sigaction()
  var former = sigaction()
  handler.__sigaction_handler.sa_handler = lookAndGoOn
  try #require(sigaction(SIGSEGV, &handler, &former) == 0)
  defer { sigaction(SIGSEGV, &former, nil) }
  try #require(mprotect(source + pageSize, pageSize, PROT_NONE) == 0)
  hp_broadcast_publish(&writer, source)
  #expect(Int(Fault.answer) == HP_BROADCAST_LOST)
  #expect(Fault.lost == 1)
  var lost: UInt64 = 0
  for number in [11, 12] as [UInt64] {
    #expect(Int(hp_broadcast_read(&Fault.reader, copy, &lost)) == HP_BROADCAST_ITEM)
    #expect(UnsafeBufferPointer(start: copy, count: words).allSatisfy { $0 == number })
  }
}
