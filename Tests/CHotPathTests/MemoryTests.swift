// Mappings: present before they are needed, aligned, zeroed, and of a lesser page where the wished one is missing.
import CHotPath
import Glibc
import Testing

private let mebibyte = 1 << 20

private func faults() throws -> UInt64 {
  var (minor, major): (UInt64, UInt64) = (0, 0)
  try #require(hp_memory_faults(&minor, &major) == 0)
  return minor + major
}

@Suite(.serialized) struct MemoryTests {
  @Test(arguments: [HP_PAGES_BASE, HP_PAGES_TRANSPARENT, HP_PAGES_RESERVED])
  func aMappingIsZeroedAlignedAndOfThatKindOrALesser(kind: Int) throws {
    var region = hp_memory_region()
    try #require(hp_memory_map(3 * mebibyte + 1, Int32(kind), &region) == 0)
    defer { hp_memory_unmap(region) }
    let unit = kind == HP_PAGES_BASE ? 4096 : 2 * mebibyte
    #expect(region.bytes >= 3 * mebibyte + 1 && region.bytes % unit == 0)
    let address = try #require(region.address)
    #expect(UInt(bitPattern: address) % UInt(unit) == 0)
    #expect(Int(region.pages) <= kind && region.pages >= Int32(HP_PAGES_BASE))
    let bytes = UnsafeRawBufferPointer(start: address, count: region.bytes)
    #expect(bytes.allSatisfy { $0 == 0 })
  }

  @Test(arguments: [HP_PAGES_BASE, HP_PAGES_TRANSPARENT])
  func aMappingIsPresentBeforeItIsTouched(kind: Int) throws {
    var region = hp_memory_region()
    try #require(hp_memory_map(8 * mebibyte, Int32(kind), &region) == 0)
    defer { hp_memory_unmap(region) }
    let address = try #require(region.address)
    let before = try faults()
    for offset in stride(from: 0, to: region.bytes, by: 4096) {
      address.storeBytes(of: 1, toByteOffset: offset, as: UInt8.self)
    }
    // 2,048 base pages; a handful of faults may be the test's own code and stack.
    #expect(try faults() - before < 64)
  }

  @Test func whatCannotBeMappedIsRefused() {
    var region = hp_memory_region()
    #expect(hp_memory_map(0, Int32(HP_PAGES_BASE), &region) == -EINVAL)
    #expect(hp_memory_map(4096, 3, &region) == -EINVAL)
    #expect(hp_memory_map(4096, -1, &region) == -EINVAL)
    #expect(hp_memory_map(Int.max - 4096, Int32(HP_PAGES_BASE), &region) != 0)
    #expect(hp_memory_map(1 << 60, Int32(HP_PAGES_TRANSPARENT), &region) == -ENOMEM)
  }

  @Test(arguments: [2 << 20, 4 << 20, 3 << 20 | 4096])
  func anExtentIsAlignedZeroedAndPresent(size: Int) throws {
    for extent in [hp_memory_extent, hp_memory_extent_reserved] {
      var (zeroed, committed) = (false, false)
      let memory = try #require(extent(nil, size, 4 << 20, &zeroed, &committed))
      defer { munmap(memory, size) }
      #expect(zeroed && committed)
      #expect(UInt(bitPattern: memory) % UInt(4 << 20) == 0)
      #expect(UnsafeRawBufferPointer(start: memory, count: size).allSatisfy { $0 == 0 })
      // At a given address there is nothing to be had.
      #expect(extent(memory, size, 4096, &zeroed, &committed) == nil)
    }
  }

  @Test func faultsAreCounted() throws {
    let size = 4 * mebibyte
    let memory = try #require(mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    defer { munmap(memory, size) }
    madvise(memory, size, 15)  // MADV_NOHUGEPAGE: one fault a page
    let before = try faults()
    for offset in stride(from: 0, to: size, by: 4096) { memory.storeBytes(of: 1, toByteOffset: offset, as: UInt8.self) }
    #expect(try faults() - before >= 1_024)
  }

  @Test func theLockedBytesCanBeRead() { #expect(hp_memory_locked_bytes() >= 0) }
}
