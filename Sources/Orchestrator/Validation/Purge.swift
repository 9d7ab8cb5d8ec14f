// Removal of training labels that know something about test labels.

import TradingDomain

/// Purging and embargo by the labels' own end times.
///
/// Source: M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), section 7.4.1-7.4.2. Each contiguous
/// test segment is purged by itself, so that training labels between two segments survive; the embargo begins where the
/// last outcome of the segment was known, i.e. after the purge.
enum Purge {
  /// Throws unless labels are sorted by start and none ends before it starts.
  static func check(_ labels: [Label]) throws(ValidationError) {
    for position in labels.indices {
      if labels[position].end < labels[position].start { throw .reversedSpan(position: position) }
      if position > 0, labels[position].start < labels[position - 1].start { throw .unsortedLabels(position: position) }
    }
  }

  /// The split that tests `segments` (ascending, disjoint, not empty) and trains on what may be kept of all the rest.
  static func split(
    _ labels: [Label], testing segments: [Range<Int>], embargo: Embargo, number: Int
  ) throws(ValidationError) -> Split {
    // Starts are sorted, so the labels of a segment cover everything from its first start to its latest end as far as
    // labels outside it are concerned: one comparison per label and segment is exact, not an approximation.
    let known = segments.map { segment in
      var end = labels[segment.lowerBound].end
      var endIndex = labels[segment.lowerBound].endIndex
      for position in segment {
        end = max(end, labels[position].end)
        endIndex = max(endIndex, labels[position].endIndex)
      }
      return (start: labels[segment.lowerBound].start, end: end, endIndex: endIndex)
    }
    var split = Split(train: [], testSegments: segments)
    for position in labels.indices {
      let label = labels[position]
      var isTest = false
      var isPurged = false
      var isEmbargoed = false
      for (segment, span) in zip(segments, known) {
        if segment.contains(position) {
          isTest = true
        } else if position < segment.lowerBound {
          isPurged = isPurged || label.end >= span.start
        } else {
          isPurged = isPurged || label.start <= span.end
          isEmbargoed =
            isEmbargoed
            || embargo.covers(
              start: label.start, startIndex: label.startIndex, afterEnd: span.end, endIndex: span.endIndex)
        }
      }
      if !isTest { split.enter(position, isPurged ? .purged : isEmbargoed ? .embargoed : .kept) }
    }
    if split.train.isEmpty {
      throw .emptyTraining(split: number, purged: split.purged, embargoed: split.embargoed)
    }
    return split
  }

  /// `count` positions cut into `parts` contiguous runs whose lengths differ by at most one, longer ones first.
  static func runs(count: Int, parts: Int) -> [Range<Int>] {
    var start = 0
    return (0..<parts).map { part in
      let length = count / parts + (part < count % parts ? 1 : 0)
      defer { start += length }
      return start..<(start + length)
    }
  }
}
