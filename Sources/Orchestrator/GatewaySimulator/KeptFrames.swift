// The numbered frames of a session, as they were sent: what a client that reconnects may ask for again.

import CHotPath

/// Numbered frames of the whole day, by number from 1.
struct KeptFrames {
  private var bytes: ContiguousArray<UInt8> = []
  private var ends: ContiguousArray<Int> = []

  init() {
    bytes.reserveCapacity(1 << 16)
    ends.reserveCapacity(1024)
  }

  /// Number of the next frame.
  var nextSequence: UInt64 { UInt64(ends.count) + 1 }

  /// Keeps an encoded frame that carries `nextSequence`.
  mutating func append(_ frame: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: frame)
    ends.append(bytes.count)
  }

  /// Hands out frame `sequence`, marked as sent again.
  /// - Precondition: `sequence` is in 1 ..< `nextSequence`.
  func withFrame<Result>(_ sequence: UInt64, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let index = Int(sequence) - 1
    let start = index == 0 ? 0 : ends[index - 1]
    var copy = ContiguousArray(bytes[start..<ends[index]])
    // Byte 7 of the header holds the flags.
    copy[7] |= UInt8(HP_FRAME_REPLAY)
    return copy.withUnsafeBytes(body)
  }
}
