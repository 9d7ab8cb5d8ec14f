// Faults between a link or server and the kernel, for tests: closures in place of the C table of functions.
import CHotPath

/// A seam whose behaviour tests set; what is not set lets everything pass. Must outlive what it is put into.
final class Seam {
  /// Asked before the kernel is entered; negative = answered in the kernel's place.
  var onEnter: ((_ toSubmit: UInt32, _ minComplete: UInt32) -> Int32)?
  /// Sees a prepared operation; may change opcode and length.
  var onSubmission: ((_ operation: Int, _ opcode: inout UInt8, _ length: inout UInt32) -> Void)?
  /// Sees a completion once; may change it.
  var onCompletion: ((_ completion: inout hp_uring_completion) -> Void)?
  /// A completion that the kernel never sent, or nil.
  var onInject: (() -> hp_uring_completion?)?
  /// Sees bytes that the kernel has done with.
  var onHandBack: ((UnsafeMutableBufferPointer<UInt8>) -> Void)?

  let table: UnsafeMutablePointer<hp_uring_seam>

  init() {
    table = .allocate(capacity: 1)
    table.initialize(to: hp_uring_seam())
    table.pointee.context = Unmanaged.passUnretained(self).toOpaque()
    table.pointee.enter = { context, toSubmit, minComplete in
      Seam.at(context).onEnter?(toSubmit, minComplete) ?? 0
    }
    table.pointee.submission = { context, tag, opcode, length in
      Seam.at(context).onSubmission?(Int(hp_uring_tag_operation(tag)), &opcode.pointee, &length.pointee)
    }
    table.pointee.completion = { context, completion in Seam.at(context).onCompletion?(&completion.pointee) }
    table.pointee.inject = { context, completion in
      guard let injected = Seam.at(context).onInject?() else { return false }
      completion.pointee = injected
      return true
    }
    table.pointee.hand_back = { context, bytes, length in
      Seam.at(context).onHandBack?(UnsafeMutableBufferPointer(start: bytes, count: length))
    }
  }

  deinit { table.deallocate() }

  private static func at(_ context: UnsafeMutableRawPointer?) -> Seam {
    guard let context else { preconditionFailure("a seam without its context") }
    return Unmanaged<Seam>.fromOpaque(context).takeUnretainedValue()
  }
}

extension hp_uring_completion {
  /// HP_URING_* of what completed.
  var operation: Int { Int(hp_uring_tag_operation(tag)) }

  /// Whether the operation goes on: a multishot receive.
  var hasMore: Bool { flags & 2 != 0 }
}
