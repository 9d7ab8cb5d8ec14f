// Why keys were refused: which file, what is wrong with it, and how it is mended.
import CHotPath
import Glibc

/// A key file or folder that must not be used.
package struct LinkKeyError: Error, Hashable, Sendable {
  /// What was wrong.
  package enum Reason: Hashable, Sendable {
    case missing, symbolicLink, notAFile, malformed, otherKind, allZero, exists, noCryptography
    case otherOwner(UInt32)
    case mode(UInt32)
    case otherEnvironment(wanted: GatewayEnvironment?)
    case system(code: Int32)
  }

  /// The file, or the folder itself.
  package let path: String
  package let reason: Reason

  init(_ report: hp_keys_report, folder: String, environment: GatewayEnvironment?) {
    let file = WireText.get(report.file)
    path = file.isEmpty ? folder : "\(folder)/\(file)"
    switch Int(report.result) {
    case HP_KEYS_MISSING: reason = .missing
    case HP_KEYS_SYMLINK: reason = .symbolicLink
    case HP_KEYS_NOT_A_FILE: reason = .notAFile
    case HP_KEYS_OWNER: reason = .otherOwner(report.found)
    case HP_KEYS_MODE: reason = .mode(report.found)
    case HP_KEYS_FORMAT: reason = .malformed
    case HP_KEYS_KIND: reason = .otherKind
    case HP_KEYS_ENVIRONMENT: reason = .otherEnvironment(wanted: environment)
    case HP_KEYS_ZERO: reason = .allZero
    case HP_KEYS_EXISTS: reason = .exists
    case HP_KEYS_NO_CRYPTO: reason = .noCryptography
    default: reason = .system(code: report.code)
    }
  }

  /// Whether the machine is at fault rather than the files.
  package var isEnvironment: Bool {
    switch reason {
    case .noCryptography, .system: return true
    default: return false
    }
  }
}

extension LinkKeyError: CustomStringConvertible {
  package var description: String { "keys: \(path) \(trouble)" }

  private var trouble: String {
    switch reason {
    case .missing:
      return "does not exist; `trader keys new` makes keys, docs/how-to/secure-link.md tells what goes where"
    case .symbolicLink: return "is a symbolic link; put the file itself there"
    case .notAFile: return "is not a plain file; put the key file itself there"
    case .otherOwner(let user):
      return "belongs to user \(user), not to the one who runs this program; `chown` it, or run as its owner"
    case .mode(let mode):
      return "has mode \(String(mode, radix: 8)): others could read or change it; `chmod 600` a .key or .psk file, "
        + "`chmod 644` a .pub file, `chmod 700` the folder, and make new keys if others had access"
    case .malformed: return "is cut off or not a key file; copy it again, or make new keys"
    case .otherKind: return "holds a key of another kind than its name says; copy the right file"
    case .otherEnvironment(let wanted):
      return "was made for another environment" + (wanted.map { " than '\($0)'" } ?? " than the files beside it")
        + "; keys are never shared between environments: give the folder of this one"
    case .allZero: return "holds only zeros, which is no key; make new keys"
    case .exists: return "exists already; keys are never overwritten: give another folder, or remove it by hand"
    case .noCryptography:
      return "cannot be used: this machine has no AES instructions or no libsodium; run `trader doctor`"
    case .system(let code): return "cannot be used: \(GatewayError.text(code))"
    }
  }
}
