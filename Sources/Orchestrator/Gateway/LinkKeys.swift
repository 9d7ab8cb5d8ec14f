// The keys of one end of the secure link, read from checked files and held in locked memory.
package import CHotPath

/// An end of the link.
package enum LinkEnd: Int32, Sendable {
  case trader = 1
  case gateway = 2
}

/// Keys of one end for one other end in one environment. Their bytes never leave locked memory and are wiped with it.
package final class LinkKeys: @unchecked Sendable {
  /// Folder they came from, for messages.
  package let folder: String
  package let end: LinkEnd
  package let environment: GatewayEnvironment
  /// Constant until `deinit`, so several threads may read it.
  package let pointer: UnsafePointer<hp_noise_keys>

  /// Reads what `end` needs from `folder` and refuses files that others could have read, written or exchanged.
  package init(folder: String, end: LinkEnd, environment: GatewayEnvironment) throws(LinkKeyError) {
    var report = hp_keys_report()
    var opened: UnsafePointer<hp_noise_keys>?
    _ = hp_keys_open(folder, end.rawValue, Int32(environment.rawValue), &opened, &report)
    guard let opened else { throw LinkKeyError(report, folder: folder, environment: environment) }
    self.folder = folder
    self.end = end
    self.environment = environment
    pointer = opened
  }

  deinit { hp_keys_close(pointer) }

  /// Makes new key files: those of one end, or of both for nil. Never overwrites one.
  package static func make(folder: String, end: LinkEnd?, environment: GatewayEnvironment) throws(LinkKeyError) {
    var report = hp_keys_report()
    let result = hp_keys_make(folder, end?.rawValue ?? Int32(HP_KEYS_BOTH), Int32(environment.rawValue), &report)
    if Int(result) != HP_KEYS_OK { throw LinkKeyError(report, folder: folder, environment: environment) }
  }

  /// What of a folder may be seen: public keys, fingerprints, and which files are there.
  package static func summary(folder: String) throws(LinkKeyError) -> hp_keys_summary {
    var report = hp_keys_report()
    var summary = hp_keys_summary()
    let result = hp_keys_show(folder, &summary, &report)
    if Int(result) != HP_KEYS_OK { throw LinkKeyError(report, folder: folder, environment: nil) }
    return summary
  }
}
