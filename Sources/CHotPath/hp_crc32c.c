// CRC32C: the processor's instruction where there is one, else the bitwise definition.
#include "hp_crc32c.h"

#include <string.h>

uint32_t hp_crc32c_plain(const void *bytes, size_t length) {
    const uint8_t *data = bytes;
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t index = 0; index < length; index++) {
        crc ^= data[index];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (0x82F63B78u & (0u - (crc & 1u)));
        }
    }
    return ~crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t crc32c_sse42(const void *bytes, size_t length) {
    const uint8_t *data = bytes;
    uint64_t crc = 0xFFFFFFFFu;
    while (length >= 8) {
        uint64_t word;
        memcpy(&word, data, sizeof word);
        crc = _mm_crc32_u64(crc, word);
        data += 8;
        length -= 8;
    }
    while (length > 0) {
        crc = _mm_crc32_u8((uint32_t)crc, *data);
        data++;
        length--;
    }
    return ~(uint32_t)crc;
}
#endif

uint32_t hp_crc32c(const void *bytes, size_t length) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) {
        return crc32c_sse42(bytes, length);
    }
#endif
    return hp_crc32c_plain(bytes, length);
}
