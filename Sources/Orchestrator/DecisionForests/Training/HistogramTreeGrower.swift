// One tree at a time, level by level, from histograms of gradients. Single-threaded.

import QuantMath

/// Buffers and steps of growing a tree; reused from tree to tree, so that growing allocates nothing large.
final class HistogramTreeGrower {
  /// (gradient, hessian) of each row of the matrix.
  let gradients: UnsafeMutablePointer<SIMD2<Float>>
  private let rows: BinnedRows
  private let parameters: BoostingParameters
  /// Rows of the tree; those of one node lie together.
  private let order: UnsafeMutablePointer<Int32>
  private let scratch: UnsafeMutablePointer<Int32>
  private var orderCount = 0
  /// One histogram a slot: (columns, bins) sums of (gradient, hessian).
  private let histograms: UnsafeMutablePointer<SIMD2<Float>>
  private let histogramSize: Int

  /// Rows of an open node, the place of its histogram and what its rows add up to.
  private struct OpenNode {
    var node: Int
    var rows: Range<Int>
    var slot: Int
    var sum: SIMD2<Double>
  }

  /// A split that is worth making.
  private struct Candidate {
    var gain: Double
    var column: Int
    var threshold: Int
    var left: SIMD2<Double>
  }

  /// - Parameter capacity: Most rows of a tree.
  init(rows: BinnedRows, parameters: BoostingParameters, capacity: Int) {
    self.rows = rows
    self.parameters = parameters
    histogramSize = rows.columnCount * BinnedRows.binCount
    gradients = .allocate(capacity: max(1, rows.rowCount))
    gradients.initialize(repeating: .zero, count: rows.rowCount)
    order = .allocate(capacity: max(1, capacity))
    scratch = .allocate(capacity: max(1, capacity))
    let slots = 1 << (parameters.maximumDepth - 1)
    histograms = .allocate(capacity: slots * histogramSize)
    histograms.initialize(repeating: .zero, count: slots * histogramSize)
  }

  deinit {
    gradients.deallocate()
    order.deallocate()
    scratch.deallocate()
    histograms.deallocate()
  }

  /// Draws the rows of the next tree without replacement.
  func draw(from positions: [Int32], share: Double, with draws: inout CounterRandom) {
    orderCount = 0
    guard share < 1 else {
      for position in positions {
        order[orderCount] = position
        orderCount += 1
      }
      return
    }
    // Four rows a draw: 16 bits are plenty for a share.
    let bound = UInt64(share * 65_536)
    var word: UInt64 = 0
    for (index, position) in positions.enumerated() {
      word = index & 3 == 0 ? draws.next() : word >> 16
      order[orderCount] = position
      if word & 0xFFFF < bound { orderCount += 1 }
    }
  }

  /// Grows a tree on the drawn rows and appends it to `forest`.
  func grow(into forest: inout BinnedForest, columns: [Bool]) {
    var sum = SIMD2<Double>.zero
    for index in 0..<orderCount { sum += SIMD2<Double>(gradients[Int(order[index])]) }
    forest.roots.append(Int32(forest.nodes.count))
    forest.nodes.append(BinnedNode(cover: Float(sum.y)))
    var open = [OpenNode(node: forest.nodes.count - 1, rows: 0..<orderCount, slot: 0, sum: sum)]
    var slots = 1
    accumulate(0..<orderCount, slot: 0)
    for depth in 0..<parameters.maximumDepth {
      var next: [OpenNode] = []
      for parent in open {
        guard let split = bestSplit(parent, columns: columns) else {
          forest.nodes[parent.node].value = step(parent.sum)
          continue
        }
        let middle = partition(parent.rows, column: split.column, threshold: split.threshold)
        let left = forest.nodes.count
        forest.nodes[parent.node].feature = Int32(split.column)
        forest.nodes[parent.node].threshold = UInt8(split.threshold)
        forest.nodes[parent.node].gain = Float(split.gain)
        forest.nodes[parent.node].left = Int32(left)
        forest.nodes[parent.node].value = step(parent.sum)
        let rightSum = parent.sum - split.left
        forest.nodes.append(BinnedNode(cover: Float(split.left.y)))
        forest.nodes.append(BinnedNode(cover: Float(rightSum.y)))
        var children = [
          OpenNode(node: left, rows: parent.rows.lowerBound..<middle, slot: parent.slot, sum: split.left),
          OpenNode(node: left + 1, rows: middle..<parent.rows.upperBound, slot: parent.slot, sum: rightSum),
        ]
        if depth + 1 < parameters.maximumDepth {
          // Only the smaller child is counted; the larger one is its parent less the sibling.
          let smaller = children[0].rows.count <= children[1].rows.count ? 0 : 1
          children[smaller].slot = slots
          accumulate(children[smaller].rows, slot: slots)
          subtract(slot: slots, from: parent.slot)
          slots += 1
        }
        next += children
      }
      open = next
    }
    for node in open { forest.nodes[node.node].value = step(node.sum) }
  }

