// Dates and times from bytes: the forms that brokers and exchanges write.

package import TradingDomain

/// The clock that a file's times were read from.
package enum SourceTimeZone: Hashable, Sendable {
  /// Brazilian exchange time, with its daylight-saving rules.
  case saoPaulo
  /// A constant offset: local time minus UTC. UTC itself is offset zero.
  case fixed(Nanoseconds)

  package static let utc = SourceTimeZone.fixed(.zero)

  /// Parses `America/Sao_Paulo`, `BRT`, `UTC`, `Z`, `+03:00` or `-03:00`; nil for anything else.
  package init?(_ text: String) {
    switch text.lowercased() {
    case "america/sao_paulo", "sao_paulo", "saopaulo", "brt": self = .saoPaulo
    case "utc", "gmt", "z": self = .utc
    default:
      let bytes = Array(text.utf8)
      guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"),
        bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
        let hours = Int64(text.dropFirst().prefix(2)), let minutes = Int64(text.dropFirst(4)),
        (0...14).contains(hours), (0...59).contains(minutes)
      else { return nil }
      self = .fixed(.seconds((hours * 3600 + minutes * 60) * (bytes[0] == UInt8(ascii: "-") ? -1 : 1)))
    }
  }

  /// Local time minus UTC on `date`.
  func offset(on date: SessionDate) -> Nanoseconds {
    switch self {
    case .saoPaulo: return BrasiliaTime.offset(on: date)
    case .fixed(let offset): return offset
    }
  }
}

extension SourceTimeZone: CustomStringConvertible {
  package var description: String {
    switch self {
    case .saoPaulo: return "America/Sao_Paulo"
    case .fixed(let offset):
      if offset == .zero { return "UTC" }
      let minutes = abs(offset.count) / 60_000_000_000
      func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
      return (offset.count < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60)
    }
  }
}

