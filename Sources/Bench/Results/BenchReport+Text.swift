// A run's results as a table for people.

import Monitoring

extension BenchReport {
  /// One line a stage: medians over the rounds, with the range of p50.
  var table: String {
    var table = TextTable(
      header: ["stage", "p50", "[least", "most]", "p99", "p99.9", "max", "bytes/op", "batch", "checksum"])
    for stage in stages {
      table.add([
        stage.name, time(stage.p50.median), time(stage.p50.least), time(stage.p50.most), time(stage.p99.median),
        time(stage.p999.median), time(stage.max.most),
        stage.allocatedBytes.map { NumberText.decimal($0.median, places: $0.median < 10 ? 1 : 0) } ?? "-",
        String(stage.batch), stage.checksum,
      ])
    }
    let rounds = stages.first?.rounds ?? 0
    return "\(host.line)\n\(rounds) interleaved rounds; times per operation, median of the rounds\n\n" + table.text()
  }

  private func time(_ nanoseconds: Double) -> String { NumberText.duration(nanoseconds: nanoseconds) }
}