  /// What a leaf of rows with that sum would add to the margin.
  private func step(_ sum: SIMD2<Double>) -> Float {
    parameters.learningRate * Float(-sum.x / (sum.y + Double(parameters.lambda)))
  }

  /// Sums the gradients of the rows in `range` by column and bin.
  private func accumulate(_ range: Range<Int>, slot: Int) {
    let histogram = histograms + slot * histogramSize
    histogram.update(repeating: .zero, count: histogramSize)
    rows.bins.withUnsafeBufferPointer { bins in
      guard let start = bins.baseAddress else { return }
      for block in stride(from: 0, to: rows.columnCount, by: BinnedRows.blockWidth) {
        let width = min(BinnedRows.blockWidth, rows.columnCount - block)
        let base = start + block * rows.rowCount
        let counters = histogram + block * BinnedRows.binCount
        for index in range {
          let row = Int(order[index])
          let gradient = gradients[row]
          let bins = base + row &* width
          var counter = counters
          for lane in 0..<width {
            counter[Int(bins[lane])] += gradient
            counter += BinnedRows.binCount
          }
        }
      }
    }
  }

  private func subtract(slot: Int, from parent: Int) {
    let child = histograms + slot * histogramSize
    let rest = histograms + parent * histogramSize
    for index in 0..<histogramSize { rest[index] -= child[index] }
  }

  /// The split of most gain; nil where none gains anything. Equals: the first column, then the lowest threshold.
  private func bestSplit(_ open: OpenNode, columns: [Bool]) -> Candidate? {
    let least = Double(parameters.minimumChildWeight)
    let lambda = Double(parameters.lambda)
    guard open.sum.y >= 2 * least else { return nil }
    let own = open.sum.x * open.sum.x / (open.sum.y + lambda)
    // Smaller gains are rounding, as in XGBoost.
    var best = Candidate(gain: 1e-6, column: -1, threshold: 0, left: .zero)
    for column in columns.indices where columns[column] {
      let counter = histograms + open.slot * histogramSize + column * BinnedRows.binCount
      var left = SIMD2<Double>.zero
      for threshold in 0..<(BinnedRows.binCount - 1) {
        let bin = counter[threshold]
        if bin.y == 0 { continue }
        left += SIMD2<Double>(bin)
        let right = open.sum - left
        if left.y < least { continue }
        if right.y < least { break }
        let gain = left.x * left.x / (left.y + lambda) + right.x * right.x / (right.y + lambda) - own
        if gain > best.gain { best = Candidate(gain: gain, column: column, threshold: threshold, left: left) }
      }
    }
    return best.column < 0 ? nil : best
  }

  /// Puts the rows of `range` that go left before those that go right, both in their old order; where the right begins.
  private func partition(_ range: Range<Int>, column: Int, threshold: Int) -> Int {
    let place = rows.place(of: column)
    var left = range.lowerBound
    var right = 0
    rows.bins.withUnsafeBufferPointer { bins in
      for index in range {
        let row = order[index]
        if bins[place.offset + Int(row) * place.stride] <= threshold {
          order[left] = row
          left += 1
        } else {
          scratch[right] = row
          right += 1
        }
      }
    }
    for index in 0..<right { order[left + index] = scratch[index] }
    return left
  }
}
