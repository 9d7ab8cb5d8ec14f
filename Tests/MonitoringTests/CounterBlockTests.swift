// Counters: one writer, readers on other threads.

import CHotPath
import Foundation
import Monitoring
import Testing

@Test func countersStartAtZeroAndKeepApart() {
  let block = CounterBlock()
  block.add(.fills)
  block.add(.marketEvents, 41)
  block.add(.marketEvents)
  for counter in EngineCounter.allCases {
    let expected: UInt64 = counter == .fills ? 1 : counter == .marketEvents ? 42 : 0
    #expect(block[counter] == expected, "\(counter)")
  }
}

@Test func aReaderOnAnotherThreadSeesCountsThatNeverRunBackwards() {
  let block = CounterBlock()
  let total: UInt64 = 2_000_000
  let writer = Thread { for _ in 0..<total { block.add(.marketEvents) } }
  writer.start()
  var last: UInt64 = 0
  var backwards = 0
  while last < total {
    let now = block[.marketEvents]
    if now < last { backwards += 1 }
    last = now
  }
  #expect(backwards == 0)
  #expect(block[.marketEvents] == total)
}

@Test func eachCounterHasACacheLineOfItsOwn() {
  #expect(MemoryLayout<hp_counter>.stride == 64)
}
