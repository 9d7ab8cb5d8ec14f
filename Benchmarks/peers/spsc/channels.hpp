// One queue in one way of using it, behind a common shape: boost's lock-free queue and our ring as the comparison sees
// them. Not for timing: spsc_vs_boost.cpp does that.
//
// A channel offers `produce(count)` and `consume(count)`, each called from one thread; both spin without pausing.
// Producers write every word of a message and consumers add every word up, so that no variant gets by with touching
// less. `consume` answers the sum; a message out of order adds `disorder`, which no right sum can hide.
#pragma once

#include <boost/lockfree/spsc_queue.hpp>
#include <boost/version.hpp>
#include <cstdint>
#include <cstdlib>
#include <memory>

// The ring's header is C for clang. The words that C++ or gcc lack are defined away; the code stays as it is.
#if !defined(__clang__)
#define _Nullable
#define _Nonnull
#endif
#define _Static_assert static_assert
extern "C" {
#include "hp_ring.h"
}

namespace peers {

/// Messages that both kinds of queue hold when full.
constexpr std::size_t capacity = 1024;
/// Messages published or released at a time by the batch variants.
constexpr std::size_t batch = 32;
/// Added to the sum by a message that came out of order.
constexpr std::uint64_t disorder = std::uint64_t(1) << 60;

/// A message of `Words` times 8 bytes, never astride two cache lines.
template <std::size_t Words> struct alignas(Words * 8 > 64 ? 64 : Words * 8) Message {
    std::uint64_t word[Words];

    void write(std::uint64_t sequence) {
        for (std::size_t i = 0; i < Words; i++) {
            word[i] = sequence + i;
        }
    }

    std::uint64_t read(std::uint64_t expected) const {
        std::uint64_t sum = word[0] == expected ? 0 : disorder;
        for (std::size_t i = 0; i < Words; i++) {
            sum += word[i];
        }
        return sum;
    }
};

/// The sum that `consume(count)` must answer.
template <std::size_t Words> constexpr std::uint64_t expected_sum(std::uint64_t count) {
    return Words * (count * (count - 1) / 2) + count * (Words * (Words - 1) / 2);
}

template <std::size_t Words>
using BoostQueue = boost::lockfree::spsc_queue<Message<Words>, boost::lockfree::capacity<capacity>>;

/// boost, one message a call.
template <std::size_t Words> struct BoostSingle {
    static constexpr const char *name = "boost.single";
    alignas(128) BoostQueue<Words> queue;

    void send(std::uint64_t sequence) {
        Message<Words> message;
        message.write(sequence);
        while (!queue.push(message)) {
        }
    }

    std::uint64_t receive(std::uint64_t expected) {
        Message<Words> message;
        while (!queue.pop(message)) {
        }
        return message.read(expected);
    }

    void produce(std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; i++) {
            send(i);
        }
    }

    std::uint64_t consume(std::uint64_t count) {
        std::uint64_t sum = 0;
        for (std::uint64_t i = 0; i < count; i++) {
            sum += receive(i);
        }
        return sum;
    }
};

/// boost, arrays of messages in and out.
template <std::size_t Words> struct BoostArray {
    static constexpr const char *name = "boost.array";
    alignas(128) BoostQueue<Words> queue;

    void produce(std::uint64_t count) {
        Message<Words> messages[batch];
        for (std::uint64_t sent = 0; sent < count;) {
            std::size_t size = count - sent < batch ? count - sent : batch;
            for (std::size_t i = 0; i < size; i++) {
                messages[i].write(sent + i);
            }
            for (std::size_t done = 0; done < size;) {
                done += queue.push(messages + done, size - done);
            }
            sent += size;
        }
    }

    std::uint64_t consume(std::uint64_t count) {
        Message<Words> messages[batch];
        std::uint64_t sum = 0;
        for (std::uint64_t got = 0; got < count;) {
            std::size_t size = queue.pop(messages, batch);
            for (std::size_t i = 0; i < size; i++) {
                sum += messages[i].read(got + i);
            }
            got += size;
        }
        return sum;
    }
};

/// boost's best: arrays in, and everything that is there read in place by `consume_all`.
template <std::size_t Words> struct BoostInPlace : BoostArray<Words> {
    static constexpr const char *name = "boost.consume_all";

    std::uint64_t consume(std::uint64_t count) {
        std::uint64_t sum = 0, got = 0;
        while (got < count) {
            this->queue.consume_all([&](const Message<Words> &message) {
                sum += message.read(got);
                got++;
            });
        }
        return sum;
    }
};

/// Our ring, each message published and released by itself.
template <std::size_t Words> struct RingSingle {
    static constexpr const char *name = "ring.single";
    alignas(128) hp_ring ring;
    alignas(128) Message<Words> slots[capacity];

    RingSingle() {
        if (hp_ring_init(&ring, slots, capacity, sizeof slots[0]) != 0) {
            std::abort();
        }
    }

    void send(std::uint64_t sequence) {
        void *slot;
        while ((slot = hp_ring_claim(&ring)) == nullptr) {
        }
        static_cast<Message<Words> *>(slot)->write(sequence);
        hp_ring_commit(&ring);
    }

    std::uint64_t receive(std::uint64_t expected) {
        const void *slot;
        while ((slot = hp_ring_next(&ring)) == nullptr) {
        }
        std::uint64_t sum = static_cast<const Message<Words> *>(slot)->read(expected);
        hp_ring_release(&ring);
        return sum;
    }

    void produce(std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; i++) {
            send(i);
        }
    }

    std::uint64_t consume(std::uint64_t count) {
        std::uint64_t sum = 0;
        for (std::uint64_t i = 0; i < count; i++) {
            sum += receive(i);
        }
        return sum;
    }
};

/// Our ring, runs of up to `batch` messages written and read in place, each published or released at once.
template <std::size_t Words> struct RingBatch : RingSingle<Words> {
    static constexpr const char *name = "ring.batch";

    void produce(std::uint64_t count) {
        for (std::uint64_t sent = 0; sent < count;) {
            std::uint64_t wanted = count - sent < batch ? count - sent : batch, granted;
            auto *run = static_cast<Message<Words> *>(hp_ring_claim_many(&this->ring, wanted, &granted));
            if (run == nullptr) {
                continue;
            }
            for (std::uint64_t i = 0; i < granted; i++) {
                run[i].write(sent + i);
            }
            hp_ring_commit(&this->ring);
            sent += granted;
        }
    }

    std::uint64_t consume(std::uint64_t count) {
        std::uint64_t sum = 0;
        for (std::uint64_t got = 0; got < count;) {
            std::uint64_t granted;
            auto *run = static_cast<const Message<Words> *>(hp_ring_next_many(&this->ring, batch, &granted));
            if (run == nullptr) {
                continue;
            }
            for (std::uint64_t i = 0; i < granted; i++) {
                sum += run[i].read(got + i);
            }
            hp_ring_release(&this->ring);
            got += granted;
        }
        return sum;
    }
};

} // namespace peers
