// What a frame's header says beside its type: numbers and time.
package import CHotPath
package import TradingDomain

/// The sender's part of a frame header.
@frozen package struct FrameStamp: Sendable {
  /// The sender's number of a numbered frame; 0 for types that are not numbered.
  package var sequence: UInt64
  /// When it happened at the sender: virtual time in a virtual session.
  package var time: Timestamp
  /// Highest number received from the other end.
  package var acknowledged: UInt64
  /// Bits of the header's flags (`HP_FRAME_VIRTUAL_TIME`, `HP_FRAME_REPLAY`).
  package var flags: UInt8

  @inlinable package init(sequence: UInt64, time: Timestamp, acknowledged: UInt64 = 0, flags: UInt8 = 0) {
    self.sequence = sequence
    self.time = time
    self.acknowledged = acknowledged
    self.flags = flags
  }

  /// The header of a frame of `type`; its length is set by the encoder.
  @inlinable package func header(type: Int) -> hp_frame_header {
    hp_frame_header(
      length: 0, type: UInt16(truncatingIfNeeded: type), version: UInt8(HP_FRAME_VERSION), flags: flags,
      sequence: sequence, time: time.nanoseconds, acknowledged: acknowledged)
  }
}
