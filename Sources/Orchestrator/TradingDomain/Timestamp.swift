// Points in time and spans of it, in integer nanoseconds.

/// Nanoseconds since 1970-01-01 00:00:00 UTC.
@frozen package struct Timestamp: Hashable, Comparable, Sendable {
  /// Nanoseconds since the Unix epoch.
  package var nanoseconds: Int64

  @inlinable package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package static let distantPast = Timestamp(nanoseconds: .min)
  package static let distantFuture = Timestamp(nanoseconds: .max)

  @inlinable package static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }
  @inlinable package static func + (time: Timestamp, span: Nanoseconds) -> Timestamp {
    Timestamp(nanoseconds: time.nanoseconds + span.count)
  }
  @inlinable package static func - (time: Timestamp, span: Nanoseconds) -> Timestamp {
    Timestamp(nanoseconds: time.nanoseconds - span.count)
  }
  @inlinable package static func - (left: Timestamp, right: Timestamp) -> Nanoseconds {
    Nanoseconds(left.nanoseconds - right.nanoseconds)
  }
}

/// A span of time in nanoseconds.
@frozen package struct Nanoseconds: Hashable, Comparable, Sendable {
  package var count: Int64

  @inlinable package init(_ count: Int64) { self.count = count }

  package static let zero = Nanoseconds(0)

  @inlinable package static func microseconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000) }
  @inlinable package static func milliseconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000_000) }
  @inlinable package static func seconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000_000_000) }
  @inlinable package static func minutes(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 60_000_000_000) }

  @inlinable package static func < (left: Nanoseconds, right: Nanoseconds) -> Bool { left.count < right.count }
  @inlinable package static func + (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
    Nanoseconds(left.count + right.count)
  }
  @inlinable package static func - (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
    Nanoseconds(left.count - right.count)
  }
  @inlinable package static func * (left: Nanoseconds, right: Int64) -> Nanoseconds { Nanoseconds(left.count * right) }
}
