// A chapter of the report: a heading and what stands under it.

/// A titled part of a report.
package struct ReportSection: Sendable {
  /// One thing under a heading.
  package enum Block: Sendable {
    /// A paragraph.
    case text(String)
    /// The few numbers that matter, as cards.
    case metrics([MetricCard])
    /// Rows and columns.
    case table(ReportTable)
    /// A chart over the full width.
    case chart(any ReportChart)
    /// Charts side by side on wide screens, below each other on phones.
    case charts([any ReportChart])
    /// Blocks that open on request: for long tables. The string says what is inside.
    case details(String, [Block])
  }

  /// Heading; also the name in the page's list of contents.
  package var title: String
  /// In the order shown.
  package var blocks: [Block]

  /// Every field as given.
  package init(_ title: String, _ blocks: [Block]) {
    self.title = title
    self.blocks = blocks
  }
}
