// The order in which nodes are computed: operands first, and like beside like.

/// Neighbouring nodes of one kind.
struct GraphRun {
  var opcode: GraphOpcode
  var start: Int32
  var end: Int32
}

/// Sorts nodes so that every node comes after its operands and runs of one kind are long.
struct GraphSchedule {
  /// The nodes in their new order, with operands renumbered.
  private(set) var nodes: [GraphNode] = []
  private(set) var runs: [GraphRun] = []
  /// New place of each old node.
  private(set) var place: [Int]

  /// - Precondition: operands stand before the nodes that read them.
  init(_ unsorted: [GraphNode]) {
    place = [Int](repeating: -1, count: unsorted.count)
    var waiting = unsorted.map { Self.operands($0).count }
    var readers = [[Int]](repeating: [], count: unsorted.count)
    for (index, node) in unsorted.enumerated() {
      for operand in Self.operands(node) { readers[operand].append(index) }
    }
    var ready: [UInt8: [Int]] = [:]
    for index in unsorted.indices where waiting[index] == 0 {
      ready[unsorted[index].opcode.rawValue, default: []].append(index)
    }
    // The kind with the most nodes ready goes next; equal ones by number, so that the order is always the same.
    while let next = ready.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) })?.key {
      let start = nodes.count
      var queue = ready.removeValue(forKey: next) ?? []
      while !queue.isEmpty {
        let index = queue.removeFirst()
        place[index] = nodes.count
        nodes.append(unsorted[index])
        for reader in readers[index] {
          waiting[reader] -= 1
          guard waiting[reader] == 0 else { continue }
          // A node that has just become ready and is of the same kind prolongs the run.
          if unsorted[reader].opcode.rawValue == next {
            queue.append(reader)
          } else {
            ready[unsorted[reader].opcode.rawValue, default: []].append(reader)
          }
        }
      }
      runs.append(GraphRun(opcode: nodes[start].opcode, start: Int32(start), end: Int32(nodes.count)))
    }
    precondition(nodes.count == unsorted.count, "a graph has no cycles")
    for index in nodes.indices {
      nodes[index].a = renumbered(nodes[index].a)
      nodes[index].b = renumbered(nodes[index].b)
      nodes[index].c = renumbered(nodes[index].c)
      nodes[index].d = renumbered(nodes[index].d)
    }
  }

  /// Operands that a node does not have are 0 before and need only stay in range after.
  private func renumbered(_ slot: Int32) -> Int32 { Int32(place[Int(slot)]) }

  /// What a node reads, each as often as it reads it. Unused operands are 0 and harmless: node 0 reads nothing.
  private static func operands(_ node: GraphNode) -> [Int] {
    switch node.opcode {
    case .input, .constant: []
    default: [Int(node.a), Int(node.b), Int(node.c), Int(node.d)]
    }
  }
}
