// Where the labels of a time axis go: on the calendar's own joints, in Sao Paulo time.

import TradingDomain

/// A horizontal axis of time.
struct TimeAxis {
  /// A labelled instant.
  struct Tick: Hashable {
    var time: Timestamp
    var label: String
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Start of the axis.
  let first: Timestamp
  /// End of the axis; after ``first``.
  let last: Timestamp
  let frame: ChartFrame
  /// Where the plot begins.
  let left: Double

  /// An axis from `first` to `last`; equal times are drawn apart by a nanosecond.
  ///
  /// - Parameter left: Where the plot begins; nil for where it begins in this frame.
  init(from first: Timestamp, to last: Timestamp, _ frame: ChartFrame, left: Double? = nil) {
    self.left = left ?? frame.left
    self.first = first
    self.last = max(last, first + Nanoseconds(1))
    self.frame = frame
  }

  /// Where `time` lies on the drawing.
  func place(_ time: Timestamp) -> Double {
    left + (frame.width - frame.right - left) * Double((time - first).count) / Double((last - first).count)
  }

  /// The pixel column of `time`.
  func column(_ time: Timestamp) -> Int { Int(place(time)) }

  /// At most as many labels as fit.
  var ticks: [Tick] {
    let all = candidates()
    let stride = max(1, (all.count + frame.timeLabels - 1) / frame.timeLabels)
    return all.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
  }

  /// Labels under the plot at `y`, with short strokes.
  func draw(_ canvas: inout ChartCanvas, y: Double) {
    for tick in ticks {
      canvas.line(place(tick.time), y, place(tick.time), y + 4, "stroke")
      // A label at the very edge would be cut off: it leans inwards.
      let x = place(tick.time)
      let anchor = x < left + 4 ? "start" : x > frame.width - frame.right - 8 ? "end" : "middle"
      canvas.label(tick.label, x: x, y: y + 18, anchor: anchor)
    }
  }

  private func candidates() -> [Tick] {
    let days = (last - first).count / 86_400_000_000_000
    if days > 900 { return monthStarts(every: 12) }
    if days > 60 { return monthStarts(every: days > 400 ? 3 : 1) }
    return days >= 2 ? dayStarts() : hours()
  }

  /// First days of months; every twelfth is a year.
  private func monthStarts(every step: Int) -> [Tick] {
    let from = BrasiliaTime.local(first).date.civil
    let to = BrasiliaTime.local(last).date.civil
    var result: [Tick] = []
    for month in (from.year * 12 + from.month - 1)...(to.year * 12 + to.month - 1) where month % step == 0 {
      guard let date = SessionDate(year: month / 12, month: month % 12 + 1, day: 1) else { continue }
      let time = BrasiliaTime.timestamp(date, timeOfDay: .zero)
      guard time >= first, time <= last else { continue }
      let name = step == 12 ? "\(month / 12)" : "\(Self.months[month % 12]) \(month / 12)"
      result.append(Tick(time: time, label: name))
    }
    return result
  }

  private func dayStarts() -> [Tick] {
    let from = BrasiliaTime.local(first).date
    let to = BrasiliaTime.local(last).date
    return (0...Int(to.dayNumber - from.dayNumber)).compactMap { offset in
      let date = from.advanced(by: offset)
      let time = max(first, BrasiliaTime.timestamp(date, timeOfDay: .zero))
      return time > last ? nil : Tick(time: time, label: Self.label(date))
    }
  }

  /// Whole hours of the day, or quarters of one within a few hours.
  private func hours() -> [Tick] {
    let step: Int64 = (last - first).count > 4 * 3_600_000_000_000 ? 3600 : 900
    let date = BrasiliaTime.local(first).date
    return (0..<(2 * 86_400 / step)).compactMap { index in
      let time = BrasiliaTime.timestamp(date, timeOfDay: .seconds(index * step))
      return time < first || time > last ? nil : Tick(time: time, label: Self.clock(time))
    }
  }

  /// `12 Mar`.
  static func label(_ date: SessionDate) -> String { "\(date.civil.day) \(months[date.civil.month - 1])" }

  /// `Mar 2024`.
  static func month(year: Int, month: Int) -> String { "\(months[month - 1]) \(year)" }

  /// Names of the months, January first.
  static var monthNames: [String] { months }

  /// Time of day, `09:05`.
  static func clock(_ time: Timestamp) -> String {
    let minutes = BrasiliaTime.local(time).timeOfDay.count / 60_000_000_000
    func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return twoDigits(minutes / 60) + ":" + twoDigits(minutes % 60)
  }

  /// `2024-03-12 09:05`.
  static func stamp(_ time: Timestamp) -> String { "\(BrasiliaTime.local(time).date) \(clock(time))" }
}