/// Order and separators of the parts of a date.
package enum DateForm: Equatable, Sendable {
  /// `2021-11-05`, with the given separator.
  case yearFirst(UInt8)
  /// `05/11/2021`, with the given separator: day before month, as written in Brazil.
  case dayFirst(UInt8)
  /// `20211105`.
  case compact

  var byteCount: Int { self == .compact ? 8 : 10 }

  /// The form of the date at the start of `field`; nil when there is none.
  package init?(_ field: UnsafeBufferPointer<UInt8>) {
    func isDigit(_ index: Int) -> Bool { field[index] &- UInt8(ascii: "0") < 10 }
    let separators: [UInt8] = [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/")]
    if field.count >= 10, separators.contains(field[4]), field[7] == field[4],
      [0, 1, 2, 3, 5, 6, 8, 9].allSatisfy(isDigit)
    {
      self = .yearFirst(field[4])
    } else if field.count >= 10, separators.contains(field[2]), field[5] == field[2],
      [0, 1, 3, 4, 6, 7, 8, 9].allSatisfy(isDigit)
    {
      self = .dayFirst(field[2])
    } else if field.count >= 8, (0..<8).allSatisfy(isDigit), field.count == 8 || !isDigit(8) {
      self = .compact
    } else {
      return nil
    }
  }
}

/// Turns date and time fields into instants. Keeps the last date, because consecutive rows nearly always share it.
package struct DateScanner {
  let form: DateForm
  let zone: SourceTimeZone
  /// A comma before the decimals of a second is read only where it does not separate columns.
  private let fractionComma: UInt8
  private let width: Int
  private var lastDateBytes: (UInt64, UInt16) = (0, 0)
  /// Local midnight of the last date, in nanoseconds UTC.
  private var lastMidnight: Int64 = 0
  private var lastDayNumber: Int32 = 0

  package init(form: DateForm, zone: SourceTimeZone, delimiter: UInt8) {
    let point = UInt8(ascii: ".")
    let comma = UInt8(ascii: ",")
    fractionComma = delimiter == comma ? point : comma
    self.form = form
    self.zone = zone
    width = form.byteCount
  }

  /// Reads a date at `cursor` and returns local midnight in nanoseconds UTC; nil when it is no day.
  @inline(__always)
  package mutating func midnight(_ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int64? {
    guard end - cursor >= width else { return nil }
    let raw = UnsafeRawPointer(cursor)
    let head = raw.loadUnaligned(as: UInt64.self)
    let tail = width == 10 ? (raw + 8).loadUnaligned(as: UInt16.self) : 0
    if head != lastDateBytes.0 || tail != lastDateBytes.1 {
      guard takeDate(cursor) else { return nil }
      lastDateBytes = (head, tail)
    }
    cursor += width
    return lastMidnight
  }

  /// Reads `HH:MM`, `HH:MM:SS` or `HH:MM:SS.f` (1 to 9 decimals, point or comma); nil when it is no time of day.
  @inline(__always)
  package func timeOfDay(_ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int64? {
    if end - cursor >= 8, let time = wholeSeconds(ByteWord(at: cursor)),
      end - cursor == 8 || (cursor[8] != UInt8(ascii: ".") && cursor[8] != fractionComma)
    {
      cursor += 8
      return time
    }
    return anyTimeOfDay(&cursor, end)
  }

  /// `HH:MM:SS` in one word, in nanoseconds; nil for any other text and for impossible times.
  @inline(__always)
  private func wholeSeconds(_ word: ByteWord) -> Int64? {
    // Bytes 2 and 5 are the only ones that are no digits, and both are colons.
    guard word.nonDigits == 0x0000_8000_0080_0000, word.byte(2) == UInt8(ascii: ":"), word.byte(5) == UInt8(ascii: ":")
    else { return nil }
    let digits = word.value & 0x0F0F_000F_0F00_0F0F
    // Each pair of bytes becomes tens * 10 + ones in its higher byte.
    let pairs = digits &* 10 &+ (digits &>> 8)
    let hours = Int64(pairs & 0xFF)
    let minutes = Int64(pairs &>> 24 & 0xFF)
    let seconds = Int64(pairs &>> 48 & 0xFF)
    guard hours < 24, minutes < 60, seconds < 60 else { return nil }
    return (hours &* 3600 &+ minutes &* 60 &+ seconds) &* 1_000_000_000
  }

  /// The obvious version, for every form.
  @inline(never)
  private func anyTimeOfDay(_ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int64? {
    guard end - cursor >= 5, cursor[2] == UInt8(ascii: ":") else { return nil }
    guard let hours = two(cursor, below: 24), let minutes = two(cursor + 3, below: 60) else { return nil }
    cursor += 5
    var seconds: Int64 = 0
    var fraction: Int64 = 0
    if cursor < end, cursor.pointee == UInt8(ascii: ":") {
      guard end - cursor >= 3, let value = two(cursor + 1, below: 60) else { return nil }
      seconds = value
      cursor += 3
      if cursor < end, cursor.pointee == UInt8(ascii: ".") || cursor.pointee == fractionComma {
        cursor += 1
        var scale: Int64 = 100_000_000
        let first = cursor
        while cursor < end, cursor.pointee &- UInt8(ascii: "0") < 10 {
          guard cursor - first < 9 else { return nil }
          fraction += Int64(cursor.pointee &- UInt8(ascii: "0")) * scale
          scale /= 10
          cursor += 1
        }
        guard cursor > first else { return nil }
      }
    }
    return (hours * 3600 + minutes * 60 + seconds) * 1_000_000_000 + fraction
  }

  /// After a time: `Z` or `+hh:mm` says its own zone. Returns what to add to an instant read in the file's zone.
  @inline(__always)
  func zoneCorrection(_ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int64? {
    guard cursor < end else { return 0 }
    let byte = cursor.pointee
    guard byte == UInt8(ascii: "Z") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") else { return 0 }
    return namedZoneCorrection(&cursor, end)
  }

  @inline(never)
  private func namedZoneCorrection(_ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int64? {
    var named: Int64
    switch cursor.pointee {
    case UInt8(ascii: "Z"):
      named = 0
      cursor += 1
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      let sign: Int64 = cursor.pointee == UInt8(ascii: "-") ? -1 : 1
      guard end - cursor >= 6, cursor[3] == UInt8(ascii: ":"), let hours = two(cursor + 1, below: 15),
        let minutes = two(cursor + 4, below: 60)
      else { return nil }
      named = sign * (hours * 3600 + minutes * 60) * 1_000_000_000
      cursor += 6
    default: return 0
    }
    // The instant was computed as local - offset(file's zone); it should have been local - named.
    return zone.offset(on: SessionDate(dayNumber: lastDayNumber)).count - named
  }

  @inline(__always)
  private func two(_ cursor: UnsafePointer<UInt8>, below limit: Int64) -> Int64? {
    let tens = cursor[0] &- UInt8(ascii: "0")
    let ones = cursor[1] &- UInt8(ascii: "0")
    guard tens < 10, ones < 10 else { return nil }
    let value = Int64(tens) * 10 + Int64(ones)
    return value < limit ? value : nil
  }

  /// Makes the date at `cursor` the last date; false when it is no day.
  @inline(never)
  private mutating func takeDate(_ cursor: UnsafePointer<UInt8>) -> Bool {
    guard let date = parseDate(cursor) else { return false }
    lastDayNumber = date.dayNumber
    lastMidnight = Int64(date.dayNumber) * 86_400_000_000_000 - zone.offset(on: date).count
    return true
  }

  private func parseDate(_ cursor: UnsafePointer<UInt8>) -> SessionDate? {
    func number(_ start: Int, _ count: Int) -> Int? {
      var value = 0
      for index in start..<start + count {
        let digit = cursor[index] &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        value = value * 10 + Int(digit)
      }
      return value
    }
    let parts: (Int?, Int?, Int?)
    switch form {
    case .yearFirst(let separator):
      guard cursor[4] == separator, cursor[7] == separator else { return nil }
      parts = (number(0, 4), number(5, 2), number(8, 2))
    case .dayFirst(let separator):
      guard cursor[2] == separator, cursor[5] == separator else { return nil }
      parts = (number(6, 4), number(3, 2), number(0, 2))
    case .compact: parts = (number(0, 4), number(4, 2), number(6, 2))
    }
    // Years outside this range are typing errors, and their instants would not fit 64-bit nanoseconds.
    guard let year = parts.0, let month = parts.1, let day = parts.2, (1980...2199).contains(year) else { return nil }
    return SessionDate(year: year, month: month, day: day)
  }
}
