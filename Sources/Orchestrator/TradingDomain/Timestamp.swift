// Points in time and spans of it, in integer nanoseconds.

/// Nanoseconds since 1970-01-01 00:00:00 UTC.
@frozen public struct Timestamp: Hashable, Comparable, Sendable {
  /// Nanoseconds since the Unix epoch.
  public var nanoseconds: Int64

  /// Every field as given.
  @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Before every time. Computed, as all constants here: a stored global costs an initialisation check at each use.
  @inlinable public static var distantPast: Timestamp { Timestamp(nanoseconds: .min) }
  /// After every time.
  @inlinable public static var distantFuture: Timestamp { Timestamp(nanoseconds: .max) }

  /// Whether the left one comes first.
  @inlinable public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }
  /// The sum; stops the program when it does not fit.
  @inlinable public static func + (time: Timestamp, span: Nanoseconds) -> Timestamp {
    Timestamp(nanoseconds: time.nanoseconds + span.count)
  }
  /// The difference; stops the program when it does not fit.
  @inlinable public static func - (time: Timestamp, span: Nanoseconds) -> Timestamp {
    Timestamp(nanoseconds: time.nanoseconds - span.count)
  }
  /// The difference; stops the program when it does not fit.
  @inlinable public static func - (left: Timestamp, right: Timestamp) -> Nanoseconds {
    Nanoseconds(left.nanoseconds - right.nanoseconds)
  }
}

/// A span of time in nanoseconds.
@frozen public struct Nanoseconds: Hashable, Comparable, Sendable {
  /// How many nanoseconds; negative for a span backwards.
  public var count: Int64

  /// Every field as given.
  @inlinable public init(_ count: Int64) { self.count = count }

  /// No time at all.
  @inlinable public static var zero: Nanoseconds { Nanoseconds(0) }

  /// That many microseconds.
  @inlinable public static func microseconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000) }
  /// That many milliseconds.
  @inlinable public static func milliseconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000_000) }
  /// That many seconds.
  @inlinable public static func seconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000_000_000) }
  /// That many minutes.
  @inlinable public static func minutes(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 60_000_000_000) }

  /// Whether the left one comes first.
  @inlinable public static func < (left: Nanoseconds, right: Nanoseconds) -> Bool { left.count < right.count }
  /// The sum; stops the program when it does not fit.
  @inlinable public static func + (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
    Nanoseconds(left.count + right.count)
  }
  /// The difference; stops the program when it does not fit.
  @inlinable public static func - (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
    Nanoseconds(left.count - right.count)
  }
  /// The product; stops the program when it does not fit.
  @inlinable public static func * (left: Nanoseconds, right: Int64) -> Nanoseconds { Nanoseconds(left.count * right) }
}
