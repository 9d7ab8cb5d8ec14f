// CRC32C (Castagnoli) over bytes: guards journal records. Not a defence against an adversary.
#ifndef HP_CRC32C_H
#define HP_CRC32C_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// CRC32C of `length` bytes, RFC 3720 appendix B.4 (reflected polynomial 0x82F63B78, initial and final inversion).
/// Uses the SSE4.2 instruction where the processor has it.
uint32_t hp_crc32c(const void *bytes, size_t length);

/// The same by the bitwise definition; the oracle of the fast one.
uint32_t hp_crc32c_plain(const void *bytes, size_t length);

#pragma clang assume_nonnull end

#endif
