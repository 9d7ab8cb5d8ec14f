// Shapley values of one tree: how much each column moved it for one row. Shared by forests on values and on bins.

/// The exact tree SHAP algorithm on flat arrays.
///
/// A row's contribution of a column is its Shapley value in the game whose players are the columns of the row, and in
/// which a tree asked about an absent column goes both ways in proportion to the training rows that did (`covers`).
/// The polynomial algorithm keeps, for every path from the root, the share of coalitions of each size that reach it.
/// Source: S. Lundberg, G. Erion, S.-I. Lee (2018), "Consistent individualized feature attribution for tree ensembles",
/// arXiv:1802.03888, algorithm 2.
struct TreeContributions {
  /// The parts of a tree that the algorithm reads; `left` is 0 for a leaf, the right child follows the left.
  struct Node {
    var feature: Int
    var left: Int
    var value: Double
    var cover: Double
  }

  /// A column on the path, with the share of its split's rows that came this way (`absent`), whether the row itself did
  /// (`present`, 0 or 1), and the weight of the coalitions of that size.
  private struct Element {
    var feature: Int
    var absent: Double
    var present: Double
    var weight: Double
  }

  /// Nodes of all trees.
  let nodes: [Node]

  /// Mean of the tree's leaves over its training rows.
  func expectation(root: Int) -> Double {
    let node = nodes[root]
    guard node.left != 0 else { return node.value }
    let left = expectation(root: node.left) * nodes[node.left].cover
    let right = expectation(root: node.left + 1) * nodes[node.left + 1].cover
    return (left + right) / node.cover
  }

  /// Adds the contributions of the tree at `root` to `sums`, one a column.
  ///
  /// - Parameter goesLeft: Whether the row goes left at a split node.
  func add(root: Int, goesLeft: (Int) -> Bool, to sums: UnsafeMutablePointer<Double>) {
    guard nodes[root].left != 0 else { return }
    walk(root, path: [], absent: 1, present: 1, feature: -1, goesLeft: goesLeft, to: sums)
  }

  private func walk(
    _ index: Int, path parent: [Element], absent: Double, present: Double, feature: Int, goesLeft: (Int) -> Bool,
    to sums: UnsafeMutablePointer<Double>
  ) {
    var path = Self.extended(parent, absent: absent, present: present, feature: feature)
    let node = nodes[index]
    if node.left == 0 {
      for place in 1..<path.count {
        let weight = Self.sumWithout(path, place)
        sums[path[place].feature] += weight * (path[place].present - path[place].absent) * node.value
      }
      return
    }
    let isLeft = goesLeft(index)
    var absent = 1.0
    var present = 1.0
    // A column that was asked before is one player, not two.
    if let place = path.indices.dropFirst().first(where: { path[$0].feature == node.feature }) {
      absent = path[place].absent
      present = path[place].present
      path = Self.unwound(path, place)
    }
    for child in [node.left, node.left + 1] {
      let isHot = (child == node.left) == isLeft
      walk(
        child, path: path, absent: absent * nodes[child].cover / node.cover, present: isHot ? present : 0,
        feature: node.feature, goesLeft: goesLeft, to: sums)
    }
  }

  /// The path with one more element.
  private static func extended(
    _ parent: [Element], absent: Double, present: Double, feature: Int
  ) -> [Element] {
    var path = parent
    let depth = parent.count
    path.append(Element(feature: feature, absent: absent, present: present, weight: depth == 0 ? 1 : 0))
    for place in stride(from: depth - 1, through: 0, by: -1) {
      let weight = path[place].weight / Double(depth + 1)
      path[place + 1].weight += present * weight * Double(place + 1)
      path[place].weight = absent * weight * Double(depth - place)
    }
    return path
  }

  /// The path as if the element at `removed` had never been added.
  private static func unwound(_ parent: [Element], _ removed: Int) -> [Element] {
    var path = parent
    let depth = parent.count - 1
    let (absent, present) = (parent[removed].absent, parent[removed].present)
    var next = path[depth].weight
    for place in stride(from: depth - 1, through: 0, by: -1) {
      if present != 0 {
        let old = path[place].weight
        path[place].weight = next * Double(depth + 1) / (Double(place + 1) * present)
        next = old - path[place].weight * absent * Double(depth - place) / Double(depth + 1)
      } else {
        path[place].weight = path[place].weight * Double(depth + 1) / (absent * Double(depth - place))
      }
    }
    for place in removed..<depth {
      path[place].feature = path[place + 1].feature
      path[place].absent = path[place + 1].absent
      path[place].present = path[place + 1].present
    }
    path.removeLast()
    return path
  }

  /// Sum of the weights of the path without the element at `removed`.
  private static func sumWithout(_ path: [Element], _ removed: Int) -> Double {
    let depth = path.count - 1
    let (absent, present) = (path[removed].absent, path[removed].present)
    var next = path[depth].weight
    var total = 0.0
    for place in stride(from: depth - 1, through: 0, by: -1) {
      if present != 0 {
        let weight = next * Double(depth + 1) / (Double(place + 1) * present)
        total += weight
        next = path[place].weight - weight * absent * Double(depth - place) / Double(depth + 1)
      } else if absent != 0 {
        total += path[place].weight * Double(depth + 1) / (absent * Double(depth - place))
      }
    }
    return total
  }
}
